"""The container and the receipt of the Eurasian Economic Commission: EEC Collegium 125.

`urn:EEC:SignedData:v1.0:EDoc` holds a document, its signatures and, outside Data, the signature of
a third party; that one holds `urn:EEC:TTP:v1.0:receipt`. Where in it is not said by the texts that
could be read: here it is an Object, signed together with Data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lxml import etree
from msgspec import Struct

from zaruka.errors import InputError
from zaruka.signatures.xml.creation import sign_parts
from zaruka.signatures.xml.identifiers import DS
from zaruka.signatures.xml.reading import children_of, parse_xml, text_of
from zaruka.validation.crosswalk import ReasonCode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from lxml.etree import _Element as Element

    from zaruka.signatures.creation import Signer

__all__ = [
    "EDOC",
    "RECEIPT",
    "Container",
    "EecReceipt",
    "Outcome",
    "add_receipt",
    "make_container",
    "parse_container",
    "parse_receipt",
    "write_receipt",
]

EDOC: Final = "urn:EEC:SignedData:v1.0:EDoc"
RECEIPT: Final = "urn:EEC:TTP:v1.0:receipt"
_REASONS: Final = frozenset(ReasonCode)
_OUTCOMES_MAX: Final = 1000


class Outcome(Struct, frozen=True):
    """Success, or Error with its code and text; `reference` names the signature it is about."""

    reference: str | None
    reason: ReasonCode | None = None
    text: str | None = None


class EecReceipt(Struct, frozen=True):
    """A receipt; `attached` is what AttachedData holds, in exclusive form."""

    id: str
    receipt_id: str
    doc_id: str
    report: tuple[Outcome, ...]
    attached: tuple[bytes, ...] = ()

    @property
    def confirms(self) -> bool:
        """Whether every signature is confirmed."""
        return all(each.reason is None for each in self.report)


class Container(Struct, frozen=True):
    """A container: Ids, the document's own identifier, the Ids of its signatures.

    `receipts` counts the signatures outside Data: one or none, where the container is right.
    """

    data_id: str
    content_id: str
    doc_instance: str
    signatures: tuple[str, ...]
    receipts: int


# --- writing


def make_container(  # noqa: PLR0913 - the parts of a container
    content: bytes,
    doc_instance: str,
    signers: Iterable[Signer],
    *,
    name: str,
    signing_time: datetime,
    entropy: Callable[[int], bytes],
) -> bytes:
    """Put an XML document into a container and sign it: XAdES B-B, one signature for each signer.

    `name` is what Ids begin with: an XML name. InputError where `content` is no XML.
    """
    root = etree.Element(f"{{{EDOC}}}SignedDoc", nsmap={"doc": EDOC})
    data = etree.SubElement(root, f"{{{EDOC}}}Data", Id=f"{name}-data")
    held = etree.SubElement(data, f"{{{EDOC}}}SignedContent")
    held.set("Id", f"{name}-content")
    held.set("DocInstance", doc_instance)
    held.append(parse_xml(content))
    for number, signer in enumerate(signers):
        signature = etree.Element(f"{{{DS}}}Signature", Id=f"{name}-sign{number}", nsmap={"ds": DS})
        data.insert(number, signature)
        sign_parts(signature, [held], signer, entropy=entropy, signing_time=signing_time)
    return _written(root)


def add_receipt(
    container: bytes,
    receipt: EecReceipt,
    signer: Signer,
    *,
    signing_time: datetime,
    entropy: Callable[[int], bytes],
) -> bytes:
    """Add the signature of a third party with its receipt: over Data and the receipt.

    Raises InputError (ttp.eec-malformed) where it is no container, or has a receipt already.
    """
    root = parse_xml(container)
    if _parts(root).receipts:
        raise InputError("ttp.eec-malformed", what="Signature")
    signature = etree.SubElement(
        root, f"{{{DS}}}Signature", Id=f"{receipt.id}-signature", nsmap={"ds": DS}
    )
    enclosed = etree.fromstring(write_receipt(receipt))
    data = children_of(root)[0]
    sign_parts(
        signature,
        [data],
        signer,
        entropy=entropy,
        signing_time=signing_time,
        enclosed=enclosed,
        with_issuer=True,  # Decision 125, table 5
    )
    return _written(root)


def write_receipt(receipt: EecReceipt) -> bytes:
    """Write a receipt as XML."""
    root = etree.Element(f"{{{RECEIPT}}}Receipt", Id=receipt.id, nsmap={"rcpt": RECEIPT})
    _text(root, "ReceiptId", receipt.receipt_id)
    _text(root, "DocId", receipt.doc_id)
    report = etree.SubElement(root, f"{{{RECEIPT}}}Report")
    for each in receipt.report:
        tag = "Success" if each.reason is None else "Error"
        found = etree.SubElement(report, f"{{{RECEIPT}}}{tag}")
        if each.reference is not None:
            found.set("Reference", each.reference)
        if each.reason is not None:
            _text(found, "ReasonCode", each.reason.value)
            _text(found, "ReasonText", each.text or "")
    if receipt.attached:
        attached = etree.SubElement(root, f"{{{RECEIPT}}}AttachedData")
        for octets in receipt.attached:
            attached.append(parse_xml(octets))
    return bytes(etree.tostring(root))


def _text(parent: Element, local: str, text: str) -> None:
    etree.SubElement(parent, f"{{{RECEIPT}}}{local}").text = text


def _written(root: Element) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


# --- reading


def parse_container(octets: bytes | memoryview) -> Container:
    """Read a container; InputError: xml.* or ttp.eec-malformed with what is wrong."""
    return _parts(parse_xml(octets))


def parse_receipt(octets: bytes | memoryview) -> EecReceipt:
    """Read a receipt as its signature covers it; InputError: xml.* or ttp.eec-malformed."""
    root = parse_xml(octets)
    if root.tag != f"{{{RECEIPT}}}Receipt":
        raise InputError("ttp.eec-malformed", what=str(root.tag)[:200])
    parts = children_of(root)
    names = [_local(each) for each in parts]
    if names[:3] != ["ReceiptId", "DocId", "Report"] or names[3:] not in ([], ["AttachedData"]):
        raise InputError("ttp.eec-malformed", what="Receipt")
    outcomes = tuple(_outcome(each) for each in children_of(parts[2])[:_OUTCOMES_MAX])
    if not outcomes:
        raise InputError("ttp.eec-malformed", what="Report")
    attached = tuple(
        bytes(etree.tostring(each, method="c14n", exclusive=True, with_tail=False))
        for part in parts[3:]
        for each in children_of(part)
    )
    return EecReceipt(
        _attribute(root, "Id"), text_of(parts[0]), text_of(parts[1]), outcomes, attached
    )


def _outcome(element: Element) -> Outcome:
    reference, name = element.get("Reference"), _local(element)
    if name == "Success":
        return Outcome(reference)
    parts = children_of(element)
    if name != "Error" or [_local(each) for each in parts] != ["ReasonCode", "ReasonText"]:
        raise InputError("ttp.eec-malformed", what=name)
    code = text_of(parts[0])
    if code not in _REASONS:
        raise InputError("ttp.eec-malformed", what=code[:200])
    return Outcome(reference, ReasonCode(code), text_of(parts[1]))


def _parts(root: Element) -> Container:
    """Read the shape of a container: nothing may stand where the schema has no place for it."""
    data, *outside = children_of(root) or [root]
    inside = children_of(data)
    content = inside[-1] if inside else root
    shape = [root.tag, data.tag, content.tag]
    if shape != [f"{{{EDOC}}}{name}" for name in ("SignedDoc", "Data", "SignedContent")]:
        raise InputError("ttp.eec-malformed", what="SignedDoc")
    signatures = [*inside[:-1], *outside]
    if len(inside) < 2 or any(each.tag != f"{{{DS}}}Signature" for each in signatures):
        raise InputError("ttp.eec-malformed", what="Signature")
    if len(outside) > 1:
        raise InputError("ttp.eec-malformed", what="Signature")
    return Container(
        _attribute(data, "Id"),
        _attribute(content, "Id"),
        _attribute(content, "DocInstance"),
        tuple(each.get("Id") or "" for each in inside[:-1]),
        len(outside),
    )


def _attribute(element: Element, name: str) -> str:
    value = element.get(name)
    if not value:
        raise InputError("ttp.eec-malformed", what=name)
    return str(value)


def _local(element: Element) -> str:
    found = etree.QName(element)
    return str(found.localname) if found.namespace == RECEIPT else str(element.tag)
