"""Identification of the signing certificate: EN 319 102-1 V1.4.1, 5.2.3."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from zaruka.findings import Finding, Severity, SubIndication
from zaruka.signatures.cades import check_signing_certificate
from zaruka.signatures.xml.document import XmlSignature
from zaruka.validation import rules
from zaruka.validation.deciding import OPEN, indeterminate, passed, unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from zaruka.crypto import KeyInfo
    from zaruka.findings import Conclusion
    from zaruka.signatures import Signature
    from zaruka.validation.evidence import Evidence
    from zaruka.x509 import Certificate

__all__ = ["Identification", "choose_among", "identify_signing_certificate"]

_TRIED = 64  # candidates: each costs a verification


class Identification(Struct, frozen=True):
    """PASSED with the signing certificate, or INDETERMINATE (NO_SIGNING_CERTIFICATE_FOUND).

    `candidates` are all certificates that the signer identifier names and the references allow:
    more than one only where the signature binds none, and copies of one name and number differ.
    """

    conclusion: Conclusion
    candidates: tuple[Certificate, ...] = ()


def identify_signing_certificate(signature: Signature, evidence: Evidence) -> Identification:
    """Find the signing certificate among the evidence, by signer identifier and references."""
    refused: list[Finding] = []
    found: list[Certificate] = []
    checks: dict[str, tuple[Finding, ...]] = {}
    for certificate in _named(signature, evidence):
        findings = check_signing_certificate(signature, certificate)
        if not OPEN.isdisjoint([finding.severity for finding in findings]):
            refused.extend(findings)
        else:
            found.append(certificate)
            checks[certificate.sha256] = findings
    if not found:
        missing = unknown(
            rules.NO_SIGNING_CERTIFICATE,
            signature.ref,
            SubIndication.NO_SIGNING_CERTIFICATE_FOUND,
            expected=signature.sid.display(),
        )
        return Identification(
            indeterminate(SubIndication.NO_SIGNING_CERTIFICATE_FOUND, (*refused, missing))
        )
    identified = _found(signature, found[0])
    return Identification(passed((*checks[found[0].sha256], identified)), tuple(found))


def choose_among(
    signature: Signature,
    candidates: tuple[Certificate, ...],
    is_made_with: Callable[[KeyInfo], bool],
) -> Identification:
    """Take of several candidates the first that the signature value verifies with.

    Where none does, nobody is blamed: whoever sends a file can put certificates of another's name
    and number into it. So many are tried that no honest file has more.
    """
    for candidate in candidates[:_TRIED]:
        if is_made_with(candidate.key):
            findings = (
                *check_signing_certificate(signature, candidate),
                _found(signature, candidate),
            )
            return Identification(passed(findings), (candidate,))
    sub = SubIndication.NO_SIGNING_CERTIFICATE_FOUND
    count = str(len(candidates))
    open_ = unknown(rules.SIGNING_CERTIFICATE_AMBIGUOUS, signature.ref, sub, actual=count)
    return Identification(indeterminate(sub, (open_,)))


def _found(signature: Signature, certificate: Certificate) -> Finding:
    return Finding(
        rules.SIGNING_CERTIFICATE_FOUND,
        Severity.PASS,
        signature.ref,
        actual=certificate.ref.name,
        details={"sha256": certificate.sha256},
    )


def _named(signature: Signature, evidence: Evidence) -> tuple[Certificate, ...]:
    """Find the certificates that the signature names, in the order of SHA-256."""
    if isinstance(signature, XmlSignature):  # names no identifier that evidence is sorted by
        return signature.find_signers(evidence.certificates)
    return evidence.signers_of(signature)
