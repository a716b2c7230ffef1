"""Requests and answers of DVCS as values: STB 34.101.81 7.2, 7.3; RFC 3029 7, 9.

An answer comes in a SignedData, a request bare or in one. InputError is for octets that are no
such message; what a message breaks is found by who checks it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from zaruka._native import lazy
from zaruka.asn1 import schema as s
from zaruka.asn1.dvcs import DVCS_REQUEST, DVCS_RESPONSE, CertEtcToken, DVCSRequest
from zaruka.errors import InputError
from zaruka.findings import ObjectKind, ObjectRef
from zaruka.signatures.cms import parse_signed_data, parse_timestamp_token
from zaruka.signatures.tsp import set_bits

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from zaruka.asn1.dvcs import DVCSCertInfo, DVCSRequestInformation
    from zaruka.asn1.tsp import PKIStatusInfo
    from zaruka.signatures import SignedDocument, Source, TimeStampToken

__all__ = [
    "ID_REQUEST",
    "ID_RESPONSE",
    "ErrorNotice",
    "Receipt",
    "Request",
    "Verdict",
    "parse_request",
    "parse_response",
]

ID_REQUEST: Final = "1.2.840.113549.1.9.16.1.7"  # id-ct-DVCSRequestData
ID_RESPONSE: Final = "1.2.840.113549.1.9.16.1.8"  # id-ct-DVCSResponseData


class Verdict(StrEnum):
    """What a receipt says (PKIStatus, STB 34.101.81 7.1.3)."""

    GRANTED = "granted"
    GRANTED_WITH_MODS = "granted-with-mods"
    REJECTION = "rejection"
    WAITING = "waiting"
    OTHER = "other"  # revocationWarning and the like, which no receipt has

    @classmethod
    def of(cls, status: PKIStatusInfo | None) -> Verdict:
        """Read a status; a receipt without one says "granted" (STB 34.101.81 7.1.9)."""
        if status is None:
            return cls.GRANTED
        return _VERDICTS.get(status.status, cls.OTHER)


_VERDICTS: Final = dict(
    enumerate((Verdict.GRANTED, Verdict.GRANTED_WITH_MODS, Verdict.REJECTION, Verdict.WAITING))
)


class Request(Struct, frozen=True):
    """A request; `signed` is the message that it came in, None for a bare one."""

    der: bytes
    wire: DVCSRequest
    signed: SignedDocument | None = None

    @property
    def information(self) -> DVCSRequestInformation:
        """What is asked, besides the data."""
        return self.wire.request_information

    @property
    def service(self) -> int:
        """The service asked for."""
        return self.information.service

    @property
    def message(self) -> bytes | None:
        """The message of vsd and cpd."""
        kind, value = self.wire.data.value
        return value if kind == "message" else None


class _Answer(Struct, frozen=True):
    signed: SignedDocument

    @property
    def der(self) -> bytes:
        """The whole answer, as it lies in a `.dvc` file."""
        return bytes(self.signed.source)

    @property
    def sha256(self) -> str:
        """SHA-256 of the whole answer."""
        return self.signed.sha256


class Receipt(_Answer, frozen=True, dict=True):
    """A data validation certificate (аттестат заверения): STB 34.101.81 7.1.9."""

    info: DVCSCertInfo

    @property
    def verdict(self) -> Verdict:
        """What it says."""
        return Verdict.of(self.info.dv_status)

    @property
    def service(self) -> int:
        """The service that gave it."""
        return self.info.dv_req_info.service

    @lazy
    def time_stamp(self) -> TimeStampToken | None:
        """Return the token of responseTime, where it is one; InputError if it is unreadable."""
        kind, value = self.info.response_time
        return parse_timestamp_token(value) if kind == "timeStampToken" else None

    @lazy
    def time(self) -> datetime:
        """When it says that it was given (aware UTC)."""
        stamp = self.time_stamp
        found: datetime = self.info.response_time[1] if stamp is None else stamp.tst_info.time
        return found

    @lazy
    def ref(self) -> ObjectRef:
        """Name the receipt for findings, by its number."""
        return ObjectRef(ObjectKind.RECEIPT, self.sha256, str(self.info.serial_number))

    def tokens(self) -> Iterator[CertEtcToken]:
        """All evidence of its chains, in order; InputError for what is no such evidence."""
        for each in self.info.certs or ():
            for octets in (each.target, *(each.chain or ())):
                yield CertEtcToken.parse(octets)


class ErrorNotice(_Answer, frozen=True, dict=True):
    """An answer that nothing was confirmed: STB 34.101.81 7.1.10.

    `failures` are the bits of PKIFailureInfo that are set.
    """

    status: PKIStatusInfo
    transaction: tuple[str, Any] | None = None

    @property
    def verdict(self) -> Verdict:
        """What it says."""
        return Verdict.of(self.status)

    @property
    def failures(self) -> tuple[int, ...]:
        """The bits of PKIFailureInfo that are set."""
        bits = self.status.fail_info
        return () if bits is None else tuple(set_bits(bits))

    @lazy
    def ref(self) -> ObjectRef:
        """Name the notice for findings."""
        return ObjectRef(ObjectKind.RECEIPT, self.sha256, "")


def parse_request(source: Source) -> Request:
    """Read a DVCSRequest, bare or in a SignedData: STB 34.101.81 7.2.

    Raises InputError where it is neither, or the SignedData holds something else
    (ttp.not-a-request).
    """
    octets, signed = memoryview(source), None
    if _is_content_info(octets):
        signed = parse_signed_data(source)
        found = _content(signed, ID_REQUEST)
        if found is None:
            raise InputError("ttp.not-a-request", oid=signed.content_type)
        octets = found
    der = bytes(octets)
    return Request(der, s.decode(DVCS_REQUEST, der), signed)


def parse_response(source: Source) -> Receipt | ErrorNotice:
    """Read an answer: DVCSResponse in a SignedData (STB 34.101.81 7.3).

    Raises InputError where it is none (ttp.not-a-receipt).
    """
    signed = parse_signed_data(source)
    content = _content(signed, ID_RESPONSE)
    if content is None:
        raise InputError("ttp.not-a-receipt", oid=signed.content_type)
    kind, value = s.decode(DVCS_RESPONSE, content)
    if kind == "dvErrorNote":
        return ErrorNotice(signed, value.transaction_status, value.transaction_identifier)
    return Receipt(signed, value)


def _is_content_info(octets: memoryview) -> bool:
    """Whether the first component is an OID; that of a DVCSRequest is a SEQUENCE."""
    try:
        first = s.decode_prefix(_BEGINNING, octets, mode=s.BER)[0]
    except InputError:
        return False
    return bytes(first[0][:1]) == b"\x06" if first else False


_BEGINNING: Final = s.bounded(s.sequence_of(s.view(s.ANY)), s.Budget(size=1 << 40))


def _content(signed: SignedDocument, wanted: str) -> memoryview | None:
    """Give what is signed, if it is of the type that is wanted."""
    if signed.content_type != wanted or signed.encapsulated is None:
        return None
    return memoryview(bytes(signed.encapsulated))
