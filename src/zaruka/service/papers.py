"""What a report keeps of rules and papers beside a verdict, read back to judge by it again.

Agreements, receipts of third parties, powers of attorney and attribute certificates: each by its
facts. What a report holds by a digest only, and is not at hand, is named.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct, structs

from zaruka.errors import InputError, ZarukaError
from zaruka.facts import FactKind
from zaruka.findings import Indication, ObjectKind, ObjectRef
from zaruka.jurisdictions.russia.power_status import parse_power_status
from zaruka.recognition import (
    HomeReceipt,
    Participant,
    Question,
    Subject,
    agreement_on_record,
    agreements,
    lay_agreements,
)
from zaruka.service.judging import is_signed_xml, joined
from zaruka.service.powers import Presented, signed_power, unread_powers
from zaruka.service.proofs import (
    Examined,
    examine_record,
    examine_token,
    receipt_again,
    targets_of,
)
from zaruka.service.receipts import check_as_far
from zaruka.service.recorded import read_moment
from zaruka.service.signed_xml import judge_signed_xml
from zaruka.service.strict import judge_strictly
from zaruka.service.zaruka import has_no_xml_signature
from zaruka.signatures.cms import parse_timestamp_token
from zaruka.signatures.content import BytesContent
from zaruka.signatures.ers import parse_evidence_record
from zaruka.signatures.input.forms import recognise
from zaruka.signatures.input.opening import Input as Opened
from zaruka.signatures.input.xml_files import FilesBeside
from zaruka.ttp.checking import Shown
from zaruka.ttp.reading import Receipt, parse_response
from zaruka.validation.process import validate_document
from zaruka.validation.replayed import Change, Record
from zaruka.validation.results import Input
from zaruka.x509 import AttributeCertificate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from zaruka.facts import Fact
    from zaruka.jurisdictions.russia.power_status import PowerStatus
    from zaruka.recognition import Agreement
    from zaruka.service.proofs import Target
    from zaruka.service.recorded import Recorded
    from zaruka.signatures import Content, SignedDocument
    from zaruka.ttp.checking import CheckedReceipt
    from zaruka.validation.context import Context
    from zaruka.validation.results import ValidationReport

__all__ = [
    "Rules",
    "agreements_again",
    "by_attributes",
    "papers_again",
    "proofs_again",
    "question_again",
    "receipts_again",
]

_SHA_256: Final = "2.16.840.1.101.3.4.2.1"


# --- the question and the rules


def question_again(
    decision: Mapping[str, Any], rules: Iterable[Agreement], receipts: Iterable[HomeReceipt]
) -> Question:
    """Make the question that a decision in a report answers; ValueError for an unknown word."""
    sender, receiver, subject = (decision[name] for name in ("sender", "receiver", "subject"))
    stated = sender is not None and not decision["sender_assumed"]
    return Question(
        tuple(rules),
        country=None if decision["assumed"] else decision["country"],
        sender=Participant(sender) if stated else None,
        receiver=None if receiver is None else Participant(receiver),
        subject=None if subject is None else Subject(subject),
        receipts=tuple(receipts),
    )


class Rules(Struct, frozen=True):
    """The agreements to judge by, what of them is not at hand, is another now, or was altered."""

    agreements: tuple[Agreement, ...]
    absent: tuple[Record, ...]
    changes: tuple[Change, ...]
    altered: tuple[Fact, ...]


def agreements_again(recorded: Recorded, texts: Iterable[str]) -> Rules:
    """Take the agreements of a report, each from here where its SHA-256 is the same.

    `texts` are an operator's files. Of one that is not here the terms on record count. Raises
    InputError (replay.not-a-report) where those are none, ConfigError for the files.
    """
    files = {sha256(text.encode()).hexdigest(): text for text in texts}
    built_in = {each.code: each for each in agreements()}
    found: list[Agreement] = []
    absent: list[Record] = []
    changes: list[Change] = []
    altered: list[Fact] = []
    for fact in recorded.of_kind(FactKind.AGREEMENT):
        kept = _on_record(fact)
        here = built_in.get(kept.code)
        if kept.files and all(each in files for each in kept.files):
            laid = lay_agreements({str(n): files[each] for n, each in enumerate(kept.files)})
            here = next((each for each in laid if each.code == kept.code), None)
        if here is not None and here.sha256 == kept.sha256:
            found.append(here)
            if here.terms != kept.terms:
                altered.append(fact)
            continue
        found.append(kept)
        if kept.files:
            absent += (Record("agreement", kept.code, each) for each in kept.files)
        else:
            now = f"{here.code} {here.sha256[:16]}" if here else ""
            changes.append(Change("agreement", f"{kept.code} {kept.sha256[:16]}", now))
    return Rules(tuple(found), tuple(absent), tuple(changes), tuple(altered))


def _on_record(fact: Fact) -> Agreement:
    terms = tuple(sorted(pair for pair in fact.extract if pair[0] != "files"))
    files = dict(fact.extract).get("files", "").split()
    try:
        return agreement_on_record(terms, fact.sha256, files)
    except ValueError as error:
        raise InputError("replay.not-a-report", reason="agreement") from error


# --- proofs of existence


def proofs_again(
    recorded: Recorded, document: SignedDocument, content: Content | None, context: Context
) -> Examined:
    """Examine again the files that were given to prove when a signature was there."""
    found = Examined()
    for fact in recorded.of_paper(None).facts:
        if fact.source != "proof" or fact.der is None:
            continue
        targets = _targets(recorded.of_paper(fact.sha256), document, content)
        by = _by_paper(recorded, fact.sha256, context)
        if fact.kind is FactKind.RECEIPT:
            found += receipt_again(fact, targets, document, by)
        elif fact.kind is FactKind.TIMESTAMP:
            name = dict(fact.extract)["name"]
            found += examine_token(parse_timestamp_token(fact.der), name, targets, by)
        elif fact.kind is FactKind.EVIDENCE_RECORD:
            name = dict(fact.extract)["name"]
            found += examine_record(parse_evidence_record(fact.der), name, targets, by)
    return found


def _targets(
    paper: Recorded, document: SignedDocument, content: Content | None
) -> tuple[Target, ...]:
    """Name what a proof may be over; of files the digests that were taken of them are known."""
    known = paper.contents()
    own = None if content is None else known.pop(content.digest(_SHA_256).hex(), None)
    return targets_of(document, next(iter(known.values()), None), own or content)


# --- receipts


def receipts_again(
    recorded: Recorded, context: Context
) -> tuple[tuple[HomeReceipt, ...], tuple[Record, ...]]:
    """Check the receipts again, and name those of which something is taken from the record.

    That a receipt is of this document can be told only where the document is at hand.
    """
    found: list[HomeReceipt] = []
    absent: list[Record] = []
    for fact in recorded.of_kind(FactKind.RECEIPT):
        if fact.source == "proof":
            continue
        home, is_whole = _receipt(fact, recorded, context)
        found.append(home)
        if not is_whole:
            absent.append(Record("receipt", home.name, fact.sha256))
    return tuple(found), tuple(absent)


def _receipt(fact: Fact, recorded: Recorded, context: Context) -> tuple[HomeReceipt, bool]:
    """Return what a receipt amounts to, and whether nothing of it is from the record."""
    kept = _receipt_on_record(fact)
    if fact.der is None:
        return kept, False
    checked = _check_receipt(fact.der, recorded, _by_paper(recorded, fact.sha256, context))
    again = checked.home_receipt()
    if again is None or checked.certificate is None:
        return kept, False
    if checked.conclusion.indication is Indication.INDETERMINATE:
        return structs.replace(again, sound=kept.sound), False
    return again, True


def _check_receipt(der: bytes, recorded: Recorded, context: Context) -> CheckedReceipt:
    """Compare with the message, and with the document where it is at hand; else with nothing."""
    receipt, about = parse_response(der), recorded.of_paper(None)
    if not isinstance(receipt, Receipt):
        raise InputError("ttp.not-a-receipt")
    contents = (each for each in about.contents().values() if isinstance(each, BytesContent))
    shown = Shown(next((each.der for each in about.messages), None), next(contents, None))
    return check_as_far(receipt, context, shown)


def _receipt_on_record(fact: Fact) -> HomeReceipt:
    said, words = dict(fact.extract), {"none": None, "yes": True, "no": False}
    return HomeReceipt(
        ObjectRef(ObjectKind.RECEIPT, fact.sha256, ""),
        said["country"] or None,
        said["certificate_sha256"],
        said["name"],
        read_moment(said["time"]),
        words[said["confirmed"]],
        said["sound"] == "yes",
    )


# --- powers


def papers_again(
    recorded: Recorded, report: Mapping[str, Any], context: Context, *, strict: bool
) -> tuple[Presented, tuple[Record, ...]]:
    """Take the papers shown of powers, the signatures on them judged again; name those not here.

    KeyError where the report does not say which powers were asked for.
    """
    blocks = [each["powers"] for each in report["signatures"] if each["powers"] is not None]
    shown = Presented(
        statuses=tuple(map(_status, recorded.of_kind(FactKind.POWER_STATUS))),
        attributes=tuple(
            AttributeCertificate.parse(fact.der)
            for fact in recorded.of_kind(FactKind.ATTRIBUTE_CERTIFICATE)
            if fact.source == "given" and fact.der is not None
        ),
        codes=tuple(map(str, blocks[0]["asked"])) if blocks else (),
        unread=tuple(
            dict.fromkeys(one for each in blocks for one in unread_powers(each["findings"]))
        ),
    )
    absent: list[Record] = []
    for fact in recorded.of_kind(FactKind.POWER_OF_ATTORNEY):
        name, paper = fact.source.removeprefix("file:"), recorded.of_paper(fact.sha256)
        absent += (Record("message", name, e.sha256) for e in paper.messages if e.der is None)
        if fact.der is None:
            absent.append(Record("power-of-attorney", name, fact.sha256))
        else:
            by = _by_paper(recorded, fact.sha256, context)
            shown += _power(fact.der, name, paper, by, strict=strict)
    return shown, tuple(absent)


def _status(fact: Fact) -> PowerStatus:
    name = dict(fact.extract).get("name", "")
    return structs.replace(parse_power_status(fact.der or b"", name), source=fact.source)


def _power(
    octets: bytes, name: str, paper: Recorded, context: Context, *, strict: bool
) -> Presented:
    """Read a power of attorney, and judge again what signs it: apart, around it, or inside."""
    source = Opened.of(octets, name)

    def validate() -> ValidationReport:
        held = paper.having({sha256(octets).hexdigest(): octets}).documents()
        reports = [validate_document(each, content, context) for each, content in held]
        form = recognise(source)
        if is_signed_xml(form):
            try:
                reports.append(judge_signed_xml(form, FilesBeside(), None, context, _untold))
            except ZarukaError as error:
                if not (reports and has_no_xml_signature(error)):
                    raise
        if not reports:
            raise InputError("input.no-signers", name=name)
        given = Input(name, form.kind.value, sha256(octets).hexdigest(), len(octets))
        report = structs.replace(joined(reports), inputs=(given,))
        return judge_strictly(report) if strict else report

    return signed_power(octets, name, validate)


def _untold(_: int) -> None:
    """Tell nobody how far reading has come."""


def _by_paper(recorded: Recorded, sha256: str, context: Context) -> Context:
    """Judge a paper by what the signatures on it rested on."""
    paper = recorded.of_paper(sha256)
    return structs.replace(context, trust=paper.trust(), evidence=paper.evidence())


def by_attributes(recorded: Recorded, context: Context) -> Context:
    """Judge attribute certificates by what those given, and those inside, rested on."""
    papers = recorded.of_papers
    return structs.replace(context, trust=papers.trust(), evidence=papers.evidence())
