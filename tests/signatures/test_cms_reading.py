"""What a message may hold besides the usual, and properties of reading any octets."""

from __future__ import annotations

import pytest
from cms_samples import WHEN, codes, each_signer, edit_data, edit_signer, retag, signer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zaruka.asn1 import cms as wire
from zaruka.asn1 import schema as s
from zaruka.crypto import Outcome
from zaruka.errors import BudgetExceeded, InputError
from zaruka.findings import Severity
from zaruka.signatures.cades import check_signing_certificate
from zaruka.signatures.cms import parse_signed_data
from zaruka.signatures.creation import sign_cades
from zaruka.signatures.verifying import verify_signer

TEXT = b"Dogovor No 12 ot 23.11.2026"


def entropy(count: int) -> bytes:
    return bytes(count)


@pytest.fixture(scope="module")
def message(shared):
    who = signer(shared, "by/m-ee256")
    return sign_cades(TEXT, [who], signing_time=WHEN, entropy=entropy)


def with_certificates(message: bytes, *more: bytes) -> bytes:
    """Add to the certificates of a message."""

    def add(parts: list[bytes]) -> list[bytes]:
        there = s.decode(s.implicit(0, s.set_of(s.ANY)), parts[3])
        return [*parts[:3], s.encode(s.implicit(0, s.set_of(s.ANY)), (*there, *more)), *parts[4:]]

    return edit_data(message, add)


def test_an_attribute_certificate_among_the_certificates_is_kept(message) -> None:
    attribute_certificate = retag(message, 0x30)  # any SEQUENCE serves: it is not looked into
    found = parse_signed_data(with_certificates(message, retag(attribute_certificate, 0xA2)))
    assert found.attribute_certificates == (attribute_certificate,)
    assert len(found.certificates) == 1
    assert codes(found.findings, Severity.WARN, Severity.FAIL) == []


@pytest.mark.parametrize(
    ("der", "reason"),
    [
        (b"\x30\x03\x02\x01\x00", "asn1.unexpected-tag"),
        (b"\xa0\x02\x05\x00", "cms.certificate-choice-0"),
        (b"\xa1\x02\x05\x00", "cms.certificate-choice-1"),
        (b"\xa3\x02\x05\x00", "cms.certificate-choice-3"),
    ],
)
def test_an_unreadable_certificate_is_kept_with_its_reason(message, der, reason) -> None:
    found = parse_signed_data(with_certificates(message, der))
    assert [(unread.der, unread.reason) for unread in found.unread_certificates] == [(der, reason)]
    assert codes(found.findings, Severity.WARN) == ["cms.certificate-unreadable"]
    assert len(found.certificates) == 1


def test_revocation_lists_and_answers_beside_the_signatures_are_sorted(shared) -> None:
    folder = shared / "interop/ru-cades/cades"
    with_crl = parse_signed_data((folder / "lt-carevoked-det.p7s").read_bytes())
    with_ocsp = parse_signed_data((folder / "lt-expired-ocsp-det.p7s").read_bytes())
    assert with_crl.crls
    assert with_crl.unread_revocations == ()
    assert with_ocsp.ocsps
    assert with_ocsp.unread_revocations == ()


def test_a_signer_may_be_named_by_key_identifier(shared) -> None:
    document = parse_signed_data((shared / "interop/by/cms/m512-text-keyid.p7s").read_bytes())
    ((signature, own),) = each_signer(document)
    assert signature.sid.key_id == own.subject_key_identifier
    assert signature.version == 3
    check = verify_signer(signature, own.key, document.encapsulated)
    assert check.verification.outcome is Outcome.VALID


def test_several_signers_each_have_their_own_certificate(shared) -> None:
    path = shared / "interop/by/cms/multi-256-384-512-text.p7s"
    document = parse_signed_data(path.read_bytes())
    found = list(each_signer(document))
    assert len({own for _, own in found}) == 3
    assert len(document.digest_oids) == 3
    document.encapsulated.digest_many(document.digest_oids)
    for signature, own in found:
        check = verify_signer(signature, own.key, document.encapsulated)
        assert codes(check.findings(signature), Severity.PASS) == [
            "cms.message-digest",
            "cms.signature",
        ]


