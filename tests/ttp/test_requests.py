"""Requests, imprints, nonces, and what is sent of a signed document."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from third_parties import BID, NOW
from zaruka.asn1 import schema as s
from zaruka.asn1.dvcs import DVCS_REQUEST, VSD
from zaruka.errors import InputError
from zaruka.jurisdictions.russia import RUSSIA
from zaruka.signatures import verify_signer
from zaruka.signatures.cms import parse_signed_data
from zaruka.signatures.content import BytesContent
from zaruka.ttp.documents import Form, attach, forms_of, split
from zaruka.ttp.imprints import extends_nonce, imprint_of, lengthened_nonce
from zaruka.ttp.profiles import profile_named
from zaruka.ttp.reading import parse_request, parse_response
from zaruka.ttp.requests import make_request

GOST_94 = "1.2.643.2.2.9"


@pytest.mark.parametrize("service", ["cpd", "ccpd", "vpkc"])
def test_imprints_are_made_as_the_service_of_2012_made_them(shared, service):
    """Of a message its octets alone, of certificates their whole encoding, [0] and all."""
    folder = shared / "real/ru/dvcs"
    request = parse_request((folder / f"request_{service}_tomsk.der").read_bytes())
    answer = parse_response((folder / f"response_{service}_tomsk.der").read_bytes())
    made = imprint_of(request.wire.data, GOST_94)
    assert made.digest == answer.info.message_imprint.digest


@given(st.binary(max_size=300), st.none() | st.integers(0, 2**200), st.booleans())
def test_a_request_is_read_back_as_it_was_made(message, nonce, timed):
    parts = {"nonce": nonce, "request_time": ("genTime", NOW) if timed else None}
    octets = make_request(profile_named("by-crossborder"), VSD, message=message, **parts)
    read = parse_request(octets)
    assert (read.message, read.information.nonce) == (message, nonce)
    assert s.encode(DVCS_REQUEST, read.wire) == octets


@given(st.integers(1, 2**160), st.binary(min_size=1, max_size=20))
def test_a_lengthened_nonce_still_answers_and_a_shortened_one_does_not(nonce, octets):
    longer = lengthened_nonce(nonce, octets)
    assert extends_nonce(nonce, longer)
    assert not extends_nonce(longer, nonce)


def test_what_is_no_request_is_refused(shared):
    answer = (shared / "real/ru/dvcs/response_cpd_tomsk.der").read_bytes()
    for octets in (b"", b"\x30\x00", answer, BID):
        with pytest.raises(InputError):
            parse_request(octets)


@pytest.mark.parametrize("code", ["BY", "RU"])
def test_attaching_a_document_keeps_every_octet_of_signers_and_certificates(world, code):
    message = world.signature(code)
    before, after = parse_signed_data(message), parse_signed_data(attach(message, BID))
    assert [each.der for each in after.signatures] == [each.der for each in before.signatures]
    assert after.certificates == before.certificates
    assert bytes(after.encapsulated) == BID
    (signature,) = after.signatures
    (signer,) = signature.find_signers(after.certificates)
    checked = verify_signer(signature, signer.key, after.encapsulated)
    assert checked.message_digest_matches
    with pytest.raises(InputError) as raised:
        attach(attach(message, BID), BID)
    assert raised.value.code == "ttp.already-attached"


def test_detached_signatures_of_other_programs_are_made_attached(shared):
    """DER or BER around them: SignerInfos stay as they are, and the same object is made again."""
    tried = 0
    for path in sorted(shared.glob("interop/*/cms*/*.p7s")):
        octets = path.read_bytes()
        try:
            before = parse_signed_data(octets)
        except InputError:
            continue
        if before.encapsulated is not None:
            continue
        tried += 1
        made = attach(octets, b"content")
        assert made == attach(octets, b"content")
        after = parse_signed_data(made)
        assert [each.der for each in after.signatures] == [each.der for each in before.signatures]
        assert bytes(after.encapsulated) == b"content"
    assert tried > 5


def test_of_a_signature_both_ways_of_sending_it_can_be_rebuilt(world):
    forms = [each.form for each in forms_of(world.signature(), BytesContent(BID))]
    assert forms == [Form.AS_IT_IS, Form.ATTACHED]
    alone = [each.form for each in forms_of(world.signature(detached=False), BytesContent(BID))]
    assert alone == [Form.AS_IT_IS]


def test_padding_behind_a_message_is_not_sent(world):
    message = world.signature()
    sent = next(forms_of(message + b"\x00\r\n", None))
    assert sent.octets == message


def test_without_a_signature_of_the_country_nothing_is_split(world):
    with pytest.raises(InputError) as raised:
        split(parse_signed_data(world.signature("BY")), RUSSIA.claims)
    assert raised.value.code == "ttp.nothing-to-split"


def test_a_document_of_a_hundred_megabytes_can_be_sent():
    """National rules let services expect that much."""
    octets = make_request(profile_named("by-crossborder"), VSD, message=bytes(100 << 20))
    assert len(parse_request(octets).message) == 100 << 20
