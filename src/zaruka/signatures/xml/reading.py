"""XML read so that it can do no harm: no document type, no entities, no network, all bounded."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as Base64Error
from typing import TYPE_CHECKING, Final, NoReturn

from lxml import etree

from zaruka.errors import BudgetExceeded, InputError
from zaruka.signatures.xml.identifiers import DS, ID_ATTRIBUTES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.etree import _Element as Element

__all__ = [
    "Budget",
    "Ids",
    "algorithm_of",
    "base64_of",
    "children_of",
    "decode_base64",
    "one",
    "parse_xml",
    "text_of",
]

SIZE_MAX: Final = 128 << 20  # octets of a document
SIGNED_MIN: Final = 64 << 20  # octets handled for all references of a document, however small,
SIGNED_MAX: Final = 512 << 20  # however large,
SIGNED_TIMES: Final = 8  # and between: as many times what the document has
NODES_MAX: Final = 10_000_000  # tags and attributes of a document: twice 120 octets of memory each
# libxml2 canonicalizes each element in the square of the namespaces in scope: a few are always
# borne, of more this much in all (some two seconds).
NAMESPACES_FEW: Final = 16
NAMESPACES_SQUARED_MAX: Final = 250_000_000
HUGE: Final = 8 << 20  # above this size a text may be longer than 10 MB, and elements deeper
_CHUNK: Final = 1 << 12


class Budget:
    """Octets that may still be made or copied; BudgetExceeded where they run out.

    `document` is the size of the document: what copying it costs.
    """

    def __init__(self, document: int) -> None:
        """Start with what a document of that size may need."""
        self.document = document
        self._limit = self._left = min(max(SIGNED_MIN, SIGNED_TIMES * document), SIGNED_MAX)

    def spend(self, octets: int) -> None:
        """Take `octets` away."""
        self._left -= octets
        if self._left < 0:
            raise BudgetExceeded("xml.too-much-signed", limit=self._limit)


class _Prolog:
    """Looks at what stands before the root element and stops there (a parser target of lxml)."""

    def doctype(self, name: str, _public: str | None, _system: str | None) -> NoReturn:
        raise InputError("xml.doctype", root=name)

    def start(self, _tag: str, _attributes: Mapping[str, str]) -> NoReturn:
        raise _RootReached

    def close(self) -> None:
        """Be a parser target."""


class _RootReached(Exception):  # noqa: N818 - it is no error and never leaves this module
    pass


def parse_xml(octets: bytes | memoryview) -> Element:
    """Return the root of a document.

    InputError: xml.doctype (a document type could declare entities and Ids, and no signed
    document needs one), xml.not-well-formed (also nested deeper than 256, in a large document
    2048). BudgetExceeded: xml.too-large, xml.too-many-nodes, xml.too-many-namespaces.
    """
    if len(octets) > SIZE_MAX:
        raise BudgetExceeded("xml.too-large", limit=SIZE_MAX)
    octets = bytes(octets)
    if len(octets) > HUGE and octets.count(b"<") + octets.count(b"=") > NODES_MAX:
        raise BudgetExceeded("xml.too-many-nodes", limit=NODES_MAX)
    options = {
        "resolve_entities": False,
        "load_dtd": False,
        "dtd_validation": False,
        "attribute_defaults": False,
        "no_network": True,
        "huge_tree": len(octets) > HUGE,
        "recover": False,
    }
    try:
        _refuse_doctype(octets, etree.XMLParser(target=_Prolog(), **options))
        root = etree.fromstring(octets, etree.XMLParser(collect_ids=False, **options))
    except etree.XMLSyntaxError as error:
        reason, line = str(error.msg).partition(",")[0], error.lineno or 0
        raise InputError("xml.not-well-formed", reason=reason, line=line) from error
    except (LookupError, ValueError) as error:  # an encoding that is none
        raise InputError("xml.not-well-formed", reason=str(error), line=1) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise InputError("xml.doctype", root=str(root.tag))
    if octets.replace(b"\0", b"").count(b"xmlns") > NAMESPACES_FEW:
        _bound_namespaces(root)
    return root


def _bound_namespaces(root: Element) -> None:
    in_scope = squared = 0
    for event, _ in etree.iterwalk(root, events=("start-ns", "start", "end-ns")):
        if event == "start":
            squared += in_scope * in_scope
        else:
            in_scope += 1 if event == "start-ns" else -1
        if squared > NAMESPACES_SQUARED_MAX:
            raise BudgetExceeded("xml.too-many-namespaces")


def _refuse_doctype(octets: bytes, parser: etree.XMLParser) -> None:
    """Read as far as the root element, with the parser that reads all afterwards."""
    try:
        for start in range(0, len(octets), _CHUNK):
            parser.feed(octets[start : start + _CHUNK])
        parser.close()
    except _RootReached:
        return


class Ids:
    """The elements of a document by the attributes that are Ids here, and by no other.

    XML Signature 4.4.3.2 leaves it to applications which attributes are Ids.
    """

    _FIND: Final = etree.XPath("//@*[local-name()='Id' or local-name()='ID' or local-name()='id']")

    def __init__(self, root: Element) -> None:
        """Look at every attribute of the document, once."""
        self._elements: dict[str, list[Element]] = {}
        for value in self._FIND(root):
            if value.attrname in ID_ATTRIBUTES:
                found = self._elements.setdefault(str(value), [])
                if len(found) < 2 and value.getparent() not in found:  # more change nothing
                    found.append(value.getparent())

    def find(self, value: str) -> tuple[Element, ...]:
        """Return the elements of this Id: one, or none, or two where something is wrong."""
        return tuple(self._elements.get(value, ()))


def children_of(element: Element) -> list[Element]:
    """Return the child elements, without comments and processing instructions."""
    return [child for child in element if isinstance(child.tag, str)]


def one(element: Element, local: str, *, namespace: str = DS) -> Element:
    """Return the only child element of this name; InputError where there is not just one."""
    found = [each for each in children_of(element) if each.tag == f"{{{namespace}}}{local}"]
    if len(found) != 1:
        raise InputError("xmldsig.malformed", what=local)
    return found[0]


def algorithm_of(element: Element) -> str:
    """Return the Algorithm attribute; InputError without one."""
    uri = element.get("Algorithm")
    if uri is None:
        raise InputError("xmldsig.malformed", what=_local(element))
    return str(uri)


def text_of(element: Element) -> str:
    """Return the text of an element that holds nothing else.

    InputError where a comment or an element parts the text: readers differ in what they take then.
    """
    if len(element):
        raise InputError("xmldsig.malformed", what=_local(element))
    return str(element.text or "")


def base64_of(element: Element) -> bytes:
    """Return the octets of an element of type base64Binary; InputError if it is not base64."""
    octets = decode_base64(text_of(element).encode())
    if octets is None:
        raise InputError("xmldsig.malformed", what=_local(element))
    return octets


def decode_base64(text: bytes) -> bytes | None:
    """Decode base64 with white space anywhere (RFC 2045 6.8); None if it is something else."""
    try:
        return b64decode(b"".join(text.split()), validate=True)
    except Base64Error:
        return None


def _local(element: Element) -> str:
    return str(etree.QName(element).localname)
