"""Attribute certificates: RFC 5755, appendix B; in Belarus STB 34.101.67."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from zaruka.asn1 import schema as s
from zaruka.asn1.cms import ATTRIBUTE, Attribute
from zaruka.asn1.pkix import (
    ALGORITHM_IDENTIFIER,
    EXTENSIONS,
    GENERAL_NAMES,
    AlgorithmIdentifier,
    Extension,
)

GeneralNames = tuple[tuple[str, Any], ...]

# IssuerSerial  ::=  SEQUENCE {
#      issuer         GeneralNames,
#      serial         CertificateSerialNumber,
#      issuerUID      UniqueIdentifier OPTIONAL }


class IssuerSerial(NamedTuple):
    """RFC 5755 4.1."""

    issuer: GeneralNames
    serial: int
    issuer_uid: s.BitString | None


ISSUER_SERIAL = s.sequence(
    IssuerSerial,
    s.field("issuer", GENERAL_NAMES),
    s.field("serial", s.INTEGER),
    s.field("issuer_uid", s.BIT_STRING, optional=True),
)

# ObjectDigestInfo    ::= SEQUENCE {
#      digestedObjectType  ENUMERATED {
#              publicKey            (0),
#              publicKeyCert        (1),
#              otherObjectTypes     (2) },
#      otherObjectTypeID   OBJECT IDENTIFIER  OPTIONAL,
#      digestAlgorithm     AlgorithmIdentifier,
#      objectDigest        BIT STRING }


class ObjectDigestInfo(NamedTuple):
    """RFC 5755 4.1."""

    digested_object_type: int
    other_object_type_id: str | None
    digest_algorithm: AlgorithmIdentifier
    object_digest: s.BitString


OBJECT_DIGEST_INFO = s.sequence(
    ObjectDigestInfo,
    s.field("digested_object_type", s.ENUMERATED),
    s.field("other_object_type_id", s.OID, optional=True),
    s.field("digest_algorithm", ALGORITHM_IDENTIFIER),
    s.field("object_digest", s.BIT_STRING),
)

# Holder ::= SEQUENCE {
#      baseCertificateID   [0] IssuerSerial OPTIONAL,
#      entityName          [1] GeneralNames OPTIONAL,
#      objectDigestInfo    [2] ObjectDigestInfo OPTIONAL }


class Holder(NamedTuple):
    """RFC 5755 4.2.2."""

    base_certificate_id: IssuerSerial | None
    entity_name: GeneralNames | None
    object_digest_info: ObjectDigestInfo | None


HOLDER = s.sequence(
    Holder,
    s.field("base_certificate_id", s.implicit(0, ISSUER_SERIAL), optional=True),
    s.field("entity_name", s.implicit(1, GENERAL_NAMES), optional=True),
    s.field("object_digest_info", s.implicit(2, OBJECT_DIGEST_INFO), optional=True),
)

# AttCertIssuer ::= CHOICE {
#      v1Form   GeneralNames,  -- MUST NOT be used in this profile
#      v2Form   [0] V2Form     -- v2 only }
# V2Form ::= SEQUENCE {
#      issuerName            GeneralNames  OPTIONAL,
#      baseCertificateID     [0] IssuerSerial  OPTIONAL,
#      objectDigestInfo      [1] ObjectDigestInfo  OPTIONAL }


class V2Form(NamedTuple):
    """RFC 5755 4.2.3."""

    issuer_name: GeneralNames | None
    base_certificate_id: IssuerSerial | None
    object_digest_info: ObjectDigestInfo | None


_V2_FORM = s.sequence(
    V2Form,
    s.field("issuer_name", GENERAL_NAMES, optional=True),
    s.field("base_certificate_id", s.implicit(0, ISSUER_SERIAL), optional=True),
    s.field("object_digest_info", s.implicit(1, OBJECT_DIGEST_INFO), optional=True),
)
ATT_CERT_ISSUER = s.choice(("v1Form", GENERAL_NAMES), ("v2Form", s.implicit(0, _V2_FORM)))

# AttCertValidityPeriod  ::= SEQUENCE {
#      notBeforeTime  GeneralizedTime,
#      notAfterTime   GeneralizedTime }


class AttCertValidityPeriod(NamedTuple):
    """RFC 5755 4.2.6."""

    not_before_time: datetime
    not_after_time: datetime


ATT_CERT_VALIDITY_PERIOD = s.sequence(
    AttCertValidityPeriod,
    s.field("not_before_time", s.GENERALIZED_TIME),
    s.field("not_after_time", s.GENERALIZED_TIME),
)

# AttributeCertificateInfo ::= SEQUENCE {
#      version                 AttCertVersion,  -- version is v2
#      holder                  Holder,
#      issuer                  AttCertIssuer,
#      signature               AlgorithmIdentifier,
#      serialNumber            CertificateSerialNumber,
#      attrCertValidityPeriod  AttCertValidityPeriod,
#      attributes              SEQUENCE OF Attribute,
#      issuerUniqueID          UniqueIdentifier OPTIONAL,
#      extensions              Extensions OPTIONAL }
# AttCertVersion ::= INTEGER { v2(1) }


class AttributeCertificateInfo(NamedTuple):
    """RFC 5755 4.1; `issuer` as (v1Form, GENERAL_NAMES) or (v2Form, V2Form)."""

    der: bytes
    version: int
    holder: Holder
    issuer: tuple[str, Any]
    signature: AlgorithmIdentifier
    serial_number: int
    attr_cert_validity_period: AttCertValidityPeriod
    attributes: tuple[Attribute, ...]
    issuer_unique_id: s.BitString | None
    extensions: tuple[Extension, ...] | None


ATTRIBUTE_CERTIFICATE_INFO = s.sequence(
    AttributeCertificateInfo,
    s.field("version", s.INTEGER),
    s.field("holder", HOLDER),
    s.field("issuer", ATT_CERT_ISSUER),
    s.field("signature", ALGORITHM_IDENTIFIER),
    s.field("serial_number", s.INTEGER),
    s.field("attr_cert_validity_period", ATT_CERT_VALIDITY_PERIOD),
    s.field("attributes", s.sequence_of(ATTRIBUTE)),
    s.field("issuer_unique_id", s.BIT_STRING, optional=True),
    s.field("extensions", EXTENSIONS, optional=True),
    raw=True,
)

# AttributeCertificate ::= SEQUENCE {
#      acinfo               AttributeCertificateInfo,
#      signatureAlgorithm   AlgorithmIdentifier,
#      signatureValue       BIT STRING }


class AttributeCertificate(NamedTuple):
    """RFC 5755 4.1."""

    acinfo: AttributeCertificateInfo
    signature_algorithm: AlgorithmIdentifier
    signature_value: s.BitString


_AttributeCertificate = s.sequence(
    AttributeCertificate,
    s.field("acinfo", ATTRIBUTE_CERTIFICATE_INFO),
    s.field("signature_algorithm", ALGORITHM_IDENTIFIER),
    s.field("signature_value", s.BIT_STRING),
)
_BUDGET = s.Budget(size=1 << 20, elements=1 << 16)
ATTRIBUTE_CERTIFICATE = s.bounded(_AttributeCertificate, _BUDGET)
V2_ATTR_CERT = s.bounded(s.implicit(2, _AttributeCertificate), _BUDGET, "v2AttrCert")
"""The same under the tag that it has among the certificates of a SignedData (RFC 5652 10.2.2)."""
