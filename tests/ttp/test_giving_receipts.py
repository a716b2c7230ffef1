"""Receipts are given by profile, only for what was found, and only after they were read back."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from msgspec import structs

from third_parties import BID, NOW, PROFILES, Country, World, codes, shown
from zaruka.asn1 import schema as s
from zaruka.asn1.dvcs import (
    CCPD,
    CPD,
    DATA,
    DVCS_REQUEST,
    VPKC,
    VSD,
    CertEtcToken,
    DigestInfo,
    DVCSRequest,
    DVCSRequestInformation,
)
from zaruka.asn1.extensions import PolicyInformation
from zaruka.asn1.pkix import AlgorithmIdentifier, Extension
from zaruka.asn1.tsp import PKI_STATUS_INFO
from zaruka.crypto import digest, public_key
from zaruka.errors import ConfigError
from zaruka.lab import belarus as by
from zaruka.lab.hierarchy import Member
from zaruka.lab.keys import make_key
from zaruka.signatures.cms import parse_signed_data
from zaruka.ttp.checking import Asked, check_receipt
from zaruka.ttp.documents import attach
from zaruka.ttp.issuing import answer_request
from zaruka.ttp.profiles import PROFILES as ALL_PROFILES
from zaruka.ttp.profiles import profile_named
from zaruka.ttp.reading import ErrorNotice, Verdict, parse_request, parse_response
from zaruka.ttp.requests import make_request, sign_request
from zaruka.validation.context import Evidence
from zaruka.x509.issuing import extension, issue_certificate, key_usage

BELT = "1.2.112.0.2.0.34.101.31.81"
SHA_256 = "2.16.840.1.101.3.4.2.1"
DVCS_PURPOSE = extension("2.5.29.37", ("1.3.6.1.5.5.7.3.10",), critical=True)
USAGE = key_usage("digitalSignature", "nonRepudiation")
COUNTRIES = [("BY", "by-strict"), ("BY", "by-crossborder"), ("RU", "ru"), ("BY", "kz-like")]


def ask(world, code="BY", profile=None, service=VSD, *, judge=None, **request):
    authority = world.authority(code, profile)
    octets = make_request(authority.profile, service, **request)
    return parse_response(answer_request(octets, authority, judge or world.judge()))


@pytest.mark.parametrize(("code", "profile"), COUNTRIES)
def test_a_valid_signature_is_granted_and_its_holder_can_check_that(world, code, profile):
    message = world.signature(code)
    receipt = world.receipt(message, code=code, profile=profile)
    checked = check_receipt(receipt, world.context(), shown(message))
    assert (receipt.verdict, checked.confirms) == (Verdict.GRANTED, True)
    assert checked.conclusion.passed, codes(checked, "fail", "unknown")


def test_the_strict_profile_writes_nothing_but_what_it_has_to(world):
    receipt = world.receipt(world.signature(), profile="by-strict")
    info, signed = receipt.info, receipt.signed
    assert info[5:] == (None,) * 5  # no dvStatus, policy, reqSignature, certs, extensions
    assert info.response_time == ("genTime", NOW)
    assert info.message_imprint.digest_algorithm == AlgorithmIdentifier(BELT)
    (signature,) = signed.signatures
    (reference,) = signature.signing_certificate_refs
    assert (signed.version, signature.version) == (3, 1)
    assert len(signed.certificates) == len(signed.digest_algorithms) == 1
    assert (signature.unsigned_attributes, signed.crls) == ((), ())
    assert (reference.digest_algorithm.oid, reference.serial_number) == (BELT, None)


def test_a_strict_service_of_a_longer_key_still_refers_by_belt_hash(world):
    country = world.countries["BY"]
    key = make_key("bign-384", os.urandom)
    certificate = issue_certificate(
        country.hierarchy.authority.issuer,
        by.THIRD_PARTY,
        public_key(key),
        serial_number=77,
        not_before=NOW - timedelta(days=9),
        not_after=NOW + timedelta(days=9),
        extensions=by.RECEIPTS,
        entropy=os.urandom(64),
    )
    receipt = world.receipt(world.signature(), profile="by-strict", member=Member(certificate, key))
    (signature,) = receipt.signed.signatures
    assert signature.digest_algorithm.oid == "1.2.112.0.2.0.34.101.77.12"
    assert receipt.info.message_imprint.digest_algorithm.algorithm == "1.2.112.0.2.0.34.101.77.12"
    assert signature.signing_certificate_refs[0].digest_algorithm.oid == BELT


@pytest.mark.parametrize(("profile", "service", "part"), [
    ("by-strict", VSD, {"nonce": 5}),
    ("by-strict", VSD, {"request_time": ("genTime", NOW)}),
    ("by-strict", CCPD, {}),
    ("by-crossborder", CPD, {}),
    ("by-crossborder", VPKC, {}),
    ("kz-like", VSD, {}),  # without a transactionIdentifier
])  # fmt: skip
def test_a_request_without_room_in_its_profile_is_not_made(profile, service, part):
    imprint = DigestInfo(AlgorithmIdentifier(BELT), bytes(32))
    with pytest.raises(ConfigError) as raised:
        make_request(profile_named(profile), service, message=b"x", imprint=imprint, **part)
    assert raised.value.code == "ttp.no-room"


def other_profile_request(service=VSD, message=None, **parts):
    """Write a request that the strict profile has no room for, as a stranger would."""
    data = parts.pop("data", ("message", message or b"x"))
    version = parts.pop("version", 1)
    transaction = parts.pop("transaction", None)
    information = DVCSRequestInformation(version, service, **parts)
    encoded = s.Encoded(s.encode(DATA, data), data)
    return s.encode(DVCS_REQUEST, DVCSRequest(information, encoded, transaction))


IMPRINT = ("messageImprint", DigestInfo(AlgorithmIdentifier(BELT), bytes(32)))
SHORT = ("messageImprint", DigestInfo(AlgorithmIdentifier(BELT), bytes(31)))
UNKNOWN = ("messageImprint", DigestInfo(AlgorithmIdentifier("1.2.3.4"), bytes(32)))
LATER = ("genTime", NOW + timedelta(days=1))
CRITICAL = (Extension("1.2.3.4", critical=True, extn_value=b"\x05\x00"),)
OTHER_POLICY = PolicyInformation("1.2.3.4", None)
REFUSED = {
    "another service": ({"service": CPD}, 2),
    "certificates": ({"service": VPKC}, 2),
    "an unknown service": ({"service": 9}, 2),
    "version 2": ({"version": 2}, 2),
    "a critical extension": ({"extensions": CRITICAL}, 2),
    "another policy": ({"request_policy": OTHER_POLICY}, 2),
    "a time to come": ({"request_time": LATER}, 3),
    "no signed data": ({"message": b"\x04\x00"}, 5),
    "an imprint for vsd": ({"data": IMPRINT}, 5),
    "a message for ccpd": ({"service": CCPD}, 5),
    "an unknown digest": ({"service": CCPD, "data": UNKNOWN}, 5),
    "a digest of wrong length": ({"service": CCPD, "data": SHORT}, 7),
    "another authority": ({"dvcs": (("directoryName", by.BIDDER.der),)}, 6),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_request_that_is_not_taken_is_refused_with_the_right_bit(world, name):
    parts, bit = dict(REFUSED[name][0]), REFUSED[name][1]
    if "policy" in name or "time" in name or "authority" in name or "extension" in name:
        parts.setdefault("message", attach(world.signature(), BID))
    authority = world.authority()
    der = answer_request(other_profile_request(**parts), authority, world.judge())
    notice = parse_response(der)
    assert isinstance(notice, ErrorNotice)
    assert (notice.verdict, notice.failures) == (Verdict.REJECTION, (bit,))
    assert check_receipt(notice, world.context()).conclusion.passed


@pytest.mark.parametrize("octets", [b"", b"\x30\x00", b"PK\x03\x04", bytes(2000)])
def test_what_is_no_request_is_answered_so(world, octets):
    notice = parse_response(answer_request(octets, world.authority(), world.judge()))
    assert notice.failures == (5,)


def test_signed_data_without_signers_is_incorrect_data(world):
    message = attach(world.signature(), BID)
    parts = parse_signed_data(message)
    emptied = message.replace(parts.signatures[0].der, b"")
    assert emptied != message  # the lengths around no longer fit: a wrong format
    notice = parse_response(
        answer_request(other_profile_request(message=emptied), world.authority(), world.judge())
    )
    assert notice.failures == (5,)


def test_an_error_notice_says_which_request_it_answers(world):
    name = ("registeredID", "1.2.3.4.5")
    request = other_profile_request(service=CPD, transaction=name)
    notice = parse_response(answer_request(request, world.authority(), world.judge()))
    assert notice.transaction == name
    asked = Asked(request=parse_request(request))
    assert "ttp.transaction" in codes(check_receipt(notice, world.context(), None, asked), "pass")
    strict = world.authority(profile="by-strict")
    assert parse_response(answer_request(request, strict, world.judge())).transaction is None


def test_an_altered_document_is_rejected_with_reasons_where_there_is_room(world):
    message = world.signature()
    receipt = world.receipt(message, b"altered")
    assert receipt.verdict is Verdict.REJECTION
    assert "HASH_FAILURE" in receipt.info.dv_status.status_string
    (chain,) = receipt.info.certs
    first = CertEtcToken.parse(chain.chain[0])
    assert first.kind == "pkistatus"
    assert s.decode(PKI_STATUS_INFO, first.der).status == 2


def test_a_strict_rejection_is_a_notice_that_tells_nothing(world):
    notice = world.receipt(world.signature(), b"altered", profile="by-strict")
    assert isinstance(notice, ErrorNotice)
    assert (notice.status.status_string, notice.status.fail_info) == (None, None)
    assert notice.verdict is Verdict.REJECTION


def test_some_valid_signatures_are_granted_with_modifications_or_rejected(world):
    country = world.countries["BY"]
    revoked = country.hierarchy.enrol(by.BIDDER, by.SIGNER)
    country.hierarchy.revoke(revoked, NOW - timedelta(days=30), 1)
    message = world.signature(signers=[country.signer, revoked])
    receipt = world.receipt(message)
    assert receipt.verdict is Verdict.GRANTED_WITH_MODS
    assert len(receipt.info.certs) == 2
    checked = check_receipt(receipt, world.context(), shown(message))
    assert checked.conclusion.passed
    assert checked.confirms is False
    assert isinstance(world.receipt(message, profile="by-strict"), ErrorNotice)


def test_evidence_holds_the_chain_the_lists_and_the_stamp_of_each_signature(world):
    receipt = world.receipt(world.signature())
    (chain,) = receipt.info.certs
    kinds = [CertEtcToken.parse(each).kind for each in (chain.target, *chain.chain)]
    assert kinds == ["certificate"] * 3 + ["crl", "crl", "assertion"]


def lacking_lists(world):
    context = world.context()
    by_country = world.countries["BY"].hierarchy
    bare = Evidence.of("given", certificates=[by_country.authority.certificate])
    roots = Evidence.of("anchor", certificates=[by_country.root.certificate])
    return structs.replace(context, evidence=bare + roots)


@pytest.mark.parametrize("profile", ["by-strict", "by-crossborder"])
def test_what_can_be_cured_waits_until_the_set_moment_and_no_longer(world, profile):
    judge = world.judge(lacking_lists(world))
    message = world.signature()
    waiting = world.receipt(
        message, profile=profile, judge=judge, waits_until=NOW + timedelta(hours=1)
    )
    assert waiting.verdict is Verdict.WAITING
    checked = check_receipt(waiting, world.context(), shown(message))
    assert checked.conclusion.passed
    assert checked.confirms is None
    late = world.receipt(message, profile=profile, judge=judge, waits_until=NOW)
    assert late.verdict is Verdict.REJECTION
    never = world.receipt(message, profile=profile, judge=judge)
    assert never.verdict is Verdict.REJECTION


def test_a_forgery_does_not_wait(world):
    receipt = world.receipt(world.signature(), b"x", waits_until=NOW + timedelta(hours=1))
    assert receipt.verdict is Verdict.REJECTION


def test_a_signature_alone_is_granted_with_word_that_its_document_was_not_shown(world):
    message = world.signature()
    receipt = world.receipt(message, None)
    assert receipt.verdict is Verdict.GRANTED
    assert receipt.info.dv_status.status_string == ("ttp.content-not-shown",)
    checked = check_receipt(receipt, world.context(), shown(message))
    assert checked.conclusion.passed
    assert "ttp.content-not-shown" in codes(checked, "warn")
    assert "ttp.document" in codes(checked, "pass")


def test_a_profile_that_could_not_say_so_does_not_grant_it(world):
    assert isinstance(world.receipt(world.signature(), None, profile="by-strict"), ErrorNotice)


def test_a_signature_alone_that_was_made_otherwise_is_not_granted(world):
    message = bytearray(world.signature())
    value = parse_signed_data(bytes(message)).signatures[0].signature
    place = bytes(message).index(value)
    message[place] ^= 1
    assert world.receipt(bytes(message), None).verdict is Verdict.REJECTION


def test_existence_of_data_is_certified_by_its_imprint(world):
    imprint = DigestInfo(AlgorithmIdentifier(SHA_256), digest(SHA_256, BID))
    receipt = ask(world, service=CCPD, imprint=imprint)
    assert receipt.info.message_imprint == imprint
    checked = check_receipt(receipt, world.context(), shown(None, BID))
    assert checked.conclusion.passed
    assert checked.confirms is None  # nothing is said of a signature
    assert "ttp.service" in codes(checked, "info")
    other = check_receipt(receipt, world.context(), shown(None, b"other"))
    assert "ttp.object" in codes(other, "fail")


def test_a_signed_request_is_read_and_answered(world):
    signer = world.countries["BY"].signer.signer
    bare = make_request(
        profile_named("by-crossborder"), VSD, message=attach(world.signature(), BID), nonce=5
    )
    signed = sign_request(bare, signer, signing_time=NOW, entropy=os.urandom)
    assert parse_request(signed).wire == parse_request(bare).wire
    receipt = parse_response(answer_request(signed, world.authority(), world.judge()))
    assert (receipt.verdict, receipt.info.dv_req_info.nonce) == (Verdict.GRANTED, 5)


def test_validity_is_judged_at_the_moment_asked_for(world):
    asked = NOW - timedelta(hours=3)
    seen = []

    def judge(message, at):
        seen.append(at)
        return world.judge()(message, at)

    ask(world, message=attach(world.signature(), BID), request_time=("genTime", asked), judge=judge)
    assert seen == [asked]


# --- the service itself

BAD_OWN = {
    "without the purpose": (USAGE,),
    "purpose not critical": (USAGE, extension("2.5.29.37", ("1.3.6.1.5.5.7.3.10",))),
    "without nonRepudiation": (key_usage("digitalSignature"), DVCS_PURPOSE),
    "another purpose": (USAGE, extension("2.5.29.37", ("1.3.6.1.5.5.7.3.4",), critical=True)),
}


@pytest.mark.parametrize("name", BAD_OWN)
def test_a_service_whose_certificate_is_not_for_receipts_gives_none(world, name):
    member = world.countries["BY"].enrol_third_party(BAD_OWN[name])
    with pytest.raises(ConfigError) as raised:
        world.receipt(world.signature(), member=member)
    assert raised.value.code == "ttp.own-certificate"


def test_a_service_whose_certificate_has_expired_gives_none_not_even_a_refusal(world):
    member = world.countries["BY"].enrol_third_party(by.RECEIPTS, not_after=NOW - timedelta(days=1))
    for octets in (b"\x30\x00", other_profile_request(message=attach(world.signature(), BID))):
        with pytest.raises(ConfigError) as raised:
            answer_request(octets, world.authority(member=member), world.judge())
        assert raised.value.code == "ttp.own-certificate"


def test_a_service_whose_certificate_is_revoked_gives_none():
    country = Country(by, by.belarus(NOW, os.urandom), by.BIDDER)
    country.hierarchy.revoke(country.third_party, NOW - timedelta(days=3), 1)
    world = World()
    world.countries["BY"] = country
    with pytest.raises(ConfigError) as raised:
        world.receipt(world.signature())
    assert raised.value.details["reason"] == "REVOKED_NO_POE"


@pytest.mark.parametrize(("code", "profile"), [("RU", "by-strict"), ("BY", "ru")])
def test_a_profile_wants_a_key_of_its_country(world, code, profile):
    with pytest.raises(ConfigError) as raised:
        world.receipt(world.signature(code), code=code, profile=profile)
    assert raised.value.code == "ttp.key-not-of-profile"


def test_what_would_not_be_read_as_it_was_meant_does_not_leave(world):
    """A key that is not the certificate's makes a receipt that its own reader refuses."""
    other = world.countries["BY"].enrol_third_party(by.RECEIPTS)
    mixed = Member(world.countries["BY"].third_party.certificate, other.private_key)
    with pytest.raises(ConfigError) as raised:
        world.receipt(world.signature(), member=mixed)
    assert (raised.value.code, raised.value.details["reason"]) == ("ttp.mismatch", "ttp.signature")


def test_every_profile_is_tried():
    assert set(PROFILES.values()) <= set(ALL_PROFILES)
    assert {profile for _, profile in COUNTRIES} == set(ALL_PROFILES)
