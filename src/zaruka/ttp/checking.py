"""Checking a receipt, offline: by whom, when, about what, and what it says.

STB 34.101.81 6.14, 6.15, RFC 3029 9. The signature is judged as any other; beside it come the
rules of receipts. Nothing given is nothing compared: a receipt whose document nobody showed is
not sound.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from zaruka.asn1 import cms as cms_wire
from zaruka.asn1 import schema as s
from zaruka.asn1.dvcs import VSD, CertEtcToken
from zaruka.asn1.tsp import PKI_STATUS_INFO
from zaruka.crypto import digest
from zaruka.crypto.algorithms import DIGESTS
from zaruka.errors import InputError, UnsupportedError
from zaruka.findings import Conclusion, Finding, Indication, Severity, SubIndication
from zaruka.recognition import HomeReceipt
from zaruka.signatures.cms import ID_SIGNED_DATA, parse_signed_data
from zaruka.ttp import rules
from zaruka.ttp.certificate import check_purpose, check_reference
from zaruka.ttp.comparing import check_against_earlier, check_against_request
from zaruka.ttp.deciding import either
from zaruka.ttp.documents import Form, Sent, forms_of
from zaruka.ttp.profiles import SERVICES
from zaruka.ttp.reading import ID_RESPONSE, Receipt, Verdict, parse_response
from zaruka.validation.deciding import decide
from zaruka.validation.naming import identify
from zaruka.validation.process import validate_document
from zaruka.validation.timestamp import judge_timestamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from zaruka.findings import Rule
    from zaruka.recognition import Agreement
    from zaruka.signatures import Content
    from zaruka.ttp.reading import ErrorNotice, Request
    from zaruka.validation.context import Context
    from zaruka.validation.jurisdiction import Identity
    from zaruka.validation.results import ValidationReport
    from zaruka.x509 import Certificate

__all__ = ["Asked", "CheckedReceipt", "Shown", "check_receipt"]

_DEEPEST: Final = 4  # receipts within receipts
_MOST: Final = 16  # receipts nested in one, at all depths


class Shown(Struct, frozen=True):
    """What whoever checks has: the signature file (SignedData), the document, or both."""

    message: bytes | None = None
    document: Content | None = None


class Asked(Struct, frozen=True):
    """What a receipt is compared with, where it is given.

    `request` is the one that it answers, `earlier` a receipt of the same service that came
    before, `service` a name that its certificate has to have. With `agreements` the service has
    to be among their third parties.
    """

    request: Request | None = None
    earlier: Receipt | None = None
    service: str | None = None
    agreements: tuple[Agreement, ...] = ()


class CheckedReceipt(Struct, frozen=True):
    """A receipt and what was found of it.

    `report` is of its signature, `sent` the object that it is about, where that could be rebuilt
    from what was shown; `nested` are the receipts inside, checked too. `at` is the moment of the
    check.
    """

    receipt: Receipt | ErrorNotice
    at: datetime
    conclusion: Conclusion
    report: ValidationReport | None
    certificate: Certificate | None
    service: Identity | None
    sent: Sent | None = None
    nested: tuple[CheckedReceipt, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that was found."""
        return self.conclusion.findings

    @property
    def confirms(self) -> bool | None:
        """What it says of the signatures: all valid, not, or nothing (yet)."""
        receipt, verdict = self.receipt, self.receipt.verdict
        if receipt.service != VSD if isinstance(receipt, Receipt) else receipt.failures:
            return None
        if verdict is Verdict.GRANTED:
            return True
        return False if verdict in {Verdict.REJECTION, Verdict.GRANTED_WITH_MODS} else None

    def home_receipt(self) -> HomeReceipt | None:
        """Give what recognition asks of it; None for an error notice, which is about nothing."""
        if not isinstance(self.receipt, Receipt):
            return None
        return HomeReceipt(
            ref=self.receipt.ref,
            country=self.service.country if self.service else None,
            certificate_sha256=self.certificate.sha256 if self.certificate else "",
            name=self.service.name if self.service else "",
            time=self.receipt.time,
            confirmed=self.confirms,
            sound=self.conclusion.passed,
        )


def check_receipt(
    receipt: Receipt | ErrorNotice,
    context: Context,
    shown: Shown | None = None,
    asked: Asked | None = None,
) -> CheckedReceipt:
    """Check an answer at `context.at`, by the trust and evidence of `context`.

    InputError where its responseTime is a time-stamp that cannot be read.
    """
    return _Check(receipt, context, shown or Shown(), asked or Asked(), _Nesting()).check()


class _Nesting:
    """How deep a receipt lies, and how many were met."""

    def __init__(self, depth: int = 0, counter: Iterator[int] | None = None) -> None:
        self.depth = depth
        self._counter = counter or count()

    @property
    def is_full(self) -> bool:
        return self.depth >= _DEEPEST or next(self._counter) >= _MOST

    def below(self) -> _Nesting:
        return _Nesting(self.depth + 1, self._counter)


