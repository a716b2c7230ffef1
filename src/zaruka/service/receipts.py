"""Receipts: what is given as files -> requests, answers, and receipts checked."""

from __future__ import annotations

import os
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from msgspec import Struct, structs

from zaruka.asn1.dvcs import VSD
from zaruka.errors import InputError
from zaruka.facts import Fact, FactKind
from zaruka.findings import Severity
from zaruka.recognition import Act, decide_recognition
from zaruka.service.zaruka import JURISDICTIONS
from zaruka.signatures.cms import parse_signed_data
from zaruka.signatures.input.forms import expect, recognise
from zaruka.signatures.input.kinds import Kind
from zaruka.signatures.input.opening import Input
from zaruka.signatures.input.pairing import find_document
from zaruka.signatures.input.reading import CmsReader
from zaruka.ttp.bundle import read_bundle
from zaruka.ttp.checking import Asked, Shown, check_receipt
from zaruka.ttp.documents import attach
from zaruka.ttp.eec_checking import check_container, issue_eec_receipt
from zaruka.ttp.issuing import Authority, Judgement, answer_request
from zaruka.ttp.profiles import profile_named
from zaruka.ttp.reading import Receipt, parse_request, parse_response
from zaruka.ttp.requests import make_request
from zaruka.ttp.rules import OBJECT
from zaruka.validation.context import Evidence
from zaruka.validation.naming import identify
from zaruka.validation.process import evidence_of, validate_document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from zaruka.recognition import Agreement, Decision, HomeReceipt
    from zaruka.service.evidence import FileOrFolder
    from zaruka.signatures import Content
    from zaruka.signatures.creation import Signer
    from zaruka.ttp.bundle import Bundle
    from zaruka.ttp.checking import CheckedReceipt
    from zaruka.ttp.eec_checking import CheckedContainer
    from zaruka.ttp.profiles import Profile
    from zaruka.ttp.reading import ErrorNotice, Request
    from zaruka.ttp.serials import SerialSource
    from zaruka.validation.context import Context
    from zaruka.validation.results import SignatureResult, ValidationReport

__all__ = [
    "Issued",
    "Wanted",
    "ask",
    "check_as_far",
    "facts_of_receipt",
    "home_receipts",
    "is_container",
    "issue",
    "issue_in_container",
    "profile_for",
    "read_foreign",
    "receipt_of_home",
    "verify_container",
    "verify_receipt",
]

_KEPT_MAX: Final = 1 << 20  # octets of a receipt that a report holds
_BY_COUNTRY: Final = {"BY": "by-crossborder", "RU": "ru"}


class Wanted(Struct, frozen=True):
    """Files that a receipt is compared with, and what is expected of it; see `Asked`."""

    request: FileOrFolder | None = None
    after: FileOrFolder | None = None
    service: str | None = None
    agreements: tuple[Agreement, ...] = ()


class Issued(Struct, frozen=True):
    """An answer that was given: its octets, what it amounts to, and what it rests on.

    `report` is of the document (None where nothing was judged), `shown` what was asked about.
    """

    der: bytes
    checked: CheckedReceipt
    shown: Shown
    report: ValidationReport | None
    evidence: Evidence
    foreign: tuple[bytes, ...] = ()


def verify_receipt(
    place: FileOrFolder,
    context: Context,
    signature: FileOrFolder | None = None,
    document: FileOrFolder | None = None,
    wanted: Wanted | None = None,
) -> CheckedReceipt:
    """Check a receipt, or the one in an evidence bundle, by the trust and evidence of `context`.

    `signature` is the signature file; its document is looked for beside it. A bundle brings the
    signature and evidence of its own; a document alone is enough for receipts on data. Raises
    InputError where a file is not what it should be.
    """
    source, asked = Input.open(Path(place)), wanted or Wanted()
    bundle = _bundle(source)
    if bundle is None:
        receipt, shown = _receipt(source), _shown(signature, document)
    else:
        receipt, context = bundle.receipt, context.having(bundle.evidence)
        given = document or signature
        if bundle.message is not None and (document is None or signature is None):
            shown = Shown(bundle.message, None if given is None else Input.open(Path(given)))
        else:
            shown = _shown(signature, document)
    return check_receipt(
        receipt,
        context,
        shown,
        Asked(
            request=None if asked.request is None else _request(Path(asked.request)),
            earlier=None if asked.after is None else next(iter(read_foreign([asked.after]))),
            service=asked.service,
            agreements=asked.agreements,
        ),
    )


def _bundle(source: Input) -> Bundle | None:
    """Read a bundle, if it is a zip."""
    if bytes(source.octets[:4]) != b"PK\x03\x04":
        return None
    return read_bundle(bytes(source.octets))


def is_container(place: FileOrFolder) -> bool:
    """Whether a file is XML: then its receipt can only be one of the EEC."""
    return recognise(Input.open(Path(place))).kind is Kind.XML


