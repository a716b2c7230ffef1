"""Signature acceptance validation: EN 319 102-1 V1.4.1, 5.2.8."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zaruka.crypto import digest
from zaruka.errors import UnsupportedError
from zaruka.findings import Finding, Severity, SubIndication
from zaruka.validation import rules
from zaruka.validation.algorithms import check_algorithm
from zaruka.validation.blocks.key_purpose import check_content_purpose
from zaruka.validation.deciding import decide, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from zaruka.findings import Conclusion
    from zaruka.signatures import CertificateRef, Signature
    from zaruka.validation.policy import Policy
    from zaruka.validation.results import Algorithm, ChainLink
    from zaruka.x509 import Certificate

__all__ = ["accept_signature"]


def accept_signature(
    signature: Signature,
    algorithm: Algorithm,
    chain: tuple[ChainLink, ...],
    policy: Policy,
    *,
    at: datetime,
) -> Conclusion:
    """Apply cryptographic and signature elements constraints at `at`: 5.2.8.4.

    PASSED, or INDETERMINATE with CRYPTO_CONSTRAINTS_FAILURE_NO_POE, SIG_CONSTRAINTS_FAILURE or
    CHAIN_CONSTRAINTS_FAILURE.
    """
    findings = [
        check_algorithm(policy, algorithm, signature.ref, at=at),
        *_check_references(signature, chain),
        *_check_purpose(signature, chain),
        *_claimed_signing_time(signature),
        *_countersignatures(signature),
    ]
    return decide(policy.weigh_all(findings))


def _check_references(signature: Signature, chain: tuple[ChainLink, ...]) -> list[Finding]:
    """5.2.8.4.2.1: references to other certificates are to those of the path."""
    rule, sub = rules.REFERENCES_OUTSIDE_PATH, SubIndication.SIG_CONSTRAINTS_FAILURE
    return [
        unknown(rule, signature.ref, sub, expected=ref.digest.hex())
        for ref in signature.signing_certificate_refs
        if ref.position > 0 and not any(_is_to(ref, link.certificate) for link in chain)
    ]


def _check_purpose(signature: Signature, chain: tuple[ChainLink, ...]) -> Iterator[Finding]:
    """RFC 5280 4.2.1.12: content of this type is what the signer's certificate is for."""
    for signer in chain[:1]:
        yield from check_content_purpose(signer.certificate, signature.encapsulated_type)


def _is_to(ref: CertificateRef, certificate: Certificate) -> bool:
    try:
        return digest(ref.digest_algorithm.oid, certificate.der) == ref.digest
    except UnsupportedError:
        return False


def _claimed_signing_time(signature: Signature) -> list[Finding]:
    """5.2.8.4.2.2: made available, not judged."""
    claimed = signature.signing_time
    if claimed is None:
        return []
    actual, details = claimed.isoformat(), {"signing_time": claimed}
    rule, ref = rules.SIGNING_TIME_CLAIMED, signature.ref
    return [Finding(rule, Severity.INFO, ref, actual=actual, details=details)]


def _countersignatures(signature: Signature) -> list[Finding]:
    """5.2.8.4.2.6: without a constraint on them they are noticed, and never fail the signature."""
    count = sum(
        [len(e.attribute.values) for e in signature.evidence if e.kind == "counter-signature"]
    )
    if not count:
        return []
    details = {"count": count}
    return [Finding(rules.COUNTERSIGNATURE, Severity.INFO, signature.ref, details=details)]
