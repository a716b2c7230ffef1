"""Online Certificate Status Protocol: RFC 6960, appendix B.1."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from zaruka.asn1 import schema as s
from zaruka.asn1.pkix import (
    ALGORITHM_IDENTIFIER,
    EXTENSIONS,
    GENERAL_NAME,
    NAME,
    AlgorithmIdentifier,
    Extension,
)

OCSP_BUDGET = s.Budget(size=1 << 24, elements=1 << 16)

# CertID ::= SEQUENCE {
#    hashAlgorithm           AlgorithmIdentifier,
#    issuerNameHash          OCTET STRING, -- Hash of issuer's DN
#    issuerKeyHash           OCTET STRING, -- Hash of issuer's public key
#    serialNumber            CertificateSerialNumber }


class CertID(NamedTuple):
    """RFC 6960 4.1.1."""

    hash_algorithm: AlgorithmIdentifier
    issuer_name_hash: bytes
    issuer_key_hash: bytes
    serial_number: int


CERT_ID = s.sequence(
    CertID,
    s.field("hash_algorithm", ALGORITHM_IDENTIFIER),
    s.field("issuer_name_hash", s.OCTET_STRING),
    s.field("issuer_key_hash", s.OCTET_STRING),
    s.field("serial_number", s.INTEGER),
)

# OCSPRequest ::= SEQUENCE {
#    tbsRequest              TBSRequest,
#    optionalSignature   [0] EXPLICIT Signature OPTIONAL }
# TBSRequest ::= SEQUENCE {
#    version             [0] EXPLICIT Version DEFAULT v1,
#    requestorName       [1] EXPLICIT GeneralName OPTIONAL,
#    requestList             SEQUENCE OF Request,
#    requestExtensions   [2] EXPLICIT Extensions OPTIONAL }
# Signature ::= SEQUENCE {
#    signatureAlgorithm      AlgorithmIdentifier,
#    signature               BIT STRING,
#    certs               [0] EXPLICIT SEQUENCE OF Certificate OPTIONAL }
# Version ::= INTEGER { v1(0) }
# Request ::= SEQUENCE {
#    reqCert                 CertID,
#    singleRequestExtensions [0] EXPLICIT Extensions OPTIONAL }


class Request(NamedTuple):
    """RFC 6960 4.1.1."""

    req_cert: CertID
    single_request_extensions: tuple[Extension, ...] | None = None


class TBSRequest(NamedTuple):
    """RFC 6960 4.1.1; `requestor_name` as `pkix.GENERAL_NAME`."""

    der: bytes
    version: int
    requestor_name: tuple[str, Any] | None
    request_list: tuple[Request, ...]
    request_extensions: tuple[Extension, ...] | None


class Signature(NamedTuple):
    """RFC 6960 4.1.1; `certs` are whole encodings of Certificate."""

    signature_algorithm: AlgorithmIdentifier
    signature: s.BitString
    certs: tuple[bytes, ...] | None


class OCSPRequest(NamedTuple):
    """RFC 6960 4.1.1."""

    tbs_request: TBSRequest
    optional_signature: Signature | None


_REQUEST = s.sequence(
    Request,
    s.field("req_cert", CERT_ID),
    s.field("single_request_extensions", s.explicit(0, EXTENSIONS), optional=True),
)
_TBS_REQUEST = s.sequence(
    TBSRequest,
    s.field("version", s.explicit(0, s.INTEGER), default=0),
    s.field("requestor_name", s.explicit(1, GENERAL_NAME), optional=True),
    s.field("request_list", s.sequence_of(_REQUEST)),
    s.field("request_extensions", s.explicit(2, EXTENSIONS), optional=True),
    raw=True,
)
_SIGNATURE = s.sequence(
    Signature,
    s.field("signature_algorithm", ALGORITHM_IDENTIFIER),
    s.field("signature", s.BIT_STRING),
    s.field("certs", s.explicit(0, s.sequence_of(s.ANY)), optional=True),
)
OCSP_REQUEST = s.bounded(
    s.sequence(
        OCSPRequest,
        s.field("tbs_request", _TBS_REQUEST),
        s.field("optional_signature", s.explicit(0, _SIGNATURE), optional=True),
    ),
    OCSP_BUDGET,
)

# OCSPResponse ::= SEQUENCE {
#    responseStatus          OCSPResponseStatus,
#    responseBytes       [0] EXPLICIT ResponseBytes OPTIONAL }
# OCSPResponseStatus ::= ENUMERATED {
#    successful          (0), -- Response has valid confirmations
#    malformedRequest    (1), -- Illegal confirmation request
#    internalError       (2), -- Internal error in issuer
#    tryLater            (3), -- Try again later
#                             -- (4) is not used
#    sigRequired         (5), -- Must sign the request
#    unauthorized        (6)  -- Request unauthorized }
# ResponseBytes ::= SEQUENCE {
#    responseType            OBJECT IDENTIFIER,
#    response                OCTET STRING }


class ResponseBytes(NamedTuple):
    """RFC 6960 4.2.1; for id-pkix-ocsp-basic `response` is a whole BASIC_OCSP_RESPONSE."""

    response_type: str
    response: bytes


class OCSPResponse(NamedTuple):
    """RFC 6960 4.2.1."""

    response_status: int
    response_bytes: ResponseBytes | None


_RESPONSE_BYTES = s.sequence(
    ResponseBytes, s.field("response_type", s.OID), s.field("response", s.OCTET_STRING)
)
OCSP_RESPONSE = s.bounded(
    s.sequence(
        OCSPResponse,
        s.field("response_status", s.ENUMERATED),
        s.field("response_bytes", s.explicit(0, _RESPONSE_BYTES), optional=True),
    ),
    OCSP_BUDGET,
)

# CertStatus ::= CHOICE {
#    good                [0] IMPLICIT NULL,
#    revoked             [1] IMPLICIT RevokedInfo,
#    unknown             [2] IMPLICIT UnknownInfo }
# RevokedInfo ::= SEQUENCE {
#    revocationTime          GeneralizedTime,
#    revocationReason    [0] EXPLICIT CRLReason OPTIONAL }
# UnknownInfo ::= NULL


class RevokedInfo(NamedTuple):
    """RFC 6960 4.2.1."""

    revocation_time: datetime
    revocation_reason: int | None = None


_REVOKED_INFO = s.sequence(
    RevokedInfo,
    s.field("revocation_time", s.GENERALIZED_TIME),
    s.field("revocation_reason", s.explicit(0, s.ENUMERATED), optional=True),
)
CERT_STATUS = s.choice(
    ("good", s.implicit(0, s.NULL)),
    ("revoked", s.implicit(1, _REVOKED_INFO)),
    ("unknown", s.implicit(2, s.NULL)),
)

# SingleResponse ::= SEQUENCE {
#    certID                  CertID,
#    certStatus              CertStatus,
#    thisUpdate              GeneralizedTime,
#    nextUpdate          [0] EXPLICIT GeneralizedTime OPTIONAL,
#    singleExtensions    [1] EXPLICIT Extensions OPTIONAL }


class SingleResponse(NamedTuple):
    """RFC 6960 4.2.1; `cert_status` as (alternative, RevokedInfo or None)."""

    cert_id: CertID
    cert_status: tuple[str, RevokedInfo | None]
    this_update: datetime
    next_update: datetime | None = None
    single_extensions: tuple[Extension, ...] | None = None


SINGLE_RESPONSE = s.sequence(
    SingleResponse,
    s.field("cert_id", CERT_ID),
    s.field("cert_status", CERT_STATUS),
    s.field("this_update", s.GENERALIZED_TIME),
    s.field("next_update", s.explicit(0, s.GENERALIZED_TIME), optional=True),
    s.field("single_extensions", s.explicit(1, EXTENSIONS), optional=True),
)

# ResponderID ::= CHOICE {
#    byName              [1] Name,
#    byKey               [2] KeyHash }
# KeyHash ::= OCTET STRING -- SHA-1 hash of responder's public key
#                          -- (excluding the tag and length fields)

RESPONDER_ID = s.choice(
    ("byName", s.explicit(1, s.raw(NAME))),
    ("byKey", s.explicit(2, s.OCTET_STRING)),
)

# ResponseData ::= SEQUENCE {
#    version             [0] EXPLICIT Version DEFAULT v1,
#    responderID             ResponderID,
#    producedAt              GeneralizedTime,
#    responses               SEQUENCE OF SingleResponse,
#    responseExtensions  [1] EXPLICIT Extensions OPTIONAL }


class ResponseData(NamedTuple):
    """RFC 6960 4.2.1; `responder_id` as (byName, encoding of NAME) or (byKey, hash)."""

    der: bytes
    version: int
    responder_id: tuple[str, bytes]
    produced_at: datetime
    responses: tuple[SingleResponse, ...]
    response_extensions: tuple[Extension, ...] | None


RESPONSE_DATA = s.sequence(
    ResponseData,
    s.field("version", s.explicit(0, s.INTEGER), default=0),
    s.field("responder_id", RESPONDER_ID),
    s.field("produced_at", s.GENERALIZED_TIME),
    s.field("responses", s.sequence_of(SINGLE_RESPONSE)),
    s.field("response_extensions", s.explicit(1, EXTENSIONS), optional=True),
    raw=True,
)

# BasicOCSPResponse ::= SEQUENCE {
#    tbsResponseData         ResponseData,
#    signatureAlgorithm      AlgorithmIdentifier,
#    signature               BIT STRING,
#    certs               [0] EXPLICIT SEQUENCE OF Certificate OPTIONAL }


class BasicOCSPResponse(NamedTuple):
    """RFC 6960 4.2.1; `certs` are whole encodings of Certificate."""

    tbs_response_data: ResponseData
    signature_algorithm: AlgorithmIdentifier
    signature: s.BitString
    certs: tuple[bytes, ...] | None


BASIC_OCSP_RESPONSE = s.bounded(
    s.sequence(
        BasicOCSPResponse,
        s.field("tbs_response_data", RESPONSE_DATA),
        s.field("signature_algorithm", ALGORITHM_IDENTIFIER),
        s.field("signature", s.BIT_STRING),
        s.field("certs", s.explicit(0, s.sequence_of(s.ANY)), optional=True),
    ),
    OCSP_BUDGET,
)
