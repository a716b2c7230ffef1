"""Transforms of a reference: a closed list (XML Signature 1.1, 4.4.3.4 and 6.6).

XPath, XSLT and whatever else can compute is refused: what was signed would not be what people see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import structs

from zaruka.errors import BudgetExceeded, InputError, UnsupportedError
from zaruka.signatures.xml.canonical import NodeSet, canonicalize
from zaruka.signatures.xml.identifiers import (
    BASE64,
    CANONICALIZATIONS,
    ENVELOPED,
    EXC_C14N,
    Canonicalization,
)
from zaruka.signatures.xml.reading import algorithm_of, children_of, decode_base64, parse_xml

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

    from zaruka.signatures.xml.reading import Budget

__all__ = ["canonical_octets", "transform"]

TRANSFORMS_MAX: Final = 8
_IMPLIED: Final = Canonicalization("1.0", comments=False)  # 4.4.3.2: from nodes to octets


def transform(
    data: NodeSet | bytes, transforms: list[Element], signature: Element, budget: Budget
) -> bytes:
    """Return the octets to digest: `data` after every Transform element, in their order.

    `signature` is what the enveloped-signature transform leaves out. UnsupportedError:
    xmldsig.algorithm-unsupported; InputError: what is not XML, base64 or canonical; BudgetExceeded.
    """
    if len(transforms) > TRANSFORMS_MAX:
        raise BudgetExceeded("xmldsig.too-many", what="Transform", limit=TRANSFORMS_MAX)
    for element in transforms:
        data = _apply(algorithm_of(element), element, data, signature, budget)
    return data if isinstance(data, bytes) else canonicalize(data, _IMPLIED, budget)


def canonical_octets(nodes: NodeSet | bytes, uri: str, element: Element, budget: Budget) -> bytes:
    """Return the canonical form named by `uri`; `element` may hold its InclusiveNamespaces."""
    if uri not in CANONICALIZATIONS:
        raise UnsupportedError("xmldsig.algorithm-unsupported", uri=uri)
    if isinstance(nodes, bytes):
        nodes = NodeSet(parse_xml(nodes), whole=True, comments=True)
    return canonicalize(nodes, CANONICALIZATIONS[uri], budget, _prefixes(element))


def _apply(
    uri: str, element: Element, data: NodeSet | bytes, signature: Element, budget: Budget
) -> NodeSet | bytes:
    if uri == ENVELOPED:
        if isinstance(data, bytes):  # 6.6.4: the Signature is no part of what was written already
            raise InputError("xmldsig.malformed", what="Transform")
        return structs.replace(data, without=signature)
    if uri == BASE64:
        return _decoded(data, budget)
    return canonical_octets(data, uri, element, budget)


def _decoded(data: NodeSet | bytes, budget: Budget) -> bytes:
    """6.6.2: nodes stand for the text in them."""
    if isinstance(data, NodeSet):
        if data.without is not None:
            raise InputError("xmldsig.malformed", what="Transform")
        data = str(data.apex.xpath("string()")).encode()
    budget.spend(len(data))
    octets = decode_base64(data)
    if octets is None:
        raise InputError("xmldsig.malformed", what="Transform")
    return octets


def _prefixes(element: Element) -> tuple[str, ...]:
    """Read the PrefixList (Exclusive XML Canonicalization 1.0, 3)."""
    prefixes: list[str] = []
    for child in children_of(element):
        if child.tag == f"{{{EXC_C14N}}}InclusiveNamespaces":
            prefixes.extend(child.get("PrefixList", "").split())
    return tuple("" if prefix == "#default" else prefix for prefix in prefixes)
