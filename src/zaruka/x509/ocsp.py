"""OCSP answers: RFC 6960 4.2, STB 34.101.26."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from zaruka._native import lazy
from zaruka.asn1 import ocsp as asn1
from zaruka.asn1 import pkix
from zaruka.asn1 import schema as s
from zaruka.crypto import AlgorithmId, digest
from zaruka.errors import InputError, UnsupportedError
from zaruka.findings import ObjectKind, ObjectRef
from zaruka.x509 import extensions as ext
from zaruka.x509.certificates import Certificate
from zaruka.x509.crls import RevokedEntry
from zaruka.x509.encoded import Encoded
from zaruka.x509.names import read_name
from zaruka.x509.paths import Anchor
from zaruka.x509.signed import whole_octets

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from typing_extensions import Buffer

__all__ = ["CertId", "OcspResponse", "SingleResponse", "make_cert_id"]

_BASIC = "1.3.6.1.5.5.7.48.1.1"
_ARCHIVE_CUTOFF = "1.3.6.1.5.5.7.48.1.6"
_PROCESSED = frozenset({"1.3.6.1.5.5.7.48.1.2"})  # nonce
_STATUS_NAMES = {
    0: "successful",
    1: "malformedRequest",
    2: "internalError",
    3: "tryLater",
    5: "sigRequired",
    6: "unauthorized",
}


class CertId(NamedTuple):
    """Which certificate is meant: RFC 6960 4.1.1; the hash function is dotted."""

    hash_oid: str
    issuer_name_hash: bytes
    issuer_key_hash: bytes
    serial_number: int


def make_cert_id(certificate: Certificate, issuer: Certificate | Anchor, hash_oid: str) -> CertId:
    """Say which certificate is meant; `UnsupportedError` for an unknown hash function.

    The name is hashed as the certificate writes its issuer, the key without tag, length and
    number of unused bits.
    """
    return CertId(
        hash_oid,
        digest(hash_oid, certificate.issuer.der),
        digest(hash_oid, issuer.key.key),
        certificate.serial_number,
    )


class SingleResponse(Struct, frozen=True):
    """What an answer says of one certificate; `status` is "good", "revoked" or "unknown".

    `critical_extensions` holds the OIDs of the critical singleExtensions; `archive_cutoff` is that
    of RFC 6960 4.4.4: the status of certificates that expired since then is kept.
    """

    cert_id: CertId
    status: str
    this_update: datetime
    next_update: datetime | None
    entry: RevokedEntry | None
    critical_extensions: tuple[str, ...] = ()
    archive_cutoff: datetime | None = None


class OcspResponse(Encoded):
    """One OCSPResponse with what its BasicOCSPResponse says, if it has one."""

    _status: int
    _basic: asn1.BasicOCSPResponse | None

    def __init__(self, der: bytes, status: int, basic: asn1.BasicOCSPResponse | None) -> None:
        """Take what `parse` read."""
        super().__init__(der)
        self._status = status
        self._basic = basic

    @classmethod
    def parse(cls, der: Buffer) -> OcspResponse:
        """Read the DER of an OCSPResponse; `InputError` where it is none.

        `UnsupportedError` where the answer is successful but not a BasicOCSPResponse.
        """
        whole = s.decode(asn1.OCSP_RESPONSE, der)
        octets = bytes(der)
        answer = whole.response_bytes
        if answer is None:
            if whole.response_status == 0:
                raise InputError("x509.ocsp-empty")
            return cls(octets, whole.response_status, None)
        if answer.response_type != _BASIC:
            raise UnsupportedError("x509.ocsp-type", oid=answer.response_type)
        return cls(octets, whole.response_status, _read_basic(answer.response))

    @classmethod
    def of_basic(cls, der: Buffer) -> OcspResponse:
        """Wrap a BasicOCSPResponse, as CAdES revocation values hold it (RFC 5126 6.3.4)."""
        basic = _read_basic(der)
        octets = bytes(der)
        whole = asn1.OCSPResponse(0, asn1.ResponseBytes(_BASIC, octets))
        return cls(s.encode(asn1.OCSP_RESPONSE, whole), 0, basic)

    @lazy
    def ref(self) -> ObjectRef:
        """Return what findings call this answer."""
        return ObjectRef(ObjectKind.OCSP, self.sha256, self.responder_name or self.status_name)

    @lazy
    def basic_der(self) -> bytes | None:
        """Return the BasicOCSPResponse alone, as references in CAdES digest it."""
        found = s.decode(asn1.OCSP_RESPONSE, self.der).response_bytes
        return None if found is None else found.response

    @property
    def is_successful(self) -> bool:
        """Whether there is an answer at all: RFC 6960 4.2.1."""
        return self._status == 0 and self._basic is not None

    @property
    def status_name(self) -> str:
        """What RFC 6960 calls the responseStatus."""
        return _STATUS_NAMES.get(self._status, str(self._status))

    @property
    def _answer(self) -> asn1.BasicOCSPResponse:
        if self._basic is None:
            raise InputError("x509.ocsp-not-successful", status=self.status_name)
        return self._basic

    @property
    def tbs_der(self) -> bytes:
        """The octets that are signed."""
        return self._answer.tbs_response_data.der

    @lazy
    def signature_algorithm(self) -> AlgorithmId:
        """Return the algorithm of the signature."""
        return AlgorithmId(*self._answer.signature_algorithm)

    @property
    def signature(self) -> bytes:
        """The signature octets."""
        return self._answer.signature.octets

    @property
    def produced_at(self) -> datetime:
        """The moment at which the answer was signed."""
        return self._answer.tbs_response_data.produced_at

    @lazy
    def certificates(self) -> tuple[Certificate, ...]:
        """Return the certificates sent along that can be read."""
        readable = []
        for der in (self._basic.certs if self._basic else None) or ():
            try:
                readable.append(Certificate.parse(der))
            except InputError:
                continue
        return tuple(readable)

    @lazy
    def responses(self) -> tuple[SingleResponse, ...]:
        """Return what is said of each certificate."""
        if self._basic is None:
            return ()
        return tuple(map(_single, self._basic.tbs_response_data.responses))

    @lazy
    def extensions(self) -> Mapping[str, ext.Extension]:
        """Return the responseExtensions by OID."""
        data = None if self._basic is None else self._basic.tbs_response_data.response_extensions
        return ext.by_oid(data)

    @property
    def nonce(self) -> bytes | None:
        """The nonce extension's value as it stands: RFC 6960 4.4.1."""
        extension = self.extensions.get("1.3.6.1.5.5.7.48.1.2")
        return None if extension is None else extension.extn_value

    @property
    def unknown_critical_extensions(self) -> tuple[str, ...]:
        """OIDs of critical responseExtensions that are not processed."""
        return tuple(
            oid
            for oid, extension in self.extensions.items()
            if extension.critical and oid not in _PROCESSED
        )

    @property
    def responder_name(self) -> str:
        """The responder for people: its name, or the hash of its key."""
        if self._basic is None:
            return ""
        kind, value = self._basic.tbs_response_data.responder_id
        return read_name(value).display() if kind == "byName" else value.hex()

    def is_from(self, responder: Certificate | Anchor) -> bool:
        """Whether responderID means `responder`: its name, or the SHA-1 hash of its key."""
        kind, value = self._answer.tbs_response_data.responder_id
        if kind == "byName":
            name = responder.name if isinstance(responder, Anchor) else responder.subject
            return read_name(value) == name
        return hashlib.sha1(responder.key.key, usedforsecurity=False).digest() == value

    def find(self, certificate: Certificate, issuer: Certificate | Anchor) -> SingleResponse | None:
        """Return what is said of `certificate`: RFC 6960 3.2(1); the newest of several.

        The name of the issuer may be hashed as the certificate or as the issuer writes it.
        """
        own_name = issuer.name.der if isinstance(issuer, Anchor) else issuer.subject.der
        found = None
        for single in self.responses:
            wanted = single.cert_id
            if wanted.serial_number != certificate.serial_number:
                continue
            try:
                expected = make_cert_id(certificate, issuer, wanted.hash_oid)
                name_hash = digest(wanted.hash_oid, own_name)
            except UnsupportedError:
                continue
            if wanted in (expected, expected._replace(issuer_name_hash=name_hash)) and (
                found is None or single.this_update > found.this_update
            ):
                found = single
        return found


