"""What a signed document is, whatever format it came in: data, without parsing or judging.

A `SignedDocument` holds signatures, what they sign and the evidence beside them. Octets that
could not be read are kept with the reason: nothing found in a file is dropped silently.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from zaruka._native import lazy
from zaruka.findings import ObjectKind, ObjectRef
from zaruka.signatures.content import sha256_hex

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime, timedelta

    from zaruka.crypto import AlgorithmId
    from zaruka.findings import Finding
    from zaruka.signatures.content import Content, Source
    from zaruka.x509.certificates import Certificate
    from zaruka.x509.crls import CertificateList
    from zaruka.x509.names import Name

__all__ = [
    "Attribute",
    "CertificateRef",
    "Evidence",
    "Signature",
    "SignedDocument",
    "SignerId",
    "TimeStampToken",
    "TstInfo",
    "Unread",
]


class Unread(Struct, frozen=True):
    """Octets that could not be read as what they should be: the error's code says why."""

    der: bytes
    reason: str
    offset: int | None = None


class Attribute(Struct, frozen=True, gc=False):
    """An attribute (RFC 5652 5.3): its type, its values (each a whole TLV), and all as written."""

    oid: str
    values: tuple[bytes, ...]
    der: bytes


class SignerId(Struct, frozen=True):
    """How a signer is named (RFC 5652 5.3): issuer and serial number, or subject key identifier."""

    issuer: Name | None = None
    serial_number: int | None = None
    key_id: bytes | None = None

    def names(self, certificate: Certificate) -> bool:
        """Whether `certificate` is one that this names."""
        if self.key_id is not None:
            return certificate.subject_key_identifier == self.key_id
        return certificate.serial_number == self.serial_number and certificate.issuer == self.issuer

    def display(self) -> str:
        """Name the signer for people, when its certificate is not there to do so."""
        if self.key_id is not None:
            return self.key_id.hex()
        issuer = self.issuer.display() if self.issuer is not None else ""
        return f"{self.serial_number or 0:x}, {issuer}"


class CertificateRef(Struct, frozen=True):
    """ESSCertID or ESSCertIDv2 (RFC 5035 5.4.1, 5.4.2): a certificate by its digest.

    `attribute_oid` tells the two apart, `position` counts within the attribute: 0 is the signer's
    own certificate. `issuer` is the directory name where IssuerSerial is there and holds one.
    """

    attribute_oid: str
    position: int
    digest_algorithm: AlgorithmId
    digest: bytes
    issuer: Name | None = None
    serial_number: int | None = None


class TstInfo(Struct, frozen=True):
    """RFC 3161 2.4.2. `imprint_algorithm` and `imprint` are the MessageImprint, `time` genTime.

    `tsa` is a GeneralName: (alternative, value); `extensions` are (OID, critical, value).
    """

    version: int
    policy: str
    imprint_algorithm: AlgorithmId
    imprint: bytes
    serial_number: int
    time: datetime
    accuracy: timedelta | None = None
    ordering: bool = False
    nonce: int | None = None
    tsa: tuple[str, Any] | None = None
    extensions: tuple[tuple[str, bool, bytes], ...] = ()


class TimeStampToken(Struct, frozen=True, dict=True):
    """A time-stamp token (RFC 3161 2.4.2): signed data over a TSTInfo.

    `signed` is the token as a signed document: its signature, certificates and own evidence.
    """

    der: bytes
    tst_info: TstInfo
    signed: SignedDocument

    @lazy
    def sha256(self) -> str:
        """SHA-256 of the token's encoding, 64 hex digits."""
        return sha256_hex(self.der)

    @lazy
    def ref(self) -> ObjectRef:
        """Name the token for findings."""
        return ObjectRef(
            ObjectKind.TIMESTAMP, self.sha256, f"{self.tst_info.time:%Y-%m-%d %H:%M:%S}Z"
        )


