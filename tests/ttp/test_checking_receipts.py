"""What is wrong with a receipt is found, and nothing counts by accident."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from msgspec import structs

from third_parties import BID, NOW, SIGNED, World, codes, shown
from zaruka.asn1 import cms as wire
from zaruka.asn1 import schema as s
from zaruka.asn1.dvcs import DVCS_RESPONSE, CertEtcToken, DigestInfo, TargetEtcChain
from zaruka.asn1.pkix import AlgorithmIdentifier, Extension
from zaruka.asn1.tsp import PKIStatusInfo
from zaruka.crypto import digest, public_key
from zaruka.errors import InputError
from zaruka.jurisdictions.belarus import BELARUS
from zaruka.lab import belarus as by
from zaruka.lab.hierarchy import Member
from zaruka.lab.keys import make_key
from zaruka.recognition import load_agreements
from zaruka.signatures.cms import parse_signed_data
from zaruka.signatures.creation import make_timestamp, sign_cades, sign_encapsulated
from zaruka.ttp.checking import Asked, check_receipt
from zaruka.ttp.documents import Form, attach, split
from zaruka.ttp.issuing import answer_request
from zaruka.ttp.profiles import profile_named
from zaruka.ttp.reading import ID_RESPONSE, Verdict, parse_request, parse_response
from zaruka.ttp.requests import make_request
from zaruka.x509.issuing import Issuer, extension, issue_certificate, key_usage

CRITICAL = Extension("1.2.3", critical=True, extn_value=b"\x05\x00")
STREEBOG = "1.2.643.7.1.1.2.2"


@pytest.fixture(scope="module")
def message(world):
    return world.signature()


@pytest.fixture(scope="module")
def receipt(world, message):
    return world.receipt(message)


def signed(world, info, *, member=None, code="BY", **more):
    """Sign a dvCertInfo as a service would that does not look at what it signs."""
    member = member or world.countries[code].third_party
    content = s.encode(DVCS_RESPONSE, ("dvCertInfo", info))
    certificates = more.pop("certificates", [member.certificate])
    content_type = more.pop("content_type", ID_RESPONSE)
    return sign_encapsulated(
        content_type, content, member.signer, entropy=os.urandom, certificates=certificates, **more
    )


def check(world, receipt, message, content=BID, *, at=NOW, trusting=("BY", "RU"), **asked):
    context = world.context(at, trusting=trusting)
    return check_receipt(receipt, context, shown(message, content), Asked(**asked))


# --- about what


def test_a_receipt_replayed_for_another_document_is_found(world, receipt, message):
    assert "ttp.object" in codes(check(world, receipt, message, b"another"), "fail")


def test_a_receipt_replayed_for_another_signature_of_the_same_document_is_found(world, receipt):
    assert "ttp.object" in codes(check(world, receipt, world.signature()), "fail")


def test_a_receipt_whose_document_nobody_showed_is_not_sound(world, receipt):
    checked = check_receipt(receipt, world.context())
    assert checked.conclusion.indication == "INDETERMINATE"
    assert checked.home_receipt().sound is False
    assert "ttp.object-not-compared" in codes(checked, "unknown")


def test_a_document_alone_does_not_show_what_was_signed(world, receipt):
    checked = check(world, receipt, None)
    assert "ttp.object-not-compared" in codes(checked, "unknown")


@pytest.mark.parametrize("detached", [True, False])
def test_detached_and_attached_signatures_are_both_compared(world, detached):
    own = world.signature(detached=detached)
    receipt = world.receipt(own, BID if detached else None)
    checked = check(world, receipt, own)
    assert checked.conclusion.passed
    assert checked.sent.form is (Form.ATTACHED if detached else Form.AS_IT_IS)


def test_another_document_beside_an_attached_signature_is_found(world):
    own = world.signature(detached=False)
    checked = check(world, world.receipt(own, None), own, b"another")
    assert "ttp.document" in codes(checked, "fail")


def test_of_a_document_of_two_countries_each_service_sees_its_own_signatures(world):
    countries = world.countries
    both = sign_cades(
        BID,
        [countries[code].signer.signer for code in ("RU", "BY")],
        signing_time=SIGNED,
        entropy=os.urandom,
        detached=True,
    )
    own = split(parse_signed_data(both), BELARUS.claims)
    assert [x.der for x in parse_signed_data(own).signatures] == [
        x.der
        for x in parse_signed_data(both).signatures
        if x.find_signers([countries["BY"].signer.certificate])
    ]
    assert countries["RU"].signer.certificate not in parse_signed_data(own).certificates
    receipt = world.receipt(own)
    checked = check(world, receipt, both)
    assert checked.conclusion.passed
    assert checked.sent.form is Form.SPLIT_ATTACHED
    assert "ttp.object-split" in codes(checked, "info")


# --- by whom


def test_every_altered_octet_is_found(world, receipt, message):
    """One flipped bit never passes: octets spread over the whole answer."""
    der = receipt.der
    step = max(1, len(der) // 60)
    tried = 0
    for place in range(0, len(der), step):
        altered = bytearray(der)
        altered[place] ^= 1
        try:
            checked = check(world, parse_response(bytes(altered)), message)
        except Exception as error:  # noqa: BLE001 - unreadable is found too, by an error of ours
            assert hasattr(error, "code"), error  # noqa: PT017
            continue
        tried += 1
        same = checked.receipt.info == receipt.info
        assert not checked.conclusion.passed or same, place
    assert tried > 3


def test_an_unsigned_answer_is_a_critical_error(world, receipt, message):
    info = s.decode(wire.CONTENT_INFO, receipt.der)
    data = s.decode(wire.SIGNED_DATA, info.content)._replace(signer_infos=())
    octets = s.encode(wire.SIGNED_DATA, data)
    bare = s.encode(wire.CONTENT_INFO, info._replace(content=memoryview(octets)))
    checked = check(world, parse_response(bare), message)
    assert "ttp.unsigned" in codes(checked, "fail")
    assert checked.home_receipt().sound is False


def test_a_receipt_of_somebody_without_the_purpose_is_found(world, receipt, message):
    for extensions in (
        by.SIGNER,
        (key_usage("digitalSignature", "nonRepudiation"),),
        (
            key_usage("digitalSignature", "nonRepudiation"),
            extension("2.5.29.37", ("1.3.6.1.5.5.7.3.10",)),
        ),
    ):
        member = world.countries["BY"].enrol_third_party(extensions)
        forged = parse_response(signed(world, receipt.info, member=member))
        checked = check(world, forged, message)
        assert "ttp.key-purpose" in codes(checked, "fail")


def test_the_certificate_judged_is_the_one_that_signed(world, receipt, message):
    """A recognised certificate put in front, of the same issuer and number, lends nothing."""
    country = world.countries["BY"]
    own = country.third_party.certificate
    stranger = World().countries["BY"]
    key = make_key("bign-256", os.urandom)
    twin = issue_certificate(
        Issuer(own.issuer, stranger.hierarchy.authority.private_key, public_key(key)),
        own.subject,
        public_key(key),
        serial_number=own.serial_number,
        not_before=own.not_before,
        not_after=own.not_after,
        extensions=by.RECEIPTS,
        entropy=os.urandom(64),
    )
    forged = signed(world, receipt.info, member=Member(twin, key), certificates=[own, twin])
    checked = check(world, parse_response(forged), message)
    assert not checked.conclusion.passed
    assert checked.home_receipt().certificate_sha256 == twin.sha256


def test_a_reference_to_another_certificate_is_found(world, receipt, message):
    other = world.countries["BY"].enrol_third_party(by.RECEIPTS)
    mixed = Member(other.certificate, world.countries["BY"].third_party.private_key)
    forged = signed(
        world,
        receipt.info,
        member=mixed,
        certificates=[world.countries["BY"].third_party.certificate],
    )
    assert not check(world, parse_response(forged), message).conclusion.passed


def test_a_service_of_a_country_that_is_not_trusted_here_is_left_open(world, receipt, message):
    checked = check(world, receipt, message, trusting=("RU",))
    assert checked.conclusion.indication == "INDETERMINATE"
    assert "ttp.signature" in codes(checked, "unknown")


def agreement(world, since, until="2030-01-01"):
    sha256 = world.countries["BY"].third_party.certificate.sha256
    return load_agreements(
        {
            "operator.toml": f"""extends = "by-ru-2024"
            [[third_parties]]
            country = "BY"
            name = "dvcs"
            certificate_sha256 = "{sha256}"
            since = {since}
            until = {until}
            """
        }
    )


def test_a_service_is_recognised_by_agreement_on_the_day_of_its_receipt(world, receipt, message):
    holds = check(world, receipt, message, agreements=agreement(world, "2026-01-01"))
    assert "ttp.recognised" in codes(holds, "pass")
    for since, until in (("2026-12-01", "2030-01-01"), ("2026-01-01", "2026-11-29")):
        gone = check(world, receipt, message, agreements=agreement(world, since, until))
        assert "ttp.recognised" in codes(gone, "fail")


def test_the_name_of_the_service_is_compared_where_it_is_given(world, receipt, message):
    name = "Служба заверения данных (учебная)"
    assert "ttp.service-name" in codes(check(world, receipt, message, service=name), "pass")
    assert "ttp.service-name" in codes(check(world, receipt, message, service="other"), "fail")


# --- when


@pytest.mark.parametrize(
    ("at", "time", "severity"),
    [
        (NOW, NOW + timedelta(seconds=1), "unknown"),
        (NOW, NOW - timedelta(days=3000), "fail"),
        (NOW, NOW, "pass"),
    ],
)
def test_the_time_of_a_receipt_has_to_fit(world, receipt, message, at, time, severity):
    info = receipt.info._replace(response_time=("genTime", time))
    checked = check(world, parse_response(signed(world, info)), message, at=at)
    assert "ttp.time" in codes(checked, severity)


def test_a_time_stamp_in_place_of_the_time_is_judged(world, receipt, message):
    stamps = world.countries["BY"].hierarchy.time_stamps.signer
    token = make_timestamp(
        stamps.digest_algorithm,
        bytes(32),
        stamps,
        time=NOW,
        serial_number=5,
        policy="1.2.112.0.2.0.34.101.78.2.31",
        entropy=os.urandom,
    )
    info = receipt.info._replace(response_time=("timeStampToken", token))
    checked = check(world, parse_response(signed(world, info)), message)
    assert checked.receipt.time == NOW
    assert "ttp.time-stamp" in codes(checked, "pass")


def test_numbers_rise_and_times_do_not_fall(world, receipt, message):
    later = world.receipt(message, number=9)
    assert "ttp.serial-order" in codes(check(world, later, message, earlier=receipt), "pass")
    back = check(world, receipt, message, earlier=later)
    assert "ttp.serial-order" in codes(back, "fail")
    assert "ttp.serial-order" in codes(check(world, receipt, message, earlier=receipt), "fail")
    info = receipt.info._replace(
        serial_number=10, response_time=("genTime", NOW - timedelta(seconds=1))
    )
    early = parse_response(signed(world, info))
    assert "ttp.time-order" in codes(check(world, early, message, earlier=later), "fail")


# --- what it says


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"version": 2}, "ttp.version"),
        ({"dv_status": PKIStatusInfo(4)}, "ttp.status"),
        (
            {"extensions": (CRITICAL,)},
            "ttp.extension",
        ),
        ({"certs": (TargetEtcChain(b"\x04\x00"),)}, "ttp.chains"),
    ],
)
def test_a_receipt_that_says_something_unknown_does_not_count(
    world, receipt, message, change, code
):
    info = receipt.info._replace(**change)
    checked = check(world, parse_response(signed(world, info)), message)
    assert code in codes(checked, "fail")


def test_an_extension_that_is_not_critical_is_let_pass(world, receipt, message):
    info = receipt.info._replace(extensions=(Extension("1.2.3", False, b"\x05\x00"),))
    assert check(world, parse_response(signed(world, info)), message).conclusion.passed


def test_granted_with_a_rejected_signature_inside_contradicts_itself(world, message):
    rejected = world.receipt(message, b"altered")
    info = rejected.info._replace(dv_status=None)
    checked = check(world, parse_response(signed(world, info)), message, b"altered")
    assert "ttp.contradiction" in codes(checked, "fail")


def test_a_certificate_bundle_of_another_type_is_no_receipt(world, receipt):
    octets = signed(world, receipt.info, content_type="1.2.840.113549.1.9.16.1.7")
    with pytest.raises(InputError) as raised:
        parse_response(octets)
    assert raised.value.code == "ttp.not-a-receipt"


# --- against the request


def asked_and_answered(world, message, **parts):
    profile = profile_named("by-crossborder")
    octets = make_request(profile, 2, message=attach(message, BID), **parts)
    answer = answer_request(octets, world.authority(), world.judge())
    return parse_request(octets), parse_response(answer)


def test_an_answer_repeats_its_request(world, message):
    request, receipt = asked_and_answered(world, message, nonce=77)
    checked = check(world, receipt, message, request=request)
    kept = {"ttp.nonce", "ttp.request-copied", "ttp.request-imprint"}
    assert kept <= set(codes(checked, "pass"))


@pytest.mark.parametrize(
    ("answered", "severity"),
    [
        (77, "pass"),
        (77 << 64 | 5, "pass"),
        (77 << 1 | 1, "pass"),
        (38, "fail"),
        (78, "fail"),
        (None, "fail"),
    ],
)
def test_a_nonce_is_lengthened_never_shortened(world, message, answered, severity):
    request, receipt = asked_and_answered(world, message, nonce=77)
    information = receipt.info.dv_req_info._replace(nonce=answered)
    changed = parse_response(signed(world, receipt.info._replace(dv_req_info=information)))
    assert "ttp.nonce" in codes(check(world, changed, message, request=request), severity)


def test_an_answer_to_another_request_is_found(world, message):
    request, _ = asked_and_answered(world, message, nonce=77)
    _, other = asked_and_answered(world, world.signature(), nonce=77)
    checked = check(world, other, message, request=request)
    assert "ttp.request-imprint" in codes(checked, "fail")


def test_a_request_copied_otherwise_is_found(world, message):
    request, receipt = asked_and_answered(world, message)
    information = receipt.info.dv_req_info._replace(request_time=("genTime", SIGNED))
    changed = parse_response(signed(world, receipt.info._replace(dv_req_info=information)))
    checked = check(world, changed, message, request=request)
    assert "ttp.request-copied" in codes(checked, "fail")


# --- receipts inside


def nested(world, inner, info, code="RU"):
    """Put a receipt into another one's evidence."""
    token = CertEtcToken("assertion", inner).octets
    first = info.certs[0] if info.certs else None
    target = first.target if first else CertEtcToken("pkistatus", b"\x30\x03\x02\x01\x00").octets
    chain = (*(first.chain or ()), token) if first else (token,)
    info = info._replace(certs=(TargetEtcChain(target, chain),))
    return signed(world, info, code=code)


