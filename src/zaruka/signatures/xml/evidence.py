"""Unsigned properties of XAdES: time-stamps and evidence, in the shape of those of CAdES.

EN 319 132-1 5.3 to 5.5 and annex A, STB 34.101.80 10.6 to 10.8, and what TS 101 903 wrote before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct, structs

from zaruka.asn1 import schema as s
from zaruka.asn1.ocsp import OCSP_RESPONSE
from zaruka.errors import BudgetExceeded, InputError, UnsupportedError
from zaruka.findings import Finding, Severity
from zaruka.signatures.cades import Details, count_reasons
from zaruka.signatures.cms import parse_timestamp_token
from zaruka.signatures.document import Attribute, Evidence, TimeStampToken, Unread
from zaruka.signatures.xml import rules
from zaruka.signatures.xml.canonical import NodeSet
from zaruka.signatures.xml.identifiers import DS, EXC_C14N, XADES_141, XADES_NAMESPACES
from zaruka.signatures.xml.reading import algorithm_of, base64_of, children_of, one
from zaruka.signatures.xml.transforms import canonical_octets
from zaruka.signatures.xml.xades import find_qualifying
from zaruka.x509.certificates import Certificate
from zaruka.x509.crls import CertificateList

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from lxml.etree import _Element as Element

    from zaruka.findings import ObjectRef
    from zaruka.signatures.content import Content
    from zaruka.signatures.xml.document import Reference
    from zaruka.signatures.xml.reading import Budget

__all__ = ["Unsigned", "check_evidence", "claimed_level", "read_unsigned"]

PROPERTIES_MAX: Final = 256  # unsigned properties of one signature
OBJECT_COST: Final = 1 << 18  # an object in them costs as much work as so many octets of text
_C14N: Final = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"  # 4.5: where none is named

_ARCHIVE: Final = "archive-time-stamp"
_ARCHIVE_132: Final = "archive-time-stamp-1.3.2"  # of TS 101 903 before 1.4.1, named only

# Kinds in the words of CAdES, by the name of the property.
_KINDS: Final = {
    "CounterSignature": "counter-signature",
    "SignatureTimeStamp": "signature-time-stamp",
    "CompleteCertificateRefs": "complete-certificate-references",
    "CompleteCertificateRefsV2": "complete-certificate-references",
    "CompleteRevocationRefs": "complete-revocation-references",
    "AttributeCertificateRefs": "attribute-certificate-references",
    "AttributeCertificateRefsV2": "attribute-certificate-references",
    "AttributeRevocationRefs": "attribute-revocation-references",
    "SigAndRefsTimeStamp": "cades-c-time-stamp",
    "SigAndRefsTimeStampV2": "cades-c-time-stamp",
    "RefsOnlyTimeStamp": "certs-crls-references-time-stamp",
    "RefsOnlyTimeStampV2": "certs-crls-references-time-stamp",
    "CertificateValues": "certificate-values",
    "RevocationValues": "revocation-values",
    "AttrAuthoritiesCertValues": "certificate-values",
    "AttributeRevocationValues": "revocation-values",
    "TimeStampValidationData": "time-stamp-validation-data",
    "AnyValidationData": "time-stamp-validation-data",
    "ArchiveTimeStamp": _ARCHIVE,
    "SignaturePolicyStore": "signature-policy-store",
    "RenewedDigests": "renewed-digests",
}
_STAMPS: Final = frozenset(
    {
        "signature-time-stamp",
        "cades-c-time-stamp",
        "certs-crls-references-time-stamp",
        _ARCHIVE,
        _ARCHIVE_132,
    }
)
_REFERENCES: Final = frozenset(
    {"complete-certificate-references", "complete-revocation-references"}
)
_JUDGED: Final = frozenset(
    {
        "counter-signature",  # noticed by validation itself
        "signature-time-stamp",
        "certificate-values",
        "revocation-values",
        "time-stamp-validation-data",
        _ARCHIVE,
    }
)


class Unsigned(Struct, frozen=True):
    """Evidence in the order of the document, and for each token (SHA-256) the octets it covers."""

    evidence: tuple[Evidence, ...]
    stamped: Mapping[str, tuple[bytes | Content, ...]]


def read_unsigned(
    signature: Element, references: tuple[Reference, ...], budget: Budget
) -> Unsigned:
    """Read the UnsignedSignatureProperties; what cannot be read is kept with its reason."""
    properties = [
        each
        for qualifying in find_qualifying(signature)
        for wrapper in _named(qualifying, "UnsignedProperties")
        for inner in _named(wrapper, "UnsignedSignatureProperties")
        for each in children_of(inner)
    ]
    if len(properties) > PROPERTIES_MAX:
        raise BudgetExceeded("xmldsig.too-many", what="UnsignedProperties", limit=PROPERTIES_MAX)
    reader = _Reader(signature, references, budget)
    evidence: list[Evidence] = []
    stamped: dict[str, tuple[bytes | Content, ...]] = {}
    for position, element in enumerate(properties):
        found = reader.evidence(element)
        if found.tokens:
            try:
                covered = reader.covered(found.kind, element, properties[:position])
                if covered is not None:
                    stamped.update(dict.fromkeys([each.sha256 for each in found.tokens], covered))
            except BudgetExceeded:
                raise
            except (InputError, UnsupportedError) as error:
                unread = tuple(Unread(each.der, error.code) for each in found.tokens)
                found = structs.replace(found, tokens=(), unread=(*found.unread, *unread))
        evidence.append(found)
    return Unsigned(tuple(evidence), stamped)


class _Reader:
    """One signature and what may be spent on it."""

    def __init__(
        self, signature: Element, references: tuple[Reference, ...], budget: Budget
    ) -> None:
        self._signature = signature
        self._references = references
        self._budget = budget

    def evidence(self, element: Element) -> Evidence:
        local = _local(element) or str(element.tag)
        written = self._canonical(element, EXC_C14N, element)
        kind = _KINDS.get(local, local)
        if kind == _ARCHIVE and _namespace(element) != XADES_141:
            kind = _ARCHIVE_132
        evidence = Evidence(kind, Attribute(local, (written,), written))
        if kind in _STAMPS:
            return self._read(evidence, element, tokens=True)
        if kind in {"certificate-values", "revocation-values", "time-stamp-validation-data"}:
            return self._read(evidence, element, tokens=False)
        return evidence

    def covered(
        self, kind: str, stamp: Element, before: list[Element]
    ) -> tuple[bytes | Content, ...] | None:
        """Return the octets that a time-stamp covers, in parts; None of a kind not computed here.

        UnsupportedError: xades.stamp-unsupported where the stamp names itself what it covers
        (Include), or what it covers is not all here.
        """
        if any(_local(child) == "Include" for child in children_of(stamp)):
            raise UnsupportedError("xades.stamp-unsupported", what="Include")
        methods = [c for c in children_of(stamp) if c.tag == f"{{{DS}}}CanonicalizationMethod"]
        method = methods[0] if methods else stamp
        uri = algorithm_of(method) if methods else _C14N
        if kind == "signature-time-stamp":  # 5.3
            return (self._canonical(one(self._signature, "SignatureValue"), uri, method),)
        if kind == _ARCHIVE:
            return tuple(self._archived(uri, method, before))
        return None

    def _archived(
        self, uri: str, method: Element, before: list[Element]
    ) -> Iterator[bytes | Content]:
        """5.5.2.2: references, the signature's own elements, earlier properties, other Objects."""
        for reference in self._references:
            if reference.content is None:
                raise UnsupportedError("xades.stamp-unsupported", what="Reference")
            yield reference.content
        for local in ("SignedInfo", "SignatureValue", "KeyInfo"):
            for element in self._signature.iterfind(f"{{{DS}}}{local}"):
                yield self._canonical(element, uri, method)
        for element in before:
            yield self._canonical(element, uri, method)
        qualifying = {each.getparent() for each in find_qualifying(self._signature)}
        for element in self._signature.iterfind(f"{{{DS}}}Object"):
            if element not in qualifying:
                yield self._canonical(element, uri, method)

    def _read(self, evidence: Evidence, element: Element, *, tokens: bool) -> Evidence:
        """Read every encapsulated object of a property, wherever in it they stand."""
        stamps: list[TimeStampToken] = []
        certificates: list[Certificate] = []
        crls: list[CertificateList] = []
        ocsps: list[bytes] = []
        unread: list[Unread] = []
        keep: dict[str, Callable[[bytes], None]] = {
            "EncapsulatedX509Certificate": lambda der: certificates.append(Certificate.parse(der)),
            "EncapsulatedCRLValue": lambda der: crls.append(CertificateList.parse(der)),
            "EncapsulatedOCSPValue": lambda der: ocsps.append(_basic(der)),
        }
        if tokens:
            keep = {"EncapsulatedTimeStamp": lambda der: stamps.append(parse_timestamp_token(der))}
        for part in element.iterdescendants():
            name = _local(part)
            if name in keep:
                self._budget.spend(OBJECT_COST)
                der = b""
                try:
                    keep[name](der := base64_of(part))
                except BudgetExceeded:
                    raise
                except (InputError, UnsupportedError) as error:
                    unread.append(Unread(der, error.code))
            elif name in {"XMLTimeStamp", "OtherCertificate", "OtherValue"}:
                unread.append(Unread(b"", "xades.stamp-unsupported"))
        return structs.replace(
            evidence,
            tokens=tuple(stamps),
            certificates=tuple(certificates),
            crls=tuple(crls),
            ocsps=tuple(ocsps),
            unread=tuple(unread),
        )

    def _canonical(self, element: Element, uri: str, method: Element) -> bytes:
        return canonical_octets(NodeSet(element, comments=True), uri, method, self._budget)


