"""Judging again from the facts of a report: no document, no network, no clock.

The verdict follows from the facts, so a report whose verdict was altered says something else than
its facts do, and one whose facts were altered has facts that their digests do not fit, or another
verdict; likewise recognition, from the agreements and receipts, and powers, from the papers shown.
What changed since (policy, version, trust, agreements) is told beside.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from msgspec import structs

from zaruka import __version__
from zaruka.errors import BudgetExceeded, ConfigError, InputError
from zaruka.facts import FactKind
from zaruka.findings import (
    Finding,
    rules,
)
from zaruka.messages import LANGUAGES, messages
from zaruka.recognition import decide_report
from zaruka.reports.as_json import REPORT_VERSION, report_value
from zaruka.reports.reading import finding_of
from zaruka.service.comparing import Comparison
from zaruka.service.evidence import parse_public_key
from zaruka.service.judging import SIGNED, joined
from zaruka.service.papers import (
    agreements_again,
    by_attributes,
    papers_again,
    proofs_again,
    question_again,
    receipts_again,
)
from zaruka.service.powers import Presented, weigh_powers
from zaruka.service.recorded import read_facts, read_moment
from zaruka.service.signed_xml import judge_signed_xml, judge_xml_document
from zaruka.service.strict import judge_strictly
from zaruka.service.zaruka import JURISDICTIONS
from zaruka.signatures.cms import parse_timestamp_token
from zaruka.signatures.input.forms import expect, recognise
from zaruka.signatures.input.kinds import Kind
from zaruka.signatures.input.opening import Input
from zaruka.signatures.input.xml_files import FilesBeside, read_signed_xml
from zaruka.validation.context import Context
from zaruka.validation.policy_file import built_in
from zaruka.validation.process import validate_certificate, validate_document, validate_timestamp
from zaruka.validation.raw import validate_raw_signature
from zaruka.validation.replayed import (
    Change,
    Difference,
    Ground,
    Judged,
    Record,
    Replay,
)
from zaruka.validation.revocation_objects import validate_crl, validate_ocsp
from zaruka.x509 import Certificate, CertificateList, OcspResponse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from zaruka.facts import Fact
    from zaruka.service.proofs import Examined
    from zaruka.service.recorded import Recorded
    from zaruka.signatures import Content, SignedDocument
    from zaruka.validation.policy import Policy
    from zaruka.validation.results import ValidationReport

__all__ = ["read_report", "read_reports", "replay"]

_LARGEST: Final = 1 << 27  # octets of a report
_STRICT: Final = "-strict"
# Parts of a report that are its verdict; the others are its facts, or words.
_VERDICT: Final = ("indication", "sub_indication", "signatures", "objects", "findings")
_XML: Final = frozenset({"XAdES", "XMLDSig"})
_PAPERS: Final = frozenset({FactKind.POWER_OF_ATTORNEY, FactKind.POWER_STATUS})


def read_report(octets: bytes) -> dict[str, Any]:
    """Read a report on one input; InputError (replay.not-a-report, replay.several)."""
    value = read_reports(octets)
    if "reports" in value:
        raise InputError("replay.several")
    return value


def read_reports(octets: bytes) -> dict[str, Any]:
    """Read a report on one input, or on several (`reports`); InputError (replay.not-a-report)."""
    if len(octets) > _LARGEST:
        raise BudgetExceeded("replay.too-large", limit=_LARGEST)
    try:
        value = json.loads(octets)
    except (ValueError, RecursionError) as error:
        raise InputError("replay.not-a-report", reason="JSON") from error
    if not isinstance(value, dict) or value.get("report_version") != REPORT_VERSION:
        raise InputError("replay.not-a-report", reason="report_version")
    if "reports" not in value:
        return _checked(value)
    try:
        parts = [(str(each["input"]), each.get("report")) for each in value["reports"]]
    except (AttributeError, KeyError, TypeError) as error:
        raise InputError("replay.not-a-report", reason="reports") from error
    for _, part in parts:
        if part is not None:
            _checked(part)
    return value


def _checked(value: object) -> dict[str, Any]:
    names = (*_VERDICT, "facts", "policy", "validation_time")
    if not isinstance(value, dict) or not all(name in value for name in names):
        raise InputError("replay.not-a-report", reason="facts")
    return value


def replay(
    report: Mapping[str, Any],
    *,
    policy: Policy | None = None,
    octets: Mapping[str, bytes] | None = None,
    agreements: Iterable[str] = (),
) -> Replay:
    """Judge again what a report is about, by its facts, and compare.

    `policy` None: the one that comes with Zaruka under the name that the report gives. `octets`
    are encodings from an evidence bundle, by SHA-256, so that everything is verified again.
    `agreements` are the texts of an operator's files of agreements, beside those that come with
    Zaruka. Raises InputError replay.not-a-report, replay.insufficient, replay.policy,
    replay.no-content, replay.files-needed.
    """
    recorded = read_facts(report["facts"]).having(octets or {})
    name, digest, strict = _policy_of(report)
    chosen = policy or _built_in(name)
    try:
        again = _Again(report, recorded, octets or {}, chosen, strict=strict)
        again.judge_verdict()
        again.judge_powers()
        again.judge_recognition(agreements)
        left_out = {each.part for each in again.judged if each.ground is Ground.NOT_JUDGED}
        versions = (*_changed_version(report),)
        differences = _differences(report, again, left_out, own=not versions)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise InputError("replay.not-a-report", reason=type(error).__name__) from error
    changes = (*_changed_policy(name, digest, chosen), *versions, *_changed_trust(recorded))
    return Replay(
        again.found,
        differences,
        (*changes, *again.changes),
        (*recorded.altered, *again.altered),
        recorded.unchecked,
        tuple(again.judged),
    )


class _Again:
    """One report judged again, part by part."""

    def __init__(
        self,
        report: Mapping[str, Any],
        recorded: Recorded,
        octets: Mapping[str, bytes],
        policy: Policy,
        *,
        strict: bool,
    ) -> None:
        self._report = report
        self._recorded = recorded
        self._own = recorded.of_paper(None)
        self._octets = octets
        self._strict = strict
        self._context = Context(
            policy=policy,
            at=read_moment(report["validation_time"]),
            trust=self._own.trust(),
            evidence=self._own.evidence(),
            jurisdictions=JURISDICTIONS,
        )
        self._absent: list[Record] = []
        self.found: ValidationReport
        self.judged: list[Judged] = []
        self.changes: tuple[Change, ...] = ()
        self.altered: tuple[Fact, ...] = ()

    # --- the verdict

    def judge_verdict(self) -> None:
        """Judge the signatures or objects by the facts that are of no paper."""
        found = self._signatures() if self._report["signatures"] else self._objects()
        found = structs.replace(found, findings=(*found.findings, *_about_input(self._report)))
        self.found = judge_strictly(found) if self._strict else found
        self._tell("verdict", (*self._absent, *_lists(self._own)))

    def _signatures(self) -> ValidationReport:
        reported = self._report["signatures"]
        if reported[0]["format"] == "raw":
            return self._raw(reported[0]["object"])
        lacking = [each for each in self._own.messages if each.der is None]
        if any(dict(each.extract)["format"] == "CMS" for each in lacking):
            messages = [e["name"] for e in self._report["inputs"] if e["role"] in SIGNED]
            raise InputError("replay.insufficient", name=", ".join(messages))
        parts = [self._document(*each) for each in self._own.documents()]
        if any(each["format"] in _XML for each in reported):
            parts += self._xml()
        if not parts:
            raise InputError("replay.insufficient", name="")
        if len(parts) == 1:
            return parts[0]
        places = {each["object"]["sha256"]: n for n, each in enumerate(reported)}
        parts.sort(key=lambda part: min(places.get(s.ref.sha256, -1) for s in part.signatures))
        return joined(parts)

    def _document(self, document: SignedDocument, content: Content | None) -> ValidationReport:
        examined = self._proofs(document, content or document.encapsulated)
        context = structs.replace(self._context, proofs=examined.proofs)
        return examined.beside(validate_document(document, content, context))

    def _proofs(self, document: SignedDocument, content: Content | None) -> Examined:
        examined = proofs_again(self._recorded, document, content, self._context)
        self._absent += (_receipt(each) for each in examined.on_record)
        return examined

    def _xml(self) -> Iterator[ValidationReport]:
        """Judge the XML document itself where it is at hand, else what the report keeps of it."""
        inputs = [each for each in self._report["inputs"] if each["role"] in {"content", Kind.XML}]
        absent = [each for each in inputs if each["sha256"] not in self._octets]
        if absent or not inputs:
            yield from self._xml_on_record(absent)
            return
        held = {e["name"]: Input.of(self._octets[e["sha256"]], e["name"]) for e in inputs}
        name = next(each["name"] for each in inputs if each["role"] == Kind.XML)
        form = expect(recognise(held.pop(name)), Kind.XML)
        files = FilesBeside(held.get)
        document = read_signed_xml(form, files)
        # what no reference names was given by whoever asked, and answers for what is not found
        given = next((each for each in held.values() if each not in files.used), None)
        files = FilesBeside(held.get, given)
        examined = self._proofs(document, None)
        context = structs.replace(self._context, proofs=examined.proofs)
        yield examined.beside(judge_signed_xml(form, files, given, context, lambda _: None))

    def _xml_on_record(self, absent: Iterable[Mapping[str, Any]]) -> Iterator[ValidationReport]:
        """Judge signatures by themselves; what of the document they sign is taken from the record.

        Raises InputError (replay.files-needed) where they need more of it than digests.
        """
        documents = []
        with suppress(InputError):
            documents = [*self._own.xml_documents()]
        if not documents:
            named = "; ".join(f"{each['name']} (SHA-256 {each['sha256']})" for each in absent)
            raise InputError("replay.files-needed", files=named)
        self._absent += (Record("xml", str(each["name"]), str(each["sha256"])) for each in absent)
        for document in documents:
            examined = self._proofs(document, None)
            context = structs.replace(self._context, proofs=examined.proofs)
            yield examined.beside(judge_xml_document(document, context))

    def _raw(self, ref: Mapping[str, str]) -> ValidationReport:
        content = next(iter(self._own.contents().values()), None)
        for fact in self._own.of_kind(FactKind.SIGNATURE):
            if fact.sha256 == ref["sha256"] and fact.der is not None and content is not None:
                key = parse_public_key(bytes.fromhex(dict(fact.extract)["key"]))
                return validate_raw_signature(fact.der, content, self._context, key=key)
        raise InputError("replay.insufficient", name=str(ref["name"]))

    def _objects(self) -> ValidationReport:
        parts = [self._object(each["object"]) for each in self._report["objects"]]
        if not parts:
            raise InputError("replay.insufficient", name="")
        return structs.replace(
            parts[0],
            objects=tuple(each for part in parts for each in part.objects),
            findings=tuple(each for part in parts for each in part.findings),
        )

    def _object(self, ref: Mapping[str, str]) -> ValidationReport:
        kind, context = FactKind(ref["kind"]), self._context
        der = self._own.der(kind, ref["sha256"])
        if der is None:
            raise InputError("replay.insufficient", name=str(ref["name"]))
        match kind:
            case FactKind.CERTIFICATE:
                return validate_certificate(Certificate.parse(der), context)
            case FactKind.CRL:
                return validate_crl(CertificateList.parse(der), context)
            case FactKind.OCSP:
                return validate_ocsp(OcspResponse.parse(der), context)
            case FactKind.TIMESTAMP:
                content = next(iter(self._own.contents().values()), None)
                return validate_timestamp(parse_timestamp_token(der), context, content)
        raise InputError("replay.insufficient", name=str(ref["name"]))

    # --- what stands beside it

    def judge_powers(self) -> None:
        """Judge the papers shown of the signers' powers, where anything is said of these."""
        blocks = [each["powers"] for each in self._report["signatures"]]
        shown_any = any(fact.kind in _PAPERS for fact in self._own.facts)
        if not any(blocks) and not shown_any:
            self._tell("powers", ground=Ground.NOTHING)
            return
        if any(each is not None and "asked" not in each for each in blocks):
            self._tell("powers", ground=Ground.NOT_JUDGED)
            return
        shown, absent = papers_again(
            self._recorded, self._report, self._context, strict=self._strict
        )
        if absent:
            self._tell("powers", absent, ground=Ground.NOT_JUDGED)
            return
        by = by_attributes(self._recorded, self._context)
        self.found = weigh_powers(self.found, shown, by, Presented)
        self._tell("powers", _lists(self._recorded.of_papers))

    def judge_recognition(self, texts: Iterable[str]) -> None:
        """Decide again whether the signatures count, where the report says so of them."""
        decisions = [each["recognition"] for each in self._report["signatures"]]
        asked = next((each for each in decisions if each is not None), None)
        if asked is None or "sender_assumed" not in asked:
            known = asked is not None or any(self._own.of_kind(FactKind.AGREEMENT))
            self._tell("recognition", ground=Ground.NOT_JUDGED if known else Ground.NOTHING)
            return
        rules = agreements_again(self._own, texts)
        receipts, absent = receipts_again(self._recorded, self._context)
        question = question_again(asked, rules.agreements, receipts)
        self.found = decide_report(self.found, question)
        self.changes, self.altered = rules.changes, rules.altered
        self._tell("recognition", (*rules.absent, *absent))

    def _tell(
        self, part: str, absent: Iterable[Record] = (), *, ground: Ground | None = None
    ) -> None:
        named = tuple(absent)
        known = ground or (Ground.RECORD if named else Ground.FACTS)
        self.judged.append(Judged(part, known, named))