class _Check:
    """One answer by all rules."""

    def __init__(
        self,
        receipt: Receipt | ErrorNotice,
        context: Context,
        shown: Shown,
        asked: Asked,
        nesting: _Nesting,
    ) -> None:
        self._receipt = receipt
        self._context = context
        self._shown = shown
        self._asked = asked
        self._nesting = nesting
        self._sent: Sent | None = None
        self._nested: list[CheckedReceipt] = []
        self._certificate: Certificate | None = None
        self._service: Identity | None = None

    def check(self) -> CheckedReceipt:
        signed, report = self._receipt.signed, None
        if signed.signatures:
            report = validate_document(signed, None, self._context)
            self._certificate = self._signer(report)
        if self._certificate is not None:
            self._service = identify(self._certificate, self._context.jurisdictions)
        findings = [*self._about_signature(report), *self._about_certificate()]
        if isinstance(self._receipt, Receipt):
            findings += self._about_receipt(self._receipt)
        else:
            findings += self._about_notice(self._receipt)
        return CheckedReceipt(
            self._receipt,
            self._context.at,
            decide(findings),
            report,
            self._certificate,
            self._service,
            self._sent,
            tuple(self._nested),
        )

    def _signer(self, report: ValidationReport) -> Certificate | None:
        """Give the certificate by which the first signature was judged, none but that."""
        ref = report.signatures[0].signing_certificate
        if ref is None:
            return None
        inside = self._receipt.signed.certificates
        found = next((each for each in inside if each.sha256 == ref.sha256), None)
        return found or self._context.evidence.certificate(ref.sha256)

    def _say(
        self,
        rule: Rule,
        severity: Severity,
        sub: SubIndication | None = None,
        *,
        expected: str | None = None,
        actual: str | None = None,
        **details: str | int | datetime,
    ) -> Finding:
        wrong = severity in {Severity.FAIL, Severity.UNKNOWN}
        sub = sub if wrong else None
        return Finding(rule, severity, self._receipt.ref, expected, actual, details, sub)

    # --- who

    def _about_signature(self, report: ValidationReport | None) -> Iterator[Finding]:
        """STB 34.101.81 7.3: an answer without a signature is a critical error."""
        if report is None:
            yield self._say(rules.UNSIGNED, Severity.FAIL, SubIndication.FORMAT_FAILURE)
            return
        conclusion = report.conclusion
        sub = conclusion.sub_indication
        severity = _SEVERITIES[conclusion.indication]
        name = self._service.name if self._service else ""
        yield self._say(rules.SIGNATURE, severity, sub, actual=sub, name=name)

    def _about_certificate(self) -> Iterator[Finding]:
        certificate = self._certificate
        if certificate is None:
            return
        country = self._service.country if self._service else None
        yield from check_purpose(certificate, belarusian=country == "BY")
        yield check_reference(self._receipt.signed.signatures[0], certificate)
        if self._asked.service is not None:
            name = certificate.subject.display()
            names = {name, *(each.value for each in certificate.subject.attributes)}
            yield either(
                rules.SERVICE_NAME,
                self._receipt.ref,
                holds=self._asked.service in names,
                sub=SubIndication.SIG_CONSTRAINTS_FAILURE,
                expected=self._asked.service,
                actual=name,
            )

    def _recognised(self, receipt: Receipt) -> Iterator[Finding]:
        """Whether an agreement has the service among its third parties at that moment."""
        parties = [p for each in self._asked.agreements for p in each.third_parties]
        if not parties or self._certificate is None:
            return
        own = [p for p in parties if p.certificate_sha256 == self._certificate.sha256]
        yield either(
            rules.RECOGNISED,
            self._receipt.ref,
            holds=any(each.span.covers(receipt.time) for each in own),
            sub=SubIndication.CHAIN_CONSTRAINTS_FAILURE,
            actual=self._service.name if self._service else None,
            at=receipt.time,
        )

    # --- what it says

    def _about_notice(self, notice: ErrorNotice) -> Iterator[Finding]:
        holds = notice.verdict is Verdict.REJECTION
        yield either(
            rules.STATUS,
            self._receipt.ref,
            holds=holds,
            sub=SubIndication.FORMAT_FAILURE,
            actual=notice.verdict.value,
        )
        request = self._asked.request
        if request is not None and notice.transaction is not None:
            yield either(
                rules.TRANSACTION,
                self._receipt.ref,
                holds=notice.transaction == request.wire.transaction_identifier,
                sub=SubIndication.FORMAT_FAILURE,
            )

    def _about_receipt(self, receipt: Receipt) -> Iterator[Finding]:
        yield from self._recognised(receipt)
        yield from self._form(receipt)
        yield from self._time(receipt)
        yield from self._object(receipt)
        yield from self._evidence(receipt)
        if self._asked.request is not None:
            yield from check_against_request(receipt, self._asked.request)
        if self._asked.earlier is not None:
            yield from check_against_earlier(receipt, self._asked.earlier)

    def _form(self, receipt: Receipt) -> Iterator[Finding]:
        info, broken = receipt.info, SubIndication.FORMAT_FAILURE
        for version in (info.version, info.dv_req_info.version):
            if version != 1:
                yield self._say(
                    rules.VERSION, Severity.FAIL, broken, expected="1", actual=str(version)
                )
        for each in (*(info.extensions or ()), *(info.dv_req_info.extensions or ())):
            if each.critical:
                yield self._say(rules.EXTENSION, Severity.FAIL, broken, actual=each.extn_id)
        known = receipt.verdict is not Verdict.OTHER
        yield either(
            rules.STATUS, self._receipt.ref, holds=known, sub=broken, actual=receipt.verdict.value
        )
        name = SERVICES.get(receipt.service, str(receipt.service))
        severity = Severity.PASS if receipt.service == VSD else Severity.INFO
        yield self._say(rules.SERVICE, severity, actual=name)

    def _time(self, receipt: Receipt) -> Iterator[Finding]:
        """STB 34.101.81 6.14: not after the check, and while the certificate was valid."""
        stamp, at = receipt.time_stamp, self._context.at
        if stamp is not None:
            judged = judge_timestamp(stamp, self._context).result.conclusion
            severity = _SEVERITIES[judged.indication]
            yield self._say(rules.TIME_STAMP, severity, judged.sub_indication, at=receipt.time)
        if receipt.time > at:
            yield self._say(
                rules.TIME, Severity.UNKNOWN, SubIndication.TRY_LATER, at=receipt.time, now=at
            )
            return
        certificate = self._certificate
        holds = certificate is None or (
            certificate.not_before <= receipt.time <= certificate.not_after
        )
        sub = SubIndication.NOT_YET_VALID
        if certificate is not None and receipt.time > certificate.not_after:
            sub = SubIndication.EXPIRED
        yield either(rules.TIME, self._receipt.ref, holds=holds, sub=sub, at=receipt.time, now=at)

    # --- what it is about

    def _object(self, receipt: Receipt) -> Iterator[Finding]:
        """STB 34.101.81 6.14: the receipt is about what was shown, and about nothing else (D3)."""
        imprint = receipt.info.message_imprint
        oid = imprint.digest_algorithm.algorithm
        tried, actual = False, None
        try:
            for sent in self._objects(receipt):
                tried, actual = True, digest(oid, sent.octets)
                if actual == imprint.digest:
                    self._sent = sent
                    break
        except UnsupportedError:
            yield self._not_compared(oid)
            return
        if not tried:
            yield self._not_compared(None)
            return
        yield either(
            rules.OBJECT,
            self._receipt.ref,
            holds=self._sent is not None,
            sub=SubIndication.HASH_FAILURE,
            expected=imprint.digest.hex(),
            actual=actual.hex() if actual else None,
        )
        if self._sent is not None:
            yield from self._document(self._sent)

    def _not_compared(self, actual: str | None) -> Finding:
        sub = SubIndication.SIGNED_DATA_NOT_FOUND
        return self._say(rules.OBJECT_NOT_COMPARED, Severity.UNKNOWN, sub, actual=actual)

    def _objects(self, receipt: Receipt) -> Iterator[Sent]:
        """Give all that the receipt may be about: of vsd a SignedData, of others any octets."""
        shown = self._shown
        if shown.message is not None:
            yield from forms_of(shown.message, shown.document, self._is_of_country)
        elif shown.document is not None and receipt.service != VSD:
            yield Sent(Form.AS_IT_IS, bytes(shown.document))

    def _is_of_country(self, certificate: Certificate) -> bool:
        found = identify(certificate, self._context.jurisdictions).country
        return self._service is not None and found == self._service.country

    def _document(self, sent: Sent) -> Iterator[Finding]:
        """Say what of the document the service saw (D2, D4), and compare it with the one shown."""
        if self._shown.message is None:
            return
        if sent.form in {Form.SPLIT, Form.SPLIT_ATTACHED}:
            country = self._service.country if self._service else None
            yield self._say(rules.OBJECT_SPLIT, Severity.INFO, actual=country)
        inside = parse_signed_data(sent.octets)
        if inside.encapsulated is None:
            yield self._say(rules.CONTENT_NOT_SHOWN, Severity.WARN)
        document = self._shown.document
        if document is None:
            if inside.encapsulated is None:
                yield self._not_compared(None)
            return
        for signature in inside.signatures:
            oid, expected = signature.digest_algorithm.oid, signature.message_digest
            if oid not in DIGESTS:
                yield self._not_compared(oid)
                continue
            if inside.encapsulated is not None:
                expected = inside.encapsulated.digest(oid)
            actual = document.digest(oid)
            yield either(
                rules.DOCUMENT,
                self._receipt.ref,
                holds=actual == expected,
                sub=SubIndication.HASH_FAILURE,
                expected=expected.hex() if expected else None,
                actual=actual.hex(),
            )

    # --- what it holds

    def _evidence(self, receipt: Receipt) -> Iterator[Finding]:
        chains = receipt.info.certs
        if chains is None:
            return
        if self._sent is not None and receipt.service == VSD:
            wanted = len(parse_signed_data(self._sent.octets).signatures)
            severity = Severity.PASS if len(chains) == wanted else Severity.WARN
            yield self._say(rules.CHAINS, severity, expected=str(wanted), actual=str(len(chains)))
        try:
            tokens = [*receipt.tokens()]
        except InputError as error:
            yield self._say(
                rules.CHAINS, Severity.FAIL, SubIndication.FORMAT_FAILURE, actual=error.code
            )
            return
        yield from self._statuses(receipt, chains)
        for token in tokens:
            if token.kind == "assertion":
                yield from self._nested_receipt(receipt, token.der)

    def _statuses(self, receipt: Receipt, chains: Iterable[Any]) -> Iterator[Finding]:
        """7.3: "granted" only where all signatures are valid; 7.1.6: a chain says of its target."""
        if receipt.verdict is not Verdict.GRANTED:
            return
        for chain in chains:
            first = CertEtcToken.parse((chain.chain or (chain.target,))[0])
            if first.kind != "pkistatus":
                continue
            try:
                found = Verdict.of(s.decode(PKI_STATUS_INFO, first.der))
            except InputError:
                found = Verdict.OTHER
            if found is not Verdict.GRANTED:
                sub = SubIndication.SIG_CONSTRAINTS_FAILURE
                yield self._say(
                    rules.CONTRADICTION,
                    Severity.FAIL,
                    sub,
                    expected=receipt.verdict.value,
                    actual=found.value,
                )

    def _nested_receipt(self, receipt: Receipt, der: bytes) -> Iterator[Finding]:
        """Check a receipt inside: it does not decide, but may not speak of something else."""
        inner = _receipt_in(der)
        if inner is None:
            return
        if self._nesting.is_full:
            sub = SubIndication.FORMAT_FAILURE
            yield self._say(rules.NESTED_TOO_DEEP, Severity.FAIL, sub, expected=str(_DEEPEST))
            return
        below = self._nesting.below()
        asked = Asked(agreements=self._asked.agreements)
        found = _Check(inner, self._context, self._shown, asked, below).check()
        self._nested.append(found)
        name = found.service.name if found.service else inner.ref.name
        sub = SubIndication.SIG_CONSTRAINTS_FAILURE
        if _speaks_of_other(receipt, inner, found):
            yield self._say(rules.NESTED_OTHER, Severity.FAIL, sub, actual=name)
        elif receipt.verdict is Verdict.GRANTED and found.confirms is False:
            yield self._say(rules.CONTRADICTION, Severity.FAIL, sub, actual=name)
        else:
            severity = Severity.PASS if found.conclusion.passed else Severity.WARN
            yield self._say(
                rules.NESTED, severity, actual=name, status=inner.verdict.value, at=inner.time
            )


