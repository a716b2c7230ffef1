"""Look at a few tag-length-value headers (X.690 8.1), also of damaged or cut octets.

This is not the parser: it says where elements lie, as far as they can be seen, to decide what a
file is. What is inside is read by `zaruka.asn1`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Element", "children", "element_at", "take"]

WALKED = 4096  # headers passed to find the end of one element of indefinite length


class Element(Struct, frozen=True):
    """Where one element lies: offsets in octets; `end` is None for an indefinite length."""

    tag: int  # the identifier octet
    start: int
    content: int
    end: int | None


def element_at(octets: memoryview, offset: int) -> Element | None:
    """Header at `offset`; None where there is none (high tag numbers are not looked at).

    The content may lie beyond the octets: a cut file is seen by `end`.
    """
    header = bytes(octets[offset : offset + 10])
    if len(header) < 2 or header[0] & 0x1F == 0x1F:
        return None
    first = header[1]
    if first < 0x80:
        return Element(header[0], offset, offset + 2, offset + 2 + first)
    if first == 0x80:  # X.690 8.1.3.6: indefinite, constructed only
        return Element(header[0], offset, offset + 2, None) if header[0] & 0x20 else None
    count = first & 0x7F
    if count > 8 or len(header) < 2 + count:
        return None
    length = int.from_bytes(header[2 : 2 + count])
    content = offset + 2 + count
    return Element(header[0], offset, content, content + length)


def children(octets: memoryview, parent: Element) -> Iterator[Element]:
    """Elements inside `parent`, as far as they can be seen."""
    offset: int | None = parent.content
    limit = len(octets) if parent.end is None else min(parent.end, len(octets))
    while offset is not None and offset < limit:
        child = element_at(octets, offset)
        if child is None or (child.tag == 0 and parent.end is None):
            return
        yield child
        offset = _end(octets, child)


def take(octets: memoryview, parent: Element, count: int) -> list[Element]:
    """Give up to `count` first elements inside `parent`; none of a primitive one."""
    if not parent.tag & 0x20:
        return []
    return [child for child, _ in zip(children(octets, parent), range(count), strict=False)]


def _end(octets: memoryview, element: Element) -> int | None:
    """Offset behind `element`; None if it cannot be found within the budget."""
    if element.end is not None:
        return element.end
    offset, depth = element.content, 1
    for _ in range(WALKED):
        inner = element_at(octets, offset)
        if inner is None:
            return None
        if inner.tag == 0:  # end-of-contents octets, X.690 8.1.5
            depth -= 1
            offset = inner.content
            if not depth:
                return offset
        elif inner.end is None:
            depth += 1
            offset = inner.content
        else:
            offset = inner.end
    return None
