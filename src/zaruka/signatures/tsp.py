"""Time-stamps: requests, responses, and checks of tokens (RFC 3161, RFC 5816, STB 34.101.82).

Tokens themselves are read by `zaruka.signatures.cms.parse_timestamp_token`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from zaruka.asn1 import schema as s
from zaruka.asn1 import tsp as wire
from zaruka.crypto import AlgorithmId, digest
from zaruka.crypto.algorithms import DIGESTS
from zaruka.errors import InputError, UnsupportedError
from zaruka.findings import Finding, Severity, SubIndication
from zaruka.signatures import rules
from zaruka.signatures.document import TstInfo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typing_extensions import Buffer

    from zaruka.findings import Rule
    from zaruka.signatures.document import TimeStampToken

__all__ = [
    "ID_TST_INFO",
    "TimeStampRequest",
    "TimeStampResponse",
    "check_imprint",
    "check_token",
    "read_tst_info",
    "set_bits",
]

ID_TST_INFO: Final = "1.2.840.113549.1.9.16.1.4"
_GRANTED: Final = frozenset({0, 1})  # granted, grantedWithMods (RFC 3161 2.4.2)


class TimeStampRequest(Struct, frozen=True):
    """TimeStampReq (RFC 3161 2.4.1)."""

    imprint_algorithm: AlgorithmId
    imprint: bytes
    policy: str | None = None
    nonce: int | None = None
    certificate_wanted: bool = False
    extensions: tuple[tuple[str, bool, bytes], ...] = ()

    @classmethod
    def parse(cls, der: Buffer) -> TimeStampRequest:
        """Read the DER of a TimeStampReq; InputError where it is none."""
        found = s.decode(wire.TIME_STAMP_REQ, der)
        imprint = found.message_imprint
        return cls(
            AlgorithmId(*imprint.hash_algorithm),
            imprint.hashed_message,
            found.req_policy,
            found.nonce,
            found.cert_req,
            tuple(
                (each.extn_id, each.critical, each.extn_value) for each in found.extensions or ()
            ),
        )


class TimeStampResponse(Struct, frozen=True):
    """TimeStampResp (RFC 3161 2.4.2).

    `status` is PKIStatus, `texts` what the authority says of it, `failure` the numbers of the
    bits of PKIFailureInfo that are set. `token` is the TimeStampToken, DER.
    """

    status: int
    texts: tuple[str, ...] = ()
    failure: tuple[int, ...] = ()
    token: bytes | None = None

    @property
    def granted(self) -> bool:
        """Whether a token was given, perhaps with modifications."""
        return self.status in _GRANTED and self.token is not None

    @classmethod
    def parse(cls, der: Buffer) -> TimeStampResponse:
        """Read the DER of a TimeStampResp; InputError where it is none."""
        found = s.decode(wire.TIME_STAMP_RESP, der)
        bits = found.status.fail_info
        failure = () if bits is None else tuple(set_bits(bits))
        texts = tuple(found.status.status_string or ())
        return cls(found.status.status, texts, failure, found.time_stamp_token)


def read_tst_info(der: Buffer) -> TstInfo:
    """Read the DER of a TSTInfo; InputError where it is none."""
    found = s.decode(wire.TST_INFO, der)
    return TstInfo(
        version=found.version,
        policy=found.policy,
        imprint_algorithm=AlgorithmId(*found.message_imprint.hash_algorithm),
        imprint=found.message_imprint.hashed_message,
        serial_number=found.serial_number,
        time=found.gen_time,
        accuracy=None if found.accuracy is None else _duration(found.accuracy),
        ordering=found.ordering,
        nonce=found.nonce,
        tsa=found.tsa,
        extensions=tuple(
            (each.extn_id, each.critical, each.extn_value) for each in found.extensions or ()
        ),
    )


def _duration(accuracy: wire.Accuracy) -> timedelta:
    """RFC 3161 2.4.2: what is missing is zero."""
    try:
        return timedelta(
            seconds=accuracy.seconds or 0,
            milliseconds=accuracy.millis or 0,
            microseconds=accuracy.micros or 0,
        )
    except OverflowError as error:
        raise InputError("tsp.accuracy") from error


def check_token(token: TimeStampToken) -> tuple[Finding, ...]:
    """Check the form of a token: its TSTInfo and the number of signers.

    What its signature's structure breaks is in `token.signed.signatures[0].findings`.
    """
    return tuple(_check_token(token))


def _check_token(token: TimeStampToken) -> Iterator[Finding]:
    info = token.tst_info
    if info.version != 1:
        yield _fail(rules.TST_VERSION, token, "1", str(info.version))
    # RFC 3161 2.4.2: the token must hold no signature but that of the TSA
    if len(token.signed.signatures) != 1:
        yield _fail(rules.TST_ONE_SIGNER, token, "1", str(len(token.signed.signatures)))
    # RFC 3161 2.4.2, RFC 5816 2.2.1: a reference to the TSA's certificate must be signed
    elif not token.signed.signatures[0].signer_refs:
        yield _fail(rules.TST_SIGNING_CERTIFICATE, token, "1", "0")
    for oid, critical, _ in info.extensions:
        if critical:
            yield _fail(rules.TST_CRITICAL_EXTENSION, token, None, oid)
    algorithm = DIGESTS.get(info.imprint_algorithm.oid)
    if algorithm is not None and algorithm.size != len(info.imprint):
        yield _fail(rules.TST_IMPRINT_LENGTH, token, str(algorithm.size), str(len(info.imprint)))


def check_imprint(token: TimeStampToken, octets: Buffer) -> Finding:
    """Compare the token's imprint with `octets`: what it should stamp (`stamp_imprint_octets`)."""
    info = token.tst_info
    try:
        actual = digest(info.imprint_algorithm.oid, octets)
    except UnsupportedError:
        oid = info.imprint_algorithm.oid
        return Finding(rules.DIGEST_UNSUPPORTED, Severity.UNKNOWN, token.ref, actual=oid)
    if actual == info.imprint:
        return Finding(rules.TST_IMPRINT, Severity.PASS, token.ref)
    return Finding(
        rules.TST_IMPRINT,
        Severity.FAIL,
        token.ref,
        expected=info.imprint.hex(),
        actual=actual.hex(),
        sub_indication=SubIndication.HASH_FAILURE,
    )


def set_bits(bits: s.BitString) -> Iterator[int]:
    """Give the numbers of the bits that are set, as of PKIFailureInfo."""
    for number in range(len(bits.octets) * 8 - bits.unused):
        if bits.octets[number // 8] >> (7 - number % 8) & 1:
            yield number


def _fail(rule: Rule, token: TimeStampToken, expected: str | None, actual: str | None) -> Finding:
    failure = SubIndication.FORMAT_FAILURE
    return Finding(rule, Severity.FAIL, token.ref, expected, actual, sub_indication=failure)
