"""An XML document without what it says: its signatures, and the elements in which they stand.

What of a signature is verified by itself (its value over SignedInfo, properties, time-stamps over
the value) has the same canonical form there: that depends on the names and XML attributes around
it, not on what stands beside it. Of other elements a few are kept as empty shells, so that the
shape of a container shows.
"""

from __future__ import annotations

from copy import deepcopy
from itertools import islice
from typing import TYPE_CHECKING, Final

from lxml import etree

from zaruka.signatures.xml.identifiers import XML

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.etree import _Element as Element

__all__ = ["skeleton_of"]

_SHELLS: Final = 4  # beside signatures: no container that is known has more


def skeleton_of(root: Element, signatures: Iterable[Element]) -> bytes:
    """Return a document with the same signatures in the same places, in UTF-8."""
    kept = dict.fromkeys(signatures, True)
    for signature in [*kept]:
        for around in signature.iterancestors():
            kept.setdefault(around, False)
    octets: bytes = etree.tostring(_copy(root, kept), encoding="utf-8")
    return octets


def _copy(element: Element, kept: dict[Element, bool]) -> Element:
    if kept[element]:
        whole = deepcopy(element)
        whole.tail = None
        return whole
    found = etree.Element(element.tag, nsmap=element.nsmap)
    for name, value in element.attrib.items():
        if name.startswith(f"{{{XML}}}"):
            found.set(name, value)
    others = (each for each in element.iterchildren("*") if each not in kept)
    for child in islice(others, _SHELLS):
        found.append(etree.Element(child.tag, nsmap=child.nsmap))
    for child in kept:  # in the order of the document
        if child.getparent() is element:
            found.append(_copy(child, kept))
    return found
