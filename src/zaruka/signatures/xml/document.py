"""What a document with XML signatures is: data, without judging.

What was signed is here as octets, exactly those that were digested. Nobody needs to look it up in
the document again, where something else may stand under the same name by then.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zaruka.signatures.document import Signature, SignedDocument

if TYPE_CHECKING:
    from collections.abc import Iterable
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
class XmlSignature(Signature):
    """One Signature element (4.2), as written, and what its structure shows.

    Of what every signature has: `der` is the element as it stands in the document (exclusive
    canonical form), `version` 0, attributes are none. `sid` names the signer for people; who it is
    `find_signers` tells. `signed_info` is the canonical form of SignedInfo, over which `signature`
    is; `references` were read from it. `method` is None where `method_uri` is unknown. `signers`
    are the certificates of KeyInfo that issued no other of them; `unsigned_properties` names those
    of XAdES.
    """

    signed_info: bytes = field(default=b"", repr=False)
    method_uri: str = ""
    method: SignatureMethod | None = None
    references: tuple[Reference, ...] = ()
    key_info: KeyMaterial = KeyMaterial()
    signers: tuple[Certificate, ...] = ()
    unsigned_properties: tuple[str, ...] = ()

    def find_signers(self, certificates: Iterable[Certificate]) -> tuple[Certificate, ...]:
        """Those of `certificates` that KeyInfo holds, or of whose keys it holds one."""
        if self.signers:
            found = (each for each in certificates if each in self.signers)
        else:
            found = (each for each in certificates if each.key in self.key_info.keys)
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True)
class SignedXml(SignedDocument):
    """A document and the signatures in it, in document order.

    `unread` are the Signature elements that could not be read as signatures.
    """

    signatures: tuple[XmlSignature, ...]
    unread: tuple[Unread, ...] = ()