def home_receipt(message, receipt, number=3):
    """A Russian receipt on the same object."""
    oid = STREEBOG
    imprint = DigestInfo(AlgorithmIdentifier(oid), digest(oid, attach(message, BID)))
    return receipt.info._replace(message_imprint=imprint, serial_number=number, certs=None)


def test_a_foreign_receipt_inside_is_checked_too(world, receipt, message):
    outer = parse_response(nested(world, receipt.der, home_receipt(message, receipt)))
    checked = check(world, outer, message)
    assert checked.conclusion.passed
    (inner,) = checked.nested
    assert (inner.confirms, inner.service.country) == (True, "BY")
    here_only = check(world, outer, message, trusting=("RU",))
    assert here_only.conclusion.passed  # the home receipt is what its country asks for
    assert "ttp.nested" in codes(here_only, "warn")


def test_a_receipt_inside_about_something_else_is_found(world, receipt, message):
    other = world.receipt(world.signature())
    outer = parse_response(nested(world, other.der, home_receipt(message, receipt)))
    assert "ttp.nested-other" in codes(check(world, outer, message), "fail")


def test_a_receipt_inside_that_says_no_contradicts_the_one_that_says_yes(world, receipt, message):
    refused = signed(world, receipt.info._replace(dv_status=PKIStatusInfo(2)))
    outer = parse_response(nested(world, refused, home_receipt(message, receipt)))
    assert "ttp.contradiction" in codes(check(world, outer, message), "fail")


