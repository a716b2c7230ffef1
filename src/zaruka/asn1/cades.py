"""CAdES attributes for the long term: RFC 5126 6.2, EN 319 122-1 V1.3.1 5.5.2, TS 101 733 6.4."""

from __future__ import annotations

from typing import NamedTuple

from zaruka.asn1 import schema as s
from zaruka.asn1.cms import CMS_BUDGET
from zaruka.asn1.pkix import ALGORITHM_IDENTIFIER, AlgorithmIdentifier

# OtherHash ::= CHOICE {
#   sha1Hash  OtherHashValue,
#   otherHash OtherHashAlgAndValue }
# OtherHashValue ::= OCTET STRING
# OtherHashAlgAndValue ::= SEQUENCE {
#   hashAlgorithm AlgorithmIdentifier,
#   hashValue     OtherHashValue }


class OtherHashAlgAndValue(NamedTuple):
    """RFC 5126 5.8.1."""

    hash_algorithm: AlgorithmIdentifier
    hash_value: bytes


OTHER_HASH = s.choice(
    ("sha1Hash", s.OCTET_STRING),
    (
        "otherHash",
        s.sequence(
            OtherHashAlgAndValue,
            s.field("hash_algorithm", ALGORITHM_IDENTIFIER),
            s.field("hash_value", s.OCTET_STRING),
        ),
    ),
)

# CompleteCertificateRefs ::= SEQUENCE OF OtherCertID
# OtherCertID ::= SEQUENCE {
#   otherCertHash OtherHash,
#   issuerSerial  IssuerSerial OPTIONAL }


class OtherCertID(NamedTuple):
    """RFC 5126 6.2.1; `issuer_serial` is a whole encoding."""

    other_cert_hash: tuple[str, bytes | OtherHashAlgAndValue]
    issuer_serial: bytes | None


COMPLETE_CERTIFICATE_REFS = s.bounded(
    s.sequence_of(
        s.sequence(
            OtherCertID,
            s.field("other_cert_hash", OTHER_HASH),
            s.field("issuer_serial", s.ANY, optional=True),
        )
    ),
    CMS_BUDGET,
    "CompleteCertificateRefs",
)

# CompleteRevocationRefs ::= SEQUENCE OF CrlOcspRef
# CrlOcspRef ::= SEQUENCE {
#   crlids   [0] CRLListID OPTIONAL,
#   ocspids  [1] OcspListID OPTIONAL,
#   otherRev [2] OtherRevRefs OPTIONAL }
# CRLListID ::= SEQUENCE { crls SEQUENCE OF CrlValidatedID }
# CrlValidatedID ::= SEQUENCE {
#   crlHash       OtherHash,
#   crlIdentifier CrlIdentifier OPTIONAL }
# OcspListID ::= SEQUENCE { ocspResponses SEQUENCE OF OcspResponsesID }
# OcspResponsesID ::= SEQUENCE {
#   ocspIdentifier OcspIdentifier,
#   ocspRepHash    OtherHash OPTIONAL }


class CrlValidatedID(NamedTuple):
    """RFC 5126 6.2.2; `crl_identifier` is a whole encoding."""

    crl_hash: tuple[str, bytes | OtherHashAlgAndValue]
    crl_identifier: bytes | None


class CRLListID(NamedTuple):
    """RFC 5126 6.2.2."""

    crls: tuple[CrlValidatedID, ...]


class OcspResponsesID(NamedTuple):
    """RFC 5126 6.2.2; `ocsp_identifier` is a whole encoding."""

    ocsp_identifier: bytes
    ocsp_rep_hash: tuple[str, bytes | OtherHashAlgAndValue] | None


class OcspListID(NamedTuple):
    """RFC 5126 6.2.2."""

    ocsp_responses: tuple[OcspResponsesID, ...]


class CrlOcspRef(NamedTuple):
    """RFC 5126 6.2.2; `other_rev` is a whole encoding."""

    crlids: CRLListID | None
    ocspids: OcspListID | None
    other_rev: bytes | None


_CRL_VALIDATED_ID = s.sequence(
    CrlValidatedID,
    s.field("crl_hash", OTHER_HASH),
    s.field("crl_identifier", s.ANY, optional=True),
)
_OCSP_RESPONSES_ID = s.sequence(
    OcspResponsesID,
    s.field("ocsp_identifier", s.ANY),
    s.field("ocsp_rep_hash", OTHER_HASH, optional=True),
)
_CRL_LIST_ID = s.sequence(CRLListID, s.field("crls", s.sequence_of(_CRL_VALIDATED_ID)))
_OCSP_LIST_ID = s.sequence(OcspListID, s.field("ocsp_responses", s.sequence_of(_OCSP_RESPONSES_ID)))
COMPLETE_REVOCATION_REFS = s.bounded(
    s.sequence_of(
        s.sequence(
            CrlOcspRef,
            s.field("crlids", s.explicit(0, _CRL_LIST_ID), optional=True),
            s.field("ocspids", s.explicit(1, _OCSP_LIST_ID), optional=True),
            s.field("other_rev", s.explicit(2, s.ANY), optional=True),
        )
    ),
    CMS_BUDGET,
    "CompleteRevocationRefs",
)

# ATSHashIndexV3 ::= SEQUENCE {
#   hashIndAlgorithm            AlgorithmIdentifier,
#   certificatesHashIndex       SEQUENCE OF OCTET STRING,
#   crlsHashIndex               SEQUENCE OF OCTET STRING,
#   unsignedAttrValuesHashIndex SEQUENCE OF OCTET STRING }
# ATSHashIndex of TS 101 733 V2.2.1, 6.4.2, has the same shape; its hashIndAlgorithm has the
# DEFAULT id-sha256 and its last list is of whole attributes.


class ATSHashIndex(NamedTuple):
    """EN 319 122-1 5.5.2; without `hash_ind_algorithm` it is SHA-256 (TS 101 733 6.4.2)."""

    hash_ind_algorithm: AlgorithmIdentifier | None
    certificates_hash_index: tuple[bytes, ...]
    crls_hash_index: tuple[bytes, ...]
    unsigned_attrs_hash_index: tuple[bytes, ...]


# AlgorithmIdentifier and SEQUENCE OF OCTET STRING have one tag: what comes first is told by count.
_DIGESTS = s.sequence_of(s.OCTET_STRING)


class _WithoutAlgorithm(NamedTuple):
    certificates_hash_index: tuple[bytes, ...]
    crls_hash_index: tuple[bytes, ...]
    unsigned_attrs_hash_index: tuple[bytes, ...]


ATS_HASH_INDEX = s.bounded(
    s.sequence(
        ATSHashIndex,
        s.field("hash_ind_algorithm", ALGORITHM_IDENTIFIER),
        s.field("certificates_hash_index", _DIGESTS),
        s.field("crls_hash_index", _DIGESTS),
        s.field("unsigned_attrs_hash_index", _DIGESTS),
    ),
    CMS_BUDGET,
    "ATSHashIndex",
)
ATS_HASH_INDEX_OF_SHA_256 = s.bounded(
    s.sequence(
        _WithoutAlgorithm,
        s.field("certificates_hash_index", _DIGESTS),
        s.field("crls_hash_index", _DIGESTS),
        s.field("unsigned_attrs_hash_index", _DIGESTS),
    ),
    CMS_BUDGET,
    "ATSHashIndex",
)
ELEMENTS = s.bounded(s.sequence_of(s.ANY), CMS_BUDGET, "SEQUENCE")
"""The components of any SEQUENCE, as written."""