def _receipt(fact: Fact) -> Record:
    return Record("receipt", dict(fact.extract).get("name", ""), fact.sha256)


def _lists(recorded: Recorded) -> tuple[Record, ...]:
    """Name the lists of which the facts hold only what was found in them."""
    found = (
        Record("list", dict(fact.extract).get("issuer", ""), fact.sha256)
        for fact in recorded.unchecked
    )
    return tuple(dict.fromkeys(found))


def _about_input(report: Mapping[str, Any]) -> Iterator[Finding]:
    """Give what was found out about the input and the lists as they came: facts by themselves."""
    for value in report["findings"]:
        room = str(value["code"]).partition(".")[0]
        if room in {"input", "online", "trust"} and value["code"] in rules():
            yield finding_of(value)


def _differences(
    report: Mapping[str, Any], again: _Again, left_out: set[str], *, own: bool
) -> tuple[Difference, ...]:
    language = report.get("language")
    value = report_value(again.found, messages(language if language in LANGUAGES else "en"))
    known = {fact["sha256"] for fact in value["facts"]}
    compare = Comparison(known, left_out, own=own and language in LANGUAGES)
    parts = [*_VERDICT, *({"recognition"} - left_out)]
    return tuple(
        difference
        for part in parts
        for difference in compare.differences(part, report.get(part), value[part])
    )


