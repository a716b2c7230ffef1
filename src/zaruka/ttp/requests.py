"""Making requests, and seeing whether a profile has room for one: STB 34.101.81 7.2."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from zaruka.asn1 import schema as s
from zaruka.asn1.dvcs import (
    CCPD,
    CPD,
    DATA,
    DVCS_REQUEST,
    VPKC,
    VSD,
    DigestInfo,
    DVCSRequest,
    DVCSRequestInformation,
)
from zaruka.crypto.algorithms import DIGESTS
from zaruka.errors import ConfigError, InputError
from zaruka.signatures.cms import parse_signed_data, parse_timestamp_token
from zaruka.signatures.creation import sign_encapsulated
from zaruka.ttp.profiles import SERVICES, Transaction
from zaruka.ttp.reading import ID_REQUEST, Request
from zaruka.x509 import Name

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from zaruka.signatures.creation import Signer
    from zaruka.ttp.profiles import Profile
    from zaruka.x509 import Certificate

__all__ = [
    "BAD_DATA_FORMAT",
    "BAD_REQUEST",
    "BAD_TIME",
    "INCORRECT_DATA",
    "WRONG_AUTHORITY",
    "Refusal",
    "check_request",
    "make_request",
    "requested_time",
    "sign_request",
]

# Bits of failInfo, STB 34.101.81 7.1.10.
BAD_REQUEST: Final = 2
BAD_TIME: Final = 3
BAD_DATA_FORMAT: Final = 5
WRONG_AUTHORITY: Final = 6
INCORRECT_DATA: Final = 7

_KINDS: Final = {CPD: "message", VSD: "message", VPKC: "certs", CCPD: "messageImprint"}


class Refusal(Struct, frozen=True):
    """Why a request is refused: a bit of failInfo, and what of it the profile has no room for."""

    failure: int
    about: str


def make_request(
    profile: Profile,
    service: int,
    *,
    message: bytes | None = None,
    imprint: DigestInfo | None = None,
    transaction: tuple[str, Any] | None = None,
    **parts: Any,  # noqa: ANN401 - components of DVCSRequestInformation
) -> bytes:
    """Make a request of `profile`: DER of DVCSRequest.

    Of vsd and cpd the `message` is sent, of ccpd its `imprint`. `parts` are optional components
    of requestInformation by name. Raises ConfigError (ttp.no-room) where the profile would refuse
    what is asked for.
    """
    data = ("messageImprint", imprint) if service == CCPD else ("message", message)
    if data[1] is None:
        raise ConfigError("ttp.no-room", profile=profile.name, what="data")
    information = DVCSRequestInformation(1, service, **parts)
    wire = DVCSRequest(information, s.Encoded(s.encode(DATA, data), data), transaction)
    refusal = _form_refused(wire, profile)
    if refusal is not None:
        raise ConfigError("ttp.no-room", profile=profile.name, what=refusal.about)
    return s.encode(DVCS_REQUEST, wire)


def sign_request(
    request: bytes, signer: Signer, *, signing_time: datetime, entropy: Callable[[int], bytes]
) -> bytes:
    """Sign a request (STB 34.101.81 7.2): DER of ContentInfo."""
    return sign_encapsulated(
        ID_REQUEST,
        request,
        signer,
        entropy=entropy,
        certificates=[signer.certificate],
        signing_time=signing_time,
    )


def check_request(
    request: Request, profile: Profile, at: datetime, authority: Certificate
) -> Refusal | None:
    """See whether a service of `profile` takes a request; None: it does.

    `at` is now; `authority` the certificate of the service that is asked.
    """
    return (
        _form_refused(request.wire, profile)
        or _content_refused(request)
        or _time_refused(request, at)
        or _policy_refused(request, profile)
        or _authority_refused(request, authority)
    )


def requested_time(request: Request) -> datetime | None:
    """Return the moment at which to judge, where one is asked for (STB 34.101.81 7.1.7).

    InputError where it is a time-stamp that cannot be read.
    """
    asked = request.information.request_time
    if asked is None or request.service in {CPD, CCPD}:
        return None
    kind, value = asked
    time: datetime = value if kind == "genTime" else parse_timestamp_token(value).tst_info.time
    return time


def _form_refused(wire: DVCSRequest, profile: Profile) -> Refusal | None:
    information = wire.request_information
    about = _without_room(information, profile)
    if about is not None:
        return Refusal(BAD_REQUEST, about)
    if wire.data.value[0] != _KINDS[information.service]:
        return Refusal(BAD_DATA_FORMAT, "data")
    if profile.transaction is Transaction.REQUIRED and wire.transaction_identifier is None:
        return Refusal(BAD_DATA_FORMAT, "transactionIdentifier")
    return None


def _without_room(information: DVCSRequestInformation, profile: Profile) -> str | None:
    """Name what of requestInformation the profile has no room for."""
    if information.version != 1:
        return "version"
    if information.service not in profile.services:
        return SERVICES.get(information.service, "service")
    if any(each.critical for each in information.extensions or ()):
        return "extensions"
    present = (
        name
        for name, value in information._asdict().items()
        if value is not None and name not in {"version", "service"}
    )
    return next((name for name in present if name not in profile.request_parts), None)


def _content_refused(request: Request) -> Refusal | None:
    kind, value = request.wire.data.value
    if kind == "messageImprint":
        algorithm = DIGESTS.get(value.digest_algorithm.algorithm)
        if algorithm is None:
            return Refusal(BAD_DATA_FORMAT, "digestAlgorithm")
        if algorithm.size != len(value.digest):
            return Refusal(INCORRECT_DATA, "digest")
    elif request.service == VSD:
        try:
            if not parse_signed_data(value).signatures:
                return Refusal(INCORRECT_DATA, "signerInfos")
        except InputError:
            return Refusal(BAD_DATA_FORMAT, "SignedData")
    return None


def _time_refused(request: Request, at: datetime) -> Refusal | None:
    """Of a moment that has not come nothing can be said."""
    try:
        asked = requested_time(request)
    except InputError:
        return Refusal(BAD_TIME, "requestTime")
    return Refusal(BAD_TIME, "requestTime") if asked is not None and asked > at else None


def _policy_refused(request: Request, profile: Profile) -> Refusal | None:
    """STB 34.101.81 7.1.7: the policy asked for has to agree with the service's own."""
    asked = request.information.request_policy
    if asked is None or asked.policy_identifier == profile.policy:
        return None
    return Refusal(BAD_REQUEST, "requestPolicy")


def _authority_refused(request: Request, authority: Certificate) -> Refusal | None:
    """See that a request which names services by their certificates names this one."""
    named = [Name(v) for k, v in request.information.dvcs or () if k == "directoryName"]
    if named and authority.subject not in named:
        return Refusal(WRONG_AUTHORITY, "dvcs")
    return None
