"""What cryptography is asked here, and who answers: a provider for each algorithm.

A certified module takes the place of ours by being another `Provider`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NoReturn, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from typing_extensions import Buffer

    from zaruka.crypto.algorithms import Family

__all__ = [
    "INVALID",
    "VALID",
    "AlgorithmId",
    "HashContext",
    "KeyInfo",
    "Outcome",
    "PrivateKey",
    "Provider",
    "Scheme",
    "Verification",
]


class AlgorithmId(Struct, frozen=True, gc=False):
    """AlgorithmIdentifier (RFC 5280 4.1.1.2): `parameters` is their DER, None where absent."""

    oid: str
    parameters: bytes | None = None


class KeyInfo(Struct, frozen=True, gc=False):
    """SubjectPublicKeyInfo: `key` is what the BIT STRING holds, `spki` the DER of the whole."""

    algorithm: AlgorithmId
    key: bytes
    spki: bytes


class PrivateKey(Struct, frozen=True):
    """A private key; never shown.

    `octets` is the number, little-endian, as long as the group's order (GOST: 32 or 64 octets;
    bign: 32, 48 or 64); for every other algorithm the DER of the whole PKCS#8 PrivateKeyInfo.
    """

    algorithm: AlgorithmId
    octets: bytes

    def __repr__(self) -> str:
        """Name the algorithm alone."""
        return f"<PrivateKey {self.algorithm.oid}>"


class Outcome(StrEnum):
    """What the mathematics of one signature gave."""

    VALID = "valid"
    INVALID = "invalid"
    ALGORITHM_MISMATCH = "algorithm-mismatch"
    UNSUPPORTED = "unsupported"
    BAD_KEY = "bad-key"


class Verification(Struct, frozen=True, gc=False):
    """The outcome; for a mismatch the two values that disagree, else what is wrong in `actual`.

    It has no truth value: compare `outcome`.
    """

    outcome: Outcome
    expected: str | None = None
    actual: str | None = None

    def __bool__(self) -> NoReturn:
        """Refuse: three outcomes are neither valid nor invalid."""
        raise TypeError("a verification has no truth value; compare its outcome")

    @classmethod
    def mismatch(cls, expected: str, actual: str) -> Verification:
        """Name algorithms that disagree with the key or with each other."""
        return cls(Outcome.ALGORITHM_MISMATCH, expected, actual)

    @classmethod
    def unsupported(cls, what: str) -> Verification:
        """Name what is understood but not computed here."""
        return cls(Outcome.UNSUPPORTED, None, what)

    @classmethod
    def bad_key(cls, reason: str) -> Verification:
        """Say why a key is none."""
        return cls(Outcome.BAD_KEY, None, reason)


VALID = Verification(Outcome.VALID)
INVALID = Verification(Outcome.INVALID)


class Scheme(Struct, frozen=True):
    """A signature algorithm with nothing left open.

    `digest_oid` is None for EdDSA, which signs the message itself; `curve_oid` is set for GOST and
    bign; `mgf_digest_oid` and `salt_length` (octets) belong to RSASSA-PSS.
    """

    family: Family
    digest_oid: str | None
    curve_oid: str | None = None
    mgf_digest_oid: str | None = None
    salt_length: int = 0


class HashContext(Protocol):
    """A digest in the making."""

    def update(self, data: Buffer, /) -> None:
        """Take the next part of the message."""

    def digest(self) -> bytes:
        """Return the digest of all that was taken."""

    def copy(self) -> HashContext:
        """Return another that has taken the same so far."""


class Provider(Protocol):
    """A cryptographic means: what it can, and its work. Input is hostile; no answer is raised.

    `name` and `conformity` (its confirmation of conformity, None where there is none) are named
    in every report. `digests` are object identifiers.
    """

    @property
    def name(self) -> str:
        """The means and its version."""

    @property
    def conformity(self) -> str | None:
        """The certificate or conclusion that confirms its conformity."""

    @property
    def digests(self) -> AbstractSet[str]:
        """Identifiers of the hash functions that it computes."""

    @property
    def families(self) -> AbstractSet[Family]:
        """The ways to sign that it computes."""

    def hash_context(self, oid: str) -> HashContext:
        """Start a digest of `digests`."""

    def digest(self, oid: str, data: Buffer) -> bytes:
        """Return the digest of one buffer."""

    def verify(
        self, key: KeyInfo, scheme: Scheme, signed: Buffer, signature: bytes
    ) -> Verification:
        """Check a signature over `signed`: the digest, or the message where the scheme has none."""

    def sign(self, key: PrivateKey, scheme: Scheme, signed: Buffer, entropy: bytes) -> bytes:
        """Sign the digest, or the message where the scheme has none."""

    def public_key(self, key: PrivateKey) -> KeyInfo:
        """Return the public key of a private key."""
