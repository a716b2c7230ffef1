"""What a document with XML signatures is: data, without judging.

What was signed is here as content, exactly the octets that are digested. Nobody needs to look it
up in the document again, where something else may stand under the same name by then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from zaruka.errors import UnsupportedError
from zaruka.signatures.document import Signature, SignedDocument

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from zaruka.crypto import KeyInfo
    from zaruka.findings import Finding
    from zaruka.signatures.content import Content
    from zaruka.signatures.document import CertificateRef, TimeStampToken, Unread
    from zaruka.signatures.xml.identifiers import SignatureMethod
    from zaruka.x509.certificates import Certificate

__all__ = [
    "KeyMaterial",
    "Properties",
    "RecordedReference",
    "Reference",
    "SignedXml",
    "XmlSignature",
]


class Reference(Struct, frozen=True):
    """Something signed (XML Signature 1.1, 4.4.3): where it is, and its octets.

    `content` is what is digested, after the `transforms` (their identifiers), shared by references
    that name the same; None where it could not be had, and `finding` says why. `place` is the
    element signed, as a path of local names; "" stands for something outside the document.
    `digest_oid` is None for an algorithm that we do not know. `inside` tells that it is a part of
    the signature itself.
    """

    uri: str | None
    type: str
    digest_uri: str
    digest_oid: str | None
    digest: bytes
    transforms: tuple[str, ...] = ()
    content: Content | None = None
    place: str = ""
    finding: Finding | None = None
    inside: bool = False

    @property
    def octets(self) -> bytes | None:
        """All the octets that are digested, in memory."""
        return None if self.content is None else bytes(self.content)

    @property
    def shown(self) -> str:
        """Name what is signed for people: its place and Id, or the name of what is outside."""
        by_id = f" ({self.uri})" if self.place and self.uri else ""
        return f"{self.place}{by_id}" or self.uri or ""

    @property
    def of_properties(self) -> bool:
        """Whether it signs what XAdES says of the signature, and no document."""
        return self.place.endswith("/SignedProperties")


class RecordedReference(NamedTuple):
    """What was found of a reference when the document was there: as of `Reference`."""

    content: Content | None
    place: str
    finding: Finding | None


class KeyMaterial(Struct, frozen=True):
    """What KeyInfo holds (4.5): certificates, bare keys, and what could not be read."""

    certificates: tuple[Certificate, ...] = ()
    keys: tuple[KeyInfo, ...] = ()
    unread: tuple[Unread, ...] = ()


class Properties(Struct, frozen=True):
    """The signed properties of XAdES (EN 319 132-1 5.2), read from the octets signed.

    `stamps` names the time-stamps among them, over data objects before signing (5.2.8).
    """

    signing_time: datetime | None = None
    certificate_refs: tuple[CertificateRef, ...] = ()
    stamps: tuple[str, ...] = ()


class XmlSignature(Signature, frozen=True, dict=True):
    """One Signature element (4.2), as written, and what its structure shows.

    Of what every signature has: `der` is the element as it stands in the document (exclusive
    canonical form), `version` 0, attributes are none. `sid` names the signer for people; who it is
    `find_signers` tells. `signed_info` is the canonical form of SignedInfo, over which `signature`
    is, `canonicalization` the identifier of that form; `references` were read from it. `method` is
    None where `method_uri` is unknown. `signers` are the certificates of KeyInfo that issued no
    other of them. `place` is the path of the element. `stamped` holds for each time-stamp token,
    by its SHA-256, the octets that it covers, in parts.
    """

    signed_info: bytes = b""
    canonicalization: str = ""
    method_uri: str = ""
    method: SignatureMethod | None = None
    references: tuple[Reference, ...] = ()
    key_info: KeyMaterial = KeyMaterial()
    signers: tuple[Certificate, ...] = ()
    place: str = ""
    stamped: Mapping[str, tuple[bytes | Content, ...]] = {}

    def stamped_octets(self, token: TimeStampToken) -> bytes:
        """Octets whose digest a time-stamp of this signature holds (EN 319 132-1 5.3, 5.5.2).

        UnsupportedError: xades.stamp-unsupported for a kind of which they are not computed.
        """
        if token.sha256 not in self.stamped:
            raise UnsupportedError("xades.stamp-unsupported", what=token.ref.name)
        return b"".join(bytes(each) for each in self.stamped[token.sha256])

    def find_signers(self, certificates: Iterable[Certificate]) -> tuple[Certificate, ...]:
        """Those of `certificates` that KeyInfo holds, or of whose keys it holds one."""
        if self.signers:
            found = (each for each in certificates if each in self.signers)
        else:
            found = (each for each in certificates if each.key in self.key_info.keys)
        return tuple(dict.fromkeys(found))


class SignedXml(SignedDocument, frozen=True, dict=True):
    """A document and the signatures in it, in document order.

    `unread` are the Signature elements that could not be read as signatures. `skeleton` is the
    document without what it says.
    """

    signatures: tuple[XmlSignature, ...] = ()
    unread: tuple[Unread, ...] = ()
    skeleton: bytes = b""
