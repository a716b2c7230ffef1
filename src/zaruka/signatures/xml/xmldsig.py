"""Reading XML signatures (W3C XML Signature 1.1): a reference processor of its own.

SignedInfo is read from its canonical form, the octets that the signature value is over; what the
references sign is resolved once, to octets. Nothing is looked up by name afterwards.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from lxml import etree

from zaruka.crypto import AlgorithmId
from zaruka.errors import BudgetExceeded, InputError, UnsupportedError
from zaruka.findings import Finding, ObjectKind, ObjectRef, Severity, SubIndication
from zaruka.signatures.content import sha256_hex
from zaruka.signatures.document import SignerId, Unread
from zaruka.signatures.xml import rules
from zaruka.signatures.xml.canonical import NodeSet
from zaruka.signatures.xml.document import Properties, Reference, SignedXml, XmlSignature
from zaruka.signatures.xml.identifiers import DIGEST_URIS, DS, SIGNATURE_URIS
from zaruka.signatures.xml.key_info import read_key_info
from zaruka.signatures.xml.reading import (
    Budget,
    Ids,
    algorithm_of,
    base64_of,
    children_of,
    one,
    parse_xml,
)
from zaruka.signatures.xml.transforms import canonical_octets, transform
from zaruka.signatures.xml.xades import has_properties, read_properties

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lxml.etree import _Element as Element

    from zaruka.crypto import KeyInfo
    from zaruka.findings import Rule
    from zaruka.x509.certificates import Certificate

__all__ = ["parse_signed_xml"]

SIGNATURES_MAX: Final = 64
REFERENCES_MAX: Final = 128
_SIGNATURE: Final = f"{{{DS}}}Signature"


def parse_signed_xml(octets: bytes, *, external: Mapping[str, bytes] | None = None) -> SignedXml:
    """Read every Signature of a document, and what each signs.

    `external` are the octets behind URIs that are not in the document; nothing is ever fetched.
    InputError: xml.* where the document cannot be read, xmldsig.* where none of its signatures can
    (UnsupportedError where that needs what we do not have); BudgetExceeded.
    """
    reader = _Reader(octets, external or {})
    elements = [
        element
        for element in reader.root.iter(_SIGNATURE)
        if not any(each.tag == _SIGNATURE for each in element.iterancestors())
    ]
    if not elements:
        raise InputError("xmldsig.no-signature")
    if len(elements) > SIGNATURES_MAX:
        raise BudgetExceeded("xmldsig.too-many", what="Signature", limit=SIGNATURES_MAX)
    signatures: list[XmlSignature] = []
    unread: list[Unread] = []
    errors: list[InputError | UnsupportedError] = []
    for element in elements:
        try:
            signatures.append(reader.read(element, len(signatures)))
        except BudgetExceeded:
            raise
        except (InputError, UnsupportedError) as error:
            errors.append(error)
            unread.append(Unread(_written(element), error.code))
    if not signatures:
        raise errors[0]
    about = ObjectRef(ObjectKind.DOCUMENT, sha256_hex(octets), "XML")
    return SignedXml(
        source=octets,
        format="XML",
        version=0,
        content_type="",
        digest_algorithms=(),
        encapsulated=None,
        signatures=tuple(signatures),
        certificates=tuple(
            dict.fromkeys(c for each in signatures for c in each.key_info.certificates)
        ),
        unread=tuple(unread),
        findings=tuple(
            Finding(rules.UNREADABLE, Severity.WARN, about, actual=each.reason) for each in unread
        ),
    )


def _fault(rule: Rule, about: ObjectRef, actual: str | None) -> Finding:
    return Finding(
        rule, Severity.FAIL, about, actual=actual, sub_indication=SubIndication.FORMAT_FAILURE
    )


def _open(rule: Rule, about: ObjectRef, sub: SubIndication, actual: str | None) -> Finding:
    return Finding(rule, Severity.UNKNOWN, about, actual=actual, sub_indication=sub)


class _Reader:
    """One document, its Ids and what may be spent on it."""

    def __init__(self, octets: bytes, external: Mapping[str, bytes]) -> None:
        self.root = parse_xml(octets)
        self._ids = Ids(self.root)
        self._external = external
        self._budget = Budget(len(octets))

    def read(self, element: Element, index: int) -> XmlSignature:
        """4.2: SignedInfo, SignatureValue, KeyInfo perhaps, Objects; in this order."""
        names = [child.tag.removeprefix(f"{{{DS}}}") for child in children_of(element)]
        expected = ["SignedInfo", "SignatureValue", *(["KeyInfo"] if "KeyInfo" in names else [])]
        if names != expected + ["Object"] * (len(names) - len(expected)):
            raise InputError("xmldsig.malformed", what="Signature")
        signed_info = one(element, "SignedInfo")
        method = one(signed_info, "CanonicalizationMethod")
        nodes = NodeSet(signed_info, comments=True)
        canonical = canonical_octets(nodes, algorithm_of(method), method, self._budget)
        uri, parts = _signed_info(canonical)
        signature = _signature(index, element, uri, canonical)
        found = tuple(self._reference(part, element, signature.ref) for part in parts)
        properties = read_properties(element, found)
        unsigned = properties is None and has_properties(element)
        properties = properties or Properties()
        signature = replace(
            signature,
            references=found,
            signing_time=properties.signing_time,
            signing_certificate_refs=properties.certificate_refs,
            unsigned_properties=properties.unsigned,
            level="B-B" if properties.certificate_refs else "CMS",
        )
        findings = tuple(self._findings(signature, unsigned=unsigned))
        return replace(signature, findings=findings)

    def _reference(self, part: Element, element: Element, about: ObjectRef) -> Reference:
        """4.4.3: resolve a Reference (read from the canonical SignedInfo) to octets."""
        digest_uri = algorithm_of(one(part, "DigestMethod"))
        reference = Reference(
            uri=part.get("URI"),
            type=part.get("Type", ""),
            digest_uri=digest_uri,
            digest_oid=DIGEST_URIS.get(digest_uri),
            digest=base64_of(one(part, "DigestValue")),
        )
        data = self._resolve(reference.uri, element, about)
        if isinstance(data, Finding):
            return replace(reference, finding=data)
        wrapper = part.find(f"{{{DS}}}Transforms")
        transforms = [] if wrapper is None else children_of(wrapper)
        place = "" if isinstance(data, bytes) else _place(data.apex)
        try:
            octets = transform(data, transforms, element, self._budget)
        except BudgetExceeded:
            raise
        except InputError as error:
            return replace(reference, finding=_fault(rules.TRANSFORM, about, error.code))
        except UnsupportedError as error:
            actual = str(error.details.get("uri", error.code))
            finding = _open(rules.TRANSFORM_UNSUPPORTED, about, SubIndication.CUSTOM, actual)
            return replace(reference, finding=finding)
        return replace(reference, octets=octets, place=place)

    def _resolve(
        self, uri: str | None, element: Element, about: ObjectRef
    ) -> NodeSet | bytes | Finding:
        """4.4.3.2: "" is the document, "#id" an element of it; of others the caller has octets."""
        if uri == "":
            return NodeSet(self.root, whole=True)
        if uri is not None and uri in self._external:
            return self._external[uri]
        found = self._ids.find(uri[1:]) if uri is not None and uri.startswith("#") else ()
        if len(found) > 1:
            return _fault(rules.ID_DOUBLED, about, uri)
        if not found:
            absent = SubIndication.SIGNED_DATA_NOT_FOUND
            return _open(rules.REFERENCE_ABSENT, about, absent, uri)
        if _is_own(found[0], element):
            return _fault(rules.REFERENCE_TO_ITSELF, about, uri)
        return NodeSet(found[0])

    def _findings(self, signature: XmlSignature, *, unsigned: bool) -> Iterator[Finding]:
        about = signature.ref
        had = [each for each in signature.references if each.octets is not None]
        root = _place(self.root)
        if had and self.root.tag != _SIGNATURE and all(each.place != root for each in had):
            shown = ", ".join(each.place or each.uri or "" for each in had)
            yield Finding(rules.COVERS_PART, Severity.WARN, about, expected=root, actual=shown)
        if unsigned:
            yield _fault(rules.PROPERTIES_UNSIGNED, about, None)
        for each in signature.key_info.unread:
            rule = rules.KEY_INFO_UNREADABLE
            yield Finding(rule, Severity.WARN, about, actual=each.reason)
        for name in dict.fromkeys(signature.unsigned_properties):
            yield Finding(rules.PROPERTIES_NOT_JUDGED, Severity.INFO, about, actual=name)


def _signature(index: int, element: Element, uri: str, signed_info: bytes) -> XmlSignature:
    """Read what stands beside SignedInfo: the value and the key."""
    key_info = read_key_info(element.find(f"{{{DS}}}KeyInfo"))
    method = SIGNATURE_URIS.get(uri)
    issuers = [each.issuer for each in key_info.certificates if not each.is_self_issued]
    signers = tuple(each for each in key_info.certificates if each.subject not in issuers)
    return XmlSignature(
        index=index,
        der=_written(element),
        version=0,
        sid=_signer_id(signers, key_info.keys),
        digest_algorithm=AlgorithmId(method.digest_oid if method else uri),
        signature_algorithm=method.algorithm if method else AlgorithmId(uri),
        signature=base64_of(one(element, "SignatureValue")),
        signed_attributes=None,
        signed_attributes_der=None,
        unsigned_attributes=(),
        encapsulated_type="",
        signed_info=signed_info,
        method_uri=uri,
        method=method,
        key_info=key_info,
        signers=signers,
    )


def _signer_id(signers: tuple[Certificate, ...], keys: tuple[KeyInfo, ...]) -> SignerId:
    """Name the signer for people: as its certificate is named, or by the digest of its key."""
    if signers:
        return SignerId(signers[0].issuer, signers[0].serial_number)
    return SignerId(key_id=bytes.fromhex(sha256_hex(keys[0].spki)) if keys else b"")


def _signed_info(canonical: bytes) -> tuple[str, list[Element]]:
    """4.4: read the signature method and the references from what was signed."""
    root = parse_xml(canonical)
    children = children_of(root)
    references = children[2:]
    expected = ["CanonicalizationMethod", "SignatureMethod", *["Reference"] * len(references)]
    if not references or [each.tag for each in children] != [f"{{{DS}}}{e}" for e in expected]:
        raise InputError("xmldsig.malformed", what="SignedInfo")
    if len(references) > REFERENCES_MAX:
        raise BudgetExceeded("xmldsig.too-many", what="Reference", limit=REFERENCES_MAX)
    return algorithm_of(children[1]), references


def _is_own(found: Element, signature: Element) -> bool:
    """Whether a reference would sign the signature itself: then it signs nothing."""
    if found is signature:
        return True
    own = (one(signature, "SignedInfo"), one(signature, "SignatureValue"))
    return any(found is part or found in part.iterdescendants() for part in own)


def _place(element: Element) -> str:
    """Return the path of local names from the root: "/doc/body"."""
    chain = [element, *element.iterancestors()]
    return "".join(f"/{etree.QName(each).localname}" for each in reversed(chain))


def _written(element: Element) -> bytes:
    """Return the element by itself, in exclusive canonical form with its comments."""
    return bytes(etree.tostring(element, method="c14n", exclusive=True))
