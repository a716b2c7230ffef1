"""The provider of GOST and STB algorithms: our own arithmetic in Rust (`zaruka._native`)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from zaruka._native import Hasher
from zaruka._native import PrivateKey as NativePrivateKey
from zaruka._native import PublicKey as NativePublicKey
from zaruka._native import digest as native_digest
from zaruka.crypto.algorithms import DIGESTS, Family
from zaruka.crypto.parameters import (
    Malformed,
    encode,
    encode_oid,
    gost_key_parameters,
    gost_key_point,
    named_oid,
)
from zaruka.crypto.provider import INVALID, VALID, AlgorithmId, KeyInfo, PrivateKey, Verification

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from zaruka.crypto.provider import HashContext, Scheme

__all__ = ["NativeProvider"]

_IMPLEMENTATIONS: Final = {
    oid: digest.implementation
    for oid, digest in DIGESTS.items()
    if digest.standard.startswith(("GOST", "STB"))
}
_OID_DER: Final = {oid: encode_oid(oid) for oid in _IMPLEMENTATIONS}


@lru_cache(maxsize=256)
def _public_key(key: KeyInfo, curve_oid: str, family: Family) -> NativePublicKey | Verification:
    try:
        point = key.key if family is Family.BIGN else gost_key_point(key.key)
        return NativePublicKey(curve_oid, point)
    except (Malformed, ValueError) as error:
        return Verification.bad_key(str(error))


class NativeProvider:
    """Digests and signatures of GOST R 34.10, 34.11 and of STB 34.101.31, .45, .77."""

    name = "Zaruka"
    conformity: str | None = None
    digests = frozenset(_IMPLEMENTATIONS)
    families = frozenset(
        {Family.GOST_2001, Family.GOST_2012_256, Family.GOST_2012_512, Family.BIGN}
    )

    def hash_context(self, oid: str) -> HashContext:
        """Start a digest."""
        return Hasher(_IMPLEMENTATIONS[oid])

    def digest(self, oid: str, data: Buffer) -> bytes:
        """Return the digest of one buffer."""
        return native_digest(_IMPLEMENTATIONS[oid], data)

    def verify(
        self, key: KeyInfo, scheme: Scheme, signed: Buffer, signature: bytes
    ) -> Verification:
        """Check a signature over a digest: s || r for GOST, S0 || S1 for bign."""
        curve_oid, digest_oid = scheme.curve_oid, scheme.digest_oid
        if curve_oid is None or digest_oid is None:  # a scheme that is not ours
            return Verification.unsupported(scheme.family)
        public = _public_key(key, curve_oid, scheme.family)
        if isinstance(public, Verification):
            return public
        if scheme.family is Family.BIGN:
            valid = public.verify_bign(bytes(signed), _OID_DER[digest_oid], signature)
        else:
            valid = public.verify_gost(bytes(signed), signature)
        return VALID if valid else INVALID

    def sign(self, key: PrivateKey, scheme: Scheme, signed: Buffer, entropy: bytes) -> bytes:
        """Sign a digest; GOST wants 32 octets of entropy or more, bign takes any (t of 6.3)."""
        private = NativePrivateKey(scheme.curve_oid or "", key.octets)
        if scheme.family is Family.BIGN:
            return private.sign_bign(bytes(signed), _OID_DER[scheme.digest_oid or ""], entropy)
        return private.sign_gost(bytes(signed), entropy)

    def public_key(self, key: PrivateKey) -> KeyInfo:
        """Return the public key; ValueError for a number that is no private key."""
        oid, parameters = key.algorithm.oid, key.algorithm.parameters
        bign = oid == _BIGN_KEY
        curve = named_oid(parameters) if bign else gost_key_parameters(parameters).curve
        point = NativePrivateKey(curve, key.octets).public_key()
        content = point if bign else encode(0x04, point)
        algorithm = encode(0x30, encode_oid(oid), parameters or b"")
        spki = encode(0x30, algorithm, encode(0x03, b"\x00", content))
        return KeyInfo(AlgorithmId(oid, parameters), content, spki)


_BIGN_KEY: Final = "1.2.112.0.2.0.34.101.45.2.1"
