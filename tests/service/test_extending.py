"""Signatures of both countries are extended, stay what they were, hold when others end."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime

import pytest
from archiving import add_archive_stamp

from extending_world import COUNTRIES, DAY, HOUR, NOW, TEXT, Country, with_engine
from zaruka import Indication, InputError
from zaruka.errors import ConfigError
from zaruka.service.extending import Aim, extend
from zaruka.signatures import parse_signed_data
from zaruka.signatures.extension import add_signature_timestamp
from zaruka.validation.policy_file import parse_policy
from zaruka.validation.results import Level

LEVELS = {Aim.T: Level.B_T, Aim.LT: Level.B_LT, Aim.LTA: Level.B_LTA}


@pytest.fixture(params=COUNTRIES)
def country(request, tmp_path):
    return Country(request.param, tmp_path)


@pytest.fixture
def russia(tmp_path):
    return Country("ru", tmp_path)


def extended(country, message, to, **options):
    options.setdefault("authority", country.authority)
    return extend(country.zaruka(), message, to, **options)


def parts_of(message):
    """What no extension may change: the content, the certificates, what each signer signed."""
    document = parse_signed_data(message)
    inside = document.encapsulated
    return (
        None if inside is None else bytes(inside),
        {each.der for each in document.certificates},
        [(each.signed_attributes_der, each.signature, each.sid) for each in document.signatures],
    )


@pytest.mark.parametrize("to", Aim)
@pytest.mark.parametrize("detached", [False, True])
def test_a_signature_reaches_its_level_and_keeps_what_it_had(country, to, detached):
    message = country.sign(detached=detached)
    content = TEXT if detached else None
    found = extended(country, message, to, content=content)
    (signature,) = found.report.signatures
    assert signature.conclusion.indication is Indication.TOTAL_PASSED
    assert signature.level is LEVELS[to]
    before, after = parts_of(message), parts_of(found.octets)
    assert before[0] == after[0]
    assert before[1] <= after[1]
    assert before[2] == after[2]


@pytest.mark.parametrize("to", [Aim.LT, Aim.LTA])
def test_from_lt_on_the_file_and_what_is_trusted_are_enough(country, to):
    found = extended(country, country.sign(), to)
    report = country.zaruka(lists=False).verify(found.octets)
    assert report.conclusion.passed
    assert report.signatures[0].level is LEVELS[to]


def test_step_by_step_comes_to_the_same_level_as_at_once(country):
    message = country.sign()
    for to in Aim:
        message = extended(country, message, to).octets
    (signature,) = country.zaruka(lists=False).verify(message).signatures
    assert signature.level is Level.B_LTA
    assert len(signature.timestamps) == 2


def test_every_signer_is_extended_or_the_one_that_is_named(country):
    message = country.sign(country.signer, country.enrol())
    every = extended(country, message, Aim.LTA)
    assert [each.level for each in every.report.signatures] == [Level.B_LTA, Level.B_LTA]
    second = extended(country, message, Aim.T, signers=[1])
    assert [each.level for each in second.report.signatures] == [Level.B_B, Level.B_T]


def test_what_is_there_is_not_added_again(country):
    message = extended(country, country.sign(), Aim.LT).octets
    for to in (Aim.T, Aim.LT):
        with pytest.raises(InputError, match=r"extend\.nothing-to-add"):
            extended(country, message, to)


def test_another_archive_stamp_renews_the_one_before(country):
    """The second authority outlives the first, whose evidence is inside before it ends."""
    first = extended(country, country.sign(), Aim.LTA)
    assert first.ending is not None
    assert first.ending.time == country.hierarchy.time_stamps.certificate.not_after
    country.now = first.ending.time - 2 * DAY
    country.publish()
    profile = country.hierarchy.profile
    later = country.hierarchy.enrol(
        profile.time_stamps, profile.time_stamp_extensions, not_after=NOW + 900 * DAY
    )
    second = extended(country, first.octets, Aim.LTA, authority=country.stamping(later))
    assert second.ending is not None
    assert second.ending.time == NOW + 900 * DAY
    assert second.late
    country.now += DAY
    country.publish()
    third = extended(country, second.octets, Aim.LT)
    assert not third.late
    country.now = second.ending.time - DAY
    country.publish()  # the newest authority is one of that day: its status has to be of then
    for message, holds in ((third.octets, True), (first.octets, False)):
        assert country.zaruka().verify(message).conclusion.passed is holds


def test_an_algorithm_that_ends_before_the_certificates_says_when_to_renew(russia):
    policy = parse_policy(
        'name = "mine"\nextends = "etsi"\n[[algorithms]]\nname = "Streebog-256"\n'
        'oids = ["1.2.643.7.1.1.2.2"]\nuntil = 2026-12-20T00:00:00Z\nsource = "made up"\n'
    )
    zaruka = russia.zaruka(policy=policy)
    found = extend(zaruka, russia.sign(), Aim.LTA, authority=russia.authority)
    assert found.ending is not None
    assert (found.ending.kind, found.ending.name) == ("algorithm", "Streebog-256")
    assert found.ending.time == datetime(2026, 12, 20, tzinfo=UTC)


def test_evidence_older_than_the_stamp_is_told_and_later_evidence_carries_past_the_end(country):
    member = country.enrol(not_after=NOW + 10 * DAY)
    at_once = extended(country, country.sign(member), Aim.LTA)
    assert {each.issued for each in at_once.late} == {NOW - HOUR}
    country.now = NOW + DAY
    country.publish()
    in_time = extended(country, at_once.octets, Aim.LT)
    assert not in_time.late
    country.now = NOW + 20 * DAY
    country.publish()
    zaruka = country.zaruka()
    assert zaruka.verify(in_time.octets).conclusion.passed
    assert not zaruka.verify(at_once.octets).conclusion.passed


def test_a_signature_that_is_not_valid_is_not_extended(country):
    message = country.sign(detached=True)
    with pytest.raises(InputError, match=r"extend\.not-valid.*HASH_FAILURE"):
        extended(country, message, Aim.T, content=b"another document")
    country.hierarchy.revoke(country.signer, NOW - 3 * HOUR)
    country.publish()
    with pytest.raises(InputError, match=r"extend\.not-valid.*REVOKED"):
        extended(country, message, Aim.T, content=TEXT)


def test_a_signature_without_lists_is_not_extended(russia):
    with pytest.raises(InputError, match=r"extend\.not-valid.*TRY_LATER"):
        extend(russia.zaruka(lists=False), russia.sign(), Aim.T, authority=russia.authority)


def test_a_stamp_of_an_authority_that_is_nobody_s_is_not_written(russia, tmp_path):
    (tmp_path / "other").mkdir()
    stranger = Country("ru", tmp_path / "other")
    with pytest.raises(InputError, match=r"extend\.not-reached.*NO_CERTIFICATE_CHAIN_FOUND"):
        extended(russia, russia.sign(), Aim.T, authority=stranger.authority)


def test_a_stamp_by_a_certificate_without_the_right_purpose_is_not_written(russia):
    with pytest.raises(InputError, match=r"extend\.not-reached"):
        extended(russia, russia.sign(), Aim.T, authority=russia.stamping(russia.signer))


def test_a_stamp_over_the_whole_file_stands_against_additions(russia):
    """An archive time-stamp of version 2 covers certificates and crls as they are."""
    stamped = extended(russia, russia.sign(), Aim.T).octets

    def token(imprint):
        algorithm = russia.hierarchy.time_stamps.signer.digest_algorithm
        return russia.authority.stamp(algorithm, imprint).der

    oid = russia.hierarchy.time_stamps.signer.digest_algorithm.oid
    old = add_archive_stamp(stamped, oid, token, version="v2")
    (signature,) = russia.zaruka().verify(old).signatures
    assert [each.conclusion.passed for each in signature.timestamps] == [True, True]
    with pytest.raises(InputError, match=r"extend\.breaks"):
        extended(russia, old, Aim.LT)


def test_without_an_authority_or_with_a_signer_that_is_not_there_it_is_said(russia):
    message = russia.sign()
    with pytest.raises(ConfigError, match=r"extend\.no-authority"):
        extended(russia, message, Aim.T, authority=None)
    with pytest.raises(ConfigError, match=r"extend\.no-such-signer"):
        extended(russia, message, Aim.T, signers=[1])


def test_indefinite_lengths_around_the_content_stay(russia):
    """Content in pieces, as streaming programs write it, keeps its octets."""
    message = russia.sign()
    whole = b"\x04" + bytes([len(TEXT)]) + TEXT
    pieces = b"\x24\x80" + b"".join(b"\x04\x01" + TEXT[i : i + 1] for i in range(len(TEXT)))
    in_pieces = _with_lengths(message, whole, pieces + b"\x00\x00")
    assert parse_signed_data(in_pieces).encapsulated is not None
    found = extended(russia, in_pieces, Aim.LTA)
    assert pieces in found.octets
    assert parts_of(found.octets)[2] == parts_of(in_pieces)[2]


def _with_lengths(message: bytes, old: bytes, new: bytes) -> bytes:
    """Put `new` in the place of `old`; all that encloses it gets an indefinite length."""
    at = message.index(old)
    head, tail, ends = b"", b"", []
    offset = 0
    while offset < at:
        tag, length, content = message[offset], message[offset + 1], offset + 2
        size = length
        if length & 0x80:
            content += length & 0x7F
            size = int.from_bytes(message[offset + 2 : content])
        if content + size <= at:  # stands before it
            head += message[offset : content + size]
            offset = content + size
        else:
            head += bytes((tag, 0x80))
            ends.append(content + size)
            offset = content
    rest = at + len(old)
    for end in reversed(ends):
        tail += message[rest:end] + b"\x00\x00"
        rest = end
    return head + new + tail


def test_a_broken_stamp_beside_is_answered_by_a_good_one(russia):
    other = parse_signed_data(russia.hierarchy.stamp(russia.sign(), 0, at=NOW))
    token = other.signatures[0].timestamps[0].der
    spoilt = add_signature_timestamp(russia.sign(), 0, token)
    (signature,) = extended(russia, spoilt, Aim.LT).report.signatures
    assert signature.level is Level.B_LT
    assert sorted(each.conclusion.passed for each in signature.timestamps) == [False, True]


@pytest.mark.parametrize("name", ["ru", "rsa"])
@pytest.mark.parametrize("to", Aim)
def test_openssl_still_verifies(name, to, tmp_path, gost_openssl):
    country = Country(name, tmp_path)
    found = extended(country, country.sign(detached=True), to, content=TEXT)
    (tmp_path / "signed.p7s").write_bytes(found.octets)
    (tmp_path / "content").write_bytes(TEXT)
    pem = subprocess.run(
        [gost_openssl, "x509", "-inform", "DER", "-in", country.root],
        capture_output=True,
        check=True,
        env=with_engine(tmp_path),
    )
    (tmp_path / "root.pem").write_bytes(pem.stdout)
    command = "cms -verify -binary -inform DER -in signed.p7s -content content -purpose any"
    command += f" -attime {int(NOW.timestamp())} -CAfile root.pem -out out"
    done = subprocess.run(
        [gost_openssl, *command.split()],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env=with_engine(tmp_path),
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out").read_bytes() == TEXT
