"""Making certificates, revocation lists and OCSP answers: for trial, demonstration and tests.

Time and randomness are arguments, so the same call gives the same octets where the algorithm
itself is deterministic.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from zaruka.asn1 import extensions as asn1
from zaruka.asn1 import ocsp, pkix
from zaruka.asn1 import schema as s
from zaruka.crypto import AlgorithmId, KeyInfo, PrivateKey, sign, usual_algorithms
from zaruka.x509.certificates import Certificate
from zaruka.x509.crls import CertificateList, RevokedEntry
from zaruka.x509.extensions import KEY_USAGES
from zaruka.x509.ocsp import OcspResponse, make_cert_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from zaruka.x509.names import Name
    from zaruka.x509.paths import Anchor

__all__ = [
    "Issuer",
    "authority_extensions",
    "extension",
    "issue_certificate",
    "issue_crl",
    "issue_ocsp_response",
    "key_identifier",
    "key_usage",
    "sign_ocsp_response",
]

_OCSP_BASIC = "1.3.6.1.5.5.7.48.1.1"
# OIDs of the extensions that are made here
_SKI, _KEY_USAGE, _BASIC_CONSTRAINTS = "2.5.29.14", "2.5.29.15", "2.5.29.19"
_CRL_NUMBER, _REASON, _INVALIDITY, _AKI = "2.5.29.20", "2.5.29.21", "2.5.29.24", "2.5.29.35"


class Issuer(Struct, frozen=True):
    """Who signs: a name, a private key and its public key.

    `signature_algorithm` None: the one that a key of this kind usually signs with.
    """

    name: Name
    private_key: PrivateKey
    key: KeyInfo
    signature_algorithm: AlgorithmId | None = None

    @property
    def algorithm(self) -> AlgorithmId:
        """The algorithm that is named in what it signs."""
        return self.signature_algorithm or usual_algorithms(self.key.algorithm)[0]

    def sign(self, tbs: bytes, entropy: bytes) -> bytes:
        """Sign octets; `entropy` as `zaruka.crypto.sign` wants it."""
        return sign(self.private_key, self.algorithm, message=tbs, entropy=entropy)


def extension(oid: str, value: Any, *, critical: bool = False) -> pkix.Extension:  # noqa: ANN401
    """Make an extension of a value of its schema in `zaruka.asn1.extensions.VALUES`.

    For any other OID, `value` is the DER of the value. ValueError where it is not of the type.
    """
    node = asn1.VALUES.get(oid)
    return pkix.Extension(oid, critical, value if node is None else s.encode(node, value))


def key_usage(*names: str, critical: bool = True) -> pkix.Extension:
    """Make a keyUsage extension from the names of its bits: RFC 5280 4.2.1.3."""
    bits = [KEY_USAGES.index(name) for name in names]
    octets = bytearray(max(bits, default=0) // 8 + 1)
    for bit in bits:
        octets[bit // 8] |= 0x80 >> bit % 8
    unused = 7 - max(bits, default=7) % 8
    return extension(_KEY_USAGE, s.BitString(bytes(octets), unused), critical=critical)


def key_identifier(key: KeyInfo) -> bytes:
    """Return SHA-1 of the key's octets: RFC 5280 4.2.1.2 (1)."""
    return hashlib.sha1(key.key, usedforsecurity=False).digest()


def authority_extensions(
    key: KeyInfo, issuer_key: KeyInfo | None, *, path_length: int | None = None
) -> list[pkix.Extension]:
    """Return what the certificate of an authority holds; `issuer_key` None for a root."""
    identifiers = [extension(_SKI, key_identifier(key))]
    if issuer_key is not None:
        identifiers.append(_authority_key_identifier(issuer_key))
    return [
        extension(
            _BASIC_CONSTRAINTS,
            asn1.BasicConstraints(ca=True, path_len_constraint=path_length),
            critical=True,
        ),
        key_usage("keyCertSign", "cRLSign"),
        *identifiers,
    ]


def _authority_key_identifier(key: KeyInfo) -> pkix.Extension:
    return extension(_AKI, asn1.AuthorityKeyIdentifier(key_identifier(key), None, None))


def issue_certificate(  # noqa: PLR0913 - the fields of a certificate
    issuer: Issuer,
    subject: Name,
    key: KeyInfo,
    *,
    serial_number: int,
    not_before: datetime,
    not_after: datetime,
    extensions: Sequence[pkix.Extension] = (),
    entropy: bytes,
) -> Certificate:
    """Make and sign a certificate of version 3, or 1 without extensions: RFC 5280 4.1.

    Self-signed where `subject` and `key` are the issuer's own.
    """
    tbs = s.encode(
        pkix.TBS_CERTIFICATE,
        pkix.TBSCertificate(
            der=b"",
            version=2 if extensions else 0,
            serial_number=serial_number,
            signature=_identifier(issuer.algorithm),
            issuer=issuer.name.der,
            validity=pkix.Validity(not_before, not_after),
            subject=subject.der,
            subject_public_key_info=s.decode(pkix.SUBJECT_PUBLIC_KEY_INFO, key.spki),
            issuer_unique_id=None,
            subject_unique_id=None,
            extensions=tuple(extensions) or None,
        ),
    )
    return Certificate.parse(_signed(issuer, tbs, entropy))


