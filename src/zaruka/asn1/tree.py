"""The tree of values in any octets, as far as they can be read: for `zaruka inspect`.

Nothing is refused: what is not DER is shown as it stands, and where the octets end or stop being
ASN.1 the last node says so. BER is read, OCTET STRINGs and BIT STRINGs that hold values are
looked into.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec import Struct

from zaruka._native import oid_from_content, tlv
from zaruka.asn1 import oids
from zaruka.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typing_extensions import Buffer

__all__ = ["UNIVERSAL", "TreeNode", "walk"]

UNIVERSAL = {
    0: "end-of-contents",
    1: "BOOLEAN",
    2: "INTEGER",
    3: "BIT STRING",
    4: "OCTET STRING",
    5: "NULL",
    6: "OBJECT IDENTIFIER",
    7: "ObjectDescriptor",
    8: "EXTERNAL",
    9: "REAL",
    10: "ENUMERATED",
    11: "EMBEDDED PDV",
    12: "UTF8String",
    13: "RELATIVE-OID",
    14: "TIME",
    16: "SEQUENCE",
    17: "SET",
    18: "NumericString",
    19: "PrintableString",
    20: "TeletexString",
    21: "VideotexString",
    22: "IA5String",
    23: "UTCTime",
    24: "GeneralizedTime",
    25: "GraphicString",
    26: "VisibleString",
    27: "GeneralString",
    28: "UniversalString",
    29: "CHARACTER STRING",
    30: "BMPString",
}
"""Names of universal tags (X.680 8.4)."""

_CLASSES = ("UNIVERSAL", "APPLICATION", "", "PRIVATE")
_ENCODINGS = {12: "utf-8", 30: "utf-16-be", 28: "utf-32-be"}
_TEXT = {12, 18, 19, 20, 22, 26, 27, 28, 30}
_ENDS = 0
_SHOWN = 64  # octets of a string that are shown


class TreeNode(Struct, frozen=True):
    """One value: where it lies, what it is, and what it says.

    `offset` and `content` are where its identifier and its content octets begin, `end` where the
    value ends (None for an indefinite length, whose end-of-contents octets are a node of their
    own). `depth` counts from 0. `value` is the content in words, for values without components.
    `inside` says that the value was found in an OCTET STRING or BIT STRING. `error` is the code
    of what is wrong here: a value that claims more octets than there are is shown as far as they
    reach; a node without a name is where reading stopped.
    """

    depth: int
    offset: int
    content: int
    end: int | None
    name: str
    constructed: bool
    value: str | None = None
    inside: bool = False
    error: str | None = None


@dataclass(slots=True)
class _Level:
    """Content octets that are being walked; `end` is None where end-of-contents octets end it."""

    at: int
    end: int | None
    limit: int
    inside: bool


def walk(data: Buffer, *, depth: int = 64, nodes: int = 100_000) -> Iterator[TreeNode]:
    """Yield the values in `data` in their order, as far as they can be read.

    Never raises for what the octets are. Stops with an error node where values are nested deeper
    than `depth` (asn1.too-deep) and after `nodes` values (asn1.too-many-elements).
    """
    octets = memoryview(data)
    levels = [_Level(0, len(octets), len(octets), inside=False)]
    for count in range(nodes + 1):
        while levels and levels[-1].at == levels[-1].end:
            _close(levels)
        if not levels:
            return
        level, here = levels[-1], len(levels) - 1
        if count == nodes or here >= depth:
            code = "asn1.too-many-elements" if count == nodes else "asn1.too-deep"
            yield _damage(here, level, code)
            return
        try:
            node, ends = _read(octets, level, here)
        except InputError as error:
            yield _damage(here, level, error.code)
            return
        yield node
        if ends:
            level.at = level.end = node.content
        else:
            _descend(octets, levels, node)


def _damage(depth: int, level: _Level, code: str) -> TreeNode:
    return TreeNode(
        depth, level.at, level.at, level.end, "", constructed=False, inside=level.inside, error=code
    )


def _close(levels: list[_Level]) -> None:
    """Leave a level that was read to its end; one without a length ends where it was read to."""
    done = levels.pop()
    if levels and levels[-1].at < done.at:
        levels[-1].at = done.at


def _read(octets: memoryview, level: _Level, depth: int) -> tuple[TreeNode, bool]:
    """Read one header; whether it ends a level without a length."""
    bits, constructed, number, content, end = tlv(octets, level.at, level.limit)
    ends = level.end is None and bits == 0 and number == _ENDS and end == content
    error = None
    if end is not None and end > level.limit:
        error = "asn1.truncated" if level.limit == len(octets) else "asn1.bad-length"
        end = level.limit
    elif end is None and not constructed:
        error, end = "asn1.bad-length", level.limit
    value = None
    if not constructed and not ends:
        value = _words(bits, number, octets[content:end])
    node = TreeNode(
        depth, level.at, content, end, _name(bits, number), constructed, value, level.inside, error
    )
    return node, ends


def _descend(octets: memoryview, levels: list[_Level], node: TreeNode) -> None:
    """Step over the value and, where it holds values, into it."""
    level = levels[-1]
    limit = level.limit if node.end is None else node.end
    level.at = node.content if node.end is None else node.end
    if node.constructed:
        levels.append(_Level(node.content, node.end, limit, level.inside))
        return
    start = node.content
    if node.name == "BIT STRING" and start < limit and octets[start] == 0:
        start += 1
    elif node.name != "OCTET STRING":
        return
    if start < limit and _holds_values(octets, start, limit):
        levels.append(_Level(start, limit, limit, inside=True))


def _holds_values(octets: memoryview, at: int, end: int) -> bool:
    """Whether the octets are values one after another, the first of a kind that is often inside."""
    if octets[at] not in b"\x02\x03\x04\x05\x06\x0a\x0c\x13\x16\x18\x1e\x30\x31":
        return False
    while at < end:
        try:
            _, constructed, _, content, after = tlv(octets, at, end)
        except InputError:
            return False
        if after is None or after > end:
            return False
        if constructed and not all(_values(octets, content, after)):
            return False
        at = after
    return True


def _values(octets: memoryview, at: int, end: int) -> Iterator[bool]:
    """Whether each value of a constructed one has a header that fits."""
    while at < end:
        try:
            after = tlv(octets, at, end)[4]
        except InputError:
            after = None
        fits = after is not None and after <= end
        yield fits
        at = after if fits and after is not None else end


def _name(bits: int, number: int) -> str:
    if bits == 0:
        return UNIVERSAL.get(number, f"[UNIVERSAL {number}]")
    return f"[{_CLASSES[bits]} {number}]".replace("[ ", "[")


def _words(bits: int, number: int, content: memoryview) -> str:
    """Say what the content octets of a value without components are."""
    octets = bytes(content[: 8 * _SHOWN])
    more = "..." if len(content) > len(octets) else ""
    if bits == 0 and number in _TEXT | {23, 24}:
        return octets.decode(_ENCODINGS.get(number, "latin-1"), "replace") + more
    said = _universal_words(number, octets) if bits == 0 else None
    if said is not None:
        return said
    octets, more = octets[:_SHOWN], "..." if len(content) > _SHOWN else ""
    if bits != 0 and octets and all(0x20 <= octet < 0x7F for octet in octets):
        return octets.decode("ascii") + more
    return octets.hex() + more


def _universal_words(number: int, octets: bytes) -> str | None:
    """Say what a universal value is, other than a string; None where octets say it best."""
    if number == 1 and len(octets) == 1:
        return "FALSE" if octets == b"\0" else "TRUE"
    if number in {2, 10} and 0 < len(octets) <= 8:
        return str(int.from_bytes(octets, "big", signed=True))
    if number == 6 and (dotted := oid_from_content(octets)) is not None:
        known = oids.name(dotted)
        return f"{dotted} ({known})" if known else dotted
    return None
