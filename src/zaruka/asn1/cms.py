"""Cryptographic Message Syntax: RFC 5652, with the signed attributes of RFC 5035 and RFC 6211.

Wrappers may be BER; decode them with `mode=BER`. Certificates, revocation lists and attribute
values inside are kept as their octets, to be read as DER.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from zaruka.asn1 import schema as s
from zaruka.asn1.pkix import (
    ALGORITHM_IDENTIFIER,
    GENERAL_NAMES,
    NAME,
    AlgorithmIdentifier,
)

CMS_BUDGET = s.Budget(size=1 << 40, elements=1 << 16, octets=1 << 26)
"""The content may be of any size, since it is never copied; 64 MB of the rest is copied."""

# ContentInfo ::= SEQUENCE {
#   contentType ContentType,
#   content [0] EXPLICIT ANY DEFINED BY contentType }


class ContentInfo(NamedTuple):
    """RFC 5652 3; `content` is a view of a whole encoding, None where absent (RFC 2315 7)."""

    content_type: str
    content: memoryview | None


CONTENT_INFO = s.bounded(
    s.sequence(
        ContentInfo,
        s.field("content_type", s.OID),
        s.field("content", s.explicit(0, s.view(s.ANY)), optional=True),
    ),
    CMS_BUDGET,
)

# Attribute ::= SEQUENCE {
#   attrType OBJECT IDENTIFIER,
#   attrValues SET OF AttributeValue }
# AttributeValue ::= ANY


class Attribute(NamedTuple):
    """RFC 5652 5.3; each value is a whole encoding."""

    attr_type: str
    attr_values: tuple[bytes, ...]


ATTRIBUTE = s.sequence(
    Attribute, s.field("attr_type", s.OID), s.field("attr_values", s.set_of(s.ANY))
)
ATTRIBUTES = s.bounded(s.set_of(ATTRIBUTE), s.Budget(size=1 << 26), "Attributes")
"""SignedAttributes ::= SET SIZE (1..MAX) OF Attribute; what is signed is this, in DER (5.4)."""

# IssuerAndSerialNumber ::= SEQUENCE {
#   issuer Name,
#   serialNumber CertificateSerialNumber }


class IssuerAndSerialNumber(NamedTuple):
    """RFC 5652 10.2.4; `issuer` is a whole encoding of NAME."""

    issuer: bytes
    serial_number: int


ISSUER_AND_SERIAL_NUMBER = s.sequence(
    IssuerAndSerialNumber, s.field("issuer", s.raw(NAME)), s.field("serial_number", s.INTEGER)
)

# SignerIdentifier ::= CHOICE {
#   issuerAndSerialNumber IssuerAndSerialNumber,
#   subjectKeyIdentifier [0] SubjectKeyIdentifier }

SIGNER_IDENTIFIER = s.choice(
    ("issuerAndSerialNumber", ISSUER_AND_SERIAL_NUMBER),
    ("subjectKeyIdentifier", s.implicit(0, s.OCTET_STRING)),
)

# SignerInfo ::= SEQUENCE {
#   version CMSVersion,
#   sid SignerIdentifier,
#   digestAlgorithm DigestAlgorithmIdentifier,
#   signedAttrs [0] IMPLICIT SignedAttributes OPTIONAL,
#   signatureAlgorithm SignatureAlgorithmIdentifier,
#   signature SignatureValue,
#   unsignedAttrs [1] IMPLICIT UnsignedAttributes OPTIONAL }
# CMSVersion ::= INTEGER  { v0(0), v1(1), v2(2), v3(3), v4(4), v5(5) }
# SignatureValue ::= OCTET STRING


class SignerInfo(NamedTuple):
    """RFC 5652 5.3.

    `signed_attrs` comes with its octets as they stand, under the tag [0]: replaced by that of
    SET OF (31) they are what is signed, where they are DER. `unsigned_attrs` comes with its octets
    too, for archive time-stamps cover them as written. `der` is the whole SignerInfo.
    """

    der: bytes
    version: int
    sid: tuple[str, IssuerAndSerialNumber | bytes]
    digest_algorithm: AlgorithmIdentifier
    signed_attrs: s.Encoded | None
    signature_algorithm: AlgorithmIdentifier
    signature: bytes
    unsigned_attrs: s.Encoded | None


SIGNER_INFO = s.bounded(
    s.sequence(
        SignerInfo,
        s.field("version", s.INTEGER),
        s.field("sid", SIGNER_IDENTIFIER),
        s.field("digest_algorithm", ALGORITHM_IDENTIFIER),
        s.field("signed_attrs", s.with_octets(s.implicit(0, ATTRIBUTES)), optional=True),
        s.field("signature_algorithm", ALGORITHM_IDENTIFIER),
        s.field("signature", s.OCTET_STRING),
        s.field("unsigned_attrs", s.with_octets(s.implicit(1, ATTRIBUTES)), optional=True),
        raw=True,
    ),
    CMS_BUDGET,
)

# EncapsulatedContentInfo ::= SEQUENCE {
#   eContentType ContentType,
#   eContent [0] EXPLICIT OCTET STRING OPTIONAL }


class EncapsulatedContentInfo(NamedTuple):
    """RFC 5652 5.2; `e_content` is a span of content octets.

    PKCS #7 (RFC 2315 7) allows any type there; one that is no OCTET STRING is the alternative
    "other", a view of its whole encoding.
    """

    e_content_type: str
    e_content: tuple[str, Any] | None


ENCAPSULATED_CONTENT_INFO = s.sequence(
    EncapsulatedContentInfo,
    s.field("e_content_type", s.OID),
    s.field(
        "e_content",
        s.explicit(0, s.choice(("octets", s.SPAN), ("other", s.view(s.ANY)))),
        optional=True,
    ),
)

# CertificateSet ::= SET OF CertificateChoices
# CertificateChoices ::= CHOICE {
#   certificate Certificate,
#   extendedCertificate [0] IMPLICIT ExtendedCertificate, -- Obsolete
#   v1AttrCert [1] IMPLICIT AttributeCertificateV1,       -- Obsolete
#   v2AttrCert [2] IMPLICIT AttributeCertificateV2,
#   other [3] IMPLICIT OtherCertificateFormat }
# RevocationInfoChoices ::= SET OF RevocationInfoChoice
# RevocationInfoChoice ::= CHOICE {
#   crl CertificateList,
#   other [1] IMPLICIT OtherRevocationInfoFormat }

CERTIFICATE_SET = s.set_of(s.ANY)
"""Whole encodings; the first octet tells the alternative: 30, A0, A1, A2, A3."""
REVOCATION_INFO_CHOICES = s.set_of(s.view(s.ANY))
"""Views of whole encodings; the first octet tells the alternative: 30 or A1."""

# OtherRevocationInfoFormat ::= SEQUENCE {
#   otherRevInfoFormat OBJECT IDENTIFIER,
#   otherRevInfo ANY DEFINED BY otherRevInfoFormat }


class OtherRevocationInfoFormat(NamedTuple):
    """RFC 5652 10.2.1; for id-ri-ocsp-response (RFC 5940 2.1) an OCSPResponse."""

    other_rev_info_format: str
    other_rev_info: bytes


OTHER_REVOCATION_INFO_FORMAT = s.implicit(
    1,
    s.sequence(
        OtherRevocationInfoFormat,
        s.field("other_rev_info_format", s.OID),
        s.field("other_rev_info", s.ANY),
    ),
)

# SignedData ::= SEQUENCE {
#   version CMSVersion,
#   digestAlgorithms DigestAlgorithmIdentifiers,
#   encapContentInfo EncapsulatedContentInfo,
#   certificates [0] IMPLICIT CertificateSet OPTIONAL,
#   crls [1] IMPLICIT RevocationInfoChoices OPTIONAL,
#   signerInfos SignerInfos }
# DigestAlgorithmIdentifiers ::= SET OF DigestAlgorithmIdentifier
# SignerInfos ::= SET OF SignerInfo


class SignedData(NamedTuple):
    """RFC 5652 5.1."""

    version: int
    digest_algorithms: tuple[AlgorithmIdentifier, ...]
    encap_content_info: EncapsulatedContentInfo
    certificates: tuple[bytes, ...] | None
    crls: tuple[memoryview, ...] | None
    signer_infos: tuple[SignerInfo, ...]


SIGNED_DATA = s.bounded(
    s.sequence(
        SignedData,
        s.field("version", s.INTEGER),
        s.field("digest_algorithms", s.set_of(ALGORITHM_IDENTIFIER)),
        s.field("encap_content_info", ENCAPSULATED_CONTENT_INFO),
        s.field("certificates", s.implicit(0, CERTIFICATE_SET), optional=True),
        s.field("crls", s.implicit(1, REVOCATION_INFO_CHOICES), optional=True),
        s.field("signer_infos", s.set_of(SIGNER_INFO)),
    ),
    CMS_BUDGET,
)

# CMSAlgorithmProtection ::= SEQUENCE {
#   digestAlgorithm         DigestAlgorithmIdentifier,
#   signatureAlgorithm  [1] SignatureAlgorithmIdentifier OPTIONAL,
#   macAlgorithm        [2] MessageAuthenticationCodeAlgorithm OPTIONAL }


class CMSAlgorithmProtection(NamedTuple):
    """RFC 6211 2."""

    digest_algorithm: AlgorithmIdentifier
    signature_algorithm: AlgorithmIdentifier | None
    mac_algorithm: AlgorithmIdentifier | None


CMS_ALGORITHM_PROTECTION = s.sequence(
    CMSAlgorithmProtection,
    s.field("digest_algorithm", ALGORITHM_IDENTIFIER),
    s.field("signature_algorithm", s.implicit(1, ALGORITHM_IDENTIFIER), optional=True),
    s.field("mac_algorithm", s.implicit(2, ALGORITHM_IDENTIFIER), optional=True),
)

# IssuerSerial ::= SEQUENCE {
#   issuer         GeneralNames,
#   serialNumber   CertificateSerialNumber }


class IssuerSerial(NamedTuple):
    """RFC 5035 4; `issuer` as GENERAL_NAMES."""

    issuer: tuple[tuple[str, Any], ...]
    serial_number: int


ISSUER_SERIAL = s.sequence(
    IssuerSerial, s.field("issuer", GENERAL_NAMES), s.field("serial_number", s.INTEGER)
)

# ESSCertID ::= SEQUENCE {
#   certHash       Hash,
#   issuerSerial   IssuerSerial OPTIONAL }
# Hash ::= OCTET STRING


class ESSCertID(NamedTuple):
    """RFC 2634 5.4.1; the hash is SHA-1."""

    cert_hash: bytes
    issuer_serial: IssuerSerial | None


ESS_CERT_ID = s.sequence(
    ESSCertID,
    s.field("cert_hash", s.OCTET_STRING),
    s.field("issuer_serial", ISSUER_SERIAL, optional=True),
)

# ESSCertIDv2 ::= SEQUENCE {
#   hashAlgorithm  AlgorithmIdentifier DEFAULT {algorithm id-sha256},
#   certHash       Hash,
#   issuerSerial   IssuerSerial OPTIONAL }

ID_SHA256 = "2.16.840.1.101.3.4.2.1"


class ESSCertIDv2(NamedTuple):
    """RFC 5035 4."""

    hash_algorithm: AlgorithmIdentifier
    cert_hash: bytes
    issuer_serial: IssuerSerial | None


ESS_CERT_ID_V2 = s.sequence(
    ESSCertIDv2,
    s.field("hash_algorithm", ALGORITHM_IDENTIFIER, default=AlgorithmIdentifier(ID_SHA256)),
    s.field("cert_hash", s.OCTET_STRING),
    s.field("issuer_serial", ISSUER_SERIAL, optional=True),
)

# SigningCertificate ::= SEQUENCE {
#   certs          SEQUENCE OF ESSCertID,
#   policies       SEQUENCE OF PolicyInformation OPTIONAL }
# SigningCertificateV2 ::= SEQUENCE {
#   certs          SEQUENCE OF ESSCertIDv2,
#   policies       SEQUENCE OF PolicyInformation OPTIONAL }


class SigningCertificate(NamedTuple):
    """RFC 2634 5.4; the first is the signer's. `policies` are whole encodings."""

    certs: tuple[ESSCertID, ...]
    policies: tuple[bytes, ...] | None


