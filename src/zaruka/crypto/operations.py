"""Digest, verify and sign by object identifier, by whichever provider has the algorithm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zaruka.crypto.algorithms import DIGESTS, KEYS, describe
from zaruka.crypto.library import LibraryProvider
from zaruka.crypto.native import NativeProvider
from zaruka.crypto.parameters import Malformed
from zaruka.crypto.provider import (
    AlgorithmId,
    HashContext,
    KeyInfo,
    PrivateKey,
    Provider,
    Scheme,
    Verification,
)
from zaruka.crypto.schemes import resolve
from zaruka.errors import ConfigError, UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from typing_extensions import Buffer

    from zaruka.crypto.algorithms import Family

__all__ = [
    "Providers",
    "default_provider",
    "digest",
    "hash_context",
    "means",
    "public_key",
    "sign",
    "use_provider",
    "verify",
]


class Providers:
    """Several providers as one; the first that has an algorithm computes it.

    `digests` are the identifiers of all hash functions, `families` all ways to sign.
    """

    def __init__(self, *providers: Provider) -> None:
        """Keep the providers in order of preference."""
        self.parts = providers
        self._by_digest = {oid: one for one in reversed(providers) for oid in one.digests}
        self._by_family = {family: one for one in reversed(providers) for family in one.families}
        self.digests: AbstractSet[str] = self._by_digest.keys()
        self.families: AbstractSet[Family] = self._by_family.keys()

    @property
    def name(self) -> str:
        """The names of all, in order."""
        return ", ".join(one.name for one in self.parts)

    @property
    def conformity(self) -> str | None:
        """None unless every part has a confirmation of conformity."""
        confirmed = [one.conformity for one in self.parts if one.conformity is not None]
        return "; ".join(confirmed) if len(confirmed) == len(self.parts) else None

    def hash_context(self, oid: str) -> HashContext:
        """Start a digest."""
        return self._by_digest[oid].hash_context(oid)

    def digest(self, oid: str, data: Buffer) -> bytes:
        """Return the digest of one buffer."""
        return self._by_digest[oid].digest(oid, data)

    def verify(
        self, key: KeyInfo, scheme: Scheme, signed: Buffer, signature: bytes
    ) -> Verification:
        """Check a signature."""
        return self._by_family[scheme.family].verify(key, scheme, signed, signature)

    def sign(self, key: PrivateKey, scheme: Scheme, signed: Buffer, entropy: bytes) -> bytes:
        """Sign."""
        return self._by_family[scheme.family].sign(key, scheme, signed, entropy)

    def public_key(self, key: PrivateKey) -> KeyInfo:
        """Return the public key of a private key."""
        return self._by_family[KEYS[key.algorithm.oid].families[0]].public_key(key)


def default_provider() -> Provider:
    """Our own means: the Rust arithmetic, then hashlib and `cryptography`."""
    return Providers(NativeProvider(), LibraryProvider())


_provider: Provider = default_provider()


def use_provider(provider: Provider) -> None:
    """Let another provider answer from now on; for the start of a program.

    ConfigError where it lacks an algorithm that the default one has.
    """
    default = default_provider()
    lacking = [describe(oid) for oid in sorted(default.digests - provider.digests)]
    lacking += sorted(default.families - provider.families)
    if lacking:
        raise ConfigError("crypto.provider-lacks", algorithms=", ".join(lacking))
    global _provider  # noqa: PLW0603 - set once, when the parts are put together
    _provider = provider


def means() -> Iterable[tuple[str, str | None]]:
    """Name each cryptographic means in use and what confirms its conformity, if anything does."""
    parts = _provider.parts if isinstance(_provider, Providers) else (_provider,)
    return tuple((one.name, one.conformity) for one in parts)


def hash_context(oid: str) -> HashContext:
    """Start a digest; UnsupportedError for a hash function that we do not compute."""
    if oid not in _provider.digests:
        raise UnsupportedError("crypto.digest-unsupported", algorithm=describe(oid))
    return _provider.hash_context(oid)


def digest(oid: str, data: Buffer) -> bytes:
    """Return the digest of one buffer; UnsupportedError as for `hash_context`."""
    if oid not in _provider.digests:
        raise UnsupportedError("crypto.digest-unsupported", algorithm=describe(oid))
    return _provider.digest(oid, data)


def verify(  # noqa: PLR0913 - what a signature consists of
    key: KeyInfo,
    signature_algorithm: AlgorithmId,
    digest_algorithm: str | None,
    signature: bytes,
    *,
    message: Buffer | None = None,
    digest: bytes | None = None,
) -> Verification:
    """Check the mathematics of one signature; hostile input gets an answer, never an exception.

    Exactly one of `message` and `digest` (as the hash function gives it) is passed: TypeError
    otherwise. `digest_algorithm` is the identifier that stands beside the signature, None where
    there is none. Signature octets as in X.509 and CMS: s || r for GOST (RFC 9215 3), S0 || S1 for
    bign (STB 34.101.45 7.1.2), the usual DER or octet strings for the others. The caller still
    owes: whose key it is, whether the algorithms are good enough, and when.
    """
    if (message is None) == (digest is None):
        raise TypeError("either the message or its digest")
    scheme = resolve(key.algorithm, signature_algorithm, digest_algorithm)
    if isinstance(scheme, Verification):
        return scheme
    if scheme.family not in _provider.families:
        return Verification.unsupported(scheme.family)
    signed = _signed(scheme, message, digest)
    if isinstance(signed, Verification):
        return signed
    return _provider.verify(key, scheme, signed, signature)


def _signed(scheme: Scheme, message: Buffer | None, digest: bytes | None) -> Buffer | Verification:
    """Return what the mathematics takes: the digest, or the message for EdDSA."""
    if scheme.digest_oid is None:
        if message is None:
            return Verification.unsupported(f"{scheme.family}: the message itself is wanted")
        return message
    if message is not None:
        return _provider.digest(scheme.digest_oid, message)
    size = DIGESTS[scheme.digest_oid].size
    if digest is None or len(digest) != size:
        length = 0 if digest is None else len(digest)
        return Verification.mismatch(f"{describe(scheme.digest_oid)}: {size}", str(length))
    return digest


def sign(  # noqa: PLR0913 - as for verify
    key: PrivateKey,
    signature_algorithm: AlgorithmId,
    digest_algorithm: str | None = None,
    *,
    message: Buffer | None = None,
    digest: bytes | None = None,
    entropy: bytes,
) -> bytes:
    """Sign a message or a digest; octets as `verify` takes them.

    `entropy` is at least 32 fresh random octets for GOST; for bign it is t of STB 34.101.45 6.3
    (empty: deterministic); other algorithms take their own. UnsupportedError where the algorithms
    do not fit the key; ConfigError for a key that is none.
    """
    if (message is None) == (digest is None):
        raise TypeError("either the message or its digest")
    scheme = resolve(key.algorithm, signature_algorithm, digest_algorithm)
    signed = scheme if isinstance(scheme, Verification) else _signed(scheme, message, digest)
    if isinstance(scheme, Verification) or isinstance(signed, Verification):
        refused = scheme if isinstance(scheme, Verification) else signed
        raise UnsupportedError("crypto.cannot-sign", algorithm=str(refused))
    try:
        return _provider.sign(key, scheme, signed, entropy)
    except ValueError as error:
        raise ConfigError("crypto.bad-private-key", reason=str(error)) from error


def public_key(key: PrivateKey) -> KeyInfo:
    """Return the public key of a private key.

    UnsupportedError for an algorithm that we do not know, ConfigError for a key that is none.
    """
    if key.algorithm.oid not in KEYS:
        raise UnsupportedError("crypto.key-unsupported", algorithm=describe(key.algorithm.oid))
    try:
        return _provider.public_key(key)
    except (Malformed, ValueError) as error:
        raise ConfigError("crypto.bad-private-key", reason=str(error)) from error
