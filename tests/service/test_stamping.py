"""Time-stamp authorities over real HTTP on loopback: an honest one, and those that lie."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from msgspec import structs

from extending_world import NOW, Country
from hostile_server import answering, good, serving, status
from zaruka import Online
from zaruka.errors import FetchError
from zaruka.fetch import Limits, Settings
from zaruka.service.extending import Aim, extend
from zaruka.service.stamping import RemoteAuthority
from zaruka.signatures.creation import encode_response, make_timestamp
from zaruka.signatures.tsp import TimeStampRequest, TimeStampResponse


@pytest.fixture(scope="module")
def country(tmp_path_factory):
    return Country("ru", tmp_path_factory.mktemp("country"))


def extended(country, reply):
    """Extend by an authority that makes `reply` of each request."""
    with serving({"/tsa": reply}) as server:
        limits = Limits(seconds=20, silence_s=0.5, tries=1)
        online = Online(Settings(allow=("127.0.0.1",), limits=limits))
        authority = RemoteAuthority(server.at("/tsa"), online.fetcher, lambda: NOW, os.urandom)
        return extend(country.zaruka(), country.sign(), Aim.T, authority=authority)


def token(country, request, *, signer=None, time=NOW, **changes):
    asked = structs.replace(TimeStampRequest.parse(request.body), **changes)
    return make_timestamp(
        asked.imprint_algorithm,
        asked.imprint,
        signer or country.hierarchy.time_stamps.signer,
        time=time,
        serial_number=7,
        policy=country.hierarchy.profile.time_stamp_policy,
        entropy=os.urandom,
        nonce=asked.nonce,
        enclose=[country.hierarchy.authority.certificate],
    )


def stamping(country, **changes):
    def reply(request):
        return encode_response(TimeStampResponse(0, token=token(country, request, **changes)))

    return answering(reply)


def test_an_honest_authority_is_asked_as_rfc_3161_says(country):
    found = extended(country, stamping(country))
    assert str(found.report.signatures[0].level) == "B-T"


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"imprint": bytes(32)}, "tsa.other-imprint"),
        ({"nonce": 5}, "tsa.other-nonce"),
        ({"nonce": None}, "tsa.other-nonce"),
        ({"time": NOW + HOUR}, "tsa.other-time"),
        ({"time": NOW - HOUR}, "tsa.other-time"),
    ],
)
def test_an_answer_to_something_else_is_refused(country, changes, code):
    with pytest.raises(FetchError) as caught:
        extended(country, stamping(country, **changes))
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("octets", "code"),
    [
        (encode_response(TimeStampResponse(2, ("no",), (0,))), "tsa.refused"),
        (encode_response(TimeStampResponse(0)), "tsa.refused"),
        (encode_response(TimeStampResponse(0, token=b"\x30\x00")), "tsa.unreadable"),
        (b"", "tsa.unreadable"),
        (b"\x30\x80", "tsa.unreadable"),
        (b"<html>busy</html>", "tsa.unreadable"),
        (bytes(1 << 21), "fetch.too-large"),
    ],
)
def test_what_is_no_stamp_is_refused(country, octets, code):
    with pytest.raises(FetchError) as caught:
        extended(country, good(octets))
    assert caught.value.code == code


def test_why_an_authority_refuses_is_told(country):
    refusal = encode_response(TimeStampResponse(2, ("closed today",), (15,)))
    with pytest.raises(FetchError, match="unacceptedPolicy, closed today"):
        extended(country, good(refusal))


def test_an_authority_that_is_away_is_named(country):
    with pytest.raises(FetchError, match=r"fetch\.(status|busy)"):
        extended(country, status("503 Service Unavailable"))


def test_another_s_certificate_makes_no_stamp(country):
    with pytest.raises(Exception, match=r"extend\.not-reached"):
        extended(country, stamping(country, signer=country.signer.signer))


def test_a_response_of_another_request_played_again_is_refused(country):
    """The nonce tells, although the imprint could be the same."""
    kept = []

    def reply(request):
        kept.append(encode_response(TimeStampResponse(0, token=token(country, request))))
        return kept[0]

    message = country.sign()
    with serving({"/tsa": answering(reply)}) as server:
        online = Online(Settings(allow=("127.0.0.1",)))
        authority = RemoteAuthority(server.at("/tsa"), online.fetcher, lambda: NOW, os.urandom)
        extend(country.zaruka(), message, Aim.T, authority=authority)
        with pytest.raises(FetchError, match=r"tsa\.other-nonce"):
            extend(country.zaruka(), message, Aim.T, authority=authority)
