"""Time-stamp requests, responses and tokens of OpenSSL, and tokens that break the rules."""

from __future__ import annotations

import os

import pytest
from cms_samples import WHEN, codes, edit_data, sign_attributes, signer, usual_attributes
from hypothesis import given, settings
from hypothesis import strategies as st

from zaruka.asn1 import schema as s
from zaruka.asn1 import tsp as wire
from zaruka.asn1.pkix import AlgorithmIdentifier, Extension
from zaruka.crypto import Outcome
from zaruka.errors import InputError
from zaruka.findings import Severity
from zaruka.signatures.cades import SIGNING_CERTIFICATE_V2
from zaruka.signatures.cms import parse_signed_data, parse_timestamp_token
from zaruka.signatures.tsp import (
    ID_TST_INFO,
    TimeStampRequest,
    TimeStampResponse,
    check_imprint,
    check_token,
    read_tst_info,
)
from zaruka.signatures.verifying import verify_signer

BELT, BASH_384 = "1.2.112.0.2.0.34.101.31.81", "1.2.112.0.2.0.34.101.77.12"


@pytest.mark.parametrize(
    ("name", "algorithm", "authority"),
    [
        ("by/tsp/text-belt", BELT, "by/m-tsa"),
        ("by/tsp/text-bash384", BASH_384, "by/m-tsa384"),
        ("by/tsp/text-nocert", BELT, "by/m-tsa"),
        ("ru/ts/text-sha256", "2.16.840.1.101.3.4.2.1", "ru/tsa"),
    ],
)
def test_a_response_answers_its_request_and_verifies(shared, name, algorithm, authority) -> None:
    path = shared / "interop" / name
    request = TimeStampRequest.parse(path.with_suffix(".tsq").read_bytes())
    response = TimeStampResponse.parse(path.with_suffix(".tsr").read_bytes())
    assert response.granted
    assert response.token is not None
    token = parse_timestamp_token(response.token)
    info = token.tst_info
    assert info.imprint_algorithm.oid == request.imprint_algorithm.oid == algorithm
    assert (info.imprint, info.nonce) == (request.imprint, request.nonce)
    assert request.certificate_wanted == bool(token.signed.certificates)
    assert check_token(token) == ()
    text = "docs/text.txt" if name.startswith("by") else "content/text.txt"
    content = (shared / "interop" / name[:2] / text).read_bytes()
    assert check_imprint(token, content).severity is Severity.PASS
    assert check_imprint(token, content + b" ").severity is Severity.FAIL
    (signature,) = token.signed.signatures
    own = signer(shared, authority).certificate
    assert signature.find_signers([own, *token.signed.certificates])
    check = verify_signer(signature, own.key, token.signed.encapsulated)
    assert check.message_digest_matches is True
    assert check.verification is not None
    assert check.verification.outcome is Outcome.VALID


def test_a_token_with_one_bit_of_its_signature_flipped_is_told(shared) -> None:
    folder = shared / "interop/ru"
    token = parse_timestamp_token((folder / "bad/ts-flipsig.tst").read_bytes())
    (signature,) = token.signed.signatures
    own = signer(shared, "ru/tsa").certificate
    check = verify_signer(signature, own.key, token.signed.encapsulated)
    assert codes(check.findings(signature)) == ["cms.signature"]


def test_every_truncation_of_a_response_is_an_input_error(shared) -> None:
    response = (shared / "interop/by/tsp/text-belt.tsr").read_bytes()
    for length in range(len(response)):
        with pytest.raises(InputError):
            TimeStampResponse.parse(response[:length])


def test_a_refusal_says_why() -> None:
    status = wire.PKIStatusInfo(2, ("time is out",), s.BitString(b"\x00\x02", 1))
    der = s.encode(wire.TIME_STAMP_RESP, wire.TimeStampResp(status, None))
    response = TimeStampResponse.parse(der)
    assert not response.granted
    assert (response.status, response.texts, response.failure) == (2, ("time is out",), (14,))


def info(**changes) -> wire.TSTInfo:
    usual = wire.TSTInfo(
        version=1,
        policy="1.2.3",
        message_imprint=wire.MessageImprint(AlgorithmIdentifier(BELT), bytes(32)),
        serial_number=1,
        gen_time=WHEN,
    )
    return usual._replace(**changes)


