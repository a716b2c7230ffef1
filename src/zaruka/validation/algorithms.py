"""Cryptographic constraints: EN 319 102-1 V1.4.1, 5.1.4.3, applied in 5.2.6.4(6) and 5.2.8.4.1."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from zaruka.asn1 import schema as s
from zaruka.crypto import algorithms as registry
from zaruka.crypto import named_digest
from zaruka.errors import InputError
from zaruka.findings import Finding, Severity, SubIndication
from zaruka.validation import rules
from zaruka.validation.policy import Level
from zaruka.validation.results import Algorithm

if TYPE_CHECKING:
    from datetime import datetime

    from zaruka.crypto import AlgorithmId, KeyInfo
    from zaruka.findings import ObjectRef
    from zaruka.validation.policy import AlgorithmConstraint, Policy

__all__ = ["algorithm_of", "check_algorithm", "ending_of"]

_RSA = frozenset({"1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10"})
_DSA = "1.2.840.10040.4.1"


class _RsaPublicKey(NamedTuple):
    """RFC 8017 A.1.1."""

    modulus: bytes
    public_exponent: bytes


class _DssParms(NamedTuple):
    """RFC 3279 2.3.2."""

    p: bytes
    q: bytes
    g: bytes


_RSA_PUBLIC_KEY = s.sequence(
    _RsaPublicKey,
    s.field("modulus", s.INTEGER_BYTES),
    s.field("public_exponent", s.INTEGER_BYTES),
)
_DSS_PARMS = s.sequence(
    _DssParms,
    s.field("p", s.INTEGER_BYTES),
    s.field("q", s.INTEGER_BYTES),
    s.field("g", s.INTEGER_BYTES),
)
_OIDS = s.sequence_of(s.OID)


@lru_cache(maxsize=4096)
def algorithm_of(
    signature_algorithm: AlgorithmId, key: KeyInfo | None, digest_oid: str | None = None
) -> Algorithm:
    """Describe how something was signed; without `digest_oid`, by the digest that is named."""
    parameters_oid, bits = _key_parameters(key) if key else (None, None)
    return Algorithm(
        signature_oid=signature_algorithm.oid,
        digest_oid=digest_oid or named_digest(signature_algorithm),
        key_oid=key.algorithm.oid if key else None,
        key_parameters_oid=parameters_oid,
        key_bits=bits,
    )


def _key_parameters(key: KeyInfo) -> tuple[str | None, int | None]:
    """Read the OID of the key's group, where it has one, and its size in bits."""
    oid, parameters = key.algorithm.oid, key.algorithm.parameters
    try:
        if oid in _RSA:
            return None, _bits(s.decode(_RSA_PUBLIC_KEY, key.key).modulus)
        if parameters is None or parameters[:1] == b"\x05":
            return None, None
        if oid == _DSA:
            return None, _bits(s.decode(_DSS_PARMS, parameters).p)
        is_gost = parameters[0] == 0x30  # RFC 9215 4.2: one to three OIDs, the curve first
        group = s.decode(_OIDS, parameters)[0] if is_gost else s.decode(s.OID, parameters)
    except (InputError, IndexError):
        return None, None
    curve = registry.CURVES.get(group)
    return group, curve.size if curve else None


def _bits(integer: bytes) -> int:
    return int.from_bytes(integer, signed=True).bit_length()


def check_algorithm(
    policy: Policy, algorithm: Algorithm, subject: ObjectRef, *, at: datetime
) -> Finding:
    """Check that every algorithm in the signature on `subject` is reliable at `at`.

    PASS; UNKNOWN with CRYPTO_CONSTRAINTS_FAILURE_NO_POE, and in `details["until"]` the moment up
    to which it was reliable; or WARN where the policy tolerates it.
    """
    broken = [each for each in _constraints(policy, algorithm) if at >= each.until]
    if not broken:
        return Finding(rules.ALGORITHMS, Severity.PASS, subject, None, algorithm.signature_oid)
    worst = min(broken, key=lambda each: (each.level is Level.WARN, each.until, each.name))
    fails = worst.level is Level.FAIL
    return Finding(
        rules.ALGORITHM_ENDED,
        Severity.UNKNOWN if fails else Severity.WARN,
        subject,
        expected=worst.until.isoformat(),
        actual=worst.name,
        details={"until": worst.until, "at": at, "source": worst.source},
        sub_indication=SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE if fails else None,
    )


def ending_of(policy: Policy, algorithm: Algorithm) -> AlgorithmConstraint | None:
    """Return the constraint by which the first of the algorithms stops to be reliable."""
    failing = [each for each in _constraints(policy, algorithm) if each.level is Level.FAIL]
    return min(failing, key=lambda each: (each.until, each.name), default=None)


def _constraints(policy: Policy, algorithm: Algorithm) -> list[AlgorithmConstraint]:
    """Return the constraints on any of the algorithms; those on small keys are on unknown sizes."""
    has_key, bits = algorithm.key_oid is not None, algorithm.key_bits or 0
    found = []
    for oid in (algorithm.signature_oid, algorithm.digest_oid, algorithm.key_oid):
        for each in policy.by_oid.get(oid, ()):
            if each.below_bits is None or (has_key and bits < each.below_bits):
                found.append(each)  # noqa: PERF401 - this is asked often
    return found
