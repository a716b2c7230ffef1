"""Reading XML signatures (W3C XML Signature 1.1): a reference processor of its own.

SignedInfo is read from its canonical form, the octets that the signature value is over; what the
references sign is resolved once, to octets. Nothing is looked up by name afterwards.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from lxml import etree
from msgspec import structs

from zaruka.crypto import AlgorithmId
from zaruka.errors import BudgetExceeded, InputError, UnsupportedError
from zaruka.findings import Finding, ObjectKind, ObjectRef, Severity, SubIndication
from zaruka.signatures.content import BytesContent, sha256_hex
from zaruka.signatures.document import SignerId, Unread
from zaruka.signatures.xml import rules
from zaruka.signatures.xml.canonical import NodeSet
from zaruka.signatures.xml.coverage import check_coverage, place_of
from zaruka.signatures.xml.document import Properties, Reference, SignedXml, XmlSignature
from zaruka.signatures.xml.evidence import check_evidence, claimed_level, read_unsigned
from zaruka.signatures.xml.identifiers import (
    DIGEST_URIS,
    DS,
    ENVELOPED,
    SIGNATURE_URIS,
    XADES_NAMESPACES,
)
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
from zaruka.signatures.xml.skeleton import skeleton_of
from zaruka.signatures.xml.transforms import canonical_octets, transform
from zaruka.signatures.xml.xades import check_qualifying, read_properties

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lxml.etree import _Element as Element

    from zaruka.crypto import KeyInfo
    from zaruka.findings import Rule
    from zaruka.signatures.content import Content
    from zaruka.signatures.xml.document import RecordedReference
    from zaruka.x509.certificates import Certificate

__all__ = ["parse_signed_xml"]

SIGNATURES_MAX: Final = 64
REFERENCES_MAX: Final = 1024  # of all signatures of a document
_SIGNATURE: Final = f"{{{DS}}}Signature"
_COUNTERSIGNATURES: Final = frozenset(f"{{{each}}}CounterSignature" for each in XADES_NAMESPACES)


def parse_signed_xml(
    octets: bytes | memoryview,
    *,
    external: Mapping[str, bytes | Content] | None = None,
    recorded: Mapping[tuple[str, int], RecordedReference] = MappingProxyType({}),
) -> SignedXml:
    """Read every Signature of a document, nested ones too, and what each signs.

    `external` is what stands behind URIs that are not in the document ("" for a reference without
    a URI); nothing is ever fetched. `recorded` is what was found before of references to what lies
    outside their signature, by the SHA-256 of that and their number: then `octets` may be a
    skeleton (`zaruka.signatures.xml.skeleton`).
    InputError: xml.* where the document cannot be read, xmldsig.* where none of its signatures can
    (UnsupportedError where that needs what we do not have); BudgetExceeded.
    """
    reader = _Reader(octets, {} if external is None else external, recorded)
    elements = [each for each in reader.root.iter(_SIGNATURE) if not _is_countersignature(each)]
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
            unread.append(Unread(reader.written(element), error.code))
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
        skeleton=skeleton_of(reader.root, elements),
        findings=tuple(
            Finding(rules.UNREADABLE, Severity.WARN, about, actual=each.reason) for each in unread
        ),
    )


def _is_countersignature(element: Element) -> bool:
    """Whether a signature is a property of another (EN 319 132-1 5.2.7.2): evidence there."""
    parent = element.getparent()
    if parent is None or parent.tag not in _COUNTERSIGNATURES:
        return False
    return any(each.tag == _SIGNATURE for each in parent.iterancestors())


def _fault(rule: Rule, about: ObjectRef, actual: str | None) -> Finding:
    return Finding(
        rule, Severity.FAIL, about, actual=actual, sub_indication=SubIndication.FORMAT_FAILURE
    )


def _open(rule: Rule, about: ObjectRef, sub: SubIndication, actual: str | None) -> Finding:
    return Finding(rule, Severity.UNKNOWN, about, actual=actual, sub_indication=sub)


class _Reader:
    """One document, its Ids, what was made of it already and what may be spent on it."""

    def __init__(
        self,
        octets: bytes | memoryview,
        external: Mapping[str, bytes | Content],
        recorded: Mapping[tuple[str, int], RecordedReference],
    ) -> None:
        self.root = parse_xml(octets)
        self._ids = Ids(self.root)
        self._external = external
        self._recorded = recorded
        self._budget = Budget(len(octets))
        self._references = 0
        self._contents: dict[tuple[object, ...], Content] = {}

    def written(self, element: Element) -> bytes:
        """Return the element by itself, in exclusive canonical form with its comments.

        Where there is none (a relative namespace name), as libxml2 writes it.
        """
        try:
            octets = bytes(etree.tostring(element, method="c14n", exclusive=True))
        except etree.C14NError:
            octets = bytes(etree.tostring(element, with_tail=False, encoding="utf-8"))
        self._budget.spend(len(octets))
        return octets

    def read(self, element: Element, index: int) -> XmlSignature:
        """4.2: SignedInfo, SignatureValue, KeyInfo perhaps, Objects; in this order."""
        names = [child.tag.removeprefix(f"{{{DS}}}") for child in children_of(element)]
        expected = ["SignedInfo", "SignatureValue", *(["KeyInfo"] if "KeyInfo" in names else [])]
        if names != expected + ["Object"] * (len(names) - len(expected)):
            raise InputError("xmldsig.malformed", what="Signature")
        signed_info = one(element, "SignedInfo")
        method = one(signed_info, "CanonicalizationMethod")
        form = algorithm_of(method)
        nodes = NodeSet(signed_info, comments=True)
        canonical = canonical_octets(nodes, form, method, self._budget)
        uri, parts = _signed_info(canonical)
        self._references += len(parts)
        if self._references > REFERENCES_MAX:
            raise BudgetExceeded("xmldsig.too-many", what="Reference", limit=REFERENCES_MAX)
        signature = _signature(index, element, self.written(element), uri, canonical)
        references = tuple(
            self._reference(number, part, element, signature.ref)
            for number, part in enumerate(parts)
        )
        properties = read_properties(references)
        unsigned = read_unsigned(element, references, self._budget)
        bound = bool(properties.certificate_refs)
        signature = structs.replace(
            signature,
            canonicalization=form,
            references=references,
            place=place_of(element),
            signing_time=properties.signing_time,
            signing_certificate_refs=properties.certificate_refs,
            evidence=unsigned.evidence,
            stamped=unsigned.stamped,
            level=claimed_level(unsigned.evidence, bound=bound),
        )
        findings = tuple(self._findings(signature, element, properties))
        return structs.replace(signature, findings=findings)

    def _reference(
        self, number: int, part: Element, element: Element, about: ObjectRef
    ) -> Reference:
        """4.4.3: resolve a Reference (read from the canonical SignedInfo) to octets."""
        digest_uri = algorithm_of(one(part, "DigestMethod"))
        wrapper = part.find(f"{{{DS}}}Transforms")
        transforms = [] if wrapper is None else children_of(wrapper)
        reference = Reference(
            uri=part.get("URI"),
            type=part.get("Type", ""),
            digest_uri=digest_uri,
            digest_oid=DIGEST_URIS.get(digest_uri),
            digest=base64_of(one(part, "DigestValue")),
            transforms=tuple(algorithm_of(each) for each in transforms),
        )
        recorded = self._recorded.get((about.sha256, number))
        if recorded is not None:
            finding = recorded.finding and structs.replace(recorded.finding, subject=about)
            return structs.replace(reference, **recorded._replace(finding=finding)._asdict())
        data = self._resolve(reference.uri, element, about)
        if isinstance(data, Finding):
            return structs.replace(reference, finding=data)
        place = place_of(data.apex) if isinstance(data, NodeSet) else ""
        if isinstance(data, NodeSet) and element in data.apex.iterancestors():
            reference = structs.replace(reference, inside=True)
        try:
            content = self._content(data, transforms, element)
        except BudgetExceeded:
            raise
        except InputError as error:
            return structs.replace(reference, finding=_fault(rules.TRANSFORM, about, error.code))
        except UnsupportedError as error:
            actual = str(error.details.get("uri", error.code))
            finding = _open(rules.TRANSFORM_UNSUPPORTED, about, SubIndication.CUSTOM, actual)
            return structs.replace(reference, finding=finding)
        return structs.replace(reference, content=content, place=place)

    def _content(
        self, data: NodeSet | Content, transforms: list[Element], element: Element
    ) -> Content:
        """Apply the transforms, once for all references that name the same."""
        if not transforms and not isinstance(data, NodeSet):
            return data
        written = tuple(
            bytes(etree.tostring(each, with_tail=False, encoding="utf-8")) for each in transforms
        )
        enveloped = any(algorithm_of(each) == ENVELOPED for each in transforms)
        key = (data, written, element if enveloped else None)
        if key not in self._contents:
            octets = transform(self._held(data), transforms, element, self._budget)
            self._contents[key] = BytesContent(octets)
        return self._contents[key]

    def _held(self, data: NodeSet | Content) -> NodeSet | bytes:
        """Read content from outside into memory, where a transform needs it."""
        if isinstance(data, NodeSet):
            return data
        self._budget.spend(data.size)
        return bytes(data)

    def _resolve(
        self, uri: str | None, element: Element, about: ObjectRef
    ) -> NodeSet | Content | Finding:
        """4.4.3.2: "" is the document, "#id" an element of it; of others the caller has octets."""
        if uri == "":
            return NodeSet(self.root, whole=True)
        outside = self._external.get(uri or "")
        if outside is not None:
            return BytesContent(outside) if isinstance(outside, bytes) else outside
        found = self._ids.find(uri[1:]) if uri is not None and uri.startswith("#") else ()
        if len(found) > 1:
            return _fault(rules.ID_DOUBLED, about, uri)
        if not found:
            absent = SubIndication.SIGNED_DATA_NOT_FOUND
            return _open(rules.REFERENCE_ABSENT, about, absent, uri)
        if _is_own(found[0], element):
            return _fault(rules.REFERENCE_TO_ITSELF, about, uri)
        return NodeSet(found[0])

    def _findings(
        self, signature: XmlSignature, element: Element, properties: Properties
    ) -> Iterator[Finding]:
        about = signature.ref
        for reference in signature.references:  # whoever signed: it cannot be what it claims to be
            if reference.finding is not None and reference.finding.severity is Severity.FAIL:
                yield reference.finding
        yield from check_coverage(signature, element, self.root)
        yield from check_qualifying(element, signature.references, about)
        for each in signature.key_info.unread:
            rule = rules.KEY_INFO_UNREADABLE
            yield Finding(rule, Severity.WARN, about, actual=each.reason)
        yield from check_evidence(signature.evidence, about)
        for name in dict.fromkeys(properties.stamps):
            yield Finding(rules.PROPERTIES_NOT_JUDGED, Severity.INFO, about, actual=name)


def _signature(
    index: int, element: Element, written: bytes, uri: str, signed_info: bytes
) -> XmlSignature:
    """Read what stands beside SignedInfo: the value and the key."""
    key_info = read_key_info(element.find(f"{{{DS}}}KeyInfo"))
    method = SIGNATURE_URIS.get(uri)
    issuers = [each.issuer for each in key_info.certificates if not each.is_self_issued]
    signers = tuple(each for each in key_info.certificates if each.subject not in issuers)
    return XmlSignature(
        index=index,
        der=written,
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
    return algorithm_of(children[1]), references


def _is_own(found: Element, signature: Element) -> bool:
    """Whether a reference would sign the signature itself: then it signs nothing."""
    if found is signature:
        return True
    own = (one(signature, "SignedInfo"), one(signature, "SignatureValue"))
    return any(found is part or found in part.iterdescendants() for part in own)
