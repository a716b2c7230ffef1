"""Time-Stamp Protocol: RFC 3161."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from zaruka.asn1 import schema as s
from zaruka.asn1.cms import CMS_BUDGET
from zaruka.asn1.pkix import (
    ALGORITHM_IDENTIFIER,
    EXTENSIONS,
    GENERAL_NAME,
    AlgorithmIdentifier,
    Extension,
)

# MessageImprint ::= SEQUENCE  {
#      hashAlgorithm                AlgorithmIdentifier,
#      hashedMessage                OCTET STRING  }


class MessageImprint(NamedTuple):
    """RFC 3161 2.4.1."""

    hash_algorithm: AlgorithmIdentifier
    hashed_message: bytes


MESSAGE_IMPRINT = s.sequence(
    MessageImprint,
    s.field("hash_algorithm", ALGORITHM_IDENTIFIER),
    s.field("hashed_message", s.OCTET_STRING),
)

# TimeStampReq ::= SEQUENCE  {
#      version                  INTEGER  { v1(1) },
#      messageImprint           MessageImprint,
#        --a hash algorithm OID and the hash value of the data to be
#        --time-stamped
#      reqPolicy                TSAPolicyId                OPTIONAL,
#      nonce                    INTEGER                    OPTIONAL,
#      certReq                  BOOLEAN                    DEFAULT FALSE,
#      extensions               [0] IMPLICIT Extensions    OPTIONAL  }


class TimeStampReq(NamedTuple):
    """RFC 3161 2.4.1."""

    version: int
    message_imprint: MessageImprint
    req_policy: str | None = None
    nonce: int | None = None
    cert_req: bool = False
    extensions: tuple[Extension, ...] | None = None


TIME_STAMP_REQ = s.bounded(
    s.sequence(
        TimeStampReq,
        s.field("version", s.INTEGER),
        s.field("message_imprint", MESSAGE_IMPRINT),
        s.field("req_policy", s.OID, optional=True),
        s.field("nonce", s.INTEGER, optional=True),
        s.field("cert_req", s.BOOLEAN, default=False),
        s.field("extensions", s.implicit(0, EXTENSIONS), optional=True),
    ),
    s.Budget(size=1 << 16),
)

# PKIStatusInfo ::= SEQUENCE {
#      status        PKIStatus,
#      statusString  PKIFreeText     OPTIONAL,
#      failInfo      PKIFailureInfo  OPTIONAL  }
# PKIStatus ::= INTEGER {
#      granted                (0),
#      grantedWithMods        (1),
#      rejection              (2),
#      waiting                (3),
#      revocationWarning      (4),
#      revocationNotification (5) }
# PKIFreeText ::= SEQUENCE SIZE (1..MAX) OF UTF8String
# PKIFailureInfo ::= BIT STRING {
#      badAlg               (0),
#      badRequest           (2),
#      badDataFormat        (5),
#      timeNotAvailable    (14),
#      unacceptedPolicy    (15),
#      unacceptedExtension (16),
#      addInfoNotAvailable (17),
#      systemFailure       (25)  }


class PKIStatusInfo(NamedTuple):
    """RFC 3161 2.4.2."""

    status: int
    status_string: tuple[str, ...] | None = None
    fail_info: s.BitString | None = None


PKI_STATUS_INFO = s.sequence(
    PKIStatusInfo,
    s.field("status", s.INTEGER),
    s.field("status_string", s.sequence_of(s.UTF8_STRING, least=1), optional=True),
    s.field("fail_info", s.BIT_STRING, optional=True),
)

# TimeStampResp ::= SEQUENCE  {
#      status                  PKIStatusInfo,
#      timeStampToken          TimeStampToken     OPTIONAL  }
# TimeStampToken ::= ContentInfo


class TimeStampResp(NamedTuple):
    """RFC 3161 2.4.2; `time_stamp_token` is a whole encoding of `cms.CONTENT_INFO`."""

    status: PKIStatusInfo
    time_stamp_token: bytes | None


TIME_STAMP_RESP = s.bounded(
    s.sequence(
        TimeStampResp,
        s.field("status", PKI_STATUS_INFO),
        s.field("time_stamp_token", s.ANY, optional=True),
    ),
    CMS_BUDGET,
)

# Accuracy ::= SEQUENCE {
#      seconds        INTEGER           OPTIONAL,
#      millis     [0] INTEGER  (1..999) OPTIONAL,
#      micros     [1] INTEGER  (1..999) OPTIONAL  }


class Accuracy(NamedTuple):
    """RFC 3161 2.4.2."""

    seconds: int | None = None
    millis: int | None = None
    micros: int | None = None


ACCURACY = s.sequence(
    Accuracy,
    s.field("seconds", s.INTEGER, optional=True),
    s.field("millis", s.implicit(0, s.INTEGER), optional=True),
    s.field("micros", s.implicit(1, s.INTEGER), optional=True),
)

# TSTInfo ::= SEQUENCE  {
#      version                      INTEGER  { v1(1) },
#      policy                       TSAPolicyId,
#      messageImprint               MessageImprint,
#        -- MUST have the same value as the similar field in
#        -- TimeStampReq
#      serialNumber                 INTEGER,
#       -- Time-Stamping users MUST be ready to accommodate integers
#       -- up to 160 bits.
#      genTime                      GeneralizedTime,
#      accuracy                     Accuracy                 OPTIONAL,
#      ordering                     BOOLEAN             DEFAULT FALSE,
#      nonce                        INTEGER                  OPTIONAL,
#        -- MUST be present if the similar field was present
#        -- in TimeStampReq.  In that case it MUST have the same value.
#      tsa                          [0] GeneralName          OPTIONAL,
#      extensions                   [1] IMPLICIT Extensions   OPTIONAL  }
# TSAPolicyId ::= OBJECT IDENTIFIER


class TSTInfo(NamedTuple):
    """RFC 3161 2.4.2; `tsa` as `pkix.GENERAL_NAME`."""

    version: int
    policy: str
    message_imprint: MessageImprint
    serial_number: int
    gen_time: datetime
    accuracy: Accuracy | None = None
    ordering: bool = False
    nonce: int | None = None
    tsa: tuple[str, Any] | None = None
    extensions: tuple[Extension, ...] | None = None


TST_INFO = s.bounded(
    s.sequence(
        TSTInfo,
        s.field("version", s.INTEGER),
        s.field("policy", s.OID),
        s.field("message_imprint", MESSAGE_IMPRINT),
        s.field("serial_number", s.INTEGER),
        s.field("gen_time", s.GENERALIZED_TIME),
        s.field("accuracy", ACCURACY, optional=True),
        s.field("ordering", s.BOOLEAN, default=False),
        s.field("nonce", s.INTEGER, optional=True),
        s.field("tsa", s.explicit(0, GENERAL_NAME), optional=True),
        s.field("extensions", s.implicit(1, EXTENSIONS), optional=True),
    ),
    s.Budget(size=1 << 20),
)
