"""Canonical XML 1.0 and 1.1 and exclusive canonical XML, of a document or a subtree.

The writing is libxml2's, of whole documents only: a subtree becomes a document of its own with what
it inherits on its root, and what the signature leaves out is removed from a copy.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

from lxml import etree
from msgspec import Struct

from zaruka.errors import InputError, UnsupportedError
from zaruka.signatures.xml.identifiers import XML

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

    from zaruka.signatures.xml.identifiers import Canonicalization
    from zaruka.signatures.xml.reading import Budget

__all__ = ["NodeSet", "canonicalize"]

# For what was parsed before: only what it could not hold then is off.
_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, collect_ids=False, huge_tree=True
)
_SPACE, _LANG, _BASE = f"{{{XML}}}space", f"{{{XML}}}lang", f"{{{XML}}}base"


class NodeSet(Struct, frozen=True):
    """A subtree, or with `whole` the document around its root `apex` too.

    `comments` tells whether comments belong to it, `without` is a subtree that does not.
    """

    apex: Element
    whole: bool = False
    comments: bool = False
    without: Element | None = None


class _Sink:
    """Takes what is written, within a budget."""

    def __init__(self, budget: Budget) -> None:
        self.parts: list[bytes] = []
        self._budget = budget

    def write(self, octets: bytes) -> None:
        self._budget.spend(len(octets))
        self.parts.append(octets)


def canonicalize(
    nodes: NodeSet, method: Canonicalization, budget: Budget, prefixes: tuple[str, ...] = ()
) -> bytes:
    """Return the canonical octets of `nodes` (UTF-8).

    `prefixes` is the InclusiveNamespaces PrefixList of exclusive canonicalization, "" standing for
    the default namespace. InputError: xmldsig.not-canonical where there is no canonical form (a
    relative namespace name); UnsupportedError: xmldsig.base-fixup (Canonical XML 1.1 2.4 with
    xml:base on ancestors of the apex); BudgetExceeded.
    """
    if nodes.without is nodes.apex:
        return b""
    root = _standing_alone(nodes, budget)
    if not nodes.whole:
        root.attrib.update(_inherited(nodes.apex, method))
    sink = _Sink(budget)
    options: dict[str, object] = {"with_comments": method.comments and nodes.comments}
    if method.version == "exclusive":
        options["exclusive"] = True
        options["inclusive_ns_prefixes"] = list(prefixes) or None
    try:
        root.getroottree().write_c14n(sink, **options)
    except etree.C14NError as error:
        raise InputError("xmldsig.not-canonical", reason=str(error)) from error
    return b"".join(sink.parts)


def _inherited(apex: Element, method: Canonicalization) -> dict[str, str]:
    """Find the xml: attributes that the apex takes over from its ancestors.

    Canonical XML 1.0 2.4: all of them; 1.1 2.4: lang and space, and base joined, never id.
    """
    if method.version == "exclusive":
        return {}
    found: dict[str, str] = {}
    for ancestor in apex.iterancestors():
        for name, value in ancestor.attrib.items():
            if not name.startswith(f"{{{XML}}}") or name in found or name in apex.attrib:
                continue
            if method.version == "1.0" or name in {_SPACE, _LANG}:
                found[name] = value
    has_base = any(_BASE in ancestor.attrib for ancestor in apex.iterancestors())
    if method.version == "1.1" and has_base:
        raise UnsupportedError("xmldsig.base-fixup")
    return found


def _standing_alone(nodes: NodeSet, budget: Budget) -> Element:
    """Return the root of a document that is just what `nodes` are.

    A subtree is written out, with the namespaces in scope, and read again: libxml2 canonicalizes
    whole documents well, and of a subtree it may lose the default namespace of an ancestor. What
    the signature leaves out is taken from a copy: put back, it would not be written as before.
    """
    inside = nodes.without is not None and nodes.apex in nodes.without.iterancestors()
    if nodes.whole and not inside:
        return nodes.apex
    if nodes.whole:
        budget.spend(budget.document)
        root = deepcopy(nodes.apex.getroottree()).getroot()
    else:
        # in ASCII it would write names with references to characters, as in no XML
        octets = etree.tostring(nodes.apex, with_tail=False, encoding="utf-8")
        budget.spend(len(octets))
        try:
            root = etree.fromstring(octets, _PARSER)
        except etree.XMLSyntaxError as error:
            raise InputError("xmldsig.not-canonical", reason=str(error)) from error
    if inside and nodes.without is not None:
        _remove(_follow(root, _way(nodes.without, nodes.apex)))
    return root


def _way(element: Element, apex: Element) -> list[int]:
    """Return the positions that lead from `apex` down to `element`."""
    steps = []
    while element is not apex:
        parent = element.getparent()
        steps.append(parent.index(element))
        element = parent
    return steps[::-1]


def _follow(root: Element, way: list[int]) -> Element:
    for position in way:
        root = root[position]
    return root


def _remove(element: Element) -> None:
    """Take an element out and leave the text after it where it is."""
    parent, before = element.getparent(), element.getprevious()
    if element.tail:
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)
