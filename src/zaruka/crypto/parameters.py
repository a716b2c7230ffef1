"""Parameters of algorithms and keys: a strict reader and writer of the few small forms.

DER only (X.690); `Malformed` says what is wrong and never leaves `zaruka.crypto`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from zaruka.crypto.algorithms import DIGESTS

__all__ = [
    "NULL",
    "GostKeyParameters",
    "Malformed",
    "PssParameters",
    "bit_string_of",
    "element",
    "encode",
    "encode_oid",
    "encode_pss_parameters",
    "gost_key_parameters",
    "gost_key_point",
    "named_oid",
    "pss_parameters",
]

NULL = b"\x05\x00"

_INTEGER, _BIT_STRING, _OCTET_STRING, _OID, _SEQUENCE = 0x02, 0x03, 0x04, 0x06, 0x30
_OID_LIMIT = 128  # octets; real ones have a dozen
_MGF1 = "1.2.840.113549.1.1.8"
_SHA_1 = "1.3.14.3.2.26"


class Malformed(ValueError):  # noqa: N818 - the name says what it is
    """The parameters are not what they should be."""


def _next(data: bytes, start: int) -> tuple[int, bytes, int]:
    """Read one element at `start`: its tag, its content, the offset after it."""
    if len(data) - start < 2:
        raise Malformed("truncated")
    tag, length = data[start], data[start + 1]
    begin = start + 2
    if length >= 0x80:  # X.690 10.1: the shortest form
        count = length & 0x7F
        length = int.from_bytes(data[begin : begin + count], "big")
        begin += count
        if count not in {1, 2} or length < (0x80 if count == 1 else 0x100):
            raise Malformed("length")
    if begin + length > len(data):
        raise Malformed("truncated")
    return tag, data[begin : begin + length], begin + length


def element(data: bytes, tag: int) -> bytes:
    """Return the content of the one element that `data` is."""
    found, content, end = _next(data, 0)
    if found != tag:
        raise Malformed(f"tag {found:02x} instead of {tag:02x}")
    if end != len(data):
        raise Malformed("octets after the value")
    return content


def _elements(content: bytes) -> list[tuple[int, bytes]]:
    found, offset = [], 0
    while offset < len(content):
        tag, inner, offset = _next(content, offset)
        found.append((tag, inner))
    return found


def _oid(tag: int, content: bytes) -> str:
    """X.690 8.19."""
    if tag != _OID or not 0 < len(content) <= _OID_LIMIT or content[-1] & 0x80:
        raise Malformed("object identifier")
    arcs, arc, first = [], 0, True
    for octet in content:
        if first and octet == 0x80:
            raise Malformed("object identifier")
        arc = arc << 7 | octet & 0x7F
        first = octet < 0x80
        if first:
            arcs.append(arc)
            arc = 0
    root = min(arcs[0] // 40, 2)
    return ".".join(map(str, [root, arcs[0] - 40 * root, *arcs[1:]]))


def encode(tag: int, *parts: bytes) -> bytes:
    """Write one element of less than 64 KiB."""
    content = b"".join(parts)
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    size = length.to_bytes(1 if length < 0x100 else 2, "big")
    return bytes((tag, 0x80 | len(size))) + size + content


def encode_oid(oid: str) -> bytes:
    """Write an object identifier with its tag and length."""
    root, second, *arcs = map(int, oid.split("."))
    content = bytearray()
    for arc in (40 * root + second, *arcs):
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(0x80 | arc & 0x7F)
        content.extend(reversed(groups))
    return encode(_OID, bytes(content))


@lru_cache(maxsize=256)
def named_oid(parameters: bytes | None) -> str:
    """Read parameters that are one object identifier (a named curve, bign-with-hspec)."""
    return _oid(_OID, element(parameters or b"", _OID))


class GostKeyParameters(NamedTuple):
    """GostR3410-2012-PublicKeyParameters (RFC 9215 4.2; RFC 4491 2.3.2); empty where absent."""

    curve: str
    digest: str = ""
    cipher: str = ""


@lru_cache(maxsize=256)
def gost_key_parameters(parameters: bytes | None) -> GostKeyParameters:
    """Read one to three object identifiers (RFC 9215 4.2; RFC 4491 2.3.2 for the third)."""
    oids = [_oid(*item) for item in _elements(element(parameters or b"", _SEQUENCE))]
    if not 1 <= len(oids) <= 3:
        raise Malformed("one to three object identifiers")
    return GostKeyParameters(*oids)


def gost_key_point(key: bytes) -> bytes:
    """Read the OCTET STRING in a GOST key's BIT STRING: x || y, little-endian (RFC 9215 4.3)."""
    return element(key, _OCTET_STRING)


