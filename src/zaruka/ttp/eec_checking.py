"""Checking the receipt in a container of the EEC, and giving one (R22).

Who the third party is shows no certificate: an agreement has to name it. What the receipt says is
read from the octets that its signature covers, never from the document again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from zaruka.errors import ConfigError, InputError
from zaruka.findings import Finding, Indication, ObjectKind, ObjectRef, Severity, SubIndication
from zaruka.signatures.xml.xmldsig import parse_signed_xml
from zaruka.ttp import rules
from zaruka.ttp.deciding import either
from zaruka.ttp.eec import (
    Container,
    EecReceipt,
    Outcome,
    add_receipt,
    parse_container,
    parse_receipt,
)
from zaruka.validation.crosswalk import place_of
from zaruka.validation.deciding import OPEN, decide
from zaruka.validation.process import validate_document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from zaruka.findings import Conclusion
    from zaruka.recognition import Agreement
    from zaruka.signatures.creation import Signer
    from zaruka.signatures.xml.document import XmlSignature
    from zaruka.validation.context import Context
    from zaruka.validation.jurisdiction import Identity
    from zaruka.validation.results import SignatureResult, ValidationReport

__all__ = ["CheckedContainer", "check_container", "issue_eec_receipt", "outcomes_of"]

_DATA: Final = "/SignedDoc/Data"
_OUTSIDE: Final = "/SignedDoc/Signature"
_RECEIPT: Final = "/SignedDoc/Signature/Object/Receipt"
_BROKEN: Final = SubIndication.SIG_CONSTRAINTS_FAILURE
_SEVERITIES: Final = {
    Indication.TOTAL_PASSED: Severity.PASS,
    Indication.TOTAL_FAILED: Severity.FAIL,
    Indication.INDETERMINATE: Severity.UNKNOWN,
}


class CheckedContainer(Struct, frozen=True):
    """A receipt in its container; `report` is of all signatures, the third party's among them."""

    container: Container
    receipt: EecReceipt
    conclusion: Conclusion
    report: ValidationReport
    service: Identity | None
    time: datetime | None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that was found."""
        return self.conclusion.findings


def outcomes_of(
    report: ValidationReport, signatures: Iterable[str], say: Callable[[SignatureResult], str]
) -> tuple[Outcome, ...] | None:
    """Say each signature's result in the words of the EEC (crosswalk); None: it has none.

    The receipt can neither wait nor say that nothing could be checked. `signatures` are the Ids
    in the order of the document, `say` makes ReasonText.
    """
    outcomes = []
    for found, name in zip(report.signatures, signatures, strict=False):
        place = place_of(found.conclusion)
        if not found.conclusion.passed and place.reason is None:
            return None
        text = None if place.reason is None else say(found)
        outcomes.append(Outcome(f"#{name}" if name else None, place.reason, text))
    return tuple(outcomes) or None


def issue_eec_receipt(  # noqa: PLR0913 - what a receipt depends on is said, not hidden
    octets: bytes,
    signer: Signer,
    context: Context,
    *,
    name: str,
    say: Callable[[SignatureResult], str],
    entropy: Callable[[int], bytes],
) -> tuple[bytes, ValidationReport]:
    """Judge the signatures of a container at `context.at` and add the receipt on them.

    `name` identifies the receipt: an XML name without colons. Raises InputError where it is no
    container, or of what was found this receipt has no word (ttp.eec-no-word); ConfigError
    (ttp.mismatch) where the receipt does not hold when it is read back.
    """
    container = parse_container(octets)
    report = validate_document(parse_signed_xml(octets), None, context)
    outcomes = outcomes_of(report, container.signatures, say)
    if outcomes is None:
        raise InputError("ttp.eec-no-word")
    receipt = EecReceipt(name, f"urn:uuid:{name.lstrip('r')}", container.doc_instance, outcomes)
    done = add_receipt(octets, receipt, signer, signing_time=context.at, entropy=entropy)
    found = check_container(done, context, ())
    wrong = [
        each.rule.code
        for each in found.findings
        if each.severity in OPEN and each.rule is not rules.RECOGNISED
    ]
    if found.receipt != receipt or wrong:
        raise ConfigError("ttp.mismatch", reason=next(iter(wrong), "content"))
    return done, report


def check_container(
    octets: bytes, context: Context, agreements: Iterable[Agreement]
) -> CheckedContainer:
    """Check the receipt of a container at `context.at`.

    Raises InputError (ttp.eec-malformed, ttp.eec-no-receipt, xml.*, xmldsig.*).
    """
    container = parse_container(octets)
    document = parse_signed_xml(octets)
    report = validate_document(document, None, context)
    pairs = [*zip(document.signatures, report.signatures, strict=True)]
    own = [pair for pair in pairs if pair[0].place == _OUTSIDE]
    if not container.receipts or len(own) != 1:
        raise InputError("ttp.eec-no-receipt")
    ((signature, result),) = own
    receipt = _receipt_of(signature)
    about = ObjectRef(ObjectKind.RECEIPT, document.sha256, receipt.receipt_id)
    findings = [
        *_about_signature(signature, result, about),
        _recognised(result, agreements, about),
        *_about_receipt(receipt, container, pairs, about),
    ]
    return CheckedContainer(
        container, receipt, decide(findings), report, result.signer, signature.signing_time
    )


def _receipt_of(signature: XmlSignature) -> EecReceipt:
    """Read the receipt from the octets that are signed."""
    signed = [each.octets for each in signature.references if each.place == _RECEIPT]
    if len(signed) != 1 or signed[0] is None:
        raise InputError("ttp.eec-no-receipt")
    return parse_receipt(signed[0])


def _about_signature(
    signature: XmlSignature, result: SignatureResult, about: ObjectRef
) -> Iterator[Finding]:
    conclusion = result.conclusion
    name = result.signer.name if result.signer else ""
    yield Finding(
        rules.SIGNATURE,
        _SEVERITIES[conclusion.indication],
        about,
        actual=conclusion.sub_indication,
        details={"name": name},
        sub_indication=conclusion.sub_indication,
    )
    covers = _DATA in {each.place for each in signature.references if each.content is not None}
    yield either(rules.EEC_COVERAGE, about, sub=_BROKEN, holds=covers)


def _recognised(
    result: SignatureResult, agreements: Iterable[Agreement], about: ObjectRef
) -> Finding:
    """Whether an agreement names the certificate; without one nobody says who this is."""
    sha256 = result.signing_certificate.sha256 if result.signing_certificate else ""
    at = result.signing_time or result.best_signature_time
    parties = [party for each in agreements for party in each.third_parties]
    own = [each for each in parties if each.certificate_sha256 == sha256]
    holds = any(each.span.covers(at) for each in own)
    open_ = Severity.FAIL if parties else Severity.UNKNOWN
    return Finding(
        rules.RECOGNISED,
        Severity.PASS if holds else open_,
        about,
        actual=result.signer.name if result.signer else None,
        details={"at": at},
        sub_indication=None if holds else SubIndication.CHAIN_CONSTRAINTS_FAILURE,
    )


def _about_receipt(
    receipt: EecReceipt,
    container: Container,
    pairs: Iterable[tuple[XmlSignature, SignatureResult]],
    about: ObjectRef,
) -> Iterator[Finding]:
    """See that the receipt is about this document and about each of its signatures, once."""
    yield either(
        rules.EEC_DOCUMENT,
        about,
        sub=_BROKEN,
        holds=receipt.doc_id == container.doc_instance,
        expected=container.doc_instance,
        actual=receipt.doc_id,
    )
    named = [each.reference for each in receipt.report if each.reference is not None]
    wanted = [f"#{name}" for name in container.signatures if name]
    whole = not named and len(receipt.report) in {1, len(container.signatures)}
    holds = whole or sorted(named) == sorted(wanted)
    yield either(
        rules.EEC_REPORT,
        about,
        sub=_BROKEN,
        holds=holds,
        expected=" ".join(wanted),
        actual=" ".join(named),
    )
    inside = [result for signature, result in pairs if signature.place != _OUTSIDE]
    broken = any(each.conclusion.indication is Indication.TOTAL_FAILED for each in inside)
    if receipt.confirms and broken:  # D5: our own check is a control
        yield either(rules.CONTRADICTION, about, sub=_BROKEN, holds=False, actual="Success")
