"""What XAdES adds (EN 319 132-1; older TS 101 903): read from what was signed, and only there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from zaruka.crypto import AlgorithmId
from zaruka.errors import InputError
from zaruka.findings import Finding, Severity, SubIndication
from zaruka.signatures.document import CertificateRef
from zaruka.signatures.xml import rules
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

    from zaruka.findings import ObjectRef, Rule
    from zaruka.signatures.xml.document import Reference

__all__ = ["check_qualifying", "find_qualifying", "read_properties"]

SIGNED_PROPERTIES: Final = "http://uri.etsi.org/01903#SignedProperties"
_STAMPS: Final = frozenset({"AllDataObjectsTimeStamp", "IndividualDataObjectsTimeStamp"})
_SIGNING_CERTIFICATE: Final = ("SigningCertificate", "SigningCertificateV2")


def find_qualifying(signature: Element) -> list[Element]:
    """Return the QualifyingProperties that an Object of the signature holds (4.4.2)."""
    return [
        found
        for namespace in sorted(XADES_NAMESPACES)
        for found in signature.iterfind(f"{{{DS}}}Object/{{{namespace}}}QualifyingProperties")
    ]


def check_qualifying(
    signature: Element, references: tuple[Reference, ...], about: ObjectRef
) -> Iterator[Finding]:
    """Check that the properties are of this signature, and signed: 4.3.1, 4.4."""
    found = find_qualifying(signature)
    if len(found) > 1:
        yield _fault(rules.PROPERTIES_DOUBLED, about, str(len(found)))
    signed = [each for each in references if each.of_properties]
    has_signed = any(_local(child) == "SignedProperties" for each in found for child in each)
    if has_signed and not signed:
        yield _fault(rules.PROPERTIES_UNSIGNED, about, None)
    for each in signed:
        if each.type != SIGNED_PROPERTIES:
            yield Finding(rules.PROPERTIES_TYPE, Severity.WARN, about, actual=each.type)
    own = f"#{signature.get('Id', '')}"
    for each in found:
        target = each.get("Target", "")
        if target != own:
            yield Finding(rules.PROPERTIES_TARGET, Severity.WARN, about, own, target)


def _fault(rule: Rule, about: ObjectRef, actual: str | None) -> Finding:
    failure = SubIndication.FORMAT_FAILURE
    return Finding(rule, Severity.FAIL, about, actual=actual, sub_indication=failure)


def read_properties(references: Iterable[Reference]) -> Properties:
    """Read the signed properties from the octets of the reference that covers them.

    Empty ones where no reference does. InputError where there are two, or they are malformed.
    """
    signed = [root for each in references if (root := _root(each)) is not None]
    if len(signed) > 1:
        raise InputError("xmldsig.malformed", what="SignedProperties")
    if not signed:
        return Properties()
    namespace = signed[0].tag[1:].partition("}")[0]
    times = list(signed[0].iter(f"{{{namespace}}}SigningTime"))
    refs = tuple(_certificate_refs(signed[0], namespace))
    stamps = tuple(name for each in signed[0].iter() if (name := _local(each)) in _STAMPS)
    return Properties(_time(times[0]) if len(times) == 1 else None, refs, stamps)


def _root(reference: Reference) -> Element | None:
    """Parse what a reference signed, where its place is that of signed properties."""
    octets = reference.octets if reference.of_properties else None
    if octets is None:
        return None
    root = parse_xml(octets)
    return root if _local(root) == "SignedProperties" else None


def _local(element: Element) -> str:
    """Return the name of an element of XAdES; of others ""."""
    namespace, _, local = str(element.tag).removeprefix("{").partition("}")
    return local if namespace in XADES_NAMESPACES else ""


def _time(element: Element) -> datetime | None:
    """Read xsd:dateTime; a moment without a zone is no moment (5.2.1)."""
    try:
        moment = datetime.fromisoformat(text_of(element).strip())
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


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
