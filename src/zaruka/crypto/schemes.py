"""What a signature's algorithm identifiers mean together with its key (pure).

A signature may name its algorithm in full (1.2.643.7.1.1.3.2), or name only the key's algorithm
and leave the hash to digestAlgorithm, as gost-engine, old CryptoPro and Avest do.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from msgspec import structs

from zaruka.crypto.algorithms import (
    CURVES,
    DIGESTS,
    KEYS,
    SIGNATURES,
    UNSUPPORTED,
    Family,
    describe,
)
from zaruka.crypto.parameters import (
    NULL,
    Malformed,
    encode_pss_parameters,
    gost_key_parameters,
    named_oid,
    pss_parameters,
)
from zaruka.crypto.provider import AlgorithmId, Scheme, Verification

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zaruka.crypto.algorithms import Curve

__all__ = ["named_digest", "resolve", "usual_algorithms"]

_EDDSA: Final = frozenset({Family.ED25519, Family.ED448})

# RFC 4490 3.2, RFC 9215 2: each way to sign has its one hash function.
_GOST_DIGEST: Final[Mapping[Family, str]] = {
    signature.family: signature.digest_oid
    for signature in SIGNATURES.values()
    if signature.family.startswith("GOST") and signature.digest_oid
}
# The standards that define curves for each.
_GOST_CURVES: Final = frozenset({"RFC 4357", "RFC 7836"})
_BIGN_CURVES: Final = frozenset({"STB 34.101.45"})
_GOST_BITS: Final[Mapping[Family, int]] = {
    Family.GOST_2001: 256,
    Family.GOST_2012_256: 256,
    Family.GOST_2012_512: 512,
}


class _Refused(Exception):  # noqa: N818 - carries a value out, never leaves the module
    def __init__(self, verification: Verification) -> None:
        self.verification = verification


@lru_cache(maxsize=1024)
def resolve(
    key: AlgorithmId, signature: AlgorithmId, digest_oid: str | None
) -> Scheme | Verification:
    """Return the scheme, or why there is none: a mismatch, something unsupported, a bad key.

    `digest_oid` is digestAlgorithm of a SignerInfo; None where there is no such field, as in a
    certificate.
    """
    try:
        return _scheme(key, signature, digest_oid)
    except _Refused as refused:
        return refused.verification


def _scheme(key: AlgorithmId, signature: AlgorithmId, digest_oid: str | None) -> Scheme:
    if key.oid not in KEYS:
        raise _Refused(Verification.unsupported(describe(key.oid)))
    if signature.oid in SIGNATURES:
        scheme = _named_in_full(key, signature, digest_oid)
    else:
        scheme = _named_by_key(key, signature, digest_oid)
    if scheme.digest_oid is not None and scheme.digest_oid not in DIGESTS:
        raise _Refused(Verification.unsupported(describe(scheme.digest_oid)))
    curve = _curve(key, scheme.family)
    if curve is None:
        return scheme
    # RFC 9215 2, STB 34.101.45 5.6: the digest is as long as the key.
    digest = DIGESTS[scheme.digest_oid or ""]
    wanted = _GOST_DIGEST.get(scheme.family, digest.oid)
    if digest.oid != wanted:
        raise _Refused(Verification.mismatch(describe(wanted), describe(digest.oid)))
    if digest.size * 8 != curve.size:
        wanted = f"{describe(curve.oid)}: {curve.size} bits"
        raise _Refused(Verification.mismatch(wanted, describe(digest.oid)))
    return structs.replace(scheme, curve_oid=curve.oid)


def _named_by_key(key: AlgorithmId, signature: AlgorithmId, digest_oid: str | None) -> Scheme:
    """Read a signature that names the key's algorithm: digestAlgorithm names the hash function."""
    if signature.oid not in KEYS:
        raise _Refused(Verification.unsupported(describe(signature.oid)))
    if signature.oid != key.oid:
        raise _Refused(Verification.mismatch(describe(key.oid), describe(signature.oid)))
    if signature.parameters not in {None, NULL, key.parameters}:
        raise _Refused(_bad_parameters(signature))
    if digest_oid is None:
        raise _Refused(Verification.mismatch("a signature algorithm", describe(signature.oid)))
    return Scheme(KEYS[key.oid].families[0], digest_oid)


def _named_in_full(key: AlgorithmId, signature: AlgorithmId, digest_oid: str | None) -> Scheme:
    """Read a signature whose identifier or parameters name the hash function."""
    family = SIGNATURES[signature.oid].family
    if family not in KEYS[key.oid].families:
        raise _Refused(Verification.mismatch(describe(key.oid), describe(signature.oid)))
    try:
        scheme = _with_parameters(key, signature)
    except Malformed:
        raise _Refused(_bad_parameters(signature)) from None
    if digest_oid is not None and scheme.digest_oid not in {None, digest_oid}:
        named = describe(scheme.digest_oid or "")
        raise _Refused(Verification.mismatch(named, describe(digest_oid)))
    return scheme


