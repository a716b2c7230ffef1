"""What XAdES adds (EN 319 132-1; older TS 101 903): read from what was signed, and only there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from zaruka.crypto import AlgorithmId
from zaruka.errors import InputError
from zaruka.signatures.document import CertificateRef
from zaruka.signatures.xml.document import Properties
from zaruka.signatures.xml.identifiers import DIGEST_URIS, DS, XADES_NAMESPACES
from zaruka.signatures.xml.reading import (
    algorithm_of,
    base64_of,
    children_of,
    one,
    parse_xml,
    text_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.etree import _Element as Element

    from zaruka.signatures.xml.document import Reference

__all__ = ["has_properties", "read_properties"]

_SIGNING_CERTIFICATE: Final = ("SigningCertificate", "SigningCertificateV2")


def has_properties(signature: Element) -> bool:
    """Whether the signature carries signed properties, covered or not."""
    return any(True for _ in _find(signature, "SignedProperties"))


def read_properties(signature: Element, references: Iterable[Reference]) -> Properties | None:
    """Read the signed properties from the octets of the reference that covers them.

    None where no reference does. InputError where there are two, or they are malformed.
    """
    signed = [root for each in references if (root := _root(each)) is not None]
    if len(signed) > 1:
        raise InputError("xmldsig.malformed", what="SignedProperties")
    if not signed:
        return None
    namespace = signed[0].tag[1:].partition("}")[0]
    times = list(signed[0].iter(f"{{{namespace}}}SigningTime"))
    refs = tuple(_certificate_refs(signed[0], namespace))
    unsigned = tuple(
        child.tag.rpartition("}")[2]
        for properties in _find(signature, "UnsignedSignatureProperties")
        for child in children_of(properties)
    )
    return Properties(_time(times[0]) if len(times) == 1 else None, refs, unsigned)


def _find(signature: Element, local: str) -> Iterator[Element]:
    for namespace in XADES_NAMESPACES:
        yield from signature.iterfind(
            f"{{{DS}}}Object/{{{namespace}}}QualifyingProperties//{{{namespace}}}{local}"
        )


def _root(reference: Reference) -> Element | None:
    """Parse what a reference signed, where its place is that of signed properties."""
    if reference.octets is None or not reference.place.endswith("/SignedProperties"):
        return None
    root = parse_xml(reference.octets)
    wanted = {f"{{{namespace}}}SignedProperties" for namespace in XADES_NAMESPACES}
    return root if root.tag in wanted else None


def _time(element: Element) -> datetime | None:
    """Read xsd:dateTime; a moment without a zone is no moment (5.2.1)."""
    try:
        moment = datetime.fromisoformat(text_of(element).strip())
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None


def _certificate_refs(properties: Element, namespace: str) -> Iterator[CertificateRef]:
    """5.2.2 and, before it was replaced, TS 101 903 7.2.2: certificates by their digests."""
    for local in _SIGNING_CERTIFICATE:
        for attribute in properties.iter(f"{{{namespace}}}{local}"):
            for position, cert in enumerate(children_of(attribute)):
                digest = one(cert, "CertDigest", namespace=namespace)
                uri = algorithm_of(one(digest, "DigestMethod"))
                oid = DIGEST_URIS.get(uri, uri)
                value = base64_of(one(digest, "DigestValue"))
                yield CertificateRef(local, position, AlgorithmId(oid), value)
