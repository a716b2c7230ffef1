"""Names and helpers that the tests of both signature algorithms share."""

from __future__ import annotations

from typing import Final

from zaruka import _native

BELT_HASH: Final = bytes.fromhex("06092A7000020022651F51")
BASH384: Final = bytes.fromhex("06092A7000020022654D0C")
BASH512: Final = bytes.fromhex("06092A7000020022654D0D")

BIGN_ARC: Final = "1.2.112."
GOST_OIDS: Final = [oid for oid, _ in _native.curves() if not oid.startswith(BIGN_ARC)]
BIGN_OIDS: Final = [oid for oid, _ in _native.curves() if oid.startswith(BIGN_ARC)]


def size(oid: str) -> int:
    """Return the octets of a coordinate, a number or a digest on this curve."""
    name = dict(_native.curves())[oid]
    return 64 if "512" in name else 48 if "384" in name else 32


def private_key(oid: str, seed: int = 1) -> _native.PrivateKey:
    """Return some key: small enough for every order."""
    octets = bytes((seed * 31 + 7 * i) & 0xFF for i in range(size(oid) - 1)) + b"\x2a"
    return _native.PrivateKey(oid, octets)


def public_key(oid: str, seed: int = 1) -> _native.PublicKey:
    """Return the public half of `private_key`."""
    return _native.PublicKey(oid, private_key(oid, seed).public_key())


def flip(octets: bytes, bit: int) -> bytes:
    """Return the octets with one bit changed."""
    changed = bytearray(octets)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)
