"""What a document with XML signatures is: data, without judging.

What was signed is here as octets, exactly those that were digested. Nobody needs to look it up in
the document again, where something else may stand under the same name by then.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zaruka.crypto import AlgorithmId
from zaruka.findings import ObjectKind, ObjectRef
from zaruka.signatures.content import sha256_hex
from zaruka.x509.lazy import lazy

if TYPE_CHECKING:
    from datetime import datetime

    from zaruka.crypto import KeyInfo
    from zaruka.findings import Finding
    from zaruka.signatures.document import CertificateRef, Unread
    from zaruka.signatures.xml.identifiers import SignatureMethod
    from zaruka.x509.certificates import Certificate

__all__ = ["KeyMaterial", "Properties", "Reference", "SignedXml", "XmlSignature"]


@dataclass(frozen=True, slots=True)
class Reference:
    """Something signed (XML Signature 1.1, 4.4.3): where it is, and its octets.

    `octets` are what is digested, after the transforms; None where they could not be had, and
    `finding` says why. `place` is the element signed, as a path of local names; "" stands for
    something outside the document. `digest_oid` is None for an algorithm that we do not know.
    """

    uri: str | None
    type: str
    digest_uri: str
    digest_oid: str | None
    digest: bytes
    octets: bytes | None = field(default=None, repr=False)
    place: str = ""
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class KeyMaterial:
    """What KeyInfo holds (4.5): certificates, bare keys, and what could not be read."""

    certificates: tuple[Certificate, ...] = ()
    keys: tuple[KeyInfo, ...] = ()
    unread: tuple[Unread, ...] = ()


@dataclass(frozen=True, slots=True)
class Properties:
    """The signed properties of XAdES (EN 319 132-1 5.2), read from the octets signed.

    `unsigned` names the unsigned properties that the signature carries.
    """

    signing_time: datetime | None = None
    certificate_refs: tuple[CertificateRef, ...] = ()
    unsigned: tuple[str, ...] = ()


@dataclass(frozen=True)
class XmlSignature:
    """One Signature element (4.2), as written, and what its structure shows.

    `signed_info` is the canonical form of SignedInfo, over which `signature` is; `references` were
    read from it. `method` is None where `method_uri` is unknown. `findings` are of the structure
    alone.
    """

    index: int
    id: str
    octets: bytes = field(repr=False)
    signed_info: bytes = field(repr=False)
    method_uri: str
    method: SignatureMethod | None
    signature: bytes = field(repr=False)
    references: tuple[Reference, ...]
    key_info: KeyMaterial = KeyMaterial()
    properties: Properties = Properties()
    findings: tuple[Finding, ...] = field(default=(), repr=False)

    @lazy
    def sha256(self) -> str:
        """SHA-256 of the Signature element as it stands in the document, 64 hex digits."""
        return sha256_hex(self.octets)

    @lazy
    def ref(self) -> ObjectRef:
        """Name the signature for findings: by its only certificate, or by its Id."""
        certificates = self.key_info.certificates
        name = certificates[0].ref.name if len(certificates) == 1 else self.id
        return ObjectRef(ObjectKind.SIGNATURE, self.sha256, name)

    @property
    def signature_algorithm(self) -> AlgorithmId:
        """The algorithm by OID; by its URI where we do not know it."""
        return self.method.algorithm if self.method else AlgorithmId(self.method_uri)

    @property
    def signing_time(self) -> datetime | None:
        """The moment that the signer claims."""
        return self.properties.signing_time

    @property
    def signer_refs(self) -> tuple[CertificateRef, ...]:
        """References to the signer's own certificate."""
        return tuple(ref for ref in self.properties.certificate_refs if ref.position == 0)


@dataclass(frozen=True)
class SignedXml:
    """A document and the signatures in it, in document order.

    `unread` are the Signature elements that are none; `findings` are about the document.
    """

    source: bytes = field(repr=False)
    signatures: tuple[XmlSignature, ...]
    unread: tuple[Unread, ...] = ()
    findings: tuple[Finding, ...] = field(default=(), repr=False)

    @lazy
    def sha256(self) -> str:
        """SHA-256 of the whole file, 64 hex digits."""
        return sha256_hex(self.source)

    @property
    def certificates(self) -> tuple[Certificate, ...]:
        """Every certificate inside, once."""
        found = (c for each in self.signatures for c in each.key_info.certificates)
        return tuple(dict.fromkeys(found))
