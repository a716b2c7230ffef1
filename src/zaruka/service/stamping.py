"""Time-stamps for what is extended: from an authority over HTTP, or a local one for trial.

RFC 3161 2.2 says what a requester has to compare; whether the authority is one to trust, the
validation of the extended signature says.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol

from msgspec import Struct

from zaruka.errors import FetchError, ZarukaError
from zaruka.fetch import Request
from zaruka.findings import Severity
from zaruka.signatures.cms import parse_timestamp_token
from zaruka.signatures.creation import encode_request, make_timestamp
from zaruka.signatures.tsp import TimeStampRequest, TimeStampResponse, check_token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from zaruka.crypto import AlgorithmId
    from zaruka.fetch import Fetcher
    from zaruka.signatures import TimeStampToken
    from zaruka.signatures.creation import Signer
    from zaruka.x509 import Certificate

__all__ = ["LocalAuthority", "RemoteAuthority", "StampingAuthority"]

_LARGEST: Final = 1 << 20  # octets of an answer
_OFF: Final = timedelta(minutes=5)  # how far the clocks of both may be apart
_NONCE_OCTETS: Final = 8
_FAILURES: Final = {  # RFC 3161 2.4.2
    0: "badAlg",
    2: "badRequest",
    5: "badDataFormat",
    14: "timeNotAvailable",
    15: "unacceptedPolicy",
    16: "unacceptedExtension",
    17: "addInfoNotAvailable",
    25: "systemFailure",
}


class StampingAuthority(Protocol):
    """Who puts time-stamps on imprints."""

    def stamp(self, algorithm: AlgorithmId, imprint: bytes) -> TimeStampToken:
        """Return a token over `imprint`; FetchError where none came that answers the request."""


class LocalAuthority(Struct, frozen=True):
    """A time-stamp authority of one's own, for trial: its key, certificate and policy.

    `clock` gives an aware moment, `entropy` that many fresh random octets.
    """

    signer: Signer
    policy: str
    clock: Callable[[], datetime]
    entropy: Callable[[int], bytes]
    chain: Iterable[Certificate] = ()

    def stamp(self, algorithm: AlgorithmId, imprint: bytes) -> TimeStampToken:
        """Return a token over `imprint`."""
        token = make_timestamp(
            algorithm,
            imprint,
            self.signer,
            time=self.clock(),
            serial_number=int.from_bytes(b"\1" + self.entropy(8)),
            policy=self.policy,
            entropy=self.entropy,
            enclose=self.chain,
        )
        return parse_timestamp_token(token)


class RemoteAuthority(Struct, frozen=True):
    """A time-stamp authority at an address: RFC 3161 3.4."""

    address: str
    fetcher: Fetcher
    clock: Callable[[], datetime]
    entropy: Callable[[int], bytes]

    def stamp(self, algorithm: AlgorithmId, imprint: bytes) -> TimeStampToken:
        """Ask for a token over `imprint`; FetchError (fetch.*, tsa.*) where none came."""
        nonce = int.from_bytes(b"\1" + self.entropy(_NONCE_OCTETS))
        asked = TimeStampRequest(algorithm, imprint, nonce=nonce, certificate_wanted=True)
        got = self.fetcher.fetch(
            Request(
                self.address,
                encode_request(asked),
                "application/timestamp-query",
                ("application/timestamp-reply",),
                _LARGEST,
            )
        )
        return self._checked(asked, self._token(got.octets))

    def _token(self, octets: bytes) -> TimeStampToken:
        try:
            answer = TimeStampResponse.parse(octets)
        except ZarukaError as error:
            raise FetchError("tsa.unreadable", address=self.address, reason=error.code) from error
        if not answer.granted or answer.token is None:
            reasons = [_FAILURES.get(each, str(each)) for each in answer.failure]
            reason = ", ".join([*reasons, *answer.texts]) or str(answer.status)
            raise FetchError("tsa.refused", address=self.address, reason=reason)
        try:
            return parse_timestamp_token(answer.token)
        except ZarukaError as error:
            raise FetchError("tsa.unreadable", address=self.address, reason=error.code) from error

    def _checked(self, asked: TimeStampRequest, token: TimeStampToken) -> TimeStampToken:
        """RFC 3161 2.2: the imprint, the nonce and the time are those of the request."""
        info = token.tst_info
        if (info.imprint_algorithm.oid, info.imprint) != (
            asked.imprint_algorithm.oid,
            asked.imprint,
        ):
            raise FetchError("tsa.other-imprint", address=self.address)
        if info.nonce != asked.nonce:
            raise FetchError("tsa.other-nonce", address=self.address)
        if abs(info.time - self.clock()) > _OFF:
            time = f"{info.time:%Y-%m-%d %H:%M:%S}Z"
            raise FetchError("tsa.other-time", address=self.address, time=time)
        for finding in check_token(token):
            if finding.severity is Severity.FAIL:
                code = finding.rule.code
                raise FetchError("tsa.unreadable", address=self.address, reason=code)
        return token
