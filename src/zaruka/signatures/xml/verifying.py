"""Core validation of one XML signature (XML Signature 1.1, 3.2): pure, results are values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import Struct

from zaruka.asn1 import schema as s
from zaruka.crypto import Outcome, Verification, verify
from zaruka.crypto.algorithms import Family
from zaruka.crypto.provider import INVALID
from zaruka.findings import Finding, Severity, SubIndication
from zaruka.signatures.xml import rules

if TYPE_CHECKING:
    from zaruka.crypto import KeyInfo
    from zaruka.signatures.xml.document import Reference, XmlSignature

__all__ = ["XmlSignerCheck", "check_references", "verify_signer"]


class XmlSignerCheck(Struct, frozen=True):
    """What digesting the references (3.2.1) and the signature's mathematics (3.2.2) gave."""

    references: tuple[Finding, ...]
    verification: Verification

    @property
    def is_valid(self) -> bool:
        """Whether every reference and the signature value hold."""
        return self.verification.outcome is Outcome.VALID and all(
            each.severity is Severity.PASS for each in self.references
        )

    def findings(self, signature: XmlSignature) -> tuple[Finding, ...]:
        """Say it as findings about `signature`."""
        rule, severity = _SIGNATURE_RULES[self.verification.outcome]
        about_value = Finding(
            rule,
            severity,
            signature.ref,
            expected=self.verification.expected,
            actual=self.verification.actual,
            sub_indication=SubIndication.SIG_CRYPTO_FAILURE if severity is Severity.FAIL else None,
        )
        return (*self.references, about_value)


_SIGNATURE_RULES: Final = {
    Outcome.VALID: (rules.SIGNATURE, Severity.PASS),
    Outcome.INVALID: (rules.SIGNATURE, Severity.FAIL),
    Outcome.BAD_KEY: (rules.KEY_UNUSABLE, Severity.FAIL),
    Outcome.ALGORITHM_MISMATCH: (rules.KEY_ALGORITHM, Severity.FAIL),
    Outcome.UNSUPPORTED: (rules.SIGNATURE_UNSUPPORTED, Severity.UNKNOWN),
}


def verify_signer(signature: XmlSignature, key: KeyInfo) -> XmlSignerCheck:
    """Digest what is signed, and verify the signature value over SignedInfo with `key`."""
    return XmlSignerCheck(check_references(signature), _verify(signature, key))


def check_references(signature: XmlSignature) -> tuple[Finding, ...]:
    """Compare the digest of each reference's octets: 3.2.1. One finding each, in their order."""
    return tuple(_check(signature, reference) for reference in signature.references)


def _check(signature: XmlSignature, reference: Reference) -> Finding:
    about = signature.ref
    if reference.finding is not None:
        return reference.finding
    if reference.digest_oid is None or reference.content is None:
        return Finding(
            rules.DIGEST_UNSUPPORTED,
            Severity.UNKNOWN,
            about,
            actual=reference.digest_uri,
            sub_indication=SubIndication.CUSTOM,
        )
    actual = reference.content.digest(reference.digest_oid)
    same = actual == reference.digest
    return Finding(
        rules.REFERENCE,
        Severity.PASS if same else Severity.FAIL,
        about,
        expected=reference.digest.hex(),
        actual=actual.hex(),
        details={"place": reference.shown},
        sub_indication=None if same else SubIndication.HASH_FAILURE,
    )


def _verify(signature: XmlSignature, key: KeyInfo) -> Verification:
    method = signature.method
    if method is None:
        return Verification.unsupported(signature.method_uri)
    octets = signature.signature
    if method.family in {Family.ECDSA, Family.DSA}:
        if not octets or len(octets) % 2:
            return INVALID
        octets = _as_der(octets)
    return verify(key, method.algorithm, method.digest_oid, octets, message=signature.signed_info)


class _Numbers(NamedTuple):
    """ECDSA-Sig-Value, Dss-Sig-Value (RFC 3279 2.2.2, 2.2.3)."""

    r: int
    s: int


_NUMBERS: Final = s.sequence(_Numbers, s.field("r", s.INTEGER), s.field("s", s.INTEGER))


def _as_der(octets: bytes) -> bytes:
    """6.4.1, 6.4.3: r || s of equal length, big-endian; elsewhere they are a SEQUENCE."""
    half = len(octets) // 2
    numbers = (int.from_bytes(part, "big") for part in (octets[:half], octets[half:]))
    return s.encode(_NUMBERS, _Numbers(*numbers))