def token(shared, changed: wire.TSTInfo):
    who = signer(shared, "by/m-tsa")
    content = s.encode(wire.TST_INFO, changed)
    attributes = usual_attributes(who, content, ID_TST_INFO)
    message = sign_attributes(who, content, list(attributes.values()), ID_TST_INFO)
    return parse_timestamp_token(message)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, None),
        ({"version": 2}, "tsp.version"),
        ({"extensions": (Extension("1.2.3", True, b"\x05\x00"),)}, "tsp.critical-extension"),
        ({"extensions": (Extension("1.2.3", False, b"\x05\x00"),)}, None),
        (
            {"message_imprint": wire.MessageImprint(AlgorithmIdentifier(BELT), bytes(20))},
            "tsp.imprint-length",
        ),
    ],
)
def test_a_tst_info_that_breaks_a_rule_is_told(shared, changes, code) -> None:
    assert codes(check_token(token(shared, info(**changes)))) == ([code] if code else [])


def test_a_token_that_does_not_bind_its_authority_is_told(shared) -> None:
    who = signer(shared, "by/m-tsa")
    content = s.encode(wire.TST_INFO, info())
    attributes = usual_attributes(who, content, ID_TST_INFO)
    del attributes[SIGNING_CERTIFICATE_V2]
    message = sign_attributes(who, content, list(attributes.values()), ID_TST_INFO)
    assert codes(check_token(parse_timestamp_token(message))) == ["tsp.signing-certificate"]


def test_a_token_with_another_number_of_signers_is_told(shared) -> None:
    der = token(shared, info()).der
    none = edit_data(der, lambda parts: [*parts[:-1], b"\x31\x00"])
    assert codes(check_token(parse_timestamp_token(none))) == ["tsp.one-signer"]
    (one,) = s.decode(s.set_of(s.ANY), parse_parts(der)[-1])
    twice = edit_data(der, lambda parts: [*parts[:-1], s.encode(s.set_of(s.ANY), (one, one))])
    assert codes(check_token(parse_timestamp_token(twice))) == ["tsp.one-signer"]


def parse_parts(der: bytes) -> list[bytes]:
    found: list[list[bytes]] = []

    def keep(parts: list[bytes]) -> list[bytes]:
        found.append(parts)
        return parts

    edit_data(der, keep)
    return found[0]


def test_an_unknown_imprint_digest_is_neither_right_nor_wrong(shared) -> None:
    imprint = wire.MessageImprint(AlgorithmIdentifier("1.2.3"), bytes(5))
    unknown = token(shared, info(message_imprint=imprint))
    assert check_token(unknown) == ()
    found = check_imprint(unknown, b"")
    assert (found.rule.code, found.severity) == ("cms.digest-unsupported", Severity.UNKNOWN)


def test_a_signed_document_is_no_token(shared) -> None:
    message = (shared / "interop/by/cms/g-text-att-avestalg.p7s").read_bytes()
    with pytest.raises(InputError, match=r"tsp\.not-a-token"):
        parse_timestamp_token(message)


def test_a_token_without_its_content_is_none(shared) -> None:
    der = token(shared, info()).der
    empty = b"\x30\x0d" + s.encode(s.OID, ID_TST_INFO)
    assert len(empty) == 15
    bare = edit_data(der, lambda parts: [*parts[:2], empty, *parts[3:]])
    with pytest.raises(InputError, match=r"tsp\.not-a-token"):
        parse_timestamp_token(bare)


def test_an_accuracy_beyond_reason_is_an_input_error() -> None:
    with pytest.raises(InputError, match=r"tsp\.accuracy"):
        read_tst_info(s.encode(wire.TST_INFO, info(accuracy=wire.Accuracy(2**80))))


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_damaged_tokens_are_input_errors_or_findings(shared, data) -> None:
    der = bytearray((shared / "interop/ru/ts/text-md_gost12_256.tst").read_bytes())
    der[data.draw(st.integers(0, len(der) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    try:
        found = parse_timestamp_token(bytes(der))
    except InputError:
        return
    assert isinstance(check_token(found), tuple)
    assert check_imprint(found, b"").severity in {Severity.FAIL, Severity.UNKNOWN}


@given(st.binary(max_size=100))
def test_random_octets_are_an_input_error(octets) -> None:
    for parse in (
        TimeStampRequest.parse,
        TimeStampResponse.parse,
        parse_timestamp_token,
        read_tst_info,
    ):
        with pytest.raises(InputError):
            parse(octets)


def test_a_token_is_named_by_its_time_and_fingerprint(shared) -> None:
    der = (shared / "interop/ru/ts/text-md_gost12_256.tst").read_bytes()
    found = parse_timestamp_token(der)
    assert found.ref.sha256 == parse_signed_data(der).sha256
    assert found.ref.name.startswith("2026-")
    assert os.path.basename(found.ref.name) == found.ref.name  # noqa: PTH119 - no path in it