def verify_container(
    place: FileOrFolder, context: Context, agreements: tuple[Agreement, ...]
) -> CheckedContainer:
    """Check the receipt in a container of the EEC; raises as `check_container`."""
    return check_container(bytes(Input.open(Path(place)).octets), context, agreements)


def issue_in_container(
    place: FileOrFolder,
    context: Context,
    signer: Signer,
    say: Callable[[SignatureResult], str],
    agreements: tuple[Agreement, ...] = (),
) -> tuple[bytes, CheckedContainer]:
    """Add a receipt to a container of the EEC; raises as `issue_eec_receipt`."""
    octets = bytes(Input.open(Path(place)).octets)
    own = context.having(Evidence.of("given", certificates=[signer.certificate]))
    name = f"r{uuid4()}"
    done, _ = issue_eec_receipt(octets, signer, own, name=name, say=say, entropy=os.urandom)
    return done, check_container(done, own, agreements)


def _receipt(source: Input) -> Receipt | ErrorNotice:
    return parse_response(expect(recognise(source), Kind.DVCS_RESPONSE).data)


def read_foreign(places: Iterable[FileOrFolder]) -> tuple[Receipt, ...]:
    """Read receipts of other services; InputError (ttp.not-a-receipt) for error notices too."""
    found = [_receipt(Input.open(Path(place))) for place in places]
    receipts = [each for each in found if isinstance(each, Receipt)]
    if len(receipts) < len(found):
        raise InputError("ttp.not-a-receipt")
    return tuple(receipts)


def home_receipts(
    receipts: Iterable[Receipt], context: Context, shown: Shown
) -> tuple[HomeReceipt, ...]:
    """Check receipts against what is shown, and give what recognition asks of them."""
    checked = (check_receipt(each, context, shown) for each in receipts)
    return tuple(home for each in checked if (home := each.home_receipt()) is not None)


def check_as_far(receipt: Receipt, context: Context, shown: Shown) -> CheckedReceipt:
    """Check a receipt as far as what is shown goes.

    A signature without its document is no reason to say that the receipt is of something else:
    it may be of the two together.
    """
    checked = check_receipt(receipt, context, shown)
    other = any(e.rule is OBJECT and e.severity is Severity.FAIL for e in checked.findings)
    return check_receipt(receipt, context) if other and shown.document is None else checked


def facts_of_receipt(
    checked: CheckedReceipt,
    proof: str | None = None,
    record: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Fact]:
    """Keep a receipt, what it amounts to, and what its signatures rest on.

    `proof` is the name of the file where it was given as a proof of existence, and `record` what is
    kept of that. Empty for an error notice, which amounts to nothing.
    """
    home = checked.home_receipt()
    if home is None:
        return
    words = {None: "none", True: "yes", False: "no"}
    name = home.name if proof is None else proof
    extract = [
        ("country", home.country or ""),
        ("certificate_sha256", home.certificate_sha256),
        ("name", name),
        ("time", home.time.isoformat()),
        ("confirmed", words[home.confirmed]),
        ("sound", words[home.sound]),
    ]
    extract += record.items()
    digest, der = home.ref.sha256, checked.receipt.der
    kept = der if len(der) <= _KEPT_MAX else None
    source = "given" if proof is None else "proof"
    yield Fact(FactKind.RECEIPT, digest, source, der=kept, extract=tuple(extract))
    for report in _reports(checked):
        yield from (structs.replace(fact, of=digest) for fact in report.facts)


def _reports(checked: CheckedReceipt) -> Iterator[ValidationReport]:
    """Give the reports on a receipt's signature and on those of the receipts inside."""
    if checked.report is not None:
        yield checked.report
    for each in checked.nested:
        yield from _reports(each)


def receipt_of_home(found: SignatureResult, receipts: Iterable[HomeReceipt]) -> HomeReceipt | None:
    """Choose the receipt of the signer's own country; of none of them, the first."""
    every, home = [*receipts], found.signer.country if found.signer else None
    return next((each for each in every if each.country == home), next(iter(every), None))


def _request(path: Path) -> Request:
    source = Input.open(path)
    form = recognise(source)
    return parse_request(form.data if form.kind is Kind.DVCS_REQUEST else source.octets)


def _shown(signature: FileOrFolder | None, document: FileOrFolder | None) -> Shown:
    """Open what a receipt is compared with; the document is looked for beside its signature."""
    content: Content | None = None if document is None else Input.open(Path(document))
    if signature is None:
        return Shown(None, content)
    path = Path(signature)
    form = recognise(Input.open(path))
    if form.kind is not Kind.SIGNED_DATA and content is None:
        return Shown(None, form.source)
    message = expect(form, Kind.SIGNED_DATA).data
    if content is None:
        content = form.content
    if content is None and form.detached:
        pair = find_document(path, form, CmsReader())
        content = pair.document.open() if pair is not None and pair.document else None
    return Shown(bytes(message), content)