class SigningCertificateV2(NamedTuple):
    """RFC 5035 3; the first is the signer's. `policies` are whole encodings."""

    certs: tuple[ESSCertIDv2, ...]
    policies: tuple[bytes, ...] | None


SIGNING_CERTIFICATE = s.sequence(
    SigningCertificate,
    s.field("certs", s.sequence_of(ESS_CERT_ID)),
    s.field("policies", s.sequence_of(s.ANY), optional=True),
)
SIGNING_CERTIFICATE_V2 = s.sequence(
    SigningCertificateV2,
    s.field("certs", s.sequence_of(ESS_CERT_ID_V2)),
    s.field("policies", s.sequence_of(s.ANY), optional=True),
)

# CertificateValues ::= SEQUENCE OF Certificate
# RevocationValues ::= SEQUENCE {
#   crlVals           [0] SEQUENCE OF CertificateList OPTIONAL,
#   ocspVals          [1] SEQUENCE OF BasicOCSPResponse OPTIONAL,
#   otherRevVals      [2] OtherRevVals OPTIONAL }


class RevocationValues(NamedTuple):
    """RFC 5126 6.3.4; whole encodings of CertificateList and of BasicOCSPResponse."""

    crl_vals: tuple[bytes, ...] | None
    ocsp_vals: tuple[bytes, ...] | None
    other_rev_vals: bytes | None


CERTIFICATE_VALUES = s.bounded(s.sequence_of(s.ANY), CMS_BUDGET, "CertificateValues")
"""RFC 5126 6.3.3; whole encodings of Certificate."""
REVOCATION_VALUES = s.bounded(
    s.sequence(
        RevocationValues,
        s.field("crl_vals", s.explicit(0, s.sequence_of(s.ANY)), optional=True),
        s.field("ocsp_vals", s.explicit(1, s.sequence_of(s.ANY)), optional=True),
        s.field("other_rev_vals", s.explicit(2, s.ANY), optional=True),
    ),
    CMS_BUDGET,
)
