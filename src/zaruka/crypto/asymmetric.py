"""RSA, ECDSA, EdDSA and DSA by the package `cryptography`."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from zaruka.crypto.algorithms import DIGESTS, Family, describe
from zaruka.crypto.parameters import bit_string_of
from zaruka.crypto.provider import INVALID, VALID, KeyInfo, PrivateKey, Verification
from zaruka.errors import UnsupportedError

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from zaruka.crypto.provider import Scheme

__all__ = ["public_key", "sign", "verify"]

# Twice the octets of an RSA key of 16384 bits, the most that OpenSSL verifies.
_SPKI_LIMIT: Final = 4200
# Bits. Longer public exponents only make each verification dear, a key of 16384 bits a second.
_MODULUS_LIMIT: Final = 16_384
_EXPONENT_LIMIT: Final = 64

_HASHES: Final[dict[str, hashes.HashAlgorithm]] = {
    oid: getattr(hashes, digest.name.replace("SHA-", "SHA").replace("SHA3-", "SHA3_"))()
    for oid, digest in DIGESTS.items()
    if digest.standard.startswith("FIPS")
}


# Objects without state, made once: `cryptography` checks what it is given each time.
_PREHASHED: Final = {oid: Prehashed(algorithm) for oid, algorithm in _HASHES.items()}
_ECDSA: Final = {oid: ec.ECDSA(prehashed) for oid, prehashed in _PREHASHED.items()}


def _check_rsa(key: rsa.RSAPublicKey, scheme: Scheme, signed: bytes, signature: bytes) -> None:
    key.verify(signature, signed, _padding(scheme), _PREHASHED[scheme.digest_oid or ""])


def _check_ecdsa(
    key: ec.EllipticCurvePublicKey, scheme: Scheme, signed: bytes, signature: bytes
) -> None:
    key.verify(signature, signed, _ECDSA[scheme.digest_oid or ""])


def _check_dsa(key: dsa.DSAPublicKey, scheme: Scheme, signed: bytes, signature: bytes) -> None:
    key.verify(signature, signed, _PREHASHED[scheme.digest_oid or ""])


def _check_eddsa(
    key: ed25519.Ed25519PublicKey | ed448.Ed448PublicKey,
    _: Scheme,
    signed: bytes,
    signature: bytes,
) -> None:
    key.verify(signature, signed)


_Check = Callable[[Any, "Scheme", bytes, bytes], None]
_CHECKS: Final[tuple[tuple[type, _Check], ...]] = (
    (rsa.RSAPublicKey, _check_rsa),
    (ec.EllipticCurvePublicKey, _check_ecdsa),
    (ed25519.Ed25519PublicKey, _check_eddsa),
    (ed448.Ed448PublicKey, _check_eddsa),
    (dsa.DSAPublicKey, _check_dsa),
)


@lru_cache(maxsize=256)
def _check_by(key: KeyInfo) -> tuple[object, _Check] | Verification:
    """Read a key; return it with what checks signatures under it."""
    if len(key.spki) > _SPKI_LIMIT:
        return Verification.unsupported("a key of more than 16384 bits")
    try:
        public = serialization.load_der_public_key(key.spki)
    except UnsupportedAlgorithm as error:
        return Verification.unsupported(str(error))
    except (ValueError, TypeError, OverflowError) as error:
        return Verification.bad_key(str(error))
    if isinstance(public, rsa.RSAPublicKey) and _is_dear(public):
        limits = f"{_MODULUS_LIMIT} bits, or its exponent more than {_EXPONENT_LIMIT}"
        return Verification.unsupported(f"a key of more than {limits}")
    for kind, check in _CHECKS:
        if isinstance(public, kind):
            return public, check
    return Verification.unsupported(type(public).__name__)


def _is_dear(key: rsa.RSAPublicKey) -> bool:
    return key.key_size > _MODULUS_LIMIT or key.public_numbers().e.bit_length() > _EXPONENT_LIMIT


def _padding(scheme: Scheme) -> padding.AsymmetricPadding:
    if scheme.family is Family.RSA:
        return padding.PKCS1v15()
    mask = padding.MGF1(_HASHES[scheme.mgf_digest_oid or ""])
    return padding.PSS(mask, scheme.salt_length)


def verify(key: KeyInfo, scheme: Scheme, signed: Buffer, signature: bytes) -> Verification:
    """Check a signature over a digest, or over the message for EdDSA."""
    found = _check_by(key)
    if isinstance(found, Verification):
        return found
    for oid in (scheme.digest_oid, scheme.mgf_digest_oid):
        if oid is not None and oid not in _HASHES:
            return Verification.unsupported(f"{scheme.family} over {describe(oid)}")
    public, check = found
    try:
        check(public, scheme, bytes(signed), signature)
    except InvalidSignature:
        return INVALID
    except UnsupportedAlgorithm as error:
        return Verification.unsupported(str(error))
    except (ValueError, TypeError, OverflowError) as error:
        return Verification.bad_key(str(error))
    return VALID


def _private_key(
    key: PrivateKey,
) -> (
    rsa.RSAPrivateKey
    | ec.EllipticCurvePrivateKey
    | ed25519.Ed25519PrivateKey
    | ed448.Ed448PrivateKey
):
    try:
        private = serialization.load_der_private_key(key.octets, password=None)
    except UnsupportedAlgorithm as error:
        raise ValueError(str(error)) from error
    if isinstance(
        private,
        rsa.RSAPrivateKey
        | ec.EllipticCurvePrivateKey
        | ed25519.Ed25519PrivateKey
        | ed448.Ed448PrivateKey,
    ):
        return private
    raise UnsupportedError("crypto.cannot-sign", algorithm=key.algorithm.oid)


def sign(key: PrivateKey, scheme: Scheme, signed: Buffer) -> bytes:
    """Sign a digest, or the message for EdDSA; UnsupportedError for DSA."""
    private, data = _private_key(key), bytes(signed)
    if isinstance(private, ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey):
        return private.sign(data)
    prehashed = Prehashed(_HASHES[scheme.digest_oid or ""])
    if isinstance(private, rsa.RSAPrivateKey):
        return private.sign(data, _padding(scheme), prehashed)
    return private.sign(data, ec.ECDSA(prehashed))


def public_key(key: PrivateKey) -> KeyInfo:
    """Return the public key; ValueError for one that cannot be read."""
    spki = (
        _private_key(key)
        .public_key()
        .public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return KeyInfo(key.algorithm, bit_string_of(spki), spki)