def _basic(der: bytes) -> bytes:
    """Return the BasicOCSPResponse, which evidence holds, of an OCSPResponse (5.4.2)."""
    answer = s.decode(OCSP_RESPONSE, der).response_bytes
    if answer is None:
        raise InputError("x509.ocsp-empty")
    return bytes(answer.response)


def check_evidence(evidence: Iterable[Evidence], about: ObjectRef) -> Iterator[Finding]:
    """Name what could not be read, and what is read and no part of a verdict yet."""
    everything = tuple(evidence)
    for each in everything:
        for reason, count in count_reasons(each.unread):
            rule = rules.EVIDENCE_UNREADABLE
            details: Details = {"kind": each.attribute.oid, "reason": reason, "count": count}
            yield Finding(rule, Severity.WARN, about, details=details)
    for name in dict.fromkeys(e.attribute.oid for e in everything if e.kind not in _JUDGED):
        yield Finding(rules.PROPERTIES_NOT_JUDGED, Severity.INFO, about, actual=name)


def claimed_level(evidence: Iterable[Evidence], *, bound: bool) -> str:
    """Name the level that the properties amount to: EN 319 132-1 6, EN 319 132-2 for the others.

    `bound` tells that the signing certificate is bound by a signed property.
    """
    if not bound:
        return "CMS"
    kinds = {each.kind for each in evidence}
    stamped = "signature-time-stamp" in kinds
    revocation = any(each.crls or each.ocsps for each in evidence)
    references = kinds >= _REFERENCES
    archived = not kinds.isdisjoint({_ARCHIVE, _ARCHIVE_132})
    claims = (
        ("A", archived and references),
        ("B-LTA", archived),
        ("X-L", references and revocation),
        ("X", references and kinds & {"cades-c-time-stamp", "certs-crls-references-time-stamp"}),
        ("C", references),
        ("B-LT", stamped and revocation),
        ("B-T", stamped),
    )
    return next((level for level, claimed in claims if claimed), "B-B")


def _named(element: Element, local: str) -> list[Element]:
    return [child for child in children_of(element) if _local(child) == local]


def _local(element: Element) -> str:
    """Return the name of a property of XAdES; of other elements ""."""
    if not isinstance(element.tag, str):
        return ""
    known = _namespace(element) in {*XADES_NAMESPACES, XADES_141}
    return str(element.tag).rpartition("}")[2] if known else ""


def _namespace(element: Element) -> str:
    return str(element.tag).removeprefix("{").partition("}")[0]
