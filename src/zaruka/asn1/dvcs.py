"""Data Validation and Certification Server protocols: RFC 3029 and STB 34.101.81, appendix A."""

from __future__ import annotations

from typing import Any, NamedTuple

from zaruka.asn1 import schema as s
from zaruka.asn1.cms import CMS_BUDGET
from zaruka.asn1.extensions import POLICY_INFORMATION, PolicyInformation
from zaruka.asn1.ocsp import CERT_STATUS
from zaruka.asn1.pkix import (
    ALGORITHM_IDENTIFIER,
    EXTENSIONS,
    GENERAL_NAME,
    GENERAL_NAMES,
    AlgorithmIdentifier,
    Extension,
)
from zaruka.asn1.tsp import PKI_STATUS_INFO, PKIStatusInfo
from zaruka.errors import InputError

CPD, VSD, VPKC, CCPD = 1, 2, 3, 4
"""ServiceType ::= ENUMERATED { cpd(1), vsd(2), vpkc(3), ccpd(4) }"""

# DigestInfo ::= SEQUENCE {
#   digestAlgorithm  DigestAlgorithmIdentifier,
#   digest           Digest }
# Digest ::= OCTET STRING


class DigestInfo(NamedTuple):
    """STB 34.101.81 7.1.1."""

    digest_algorithm: AlgorithmIdentifier
    digest: bytes


DIGEST_INFO = s.sequence(
    DigestInfo,
    s.field("digest_algorithm", ALGORITHM_IDENTIFIER),
    s.field("digest", s.OCTET_STRING),
)

# DVCSTime ::= CHOICE {
#   genTime         GeneralizedTime,
#   timeStampToken  ContentInfo }

DVCS_TIME = s.choice(
    ("genTime", s.GENERALIZED_TIME), ("timeStampToken", s.raw(s.sequence_of(s.ANY)))
)

# TargetEtcChain ::= SEQUENCE {
#   target         CertEtcToken,
#   chain          SEQUENCE SIZE (1..MAX) OF CertEtcToken OPTIONAL,
#   pathProcInput  [0] PathProcInput OPTIONAL }
# CertEtcToken ::= CHOICE {
#   certificate     [0] IMPLICIT Certificate,
#   esscertid       [1] ESSCertIDv2,           -- ESSCertID in RFC 3029
#   pkistatus       [2] IMPLICIT PKIStatusInfo,
#   assertion       [3] ContentInfo,
#   crl             [4] IMPLICIT CertificateList,
#   ocspcertstatus  [5] IMPLICIT CertStatus,   -- a CHOICE, so EXPLICIT (X.680 31.2.7)
#   ocspcertid      [6] IMPLICIT CertId,
#   ocspresponse    [7] IMPLICIT OCSPResponse,
#   capabilities    [8] SMIMECapabilities,
#   extension       Extension }

_TOKENS = (
    "certificate",
    "esscertid",
    "pkistatus",
    "assertion",
    "crl",
    "ocspcertstatus",
    "ocspcertid",
    "ocspresponse",
    "capabilities",
)
_SEQUENCE = 0x30
_FIRST_TOKEN = 0xA0  # context-specific, constructed


class CertEtcToken(NamedTuple):
    """STB 34.101.81 7.1.5: the alternative, and the value's own encoding, as if untagged."""

    kind: str
    der: bytes

    @classmethod
    def parse(cls, octets: bytes) -> CertEtcToken:
        """Read a token. Raises InputError (asn1.unexpected-tag) for what is no alternative."""
        tag, number = octets[:1], octets[0] - _FIRST_TOKEN if octets else -1
        if tag == bytes([_SEQUENCE]):
            return cls("extension", octets)
        if not 0 <= number < len(_TOKENS):
            raise InputError("asn1.unexpected-tag", offset=0, place="CertEtcToken")
        kind = _TOKENS[number]
        if kind == "ocspcertstatus":
            return cls(kind, s.decode(s.explicit(number, s.raw(CERT_STATUS)), octets))
        return cls(kind, bytes([_SEQUENCE]) + octets[1:])

    @property
    def octets(self) -> bytes:
        """The token as it stands in a chain."""
        if self.kind == "extension":
            return self.der
        number = _TOKENS.index(self.kind)
        if self.kind == "ocspcertstatus":
            return s.encode(s.explicit(number, s.ANY), self.der)
        return bytes([_FIRST_TOKEN + number]) + self.der[1:]


class TargetEtcChain(NamedTuple):
    """STB 34.101.81 7.1.6; `target` and `chain` as `CertEtcToken.octets`.

    `path_proc_input` is kept as octets: the two texts tag its components differently.
    """

    target: bytes
    chain: tuple[bytes, ...] | None = None
    path_proc_input: bytes | None = None


_TARGET_ETC_CHAIN = s.sequence(
    TargetEtcChain,
    s.field("target", s.ANY),
    s.field("chain", s.sequence_of(s.ANY, least=1), optional=True),
    s.field("path_proc_input", s.ANY, optional=True),
)
TARGETS: s.Node[tuple[TargetEtcChain, ...]] = s.sequence_of(_TARGET_ETC_CHAIN, least=1)

# DVCSRequestInformation ::= SEQUENCE {
#   version        INTEGER DEFAULT 1,
#   service        ServiceType,
#   nonce          INTEGER OPTIONAL,
#   requestTime    DVCSTime OPTIONAL,
#   requester      [0] GeneralNames OPTIONAL,
#   requestPolicy  [1] PolicyInformation OPTIONAL,
#   dvcs           [2] GeneralNames OPTIONAL,
#   dataLocations  [3] GeneralNames OPTIONAL,
#   extensions     [4] IMPLICIT Extensions OPTIONAL }