_SEVERITIES: Final = {
    Indication.TOTAL_PASSED: Severity.PASS,
    Indication.PASSED: Severity.PASS,
    Indication.TOTAL_FAILED: Severity.FAIL,
    Indication.FAILED: Severity.FAIL,
    Indication.INDETERMINATE: Severity.UNKNOWN,
}


def _receipt_in(der: bytes) -> Receipt | None:
    """Read a receipt that is an assertion; None for a time-stamp or anything else."""
    try:
        info = s.decode(cms_wire.CONTENT_INFO, der, mode=s.BER)
        if info.content_type != ID_SIGNED_DATA:
            return None
        if parse_signed_data(der).content_type != ID_RESPONSE:
            return None
        found = parse_response(der)
        return found if isinstance(found, Receipt) and found.time else None
    except InputError:
        return None


def _speaks_of_other(receipt: Receipt, inner: Receipt, found: CheckedReceipt) -> bool:
    """Whether a nested receipt is about something else, as far as can be told.

    Either its own object was rebuilt from what was shown, or the imprints can be compared.
    """
    if found.sent is not None:
        return False
    if any(each.rule is rules.OBJECT for each in found.findings):
        return True
    own, others = receipt.info.message_imprint, inner.info.message_imprint
    same_digest = own.digest_algorithm.algorithm == others.digest_algorithm.algorithm
    return same_digest and own.digest != others.digest
