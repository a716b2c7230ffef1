"""Certificates and revocation lists: RFC 5280, appendix A."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from zaruka.asn1 import schema as s

# AlgorithmIdentifier  ::=  SEQUENCE  {
#      algorithm               OBJECT IDENTIFIER,
#      parameters              ANY DEFINED BY algorithm OPTIONAL  }


class AlgorithmIdentifier(NamedTuple):
    """RFC 5280 4.1.1.2; `parameters` is a whole encoding, or None where absent."""

    algorithm: str
    parameters: bytes | None = None


ALGORITHM_IDENTIFIER = s.sequence(
    AlgorithmIdentifier,
    s.field("algorithm", s.OID),
    s.field("parameters", s.ANY, optional=True),
)

# SubjectPublicKeyInfo  ::=  SEQUENCE  {
#      algorithm            AlgorithmIdentifier,
#      subjectPublicKey     BIT STRING  }


class SubjectPublicKeyInfo(NamedTuple):
    """RFC 5280 4.1.2.7."""

    der: bytes
    algorithm: AlgorithmIdentifier
    subject_public_key: s.BitString


SUBJECT_PUBLIC_KEY_INFO = s.sequence(
    SubjectPublicKeyInfo,
    s.field("algorithm", ALGORITHM_IDENTIFIER),
    s.field("subject_public_key", s.BIT_STRING),
    raw=True,
)

# Name ::= CHOICE { -- only one possibility for now -- rdnSequence  RDNSequence }
# RDNSequence ::= SEQUENCE OF RelativeDistinguishedName
# RelativeDistinguishedName ::= SET SIZE (1..MAX) OF AttributeTypeAndValue
# AttributeTypeAndValue ::= SEQUENCE {
#      type     AttributeType,
#      value    AttributeValue }
# AttributeValue ::= ANY -- DEFINED BY AttributeType


class AttributeTypeAndValue(NamedTuple):
    """RFC 5280 4.1.2.4; a value that is no string (postalAddress) is a whole encoding."""

    type: str
    value: s.Text | bytes


ATTRIBUTE_TYPE_AND_VALUE = s.sequence(
    AttributeTypeAndValue, s.field("type", s.OID), s.field("value", s.STRING_OR_ANY)
)
NAME = s.bounded(
    s.sequence_of(s.set_of(ATTRIBUTE_TYPE_AND_VALUE, least=1)),
    s.Budget(size=1 << 20),
    "Name",
)

# GeneralNames ::= SEQUENCE SIZE (1..MAX) OF GeneralName
# GeneralName ::= CHOICE {
#      otherName                       [0]     OtherName,
#      rfc822Name                      [1]     IA5String,
#      dNSName                         [2]     IA5String,
#      x400Address                     [3]     ORAddress,
#      directoryName                   [4]     Name,
#      ediPartyName                    [5]     EDIPartyName,
#      uniformResourceIdentifier       [6]     IA5String,
#      iPAddress                       [7]     OCTET STRING,
#      registeredID                    [8]     OBJECT IDENTIFIER }

GENERAL_NAME = s.choice(
    ("otherName", s.raw(s.implicit(0, s.sequence_of(s.ANY)))),
    ("rfc822Name", s.implicit(1, s.IA5_STRING)),
    ("dNSName", s.implicit(2, s.IA5_STRING)),
    ("x400Address", s.raw(s.implicit(3, s.sequence_of(s.ANY)))),
    ("directoryName", s.explicit(4, s.raw(NAME))),
    ("ediPartyName", s.raw(s.implicit(5, s.sequence_of(s.ANY)))),
    ("uniformResourceIdentifier", s.implicit(6, s.IA5_STRING)),
    ("iPAddress", s.implicit(7, s.OCTET_STRING)),
    ("registeredID", s.implicit(8, s.OID)),
)
"""RFC 5280 4.2.1.6, as (alternative, value): str for the strings and registeredID, octets for
iPAddress, a whole encoding of NAME for directoryName, the whole encoding, tag included, of the
others.
"""
GENERAL_NAMES = s.sequence_of(GENERAL_NAME, least=1)

# Validity ::= SEQUENCE {
#      notBefore      Time,
#      notAfter       Time }
# Time ::= CHOICE {
#      utcTime        UTCTime,
#      generalTime    GeneralizedTime }


class Validity(NamedTuple):
    """RFC 5280 4.1.2.5."""

    not_before: datetime
    not_after: datetime


VALIDITY = s.sequence(Validity, s.field("not_before", s.TIME), s.field("not_after", s.TIME))

# Extensions  ::=  SEQUENCE SIZE (1..MAX) OF Extension
# Extension  ::=  SEQUENCE  {
#      extnID      OBJECT IDENTIFIER,
#      critical    BOOLEAN DEFAULT FALSE,
#      extnValue   OCTET STRING
#                  -- contains the DER encoding of an ASN.1 value
#                  -- corresponding to the extension type identified
#                  -- by extnID  }


class Extension(NamedTuple):
    """RFC 5280 4.1; `extn_value` is what the OCTET STRING contains."""

    extn_id: str
    critical: bool
    extn_value: bytes


EXTENSION = s.sequence(
    Extension,
    s.field("extn_id", s.OID),
    s.field("critical", s.BOOLEAN, default=False),
    s.field("extn_value", s.OCTET_STRING),
)
EXTENSIONS = s.sequence_of(EXTENSION, least=1)

# TBSCertificate  ::=  SEQUENCE  {
#      version         [0]  EXPLICIT Version DEFAULT v1,
#      serialNumber         CertificateSerialNumber,
#      signature            AlgorithmIdentifier,
#      issuer               Name,
#      validity             Validity,
#      subject              Name,
#      subjectPublicKeyInfo SubjectPublicKeyInfo,
#      issuerUniqueID  [1]  IMPLICIT UniqueIdentifier OPTIONAL,
#      subjectUniqueID [2]  IMPLICIT UniqueIdentifier OPTIONAL,
#      extensions      [3]  EXPLICIT Extensions OPTIONAL }
# Version  ::=  INTEGER  {  v1(0), v2(1), v3(2)  }
# CertificateSerialNumber  ::=  INTEGER
# UniqueIdentifier  ::=  BIT STRING


class TBSCertificate(NamedTuple):
    """RFC 5280 4.1.2; `issuer` and `subject` are checked, and kept as whole encodings of NAME."""

    der: bytes
    version: int
    serial_number: int
    signature: AlgorithmIdentifier
    issuer: bytes
    validity: Validity
    subject: bytes
    subject_public_key_info: SubjectPublicKeyInfo
    issuer_unique_id: s.BitString | None
    subject_unique_id: s.BitString | None
    extensions: tuple[Extension, ...] | None


TBS_CERTIFICATE = s.sequence(
    TBSCertificate,
    s.field("version", s.explicit(0, s.INTEGER), default=0),
    s.field("serial_number", s.INTEGER),
    s.field("signature", ALGORITHM_IDENTIFIER),
    s.field("issuer", s.raw(NAME)),
    s.field("validity", VALIDITY),
    s.field("subject", s.raw(NAME)),
    s.field("subject_public_key_info", SUBJECT_PUBLIC_KEY_INFO),
    s.field("issuer_unique_id", s.implicit(1, s.BIT_STRING), optional=True),
    s.field("subject_unique_id", s.implicit(2, s.BIT_STRING), optional=True),
    s.field("extensions", s.explicit(3, EXTENSIONS), optional=True),
    raw=True,
)

# Certificate  ::=  SEQUENCE  {
#      tbsCertificate       TBSCertificate,
#      signatureAlgorithm   AlgorithmIdentifier,
#      signatureValue       BIT STRING  }


class Certificate(NamedTuple):
    """RFC 5280 4.1."""

    tbs_certificate: TBSCertificate
    signature_algorithm: AlgorithmIdentifier
    signature_value: s.BitString


CERTIFICATE = s.bounded(
    s.sequence(
        Certificate,
        s.field("tbs_certificate", TBS_CERTIFICATE),
        s.field("signature_algorithm", ALGORITHM_IDENTIFIER),
        s.field("signature_value", s.BIT_STRING),
    ),
    s.Budget(size=1 << 20, elements=1 << 16),
)

# TBSCertList  ::=  SEQUENCE  {
#      version                 Version OPTIONAL, -- if present, MUST be v2
#      signature               AlgorithmIdentifier,
#      issuer                  Name,
#      thisUpdate              Time,
#      nextUpdate              Time OPTIONAL,
#      revokedCertificates     SEQUENCE OF SEQUENCE  {
#           userCertificate         CertificateSerialNumber,
#           revocationDate          Time,
#           crlEntryExtensions      Extensions OPTIONAL  } OPTIONAL,
#      crlExtensions           [0] Extensions OPTIONAL }


class RevokedCertificate(NamedTuple):
    """RFC 5280 5.1.2.6: one entry."""

    user_certificate: int
    revocation_date: datetime
    crl_entry_extensions: tuple[Extension, ...] | None = None


REVOKED_CERTIFICATE = s.bounded(
    s.sequence(
        RevokedCertificate,
        s.field("user_certificate", s.INTEGER),
        s.field("revocation_date", s.TIME),
        s.field("crl_entry_extensions", EXTENSIONS, optional=True),
    ),
    s.Budget(size=1 << 16, elements=1 << 12),
)
REVOKED_CERTIFICATES = s.bounded(
    s.sequence_of(REVOKED_CERTIFICATE),
    s.Budget(size=1 << 24, elements=1 << 22),
    "revokedCertificates",
)
"""For small lists and for writing; large ones are indexed, not made into values."""


class TBSCertList(NamedTuple):
    """RFC 5280 5.1.2; `revoked_certificates` is a view of the whole SEQUENCE OF, unread."""

    version: int | None
    signature: AlgorithmIdentifier
    issuer: bytes
    this_update: datetime
    next_update: datetime | None
    revoked_certificates: memoryview | None
    crl_extensions: tuple[Extension, ...] | None


TBS_CERT_LIST = s.sequence(
    TBSCertList,
    s.field("version", s.INTEGER, optional=True),
    s.field("signature", ALGORITHM_IDENTIFIER),
    s.field("issuer", s.raw(NAME)),
    s.field("this_update", s.TIME),
    s.field("next_update", s.TIME, optional=True),
    s.field("revoked_certificates", s.view(REVOKED_CERTIFICATES), optional=True),
    s.field("crl_extensions", s.explicit(0, EXTENSIONS), optional=True),
)

# CertificateList  ::=  SEQUENCE  {
#      tbsCertList          TBSCertList,
#      signatureAlgorithm   AlgorithmIdentifier,
#      signatureValue       BIT STRING  }


class CertificateList(NamedTuple):
    """RFC 5280 5.1; `tbs_cert_list` is a view of a whole TBS_CERT_LIST.

    Nothing large is copied: decode it next, and hash it as it lies.
    """

    tbs_cert_list: memoryview
    signature_algorithm: AlgorithmIdentifier
    signature_value: s.BitString


CRL_BUDGET = s.Budget(size=1 << 31, elements=1 << 16)
"""For a list of some forty million entries, none of which becomes a value."""
CERTIFICATE_LIST = s.bounded(
    s.sequence(
        CertificateList,
        s.field("tbs_cert_list", s.view(TBS_CERT_LIST)),
        s.field("signature_algorithm", ALGORITHM_IDENTIFIER),
        s.field("signature_value", s.BIT_STRING),
    ),
    CRL_BUDGET,
)
TBS_CERT_LIST = s.bounded(TBS_CERT_LIST, CRL_BUDGET)
SIGNED = s.sequence(
    CertificateList,
    s.field("tbs_cert_list", s.ANY),
    s.field("signature_algorithm", ALGORITHM_IDENTIFIER),
    s.field("signature_value", s.BIT_STRING),
)
"""SIGNED{} of X.509, to write one: what is signed is there already, as octets."""