def test_indefinite_lengths_give_the_same_content(shared) -> None:
    folder = shared / "interop/by"
    document = parse_signed_data((folder / "cms/m256-text-stream.p7s").read_bytes())
    assert bytes(document.encapsulated) == (folder / "docs/text.txt").read_bytes()


def test_a_message_without_signatures_says_so(message) -> None:
    found = parse_signed_data(edit_data(message, lambda parts: [*parts[:-1], b"\x31\x00"]))
    assert found.signatures == ()
    assert codes(found.findings, Severity.UNKNOWN) == ["cms.no-signatures"]


def test_more_certificates_than_the_budget_are_refused(message) -> None:
    with pytest.raises(BudgetExceeded):
        parse_signed_data(with_certificates(message, *[b"\x30\x02\x05\x00"] * 200_000))


def test_more_readable_certificates_than_any_message_has_are_refused(message) -> None:
    own = parse_signed_data(message).certificates[0].der
    with pytest.raises(BudgetExceeded, match=r"cms\.too-many-certificates"):
        parse_signed_data(with_certificates(message, *[own] * 16_384))


def test_more_tokens_than_any_message_has_are_not_read(shared) -> None:
    path = shared / "interop/ru-cades/cades/t-good-512c-det.p7s"
    (signature,) = parse_signed_data(path.read_bytes()).signatures
    (stamp,) = signature.unsigned_attributes
    many = s.encode(s.implicit(1, s.set_of(s.ANY)), (stamp.der,) * 1100)
    crowded = edit_signer(path.read_bytes(), lambda parts: [*parts[:-1], many])
    (signature,) = parse_signed_data(crowded).signatures
    assert len(signature.timestamps) == 1000
    unread = {found.reason for each in signature.evidence for found in each.unread}
    assert unread == {"cms.too-many-tokens"}


def test_the_fingerprint_is_of_the_whole_file(message) -> None:
    from hashlib import sha256  # noqa: PLC0415

    padded = message + b"\n"
    assert parse_signed_data(padded).sha256 == sha256(padded).hexdigest()
    assert parse_signed_data(padded).size == len(padded)


# --- properties


def conclusion(octets: bytes) -> tuple[bytes, ...] | None:
    """What a signature that holds in every way protects; None where anything does not hold."""
    document = parse_signed_data(octets)
    if document.encapsulated is None or not document.signatures:
        return None
    protected = []
    for signature in document.signatures:
        candidates = signature.find_signers(document.certificates)
        if not candidates or codes(signature.findings):
            return None
        own = candidates[0]
        check = verify_signer(signature, own.key, document.encapsulated)
        found = (*check.findings(signature), *check_signing_certificate(signature, own))
        if any(each.severity is not Severity.PASS for each in found):
            return None
        if check.message_digest_matches is not True:
            return None
        protected += [
            bytes(document.encapsulated),
            signature.signed_attributes_der or b"",
            own.der,
            signature.digest_algorithm.oid.encode(),
        ]
    return tuple(protected)


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_flipped_bit_passes_with_anything_changed(message, data) -> None:
    whole = conclusion(message)
    assert whole is not None
    bit = data.draw(st.integers(0, len(message) * 8 - 1))
    flipped = bytearray(message)
    flipped[bit // 8] ^= 1 << bit % 8
    try:
        found = conclusion(bytes(flipped))
    except InputError:
        return
    assert found is None or found == whole


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_damage_to_a_long_message_is_an_input_error_or_a_finding(shared, data) -> None:
    path = shared / "real/ru/cryptopro-test-ca/25_cam_CADES-A.p7s"
    octets = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(octets) - 1))
        octets[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    try:
        document = parse_signed_data(bytes(octets))
    except InputError:
        return
    for signature in document.signatures:
        for own in signature.find_signers(document.all_certificates):
            assert verify_signer(signature, own.key, document.encapsulated).findings(signature)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_random_octets_are_an_input_error(octets) -> None:
    with pytest.raises(InputError):
        parse_signed_data(octets)


def test_wrappers_survive_reading_as_elements(message) -> None:
    assert edit_data(message, lambda parts: parts) == message
    assert isinstance(s.decode(wire.CONTENT_INFO, message), wire.ContentInfo)