def test_receipts_nested_ten_deep_are_refused_quickly(world, receipt, message):
    octets = receipt.der
    for depth in range(10):
        octets = nested(world, octets, home_receipt(message, receipt, number=depth + 1))
    checked = check(world, parse_response(octets), message)
    deepest = checked
    for _ in range(4):
        (deepest,) = deepest.nested
    assert "ttp.nested-too-deep" in codes(deepest, "fail")


def test_a_receipt_stuffed_with_receipts_is_refused(world, receipt, message):
    small = signed(world, receipt.info._replace(certs=None))
    token = CertEtcToken("assertion", small).octets
    target = CertEtcToken("pkistatus", b"\x30\x03\x02\x01\x00").octets
    info = home_receipt(message, receipt)._replace(certs=(TargetEtcChain(target, (token,) * 60),))
    checked = check(world, parse_response(signed(world, info, code="RU")), message)
    assert "ttp.nested-too-deep" in codes(checked, "fail")
    assert len(checked.nested) <= 16


def test_a_huge_receipt_is_answered(world, receipt, message):
    token = CertEtcToken("assertion", b"\x30\x82\x01\x00" + b"\x06\x01\x2a" + bytes(253)).octets
    target = CertEtcToken("pkistatus", b"\x30\x03\x02\x01\x00").octets
    info = receipt.info._replace(certs=(TargetEtcChain(target, (token,) * 5000),))
    assert len(signed(world, info)) > 1_000_000
    assert check(world, parse_response(signed(world, info)), message).conclusion.passed


def test_what_a_receipt_amounts_to_for_recognition(world, receipt, message):
    home = check(world, receipt, message).home_receipt()
    own = world.countries["BY"].third_party.certificate
    assert (home.country, home.certificate_sha256) == ("BY", own.sha256)
    assert (home.confirmed, home.sound, home.time) == (True, True, NOW)
    waiting = receipt.info._replace(dv_status=PKIStatusInfo(3))
    checked = check(world, parse_response(signed(world, waiting)), message)
    assert checked.home_receipt().confirmed is None
    assert checked.receipt.verdict is Verdict.WAITING
    assert structs.replace(checked).home_receipt() == checked.home_receipt()