def _with_parameters(key: AlgorithmId, signature: AlgorithmId) -> Scheme:
    algorithm = SIGNATURES[signature.oid]
    if algorithm.family is Family.RSA_PSS:
        pss = pss_parameters(signature.parameters)
        if key.oid == signature.oid and key.parameters is not None:
            # RFC 4055 3.3: parameters in the key bind its signatures; the salt may be longer.
            bound = pss_parameters(key.parameters)
            if bound[:2] != pss[:2] or pss.salt_length < bound.salt_length:
                raise Malformed("parameters of the key")
        return Scheme(
            Family.RSA_PSS,
            pss.digest,
            mgf_digest_oid=pss.mgf_digest,
            salt_length=pss.salt_length,
        )
    if algorithm.family is Family.BIGN and algorithm.digest_oid is None:  # bign-with-hspec
        return Scheme(Family.BIGN, named_oid(signature.parameters))
    if signature.parameters not in {None, NULL}:
        raise Malformed("parameters")
    return Scheme(algorithm.family, algorithm.digest_oid)


def named_digest(signature: AlgorithmId) -> str | None:
    """Return the hash function that an identifier or its parameters name; None where none is."""
    algorithm = SIGNATURES.get(signature.oid)
    if algorithm is None:
        return None
    try:
        if algorithm.family is Family.RSA_PSS:
            return pss_parameters(signature.parameters).digest
        if algorithm.family is Family.BIGN and algorithm.digest_oid is None:  # bign-with-hspec
            return named_oid(signature.parameters)
    except Malformed:
        return None
    return algorithm.digest_oid


def _bad_parameters(algorithm: AlgorithmId) -> Verification:
    shown = algorithm.parameters[:32].hex() if algorithm.parameters else "none"
    return Verification.mismatch(f"parameters of {describe(algorithm.oid)}", shown)


def _curve(key: AlgorithmId, family: Family) -> Curve | None:
    """Return the curve of a GOST or bign key; None for other keys."""
    bits = _GOST_BITS.get(family)
    if bits is None and family is not Family.BIGN:
        return None
    digest_oid = ""
    try:
        if bits is None:
            oid = named_oid(key.parameters)
        else:
            oid, digest_oid, _ = gost_key_parameters(key.parameters)
    except Malformed as error:
        raise _Refused(Verification.bad_key(f"parameters: {error}")) from None
    if digest_oid in UNSUPPORTED:
        raise _Refused(Verification.unsupported(describe(digest_oid)))
    if oid not in CURVES:
        raise _Refused(Verification.unsupported(describe(oid)))
    curve = CURVES[oid]
    standards = _BIGN_CURVES if bits is None else _GOST_CURVES
    if curve.standard not in standards or bits not in {None, curve.size}:
        raise _Refused(Verification.mismatch(describe(key.oid), describe(oid)))
    if digest_oid in DIGESTS and DIGESTS[digest_oid].size * 8 != curve.size:
        raise _Refused(Verification.mismatch(describe(oid), describe(digest_oid)))
    return curve


def usual_algorithms(key: AlgorithmId) -> tuple[AlgorithmId, AlgorithmId]:
    """Return the signature and the digest algorithm that a key of this kind usually signs with.

    GOST: parameters absent (RFC 9215 2 and 3); STB: NULL (STB 34.101.45 annex D). KeyError for a
    key that `resolve` refuses too.
    """
    family = KEYS[key.oid].families[0]
    if family is Family.RSA_PSS:
        return AlgorithmId(key.oid, _PSS_SHA_256), AlgorithmId(_SHA_256)
    if family in _EDDSA:  # RFC 8419 3: the hash function of the message digest attribute
        return AlgorithmId(key.oid), AlgorithmId(_SHA_512)
    digest_oid, parameters, digest_parameters = _GOST_DIGEST.get(family, _SHA_256), None, None
    if family is Family.BIGN:
        digest_oid = _BIGN_DIGEST[named_oid(key.parameters)]
        parameters = digest_parameters = NULL
    elif family is Family.RSA:
        parameters = NULL
    signature_oid = next(
        entry.oid
        for entry in SIGNATURES.values()
        if entry.family is family and entry.digest_oid == digest_oid
    )
    return AlgorithmId(signature_oid, parameters), AlgorithmId(digest_oid, digest_parameters)


_SHA_256: Final = "2.16.840.1.101.3.4.2.1"
_SHA_512: Final = "2.16.840.1.101.3.4.2.3"
_PSS_SHA_256: Final = encode_pss_parameters(_SHA_256, 32)
# STB 34.101.78 6.1: belt-hash, bash384, bash512 by level.
_BIGN_DIGEST: Final[Mapping[str, str]] = {
    "1.2.112.0.2.0.34.101.45.3.1": "1.2.112.0.2.0.34.101.31.81",
    "1.2.112.0.2.0.34.101.45.3.2": "1.2.112.0.2.0.34.101.77.12",
    "1.2.112.0.2.0.34.101.45.3.3": "1.2.112.0.2.0.34.101.77.13",
}
