"""Encodings for tests: values put together by hand, and BER made from DER."""

from __future__ import annotations

from zaruka._native import tlv

SIGNED_DATA = "1.2.840.113549.1.7.2"


def der(tag: int, *contents: bytes) -> bytes:
    """One value: identifier octet, shortest length, content."""
    content = b"".join(contents)
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def values(data: bytes) -> list[bytes]:
    """The values of which `data` consists, one after another."""
    found, at = [], 0
    while at < len(data):
        end = tlv(data, at, len(data))[4]
        assert end is not None
        found.append(data[at:end])
        at = end
    return found


def indefinite(data: bytes, *, segment: int = 0) -> bytes:
    """The same value in BER: indefinite lengths, OCTET STRINGs cut into segments.

    Only universal and context-specific constructed values are changed, OCTET STRINGs where
    `segment` is not 0.
    """
    _, constructed, number, content, end = tlv(data, 0, len(data))
    assert end == len(data)
    if constructed:
        inner = b"".join(indefinite(each, segment=segment) for each in values(data[content:]))
        return data[:1] + b"\x80" + inner + b"\0\0"
    if segment and data[0] == 0x04 and number == 4:
        octets = data[content:]
        cut = (octets[at : at + segment] for at in range(0, len(octets), segment))
        return b"\x24\x80" + b"".join(der(0x04, piece) for piece in cut) + b"\0\0"
    return data