def issue_crl(  # noqa: PLR0913 - the fields of a list
    issuer: Issuer,
    revoked: Iterable[RevokedEntry] = (),
    *,
    this_update: datetime,
    next_update: datetime | None,
    number: int,
    extensions: Sequence[pkix.Extension] = (),
    entropy: bytes,
) -> CertificateList:
    """Make and sign a revocation list of version 2: RFC 5280 5.1.

    `extensions` come after authorityKeyIdentifier and cRLNumber.
    """
    entries = tuple(map(_entry, revoked))
    own = (_authority_key_identifier(issuer.key), extension(_CRL_NUMBER, number))
    tbs = s.encode(
        pkix.TBS_CERT_LIST,
        pkix.TBSCertList(
            version=1,
            signature=_identifier(issuer.algorithm),
            issuer=issuer.name.der,
            this_update=this_update,
            next_update=next_update,
            revoked_certificates=(
                memoryview(s.encode(pkix.REVOKED_CERTIFICATES, entries)) if entries else None
            ),
            crl_extensions=(*own, *extensions),
        ),
    )
    return CertificateList.parse(_signed(issuer, tbs, entropy))


def issue_ocsp_response(  # noqa: PLR0913 - the fields of an answer
    responder: Issuer,
    certificate: Certificate,
    issuer: Certificate | Anchor,
    *,
    status: str | RevokedEntry = "good",
    this_update: datetime,
    next_update: datetime | None,
    hash_oid: str,
    certificates: Sequence[Certificate] = (),
    entropy: bytes,
) -> OcspResponse:
    """Make and sign an answer about one certificate: RFC 6960 4.2.

    `status` is "good", "unknown" or the entry of a revoked certificate; the responder is named.
    """
    wanted = make_cert_id(certificate, issuer, hash_oid)
    cert_status: tuple[str, ocsp.RevokedInfo | None] = (
        ("revoked", ocsp.RevokedInfo(status.revocation_date, status.reason))
        if isinstance(status, RevokedEntry)
        else (status, None)
    )
    algorithm = pkix.AlgorithmIdentifier(wanted.hash_oid)
    single = ocsp.SingleResponse(
        ocsp.CertID(algorithm, *wanted[1:]), cert_status, this_update, next_update
    )
    der = sign_ocsp_response(
        responder, [single], produced_at=this_update, certificates=certificates, entropy=entropy
    )
    return OcspResponse.parse(der)


def sign_ocsp_response(  # noqa: PLR0913 - the fields of an answer
    responder: Issuer,
    responses: Sequence[ocsp.SingleResponse],
    *,
    produced_at: datetime,
    extensions: Sequence[pkix.Extension] = (),
    certificates: Sequence[Certificate] = (),
    entropy: bytes,
) -> bytes:
    """Sign an OCSPResponse (RFC 6960 4.2.1) that names its responder; `certificates` go along."""
    data = ocsp.ResponseData(
        der=b"",
        version=0,
        responder_id=("byName", responder.name.der),
        produced_at=produced_at,
        responses=tuple(responses),
        response_extensions=tuple(extensions) or None,
    )
    tbs = s.encode(ocsp.RESPONSE_DATA, data)
    basic = ocsp.BasicOCSPResponse(
        data,
        _identifier(responder.algorithm),
        s.BitString(responder.sign(tbs, entropy)),
        tuple(one.der for one in certificates) or None,
    )
    answer = ocsp.ResponseBytes(_OCSP_BASIC, s.encode(ocsp.BASIC_OCSP_RESPONSE, basic))
    return s.encode(ocsp.OCSP_RESPONSE, ocsp.OCSPResponse(0, answer))


def _entry(entry: RevokedEntry) -> pkix.RevokedCertificate:
    extensions = []
    if entry.reason is not None:
        extensions.append(extension(_REASON, entry.reason))
    if entry.invalidity_date is not None:
        extensions.append(extension(_INVALIDITY, entry.invalidity_date))
    if entry.certificate_issuer is not None:
        names = (("directoryName", entry.certificate_issuer.der),)
        extensions.append(extension("2.5.29.29", names, critical=True))
    return pkix.RevokedCertificate(entry.serial, entry.revocation_date, tuple(extensions) or None)


def _identifier(algorithm: AlgorithmId) -> pkix.AlgorithmIdentifier:
    return pkix.AlgorithmIdentifier(algorithm.oid, algorithm.parameters)


def _signed(issuer: Issuer, tbs: bytes, entropy: bytes) -> bytes:
    """SIGNED{}: what is signed, the algorithm, the signature."""
    signature = s.BitString(issuer.sign(tbs, entropy))
    return s.encode(
        pkix.SIGNED,
        pkix.CertificateList(memoryview(tbs), _identifier(issuer.algorithm), signature),
    )
