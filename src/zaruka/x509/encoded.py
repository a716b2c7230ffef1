"""What objects that are nothing but their encoding have in common."""

from __future__ import annotations

import hashlib

__all__ = ["Encoded"]


class Encoded:
    """An object equal to another of its kind with the same octets."""

    der: bytes
    """The whole encoding."""
    sha256: str
    """The fingerprint: SHA-256 of the whole, 64 hex digits."""

    def __init__(self, der: bytes) -> None:
        """Take the octets."""
        self.der = der
        self.sha256 = hashlib.sha256(der).hexdigest()

    def __eq__(self, other: object) -> bool:
        """Compare octets."""
        return self.der == other.der if isinstance(other, type(self)) else NotImplemented

    def __hash__(self) -> int:
        """Agree with equality."""
        return hash(self.sha256)