def _read_basic(der: Buffer) -> asn1.BasicOCSPResponse:
    basic = s.decode(asn1.BASIC_OCSP_RESPONSE, der)
    whole_octets(basic.signature)
    return basic


def _single(value: asn1.SingleResponse) -> SingleResponse:
    status, info = value.cert_status
    meant = value.cert_id
    entry = None
    if info is not None:
        entry = RevokedEntry(meant.serial_number, info.revocation_time, info.revocation_reason)
    extensions: tuple[pkix.Extension, ...] = value.single_extensions or ()
    critical = tuple(one.extn_id for one in extensions if one.critical)
    return SingleResponse(
        CertId(
            meant.hash_algorithm.algorithm,
            meant.issuer_name_hash,
            meant.issuer_key_hash,
            meant.serial_number,
        ),
        status,
        value.this_update,
        value.next_update,
        entry,
        critical,
        _archive_cutoff(extensions) if extensions else None,
    )


def _archive_cutoff(extensions: tuple[pkix.Extension, ...]) -> datetime | None:
    """Read ArchiveCutoff ::= GeneralizedTime; one that cannot be read cuts nothing off."""
    for one in extensions:
        if one.extn_id == _ARCHIVE_CUTOFF:
            try:
                return s.decode(s.GENERALIZED_TIME, one.extn_value)
            except InputError:
                return None
    return None
