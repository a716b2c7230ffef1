"""Undo what text does to octets: base64 with either alphabet, hexadecimal, PEM, UTF-16.

Everything works block by block, so that a form of any size needs little memory.
"""

from __future__ import annotations

import binascii
import codecs
import re
from typing import TYPE_CHECKING

from msgspec import Struct

from zaruka.errors import BudgetExceeded, InputError
from zaruka.signatures.input.tlv import element_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zaruka.signatures.input.opening import Input

__all__ = [
    "PemBlock",
    "base64_body",
    "damage_in_base64",
    "decode_base64",
    "decode_hex",
    "has_pem",
    "is_base64",
    "is_damaged_as_text",
    "is_hex",
    "is_text",
    "pem_blocks",
    "recode_utf16",
    "utf16_encoding",
]

BLOCK = 1 << 20
SEARCHED = 1 << 26  # octets of text before the first PEM object
URL_ALPHABET = bytes.maketrans(b"-_", b"+/")  # RFC 4648 5
# Around and between the characters: white space, NUL and SUB of old exports, quotes of JSON.
IGNORED = b" \t\r\n\v\f\0\x1a\"'\\,"
NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/_=\-\s\0\x1a\"'\\,]")
HEX = re.compile(rb"\s*(?:0[xX])?[0-9A-Fa-f](?:[0-9A-Fa-f\s:,]|0[xX]){7,}\Z")
DATA_URI = re.compile(rb"\s*[\"']?(?:data:[^,\s]{0,200};base64,)?")  # RFC 2397
ESCAPED_LINE_END = re.compile(rb"\\[rn]")  # of a JSON string
CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1a\x1b")) + b"\x7f"
BEGIN = re.compile(rb"-----BEGIN ([^\r\n\-]{1,64})-----")
END = re.compile(rb"-----END ")
PEM_HEADERS = re.compile(rb"\s*(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]+\n)*)+\r?\n?")  # RFC 1421 4.6


def is_text(head: bytes) -> bool:
    """Whether octets could be text of some 8-bit encoding: no control characters."""
    body = head.rstrip(b"\0")  # some old exports end with a few
    return (
        bool(body)
        and len(head) - len(body) <= 1024
        and len(body.translate(None, CONTROLS)) == len(body)
    )


def is_damaged_as_text(octets: memoryview) -> bool:
    """Whether DER went through a program for text, as editors and old transfers treat it.

    Either octets were replaced by U+FFFD, or every LF (and there are some) became CRLF, which
    makes the object longer by as many octets.
    """
    head = bytes(octets[:BLOCK])
    if head.startswith(b"0\xef\xbf\xbd") or head.count(b"\xef\xbf\xbd") > 8:
        return head.startswith(b"0")
    outer = element_at(octets, 0)
    if outer is None or outer.tag != 0x30 or outer.end is None:
        return False
    line_ends = head.count(b"\r\n")
    return 4 <= line_ends == len(octets) - outer.end == head.count(b"\n")


def is_hex(head: bytes) -> bool:
    """Whether the text is hexadecimal digits, perhaps spaced, colons between, 0x before."""
    return HEX.match(head.rstrip(IGNORED)) is not None


def is_base64(head: bytes) -> bool:
    """Whether the text is of the characters of base64 only, and enough of them."""
    body = head[_start(head) :]
    return NOT_BASE64.search(body) is None and len(body.translate(None, IGNORED)) >= 8


def base64_body(octets: memoryview) -> memoryview:
    """Leave a data: URI's beginning out, and the escaped line ends of a JSON string."""
    body = octets[_start(octets) :]
    if b"\\" in bytes(body[:BLOCK]):
        return memoryview(ESCAPED_LINE_END.sub(b"", body))
    return body


def _start(octets: bytes | memoryview) -> int:
    """Offset behind the beginning of a data: URI, if there is one."""
    found = DATA_URI.match(octets)
    return found.end() if found else 0


def damage_in_base64(head: bytes) -> int | None:
    """Offset of what does not belong into text that is base64 of DER or of PEM, else None."""
    start = _start(head)
    wrong = NOT_BASE64.search(head, start)
    if wrong is None or not head[start:].startswith((b"MI", b"LS0tLS1CRUdJTi")):
        return None
    return wrong.start() if wrong.start() - start >= 64 else None


