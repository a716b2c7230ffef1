"""The home service on a foreign signature: by agreement, never against the other side's word."""

from __future__ import annotations

from datetime import timedelta

import pytest

from third_parties import BID, NOW, World, shown
from zaruka.asn1 import schema as s
from zaruka.asn1.dvcs import DVCS_RESPONSE
from zaruka.asn1.tsp import PKIStatusInfo
from zaruka.recognition import load_agreements
from zaruka.service.receipts import issue
from zaruka.signatures.creation import sign_encapsulated
from zaruka.ttp.profiles import profile_named
from zaruka.ttp.reading import ErrorNotice, Verdict, parse_response
from zaruka.ttp.serials import GivenSerial

START = 'extends = "by-ru-2024"\n[effect]\nkind = "recognition"\nsince = 2026-01-01\n'


def agreement(*members):
    parties = "".join(
        f'[[third_parties]]\ncountry = "{code}"\nname = "{code}"\n'
        f'certificate_sha256 = "{member.certificate.sha256}"\nsince = 2026-01-01\n'
        for code, member in members
    )
    return load_agreements({"operator.toml": START + parties})


@pytest.fixture(scope="module")
def message(world):
    return world.signature("BY")


def give(world, message, *, foreign=(), agreements=None, content=BID, **more):
    """Ask the Russian service about a Belarusian bid."""
    own = world.countries
    if agreements is None:
        agreements = agreement(*((code, each.third_party) for code, each in own.items()))
    return issue(
        world.context(),
        shown(message, content),
        own["RU"].third_party.signer,
        profile_named("ru"),
        GivenSerial(5),
        foreign=foreign,
        agreements=agreements,
        **more,
    )


def reasons(issued):
    answer = issued.checked.receipt
    status = answer.status if isinstance(answer, ErrorNotice) else answer.info.dv_status
    return set(status.status_string or ())


def test_with_the_word_of_the_signers_own_service_it_is_granted(world, message):
    first = world.receipt(message)
    issued = give(world, message, foreign=(first,))
    assert issued.checked.receipt.verdict is Verdict.GRANTED
    assert [each.receipt.sha256 for each in issued.checked.nested] == [first.sha256]


def test_a_signature_of_the_services_own_country_needs_no_other_word(world):
    issued = give(world, world.signature("RU"))
    assert issued.checked.receipt.verdict is Verdict.GRANTED


def test_without_the_word_of_the_signers_own_service_it_is_not_granted(world, message):
    assert give(world, message).checked.receipt.verdict is Verdict.REJECTION
    later = NOW + timedelta(hours=1)
    assert give(world, message, waits_until=later).checked.receipt.verdict is Verdict.WAITING


def refusal_of(world, message):
    """Let the Belarusian service say that the very same object is not valid."""
    first = world.receipt(message)
    info = first.info._replace(dv_status=PKIStatusInfo(2), certs=None)
    member = world.countries["BY"].third_party
    return parse_response(
        sign_encapsulated(
            "1.2.840.113549.1.9.16.1.8",
            s.encode(DVCS_RESPONSE, ("dvCertInfo", info)),
            member.signer,
            entropy=lambda count: bytes(range(count)),
            certificates=[member.certificate],
        )
    )


def test_where_the_two_sides_differ_nothing_is_ever_granted(world, message):
    for more in ({}, {"waits_until": NOW + timedelta(hours=1)}):
        issued = give(world, message, foreign=(refusal_of(world, message),), **more)
        assert issued.checked.receipt.verdict is Verdict.REJECTION
        assert "recognition.conflict" in reasons(issued)
        assert issued.report.signatures[0].conclusion.passed  # our own check, beside it


def test_a_service_that_is_not_registered_cannot_be_relied_on(world, message):
    first = world.receipt(message)
    stranger = World().countries["BY"].third_party
    own = world.countries["RU"].third_party
    issued = give(
        world, message, foreign=(first,), agreements=agreement(("BY", stranger), ("RU", own))
    )
    answer = issued.checked.receipt
    assert isinstance(answer, ErrorNotice)
    assert (answer.failures, "recognition.third-party" in reasons(issued)) == ((6,), True)


@pytest.mark.parametrize("start", ["", "[effect]\nkind = 'recognition'\nsince = 2027-01-01\n"])
def test_without_an_agreement_in_force_it_is_not_granted(world, message, start):
    agreements = load_agreements({"operator.toml": 'extends = "by-ru-2024"\n' + start})
    answer = give(
        world, message, foreign=(world.receipt(message),), agreements=agreements
    ).checked.receipt
    assert answer.verdict is Verdict.REJECTION


def test_a_receipt_on_another_document_is_no_word_on_this_one(world, message):
    other = world.receipt(world.signature("BY"))
    answer = give(world, message, foreign=(other,)).checked.receipt
    assert answer.verdict is Verdict.REJECTION


def test_a_receipt_about_something_else_does_not_go_inside(world):
    other = world.receipt(world.signature("BY"))
    issued = give(world, world.signature("RU"), foreign=(other,))
    assert issued.checked.receipt.verdict is Verdict.GRANTED
    assert issued.checked.nested == ()
    assert issued.foreign == ()
