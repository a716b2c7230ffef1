"""RSA, ECDSA, EdDSA and DSA by the package `cryptography`."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

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

_PublicKey = (
    rsa.RSAPublicKey
    | ec.EllipticCurvePublicKey
    | ed25519.Ed25519PublicKey
    | ed448.Ed448PublicKey
    | dsa.DSAPublicKey
)

# Twice the octets of an RSA key of 16384 bits, the most that OpenSSL verifies.
_SPKI_LIMIT: Final = 4200

_HASHES: Final[dict[str, hashes.HashAlgorithm]] = {
    oid: getattr(hashes, digest.name.replace("SHA-", "SHA").replace("SHA3-", "SHA3_"))()
    for oid, digest in DIGESTS.items()
    if digest.standard.startswith("FIPS")
}


@lru_cache(maxsize=256)
def _public_key(key: KeyInfo) -> _PublicKey | Verification:
    if len(key.spki) > _SPKI_LIMIT:
        return Verification.unsupported("a key of more than 16384 bits")
    try:
        public = serialization.load_der_public_key(key.spki)
    except UnsupportedAlgorithm as error:
        return Verification.unsupported(str(error))
    except (ValueError, TypeError, OverflowError) as error:
        return Verification.bad_key(str(error))
    if isinstance(public, _PublicKey):
        return public
    return Verification.unsupported(type(public).__name__)


def _padding(scheme: Scheme) -> padding.AsymmetricPadding:
    if scheme.family is Family.RSA:
        return padding.PKCS1v15()
    mask = padding.MGF1(_HASHES[scheme.mgf_digest_oid or ""])
    return padding.PSS(mask, scheme.salt_length)


def verify(key: KeyInfo, scheme: Scheme, signed: Buffer, signature: bytes) -> Verification:
    """Check a signature over a digest, or over the message for EdDSA."""
    public = _public_key(key)
    if isinstance(public, Verification):
        return public
    try:
        _check(public, scheme, bytes(signed), signature)
    except InvalidSignature:
        return INVALID
    except UnsupportedAlgorithm as error:
        return Verification.unsupported(str(error))
    except (ValueError, TypeError, OverflowError) as error:
        return Verification.bad_key(str(error))
    return VALID


def _check(public: _PublicKey, scheme: Scheme, signed: bytes, signature: bytes) -> None:
    if isinstance(public, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        public.verify(signature, signed)
        return
    digest = _HASHES.get(scheme.digest_oid or "")
    if digest is None:
        raise UnsupportedAlgorithm(f"{scheme.family} over {describe(scheme.digest_oid or '')}")
    prehashed = Prehashed(digest)
    if isinstance(public, rsa.RSAPublicKey):
        public.verify(signature, signed, _padding(scheme), prehashed)
    elif isinstance(public, ec.EllipticCurvePublicKey):
        public.verify(signature, signed, ec.ECDSA(prehashed))
    else:
        public.verify(signature, signed, prehashed)


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
