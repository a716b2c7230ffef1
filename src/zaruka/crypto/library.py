"""The provider of international algorithms: hashlib, and the package `cryptography`.

`cryptography` takes longer to import than a signature takes to check, so it waits until a key
needs it.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from zaruka.crypto.algorithms import DIGESTS, Family

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from zaruka.crypto.provider import HashContext, KeyInfo, PrivateKey, Scheme, Verification

__all__ = ["LibraryProvider"]

# The constructors themselves: `hashlib.new` looks each up again, for longer than SHA-256 takes.
_IMPLEMENTATIONS: Final = {
    oid: getattr(hashlib, digest.implementation)
    for oid, digest in DIGESTS.items()
    if digest.standard.startswith("FIPS")
}


class LibraryProvider:
    """SHA-1, SHA-2, SHA-3; RSA, ECDSA and EdDSA; DSA for verification only."""

    name = "Python hashlib and cryptography (OpenSSL)"
    conformity: str | None = None
    digests = frozenset(_IMPLEMENTATIONS)
    families = frozenset(
        {
            Family.RSA,
            Family.RSA_PSS,
            Family.ECDSA,
            Family.ED25519,
            Family.ED448,
            Family.DSA,
        }
    )

    def hash_context(self, oid: str) -> HashContext:
        """Start a digest."""
        context: HashContext = _IMPLEMENTATIONS[oid](usedforsecurity=False)
        return context

    def digest(self, oid: str, data: Buffer) -> bytes:
        """Return the digest of one buffer."""
        octets: bytes = _IMPLEMENTATIONS[oid](data, usedforsecurity=False).digest()
        return octets

    def verify(
        self, key: KeyInfo, scheme: Scheme, signed: Buffer, signature: bytes
    ) -> Verification:
        """Check a signature over a digest, or over the message for EdDSA."""
        from zaruka.crypto import asymmetric  # noqa: PLC0415 - see above

        return asymmetric.verify(key, scheme, signed, signature)

    def sign(self, key: PrivateKey, scheme: Scheme, signed: Buffer, entropy: bytes) -> bytes:
        """Sign; the library takes its own randomness."""
        from zaruka.crypto import asymmetric  # noqa: PLC0415 - see above

        del entropy
        return asymmetric.sign(key, scheme, signed)

    def public_key(self, key: PrivateKey) -> KeyInfo:
        """Return the public key; ValueError for one that cannot be read."""
        from zaruka.crypto import asymmetric  # noqa: PLC0415 - see above

        return asymmetric.public_key(key)