def decode_base64(octets: memoryview, name: str) -> Iterator[bytes]:
    """Decode base64 (RFC 4648 4 and 5), line ends and padding as they come.

    Pieces that were encoded and padded one by one are joined. Raises InputError
    (input.base64-damaged, `offset` in octets of the text).
    """
    carry = b""
    for start in range(0, len(octets), BLOCK):
        block = bytes(octets[start : start + BLOCK])
        text = carry + block.translate(URL_ALPHABET, IGNORED)
        *runs, carry = re.split(b"=+", text) if b"=" in text else (text,)
        whole = len(carry) & ~3
        runs.append(carry[:whole])
        carry = carry[whole:]
        if start + BLOCK >= len(octets) and (len(carry) != 1 or NOT_BASE64.search(carry)):
            runs.append(carry)  # padding was left out; a single character holds no octet
        try:
            for run in runs:
                yield _quanta(run)
        except binascii.Error:
            wrong = NOT_BASE64.search(block)
            offset = start + (wrong.start() if wrong else 0)
            raise InputError("input.base64-damaged", name=name, offset=offset) from None


def _quanta(text: bytes) -> bytes:
    """Decode, padding added; raises binascii.Error for foreign characters and a single one."""
    return binascii.a2b_base64(text + b"=" * (-len(text) % 4), strict_mode=True)


def decode_hex(octets: memoryview, name: str) -> Iterator[bytes]:
    """Decode hexadecimal text; raises InputError (input.hex-damaged, `offset`)."""
    carry = b""
    for start in range(0, len(octets), BLOCK):
        block = carry + bytes(octets[start : start + BLOCK])
        carry = b""
        if block[-1:] == b"0" and start + BLOCK < len(octets):  # perhaps of an 0x
            block, carry = block[:-1], b"0"
        digits = re.sub(rb"0[xX]", b"", block).translate(None, IGNORED + b":")
        if len(digits) % 2 and start + BLOCK < len(octets):
            digits, carry = digits[:-1], digits[-1:] + carry
        try:
            yield binascii.a2b_hex(digits[: len(digits) & ~1])
        except binascii.Error:
            raise InputError("input.hex-damaged", name=name, offset=start) from None


def utf16_encoding(head: bytes) -> str | None:
    """Name of the UTF-16 encoding by its mark, or by ASCII in every second octet."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    sample = head[: min(len(head), 256) & ~1]
    if len(sample) < 8:
        return None
    even, odd = sample[::2], sample[1::2]
    if not any(odd) and all(even) and is_text(even):
        return "utf-16-le"
    return "utf-16-be" if not any(even) and all(odd) and is_text(odd) else None


def recode_utf16(octets: memoryview, encoding: str) -> Iterator[bytes]:
    """Write UTF-16 text in UTF-8; what is not UTF-16 becomes a replacement character."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    for start in range(0, len(octets), BLOCK):
        last = start + BLOCK >= len(octets)
        yield decoder.decode(bytes(octets[start : start + BLOCK]), last).encode("utf-8", "replace")


class PemBlock(Struct, frozen=True):
    """One encapsulated object of RFC 7468: its label and the base64 text in between."""

    label: str
    body: memoryview
    encrypted: bool  # RFC 1421 4.6.1.1: Proc-Type: 4,ENCRYPTED


def has_pem(source: Input) -> bool:
    """Whether a PEM object begins somewhere in the text, at its beginning or after a long one."""
    return BEGIN.search(source.first) is not None or (
        source.size > len(source.first) and any(source.search(BEGIN, end=SEARCHED))
    )


def pem_blocks(source: Input, *, limit: int) -> Iterator[PemBlock]:
    """Give the objects of a PEM text, whatever stands around them, on lines or not.

    An object without its END line reaches to the next BEGIN or to the end. Raises
    BudgetExceeded (input.too-many-objects) above `limit` objects, before the first is given.
    """
    begins: list[int] = []
    for offset in source.search(BEGIN):
        begins.append(offset)
        if len(begins) > limit:
            raise BudgetExceeded("input.too-many-objects", name=source.title, limit=limit)
    for start, next_start in zip(begins, [*begins[1:], source.size], strict=True):
        octets = source.part(start, next_start)
        begin = BEGIN.match(octets)
        if begin is None:
            raise InputError(
                "input.changed", name=source.title, expected=source.size, actual=len(octets)
            )
        end = END.search(octets, begin.end())
        label = begin.group(1).decode("utf-8", "replace").strip()
        body = octets[begin.end() : end.start() if end else len(octets)]
        if b"\\" in bytes(body[:BLOCK]):
            body = memoryview(ESCAPED_LINE_END.sub(b"\n", body))
        headers = PEM_HEADERS.match(body)
        if headers is not None:
            encrypted = b"ENCRYPTED" in headers.group()
            body = body[headers.end() :]
        yield PemBlock(label, body, headers is not None and encrypted)
