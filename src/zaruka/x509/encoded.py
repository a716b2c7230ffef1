"""What objects that are nothing but their encoding have in common."""

from __future__ import annotations

import hashlib

from zaruka._native import lazy

__all__ = ["Encoded"]


class Encoded:
    """An object equal to another of its kind with the same octets."""

    der: bytes

    def __eq__(self, other: object) -> bool:
        """Compare octets."""
        return self.der == other.der if isinstance(other, type(self)) else NotImplemented

    def __hash__(self) -> int:
        """Agree with equality."""
        return hash(self.sha256)

    @lazy
    def sha256(self) -> str:
        """Return the fingerprint: SHA-256 of the whole, 64 hex digits."""
        return hashlib.sha256(self.der).hexdigest()