def ask(place: FileOrFolder, document: FileOrFolder | None = None) -> tuple[bytes | None, Shown]:
    """Open what a receipt is to be given for: a request, or a signature file and its document.

    A request that is bare DER is known by its form. Raises InputError for anything else.
    """
    source = Input.open(Path(place))
    form = recognise(source)
    if form.kind is Kind.DVCS_REQUEST:
        return bytes(form.data), Shown()
    if form.kind is Kind.OTHER_ASN1:
        parse_request(source.octets)
        return bytes(source.octets), Shown()
    return None, _shown(place, document)


def profile_for(signer: Signer, name: str | None) -> Profile:
    """Return the profile of this name, or that of the country of the signer's certificate.

    Raises ConfigError (ttp.unknown-profile).
    """
    country = identify(signer.certificate, JURISDICTIONS).country
    return profile_named(name or _BY_COUNTRY.get(country or "", "ru"))


def issue(  # noqa: PLR0913 - what a receipt depends on is said, not hidden
    context: Context,
    shown: Shown,
    signer: Signer,
    profile: Profile,
    serials: SerialSource,
    *,
    request: bytes | None = None,
    foreign: tuple[Receipt, ...] = (),
    agreements: tuple[Agreement, ...] = (),
    waits_until: datetime | None = None,
    with_content: bool = True,
) -> Issued:
    """Answer `request`, or one that is made here for what is `shown`.

    A detached signature is sent with its document (D3), or alone where `with_content` is false
    (D4). `foreign` are receipts of other countries' third parties: they are checked, weighed by
    `agreements` and go into the receipt where the profile has room.
    """
    authority = Authority(
        signer=signer,
        profile=profile,
        serials=serials,
        context=context.having(Evidence.of("given", certificates=[signer.certificate])),
        entropy=os.urandom,
        waits_until=waits_until,
    )
    octets = request or make_request(profile, VSD, message=_object(shown, with_content))
    judge = _Judge(authority, shown, foreign, agreements)
    der = answer_request(octets, authority, judge)
    if shown.message is None:
        shown = structs.replace(shown, message=judge.message)
    checked = check_receipt(parse_response(der), authority.context, shown)
    evidence = authority.context.evidence + judge.inside
    return Issued(der, checked, shown, judge.report, evidence, judge.received)


def _object(shown: Shown, with_content: bool) -> bytes:  # noqa: FBT001 - said by `issue`
    """Give what is sent of a signature file and its document."""
    if shown.message is None:
        raise InputError("input.no-signature", name="", found="binary", what="")
    detached = parse_signed_data(shown.message).encapsulated is None
    if detached and with_content:
        if shown.document is None:
            raise InputError("ttp.document-needed")
        return attach(shown.message, shown.document)
    return shown.message


class _Judge:
    """Judges the document of a request, and each signature's recognition at home."""

    def __init__(
        self,
        authority: Authority,
        shown: Shown,
        foreign: tuple[Receipt, ...],
        agreements: tuple[Agreement, ...],
    ) -> None:
        self._context = authority.context
        self._country = identify(
            authority.signer.certificate, authority.context.jurisdictions
        ).country
        self._shown = shown
        self._foreign = foreign
        self._agreements = agreements
        self.report: ValidationReport | None = None
        self.message: bytes | None = None
        self.inside = Evidence()
        self.received: tuple[bytes, ...] = ()

    def __call__(self, message: bytes, at: datetime) -> Judgement:
        """Judge at `at`; what is found is kept for who asked."""
        document, context = parse_signed_data(message), structs.replace(self._context, at=at)
        shown = structs.replace(self._shown, message=self._shown.message or message)
        checked = [check_receipt(each, self._context, shown) for each in self._foreign]
        self.message = message
        # what is about something else goes into no receipt
        self.received = tuple(each.receipt.der for each in checked if each.sent is not None)
        self.report = validate_document(document, None, context)
        self.inside = evidence_of(document)
        tokens = {
            token.sha256: token.der
            for signature in document.signatures
            for evidence in signature.evidence
            for token in evidence.tokens
        }
        return Judgement(
            self.report,
            context.evidence + self.inside,
            dict(self._decisions(self.report, checked)),
            tokens,
            self.received,
        )

    def _decisions(
        self, report: ValidationReport, checked: Iterable[CheckedReceipt]
    ) -> Iterator[tuple[str, Decision]]:
        receipts = [home for each in checked if (home := each.home_receipt()) is not None]
        for found in report.signatures:
            act = Act(self._country or "", found.best_signature_time)
            receipt = receipt_of_home(found, receipts)
            yield found.ref.sha256, decide_recognition(found, act, self._agreements, receipt)
