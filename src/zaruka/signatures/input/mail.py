"""Mail messages and their parts: MIME (RFC 2045, RFC 2046), S/MIME (RFC 8551), RFC 1847."""

from __future__ import annotations

import quopri
import re
from typing import TYPE_CHECKING

from msgspec import Struct

from zaruka.errors import BudgetExceeded, InputError
from zaruka.signatures.input.opening import Input
from zaruka.signatures.input.text import decode_base64

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ATTACHED", "OPAQUE", "Entity", "canonical", "decoded", "leaves", "read_entity"]

# RFC 8551 3.2 and 3.5.3.1, with the names from before registration.
OPAQUE = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
ATTACHED = {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/cms"}

HEADERS = 1 << 18  # octets of the headers of one entity
PARTS = 1000  # parts of one message, and
DEPTH = 8  # how deep they may lie in one another
BLANK_LINE = re.compile(rb"\A\r?\n|\r?\n\r?\n")
BARE_LINE_END = re.compile(rb"(?<!\r)\n")
BLOCK = 1 << 20


class Entity(Struct, frozen=True):
    """One MIME entity: `octets` with its headers as they stand, `body` as it is encoded."""

    media_type: str
    protocol: str  # of multipart/signed, RFC 1847 2.1
    boundary: str
    encoding: str  # Content-Transfer-Encoding, lower case
    name: str  # file name that the headers give, or ""
    octets: memoryview
    body: memoryview


def read_entity(octets: memoryview, name: str) -> Entity:
    """Read the headers; raises InputError (input.mail-damaged)."""
    start = bytes(octets[:5]) == b"From "  # mbox
    begin = bytes(octets[:HEADERS]).find(b"\n") + 1 if start else 0
    blank = BLANK_LINE.search(octets[begin : begin + HEADERS])
    if blank is None:
        raise InputError("input.mail-damaged", name=name, reason="headers")
    after = begin + blank.end()
    from email.parser import BytesHeaderParser  # noqa: PLC0415 - 30 ms that few inputs need
    from email.policy import compat32  # noqa: PLC0415

    try:
        headers = BytesHeaderParser(policy=compat32).parsebytes(bytes(octets[begin:after]))
        return Entity(
            media_type=headers.get_content_type(),
            protocol=str(headers.get_param("protocol") or "").lower(),
            boundary=str(headers.get_boundary() or ""),
            encoding=str(headers.get("Content-Transfer-Encoding", "")).strip().lower(),
            name=str(headers.get_filename() or ""),
            octets=octets[begin:],
            body=octets[after:],
        )
    except (LookupError, ValueError, TypeError, AttributeError) as error:
        raise InputError("input.mail-damaged", name=name, reason="headers") from error


def parts(entity: Entity, name: str) -> list[Entity]:
    """Cut a multipart body at its boundary (RFC 2046 5.1.1).

    The line end before a boundary belongs to the boundary. Raises InputError
    (input.mail-damaged) where there is no boundary, BudgetExceeded (input.too-many-objects).
    """
    if not entity.boundary:
        raise InputError("input.mail-damaged", name=name, reason="boundary")
    mark = re.escape(entity.boundary.encode("utf-8", "surrogateescape"))
    delimiter = re.compile(rb"--" + mark + rb"(--)?[ \t]*(?=\r?\n|\Z)")
    found: list[Entity] = []
    start: int | None = None
    for cut in delimiter.finditer(entity.body):
        before = _before_line(entity.body, cut.start())
        if before is None:
            continue
        if start is not None:
            if len(found) == PARTS:
                raise BudgetExceeded("input.too-many-objects", name=name, limit=PARTS)
            found.append(_part(entity.body[start:before], name))
        start = None if cut.group(1) else cut.end() + _line_end(entity.body, cut.end())
        if cut.group(1):
            break
    if start is not None:  # the closing boundary was lost on the way
        found.append(_part(entity.body[start:], name))
    if not found:
        raise InputError("input.mail-damaged", name=name, reason="boundary")
    return found


def _before_line(octets: memoryview, offset: int) -> int | None:
    """Offset before the line end that precedes `offset`; None if no line begins there."""
    if not offset:
        return 0
    if octets[offset - 1] != 0x0A:
        return None
    return offset - 2 if offset > 1 and octets[offset - 2] == 0x0D else offset - 1


def _line_end(octets: memoryview, offset: int) -> int:
    return 2 if bytes(octets[offset : offset + 2]) == b"\r\n" else 1


def _part(octets: memoryview, name: str) -> Entity:
    """Read a part; one without headers is text (RFC 2046 5.1)."""
    if BLANK_LINE.search(octets[:HEADERS]) is None:
        return Entity("text/plain", "", "", "", "", octets, octets)
    return read_entity(octets, name)


def leaves(entity: Entity, name: str, depth: int = 0) -> Iterator[Entity]:
    """Give the parts in depth-first order; a multipart/signed is given whole.

    Raises BudgetExceeded (input.too-deep) where parts lie too deep in one another.
    """
    if not entity.media_type.startswith("multipart/") or entity.media_type == "multipart/signed":
        yield entity
        return
    if depth == DEPTH:
        raise BudgetExceeded("input.too-deep", name=name, limit=DEPTH)
    for part in parts(entity, name):
        yield from leaves(part, name, depth + 1)


def signed_parts(entity: Entity, name: str) -> tuple[Entity, Entity]:
    """Content and signature of a multipart/signed (RFC 1847 2.1): two parts, in this order."""
    found = parts(entity, name)
    if len(found) != 2:
        raise InputError("input.mail-damaged", name=name, reason="boundary")
    return found[0], found[1]


def decoded(entity: Entity, name: str) -> Input:
    """Undo the transfer encoding of the body (RFC 2045 6)."""
    match entity.encoding:
        case "base64":
            return Input.spool(decode_base64(entity.body, name), name)
        case "quoted-printable":
            return Input.of(quopri.decodestring(bytes(entity.body)), name)
    return Input.of(entity.body, name)


def canonical(octets: memoryview, name: str) -> Input:
    """Write line ends as CRLF, as they were signed (RFC 8551 3.1.1, RFC 1847 2.1)."""
    return Input.spool(_with_crlf(octets), name)


def _with_crlf(octets: memoryview) -> Iterator[bytes]:
    for start in range(0, len(octets), BLOCK):
        block = BARE_LINE_END.sub(b"\r\n", octets[start : start + BLOCK])
        after_cr = start and octets[start - 1] == 0x0D and octets[start] == 0x0A
        yield block[1:] if after_cr else block
