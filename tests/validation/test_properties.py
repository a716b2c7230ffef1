"""What holds of every validation: order does not matter, nothing altered passes."""

from __future__ import annotations

from typing import Any

import nation
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs
from nation import DAY, NOW

from zaruka.errors import InputError
from zaruka.findings import Indication
from zaruka.signatures import parse_signed_data
from zaruka.signatures.creation import sign_cades
from zaruka.validation.context import Context, Evidence
from zaruka.validation.process import validate_certificate, validate_document
from zaruka.validation.results import Block, ValidationReport
from zaruka.validation.revocation_objects import validate_crl
from zaruka.x509 import Certificate, CertificateList

MADE = nation.russia()
WHO, CLOCK = MADE.signer(), MADE.stamping()
STAMPED = MADE.stamp(MADE.sign(WHO, b"contract"), CLOCK, NOW - 9 * DAY)
MADE.revoke(WHO, NOW - 3 * DAY)
OTHER = nation.belarus()
CERTIFICATES = (
    MADE.root,
    MADE.ca,
    WHO.certificate,
    CLOCK.certificate,
    OTHER.root,
    OTHER.ca,
    OTHER.signer().certificate,
)
CRLS = (
    *MADE.crls(),
    *MADE.crls(issued=NOW - 5 * DAY, until=NOW + 2 * DAY),
    *OTHER.crls(),
    *MADE.crls(issued=NOW - 300 * DAY, until=NOW - 200 * DAY),
)


def judge(message: bytes, context: Context) -> ValidationReport:
    return validate_document(parse_signed_data(message), None, context)


def context_with(certificates: Any, crls: Any) -> Context:
    base = MADE.context(crls=())
    evidence = Evidence.of("file:test", certificates=certificates, crls=crls)
    return structs.replace(base, evidence=evidence)


@given(st.permutations(CERTIFICATES), st.permutations(CRLS))
@settings(max_examples=40, deadline=None)
def test_the_order_of_evidence_changes_nothing(
    certificates: list[Certificate], crls: list[CertificateList]
) -> None:
    expected = judge(STAMPED, context_with(CERTIFICATES, CRLS))
    assert judge(STAMPED, context_with(certificates, crls)) == expected


@given(st.sets(st.sampled_from(range(len(CRLS)))))
@settings(max_examples=40, deadline=None)
def test_less_evidence_never_turns_into_failure(chosen: set[int]) -> None:
    report = judge(STAMPED, context_with(CERTIFICATES, [CRLS[index] for index in chosen]))
    assert report.conclusion.indication in {Indication.TOTAL_PASSED, Indication.INDETERMINATE}


def test_the_same_input_twice_gives_equal_reports() -> None:
    first, second = (
        judge(STAMPED, context_with(CERTIFICATES, CRLS)),
        judge(bytes(STAMPED), context_with(CERTIFICATES, CRLS)),
    )
    assert first == second
    assert repr(first) == repr(second)


def _altered(octets: bytes, within: bytes, bit: int) -> bytes:
    """Flip one bit inside the part `within` of `octets`."""
    start = octets.index(within)
    place = start + bit // 8 % len(within)
    return octets[:place] + bytes([octets[place] ^ 1 << bit % 8]) + octets[place + 1 :]


PLAIN = OTHER.sign(OTHER.signer("Other"), b"waybill")
SIGNATURE = parse_signed_data(PLAIN).signatures[0]
PARTS = {
    "content": b"waybill",
    "signature": SIGNATURE.signature,
    "attributes": (SIGNATURE.signed_attributes_der or b"")[4:],
    "certificate": SIGNATURE.find_signers(parse_signed_data(PLAIN).certificates)[0].der,
}


@pytest.mark.parametrize("part", PARTS)
@given(bit=st.integers(0, 1 << 16))
@settings(max_examples=60, deadline=None)
def test_one_flipped_bit_never_passes(part: str, bit: int) -> None:
    try:
        document = parse_signed_data(_altered(PLAIN, PARTS[part], bit))
    except InputError:
        return  # not readable is not passed either
    report = validate_document(document, None, OTHER.context())
    assert report.conclusion.indication is not Indication.TOTAL_PASSED


@given(bit=st.integers(0, 1 << 16), which=st.sampled_from(("ca", "root crl", "ca crl")))
@settings(max_examples=60, deadline=None)
def test_one_flipped_bit_in_the_evidence_never_passes(bit: int, which: str) -> None:
    """The chain comes from outside only: the message holds the signer's certificate alone."""
    signer = OTHER.signer("Other")
    document = parse_signed_data(
        sign_cades(b"waybill", (signer,), signing_time=NOW - DAY, entropy=nation.entropy)
    )
    crls = list(OTHER.crls())
    certificates = [OTHER.root, OTHER.ca]
    try:
        if which == "ca":
            certificates[1] = Certificate.parse(_altered(OTHER.ca.der, OTHER.ca.der, bit))
        else:
            index = ("root crl", "ca crl").index(which)
            der = bytes(crls[index].der)
            crls[index] = CertificateList.parse(_altered(der, der, bit))
    except InputError:
        return
    context = structs.replace(
        OTHER.context(), evidence=Evidence.of("file", certificates=certificates, crls=crls)
    )
    report = validate_document(document, None, context)
    assert report.conclusion.indication is not Indication.TOTAL_PASSED


@given(st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(1, 255)), min_size=1, max_size=4))
@settings(max_examples=300, deadline=None)
def test_a_damaged_message_gets_a_report_or_an_input_error(edits: list[tuple[int, int]]) -> None:
    octets = bytearray(STAMPED)
    for place, mask in edits:
        octets[place % len(octets)] ^= mask
    try:
        document = parse_signed_data(bytes(octets))
    except InputError:
        return
    report = validate_document(document, None, context_with(CERTIFICATES, CRLS))
    assert report.conclusion.indication in {
        Indication.TOTAL_PASSED,
        Indication.TOTAL_FAILED,
        Indication.INDETERMINATE,
    }
    for result in report.signatures:
        if result.conclusion.indication is not Indication.TOTAL_PASSED:
            assert result.conclusion.sub_indication is not None
        assert {block.block for block in result.blocks} >= {Block.FORMAT_CHECKING}


@given(st.integers(0, 1 << 20), st.integers(1, 255), st.sampled_from(("certificate", "crl")))
@settings(max_examples=150, deadline=None)
def test_damaged_evidence_gets_a_report_or_an_input_error(place: int, mask: int, kind: str) -> None:
    whole = MADE.ca.der if kind == "certificate" else bytes(CRLS[1].der)
    octets = bytearray(whole)
    octets[place % len(octets)] ^= mask
    certificates, crls = list(CERTIFICATES), list(CRLS)
    try:
        if kind == "certificate":
            certificates[1] = Certificate.parse(bytes(octets))
        else:
            crls[1] = CertificateList.parse(bytes(octets))
    except InputError:
        return
    report = judge(STAMPED, context_with(certificates, crls))
    assert report.conclusion.indication in {Indication.TOTAL_PASSED, Indication.INDETERMINATE}
    if kind == "certificate":
        validate_certificate(certificates[1], context_with(certificates, crls))
    else:
        try:
            validate_crl(crls[1], context_with(certificates, crls))
        except InputError as error:
            assert error.code == "x509.crl-entry"  # noqa: PT017 - it is unreadable by itself
