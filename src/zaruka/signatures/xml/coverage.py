"""How much of a document an XML signature signs (XML Signature 1.1, 8.1.1), said to people.

A part that is signed proves nothing about the rest; what the signature itself stands in is no
part of what anybody reads, but everything else is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lxml import etree

from zaruka.findings import Finding, Severity
from zaruka.signatures.xml import rules
from zaruka.signatures.xml.identifiers import BASE64, DS
from zaruka.signatures.xml.reading import children_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element as Element

    from zaruka.signatures.xml.document import XmlSignature

__all__ = ["check_coverage", "place_of"]

_SIGNATURE: Final = f"{{{DS}}}Signature"
_EDOC: Final = "{urn:EEC:SignedData:v1.0:EDoc}"


def check_coverage(signature: XmlSignature, element: Element, root: Element) -> Iterator[Finding]:
    """Say whether the whole document is signed, or which part of it."""
    about = signature.ref
    if _is_receipt(element, root):
        yield Finding(rules.EEC_RECEIPT, Severity.INFO, about)
    had = [each for each in signature.references if each.content is not None]
    if not had:
        return  # nothing is known to be signed, and that is said
    data = [each for each in had if not each.of_properties]
    shown = ", ".join(each.shown for each in data or had)
    whole = place_of(root)
    if root.tag == _SIGNATURE:
        yield Finding(rules.SIGNED, Severity.INFO, about, actual=shown)
    elif any(each.place == whole and BASE64 not in each.transforms for each in data):
        yield Finding(rules.COVERS_WHOLE, Severity.INFO, about, actual=whole)
    elif {each.place for each in data} >= _eec_content(root):
        yield Finding(rules.EEC_CONTENT, Severity.INFO, about, actual=shown)
    else:
        yield Finding(rules.COVERS_PART, Severity.WARN, about, expected=whole, actual=shown)


def _eec_content(root: Element) -> set[str]:
    """Return what is to be signed of an EEC container: all of it but the signatures.

    Of another document, or of a container with anything beside its content, that is the root.
    """
    data = [each for each in children_of(root) if each.tag != _SIGNATURE]
    parts = [each for each in children_of(data[0]) if each.tag != _SIGNATURE] if data else []
    tags = [each.tag for each in (root, *data, *parts)]
    if tags != [f"{_EDOC}{name}" for name in ("SignedDoc", "Data", "SignedContent")]:
        return {place_of(root)}
    return {place_of(parts[0])}


def _is_receipt(element: Element, root: Element) -> bool:
    """Whether it is the signature of a third party: outside Data (schema of the container)."""
    return element.getparent() is root and root.tag == f"{_EDOC}SignedDoc"


def place_of(element: Element) -> str:
    """Return the path of local names from the root: "/doc/body"."""
    chain = [element, *element.iterancestors()]
    return "".join(f"/{etree.QName(each).localname}" for each in reversed(chain))