class DVCSRequestInformation(NamedTuple):
    """STB 34.101.81 7.1.7; names as `pkix.GENERAL_NAME`, `request_time` as `DVCS_TIME`."""

    version: int
    service: int
    nonce: int | None = None
    request_time: tuple[str, Any] | None = None
    requester: tuple[tuple[str, Any], ...] | None = None
    request_policy: PolicyInformation | None = None
    dvcs: tuple[tuple[str, Any], ...] | None = None
    data_locations: tuple[tuple[str, Any], ...] | None = None
    extensions: tuple[Extension, ...] | None = None


DVCS_REQUEST_INFORMATION = s.sequence(
    DVCSRequestInformation,
    s.field("version", s.INTEGER, default=1),
    s.field("service", s.ENUMERATED),
    s.field("nonce", s.INTEGER, optional=True),
    s.field("request_time", DVCS_TIME, optional=True),
    s.field("requester", s.implicit(0, GENERAL_NAMES), optional=True),
    s.field("request_policy", s.implicit(1, POLICY_INFORMATION), optional=True),
    s.field("dvcs", s.implicit(2, GENERAL_NAMES), optional=True),
    s.field("data_locations", s.implicit(3, GENERAL_NAMES), optional=True),
    s.field("extensions", s.implicit(4, EXTENSIONS), optional=True),
)

# DVCSRequest ::= SEQUENCE {
#   requestInformation     DVCSRequestInformation,
#   data                   Data,
#   transactionIdentifier  GeneralName OPTIONAL }
# Data ::= CHOICE {
#   message         OCTET STRING,
#   messageImprint  DigestInfo,
#   certs           [0] SEQUENCE SIZE (1..MAX) OF TargetEtcChain }
# The tag of certs stands in RFC 3029 2 and in STB 34.101.81 7.1.8, not in their modules.


class DVCSRequest(NamedTuple):
    """STB 34.101.81 7.2; `data` as `DATA`, its octets kept: imprints are made of them."""

    request_information: DVCSRequestInformation
    data: s.Encoded
    transaction_identifier: tuple[str, Any] | None = None


DATA = s.choice(
    ("message", s.OCTET_STRING),
    ("messageImprint", DIGEST_INFO),
    ("certs", s.implicit(0, TARGETS)),
)
DVCS_REQUEST = s.bounded(
    s.sequence(
        DVCSRequest,
        s.field("request_information", DVCS_REQUEST_INFORMATION),
        s.field("data", s.with_octets(DATA)),
        s.field("transaction_identifier", GENERAL_NAME, optional=True),
    ),
    s.Budget(size=1 << 40, elements=1 << 16, octets=1 << 29),  # a message of 256 MB, read twice
)

# DVCSCertInfo ::= SEQUENCE {
#   version         INTEGER DEFAULT 1,
#   dvReqInfo       DVCSRequestInformation,
#   messageImprint  DigestInfo,
#   serialNumber    INTEGER,
#   responseTime    DVCSTime,
#   dvStatus        [0] PKIStatusInfo OPTIONAL,
#   policy          [1] PolicyInformation OPTIONAL,
#   reqSignature    [2] SignerInfos OPTIONAL,
#   certs           [3] SEQUENCE SIZE (1..MAX) OF TargetEtcChain OPTIONAL,
#   extensions      Extensions OPTIONAL }


class DVCSCertInfo(NamedTuple):
    """STB 34.101.81 7.1.9; without `dv_status` the answer is good."""

    version: int
    dv_req_info: DVCSRequestInformation
    message_imprint: DigestInfo
    serial_number: int
    response_time: tuple[str, Any]
    dv_status: PKIStatusInfo | None = None
    policy: PolicyInformation | None = None
    req_signature: tuple[bytes, ...] | None = None
    certs: tuple[TargetEtcChain, ...] | None = None
    extensions: tuple[Extension, ...] | None = None


DVCS_CERT_INFO = s.sequence(
    DVCSCertInfo,
    s.field("version", s.INTEGER, default=1),
    s.field("dv_req_info", DVCS_REQUEST_INFORMATION),
    s.field("message_imprint", DIGEST_INFO),
    s.field("serial_number", s.INTEGER),
    s.field("response_time", DVCS_TIME),
    s.field("dv_status", s.implicit(0, PKI_STATUS_INFO), optional=True),
    s.field("policy", s.implicit(1, POLICY_INFORMATION), optional=True),
    s.field("req_signature", s.implicit(2, s.set_of(s.ANY)), optional=True),
    s.field("certs", s.implicit(3, TARGETS), optional=True),
    s.field("extensions", EXTENSIONS, optional=True),
)

# DVCSErrorNotice ::= SEQUENCE {
#   transactionStatus      PKIStatusInfo,
#   transactionIdentifier  GeneralName OPTIONAL }


class DVCSErrorNotice(NamedTuple):
    """STB 34.101.81 7.1.10."""

    transaction_status: PKIStatusInfo
    transaction_identifier: tuple[str, Any] | None = None


_DVCS_ERROR_NOTICE = s.sequence(
    DVCSErrorNotice,
    s.field("transaction_status", PKI_STATUS_INFO),
    s.field("transaction_identifier", GENERAL_NAME, optional=True),
)

# DVCSResponse ::= CHOICE {
#   dvCertInfo   DVCSCertInfo,
#   dvErrorNote  [0] DVCSErrorNotice }

DVCS_RESPONSE = s.bounded(
    s.choice(
        ("dvCertInfo", DVCS_CERT_INFO),
        ("dvErrorNote", s.implicit(0, _DVCS_ERROR_NOTICE)),
    ),
    CMS_BUDGET,
)