# --- what changed since


def _policy_of(report: Mapping[str, Any]) -> tuple[str, str, bool]:
    try:
        name, digest = str(report["policy"]["name"]), str(report["policy"]["sha256"])
    except (KeyError, TypeError) as error:
        raise InputError("replay.not-a-report", reason="policy") from error
    return name.removesuffix(_STRICT), digest, name.endswith(_STRICT)


def _built_in(name: str) -> Policy:
    try:
        return built_in(name)
    except ConfigError as error:
        raise InputError("replay.policy", name=name) from error


def _changed_policy(name: str, digest: str, chosen: Policy) -> Iterator[Change]:
    now = chosen.ref
    if (name, digest) != (now.name, now.sha256):
        yield Change("policy", f"{name} {digest[:16]}", f"{now.name} {now.sha256[:16]}")


def _changed_version(report: Mapping[str, Any]) -> Iterator[Change]:
    for means in report.get("means") or ():
        if isinstance(means, dict) and means.get("name") == "Zaruka":
            was = str(means.get("version"))
            if was != __version__:
                yield Change("version", was, __version__)


def _changed_trust(recorded: Recorded) -> Iterator[Change]:
    """Compare official statements with those of today; what was given by hand is nobody's."""
    today = {
        (each.certificate_sha256, each.source, each.since, each.until)
        for jurisdiction in JURISDICTIONS
        for each in jurisdiction.anchors()
    }
    for each in recorded.trust().statements:
        key = (each.certificate_sha256, each.source, each.since, each.until)
        if each.source.startswith("pinned:") and key not in today:
            yield Change("trust", each.name, "")