class Evidence(Struct, frozen=True):
    """An attribute that carries evidence: its kind in the words of EN 319 122-1, and its values.

    `tokens` are the values that are time-stamp tokens, `unread` those that could not be read;
    `certificates`, `crls` and `ocsps` (BasicOCSPResponse, DER) what values attributes hold.
    `signed` tells a signed attribute (content-time-stamp) from an unsigned one.
    """

    kind: str
    attribute: Attribute
    signed: bool = False
    tokens: tuple[TimeStampToken, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    crls: tuple[CertificateList, ...] = ()
    ocsps: tuple[bytes, ...] = ()
    unread: tuple[Unread, ...] = ()


class Signature(Struct, frozen=True, dict=True):
    """One signer's signature, as written (RFC 5652 5.3), and what its structure shows.

    `index` counts in the order of the file. `signed_attributes` is None where the field is
    absent: the signature is then over the content itself. `message_digest`, `content_type` and
    `signing_time` are the values of those attributes if each is there exactly once, else None.
    `findings` are of the structure alone: content and keys were not looked at.
    `level` is what the attributes amount to ("CMS", "B-B", "B-T", "C", "X", "X-L", "A", "B-LT",
    "B-LTA"): claimed, not confirmed.
    """

    index: int
    der: bytes
    version: int
    sid: SignerId
    digest_algorithm: AlgorithmId
    signature_algorithm: AlgorithmId
    signature: bytes
    signed_attributes: tuple[Attribute, ...] | None
    signed_attributes_der: bytes | None
    unsigned_attributes: tuple[Attribute, ...]
    encapsulated_type: str
    content_type: str | None = None
    message_digest: bytes | None = None
    signing_time: datetime | None = None
    signing_certificate_refs: tuple[CertificateRef, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    level: str = "CMS"
    findings: tuple[Finding, ...] = ()

    def __repr__(self) -> str:
        """Name the signer and the octets."""
        return f"<{type(self).__name__} {self.sid.display()!r} {self.sha256}>"

    @lazy
    def sha256(self) -> str:
        """SHA-256 of the SignerInfo's encoding, 64 hex digits."""
        return sha256_hex(self.der)

    @lazy
    def ref(self) -> ObjectRef:
        """Name the signature for findings, by the signer as the message names it."""
        return ObjectRef(ObjectKind.SIGNATURE, self.sha256, self.sid.display())

    @property
    def timestamps(self) -> tuple[TimeStampToken, ...]:
        """Signature-time-stamps that could be read, in the order of the file."""
        return self._tokens("signature-time-stamp", signed=False)

    @property
    def content_timestamps(self) -> tuple[TimeStampToken, ...]:
        """Content-time-stamps that could be read; unsigned, they could be anybody's."""
        return self._tokens("content-time-stamp", signed=True)

    @property
    def signer_refs(self) -> tuple[CertificateRef, ...]:
        """References to the signer's own certificate: the first of each attribute."""
        return tuple([ref for ref in self.signing_certificate_refs if ref.position == 0])

    def stamped_octets(self, token: TimeStampToken) -> bytes:  # noqa: ARG002 - for XML it matters
        """Octets whose digest a signature-time-stamp holds: the value (EN 319 122-1 5.3)."""
        return self.signature

    def attributes(self, oid: str) -> Sequence[Attribute]:
        """Signed attributes of one type, in the order of the file."""
        return self._by_oid.get(oid, ())

    @lazy
    def _by_oid(self) -> dict[str, list[Attribute]]:
        index: dict[str, list[Attribute]] = {}
        for found in self.signed_attributes or ():
            index.setdefault(found.oid, []).append(found)
        return index

    def find_signers(self, certificates: Iterable[Certificate]) -> tuple[Certificate, ...]:
        """Those of `certificates` that the signer identifier names, without doubles."""
        return tuple(dict.fromkeys(found for found in certificates if self.sid.names(found)))

    def _tokens(self, kind: str, *, signed: bool) -> tuple[TimeStampToken, ...]:
        if not self.evidence:
            return ()
        found = [each for each in self.evidence if each.kind == kind and each.signed is signed]
        return tuple([token for each in found for token in each.tokens])


class SignedDocument(Struct, frozen=True, dict=True):
    """Signatures, what they sign, and the evidence beside them.

    `encapsulated` is the content where the file holds it, `content_type` its OID. `ocsps` are
    OCSPResponse (DER). `trailing` is the number of octets after the message that are not zeros
    or line ends, `padding` of those that are.
    """

    source: Source
    format: str
    version: int
    content_type: str
    digest_algorithms: tuple[AlgorithmId, ...]
    encapsulated: Content | None
    signatures: tuple[Signature, ...]
    certificates: tuple[Certificate, ...] = ()
    attribute_certificates: tuple[bytes, ...] = ()
    unread_certificates: tuple[Unread, ...] = ()
    crls: tuple[CertificateList, ...] = ()
    ocsps: tuple[bytes, ...] = ()
    unread_revocations: tuple[Unread, ...] = ()
    trailing: int = 0
    padding: int = 0
    findings: tuple[Finding, ...] = ()

    def __repr__(self) -> str:
        """Name the format and the size; it may be gigabytes."""
        return f"<{type(self).__name__} {self.format} of {self.size} octets>"

    @lazy
    def sha256(self) -> str:
        """SHA-256 of the whole file, 64 hex digits; reads all of it, once."""
        return sha256_hex(self.source)

    @property
    def size(self) -> int:
        """Length of the whole file in octets."""
        return memoryview(self.source).nbytes

    @lazy
    def ref(self) -> ObjectRef:
        """Name the document for findings."""
        return ObjectRef(ObjectKind.DOCUMENT, self.sha256, self.format)

    @property
    def digest_oids(self) -> tuple[str, ...]:
        """Digests that its signatures are made with: what to ask of the content in one pass."""
        return tuple(dict.fromkeys([found.digest_algorithm.oid for found in self.signatures]))

    @property
    def all_certificates(self) -> tuple[Certificate, ...]:
        """Every certificate inside: beside the signatures, in their evidence, in its tokens."""
        found = [*self.certificates]
        for signature in self.signatures:
            for evidence in signature.evidence:
                found += evidence.certificates
                for token in evidence.tokens:
                    found += token.signed.all_certificates
        return tuple(dict.fromkeys(found))