def bit_string_of(spki: bytes) -> bytes:
    """Return what the BIT STRING of a SubjectPublicKeyInfo holds (RFC 5280 4.1.2.7)."""
    items = _elements(element(spki, _SEQUENCE))
    if [tag for tag, _ in items] != [_SEQUENCE, _BIT_STRING] or items[1][1][:1] != b"\x00":
        raise Malformed("SubjectPublicKeyInfo")
    return items[1][1][1:]


class PssParameters(NamedTuple):
    """RSASSA-PSS-params (RFC 8017 A.2.3): two hash functions and a length in octets."""

    digest: str
    mgf_digest: str
    salt_length: int


def _digest_of(algorithm: bytes) -> str:
    """Read an AlgorithmIdentifier of a hash function: parameters absent or NULL."""
    items = _elements(algorithm)
    if not items or items[1:] not in ([], [(0x05, b"")]):
        raise Malformed("hash algorithm")
    return _oid(*items[0])


def _small(content: bytes) -> int:
    """Read a non-negative INTEGER of at most two octets."""
    if (
        not 1 <= len(content) <= 2
        or content[0] & 0x80
        or (len(content) == 2 and content < b"\x00\x80")
    ):
        raise Malformed("integer")
    return int.from_bytes(content, "big")


@lru_cache(maxsize=64)
def pss_parameters(parameters: bytes | None) -> PssParameters:
    """Read RSASSA-PSS-params; the trailer field must be 1 (RFC 8017 A.2.3)."""
    digest = mgf_digest = _SHA_1
    salt_length, last = 20, 0x9F
    for tag, content in _elements(element(parameters or b"", _SEQUENCE)):
        if not last < tag <= 0xA3:
            raise Malformed("fields out of order")
        last = tag
        match tag:
            case 0xA0:
                digest = _digest_of(element(content, _SEQUENCE))
            case 0xA1:
                mask, *inner = _elements(element(content, _SEQUENCE)) or [(0, b"")]
                if _oid(*mask) != _MGF1 or len(inner) != 1 or inner[0][0] != _SEQUENCE:
                    raise Malformed("mask generation function")
                mgf_digest = _digest_of(inner[0][1])
            case 0xA2:
                salt_length = _small(element(content, _INTEGER))
            case _:
                if _small(element(content, _INTEGER)) != 1:
                    raise Malformed("trailer field")
    if digest not in DIGESTS or mgf_digest not in DIGESTS:
        raise Malformed("hash algorithm")
    return PssParameters(digest, mgf_digest, salt_length)


def encode_pss_parameters(digest_oid: str, salt_length: int) -> bytes:
    """Write RSASSA-PSS-params with one hash function for both uses; the salt below 128 octets."""
    digest = encode(_SEQUENCE, encode_oid(digest_oid), NULL)
    mask = encode(_SEQUENCE, encode_oid(_MGF1), digest)
    salt = encode(_INTEGER, bytes((salt_length,)))
    return encode(_SEQUENCE, encode(0xA0, digest), encode(0xA1, mask), encode(0xA2, salt))
