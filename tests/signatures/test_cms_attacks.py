"""Messages that lie: made by editing real ones, or signed rightly over what must not be signed."""

from __future__ import annotations

import pytest
from cms_samples import (
    WHEN,
    attribute,
    codes,
    edit_data,
    edit_signer,
    retag,
    sign_attributes,
    signer,
    usual_attributes,
)

from zaruka.asn1 import cms as wire
from zaruka.asn1 import schema as s
from zaruka.asn1.pkix import AlgorithmIdentifier
from zaruka.crypto import Outcome
from zaruka.errors import InputError
from zaruka.findings import Severity, SubIndication
from zaruka.signatures.cades import (
    SIGNATURE_TIME_STAMP,
    SIGNING_CERTIFICATE_V2,
    check_signing_certificate,
)
from zaruka.signatures.cms import parse_signed_data
from zaruka.signatures.content import BytesContent
from zaruka.signatures.creation import sign_cades
from zaruka.signatures.structure import (
    ALGORITHM_PROTECTION,
    CONTENT_TYPE,
    ID_DATA,
    MESSAGE_DIGEST,
    SIGNING_TIME,
)
from zaruka.signatures.verifying import check_content, verify_signer

TEXT = b"Dogovor No 12 ot 23.11.2026"
OTHER_TYPE = "1.2.840.113549.1.7.5"
SHA_256 = "2.16.840.1.101.3.4.2.1"


def entropy(count: int) -> bytes:
    return bytes(range(count))


@pytest.fixture(scope="module", params=["ru/ul-256-xa", "by/m-ee256"])
def who(shared, request):
    return signer(shared, request.param)


@pytest.fixture
def message(who):
    return sign_cades(TEXT, [who], signing_time=WHEN, entropy=entropy)


def only(message: bytes):
    (signature,) = parse_signed_data(message).signatures
    return signature


def outcome(signature, who, content: bytes | None = TEXT) -> Outcome:
    given = None if content is None else BytesContent(content)
    check = verify_signer(signature, who.certificate.key, given)
    assert check.verification is not None
    return check.verification.outcome


def failed(message: bytes, who) -> list[str]:
    """Codes that fail, of a message whose signature value is right."""
    signature = only(message)
    assert outcome(signature, who) is Outcome.VALID
    for finding in signature.findings:
        if finding.severity is Severity.FAIL:
            assert finding.sub_indication is SubIndication.FORMAT_FAILURE
    return codes(signature.findings)


# --- signed attributes read as content


@pytest.mark.parametrize("attached", [True, False])
def test_signed_attributes_read_as_content_are_refused(message, who, attached) -> None:
    attributes = only(message).signed_attributes_der
    forged = edit_signer(message, lambda parts: [p for p in parts if p[0] != 0xA0])
    content = wire.EncapsulatedContentInfo(ID_DATA, ("octets", attributes) if attached else None)
    forged = edit_data(
        forged,
        lambda p: [*p[:2], s.encode(wire.ENCAPSULATED_CONTENT_INFO, content), *p[3:]],
    )
    document = parse_signed_data(forged)
    (signature,) = document.signatures
    assert codes(signature.findings) == []
    # the mathematics holds: that is the attack
    assert outcome(signature, who, attributes) is Outcome.VALID
    given = document.encapsulated if attached else BytesContent(attributes)
    (finding,) = check_content(signature, given)
    assert finding.rule.code == "cms.content-is-attributes"
    assert finding.severity is Severity.FAIL


def test_honest_content_without_signed_attributes_is_not_refused(shared) -> None:
    document = parse_signed_data((shared / "interop/by/cms/m256-text-noattr.p7s").read_bytes())
    (signature,) = document.signatures
    assert check_content(signature, document.encapsulated) == ()
    assert check_content(signature, BytesContent(b"1 looks like a SET, but is text")) == ()


def test_content_with_signed_attributes_may_be_anything(message) -> None:
    signature = only(message)
    assert check_content(signature, BytesContent(signature.signed_attributes_der)) == ()


def test_without_signed_attributes_only_data_can_be_signed(shared) -> None:
    bare = (shared / "interop/by/cms/m256-text-noattr.p7s").read_bytes()
    info = wire.EncapsulatedContentInfo(OTHER_TYPE, ("octets", TEXT))
    other = edit_data(
        bare, lambda p: [*p[:2], s.encode(wire.ENCAPSULATED_CONTENT_INFO, info), *p[3:]]
    )
    assert codes(only(other).findings) == ["cms.signed-attributes-required"]


# --- content-type, message-digest, signing-time: missing, doubled, of several values, wrong


@pytest.mark.parametrize(
    ("oid", "code"),
    [(CONTENT_TYPE, "cms.content-type"), (MESSAGE_DIGEST, "cms.message-digest-attribute")],
)
def test_a_required_attribute_that_is_missing_is_refused(who, oid, code) -> None:
    attributes = usual_attributes(who, TEXT)
    del attributes[oid]
    assert failed(sign_attributes(who, TEXT, list(attributes.values())), who) == [code]


@pytest.mark.parametrize(
    ("oid", "code"),
    [
        (CONTENT_TYPE, "cms.content-type"),
        (MESSAGE_DIGEST, "cms.message-digest-attribute"),
        (SIGNING_TIME, "cms.signing-time"),
        (SIGNING_CERTIFICATE_V2, "cades.signing-certificate-attribute"),
    ],
)
@pytest.mark.parametrize("how", ["attribute", "value", "no value"])
def test_an_attribute_that_must_stand_alone_is_refused_doubled(who, oid, code, how) -> None:
    attributes = usual_attributes(who, TEXT)
    (value,) = attributes[oid].attr_values
    other = value[:-1] + bytes((value[-1] ^ 1,))
    extra = []
    if how == "attribute":
        extra = [attribute(oid, other)]
    else:
        attributes[oid] = attribute(oid, *([value, other] if how == "value" else []))
    found = sign_attributes(who, TEXT, [*attributes.values(), *extra])
    assert code in failed(found, who)


def test_a_doubled_digest_gives_none_to_compare(who) -> None:
    attributes = usual_attributes(who, TEXT)
    other = attribute(MESSAGE_DIGEST, s.encode(s.OCTET_STRING, bytes(32)))
    signature = only(sign_attributes(who, TEXT, [*attributes.values(), other]))
    assert signature.message_digest is None


def test_a_content_type_that_is_not_that_of_the_content_is_refused(who) -> None:
    attributes = usual_attributes(who, TEXT, OTHER_TYPE)
    found = sign_attributes(who, TEXT, list(attributes.values()))
    assert failed(found, who) == ["cms.content-type"]


@pytest.mark.parametrize("length", [0, 20, 31, 33, 64])
def test_a_message_digest_of_wrong_length_is_refused(who, length) -> None:
    attributes = usual_attributes(who, TEXT)
    short = (attributes[MESSAGE_DIGEST].attr_values[0] * 2)[2 : 2 + length].ljust(length, b"\0")
    attributes[MESSAGE_DIGEST] = attribute(MESSAGE_DIGEST, s.encode(s.OCTET_STRING, short))
    found = sign_attributes(who, TEXT, list(attributes.values()))
    assert failed(found, who) == ["cms.message-digest-length"]
    check = verify_signer(only(found), who.certificate.key, BytesContent(TEXT))
    assert check.message_digest_matches is False


@pytest.mark.parametrize("oid", [CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_TIME])
def test_a_value_of_another_type_is_refused(who, oid) -> None:
    attributes = usual_attributes(who, TEXT)
    attributes[oid] = attribute(oid, s.encode(s.BOOLEAN, True))
    assert failed(sign_attributes(who, TEXT, list(attributes.values())), who)


def test_empty_signed_attributes_are_refused(message) -> None:
    empty = edit_signer(message, lambda parts: [b"\xa0\0" if p[0] == 0xA0 else p for p in parts])
    found = codes(only(empty).findings)
    assert found[0] == "cms.attributes-malformed"
    assert {"cms.content-type", "cms.message-digest-attribute"} <= set(found)


def test_nothing_is_read_from_unsigned_attributes(who) -> None:
    attributes = usual_attributes(who, TEXT)
    unsigned = s.encode(s.implicit(1, wire.ATTRIBUTES), (attributes[MESSAGE_DIGEST],))
    del attributes[MESSAGE_DIGEST]
    bare = sign_attributes(who, TEXT, list(attributes.values()))
    signature = only(edit_signer(bare, lambda parts: [*parts, unsigned]))
    assert signature.message_digest is None
    assert "cms.message-digest-attribute" in codes(signature.findings)
    assert "cms.attribute-unsigned" in codes(signature.findings, Severity.WARN)


# --- order of signed attributes


def _reversed(parts: list[bytes]) -> list[bytes]:
    """Turn the order of the signed attributes around."""
    encodings = s.decode(s.implicit(0, s.set_of(s.ANY)), parts[3])
    turned = retag(s.encode(s.sequence_of(s.ANY), tuple(reversed(encodings))), 0xA0)
    return [*parts[:3], turned, *parts[4:]]


def test_attributes_out_of_order_verify_sorted_and_are_named(message, who) -> None:
    signature = only(edit_signer(message, _reversed))
    check = verify_signer(signature, who.certificate.key, BytesContent(TEXT))
    assert check.verification.outcome is Outcome.VALID
    assert check.sorted_first
    assert "cms.signed-attributes-not-der" in codes(signature.findings, Severity.WARN)


def test_attributes_signed_out_of_order_verify_as_written_and_are_named(message, who) -> None:
    from zaruka.crypto import sign  # noqa: PLC0415

    def resign(parts: list[bytes]) -> list[bytes]:
        parts = _reversed(parts)
        value = sign(
            who.key,
            who.signature_algorithm,
            who.digest_algorithm.oid,
            message=retag(parts[3], 0x31),
            entropy=entropy(64),
        )
        return [*parts[:5], s.encode(s.OCTET_STRING, value)]

    signature = only(edit_signer(message, resign))
    check = verify_signer(signature, who.certificate.key, BytesContent(TEXT))
    assert check.verification.outcome is Outcome.VALID
    assert not check.sorted_first
    assert codes(signature.findings) == []
    assert "cms.signed-attributes-not-der" in codes(signature.findings, Severity.WARN)


def test_sorting_does_not_let_a_changed_attribute_pass(message, who) -> None:
    def change(parts: list[bytes]) -> list[bytes]:
        parts = _reversed(parts)
        at = parts[3].index(b"261123")
        return [*parts[:3], parts[3][:at] + b"271123" + parts[3][at + 6 :], *parts[4:]]

    assert outcome(only(edit_signer(message, change)), who) is Outcome.INVALID


# --- algorithms that disagree


def test_a_digest_that_the_signature_algorithm_contradicts_is_refused(message, who) -> None:
    digest = s.encode(wire.ALGORITHM_IDENTIFIER, AlgorithmIdentifier(SHA_256))
    signature = only(edit_signer(message, lambda p: [*p[:2], digest, *p[3:]]))
    check = verify_signer(signature, who.certificate.key, BytesContent(TEXT))
    assert check.verification.outcome is Outcome.ALGORITHM_MISMATCH
    assert check.message_digest_matches is False
    assert "cms.key-algorithm" in codes(check.findings(signature))


def test_named_in_full_the_two_digests_are_compared_without_a_key(shared) -> None:
    who = signer(shared, "by/m-ee256")  # bign-with-hbelt, NULL
    message = sign_cades(TEXT, [who], signing_time=WHEN, entropy=entropy)
    bash = s.encode(wire.ALGORITHM_IDENTIFIER, AlgorithmIdentifier("1.2.112.0.2.0.34.101.77.11"))
    signature = only(edit_signer(message, lambda p: [*p[:2], bash, *p[3:]]))
    assert codes(signature.findings) == ["cms.algorithms-differ"]


def test_a_signature_algorithm_of_another_key_is_refused(message, who, shared) -> None:
    other = signer(shared, "ru-cades/rook").signature_algorithm
    encoded = s.encode(wire.ALGORITHM_IDENTIFIER, AlgorithmIdentifier(other.oid, other.parameters))
    signature = only(edit_signer(message, lambda p: [*p[:4], encoded, *p[5:]]))
    assert outcome(signature, who) is Outcome.ALGORITHM_MISMATCH
    assert codes(signature.findings) == ["cms.algorithms-differ"]


def _protection(digest: AlgorithmIdentifier, signature: AlgorithmIdentifier) -> bytes:
    value = wire.CMSAlgorithmProtection(digest, signature, None)
    return s.encode(wire.CMS_ALGORITHM_PROTECTION, value)


@pytest.mark.parametrize("case", ["right", "other digest", "other signature", "doubled", "bad"])
def test_algorithm_protection_is_compared(who, case) -> None:
    digest = AlgorithmIdentifier(who.digest_algorithm.oid, who.digest_algorithm.parameters)
    own = AlgorithmIdentifier(who.signature_algorithm.oid, who.signature_algorithm.parameters)
    right = _protection(digest, own)
    values = {
        "right": [right],
        "other digest": [_protection(AlgorithmIdentifier(SHA_256), own)],
        "other signature": [_protection(digest, AlgorithmIdentifier(SHA_256))],
        "doubled": [right, _protection(AlgorithmIdentifier(SHA_256), own)],
        "bad": [s.encode(s.NULL, None)],
    }[case]
    attributes = usual_attributes(who, TEXT)
    attributes[ALGORITHM_PROTECTION] = attribute(ALGORITHM_PROTECTION, *values)
    found = failed(sign_attributes(who, TEXT, list(attributes.values())), who)
    assert found == ([] if case == "right" else ["cms.algorithm-protection"])


def test_an_unknown_digest_is_neither_valid_nor_invalid(message, who) -> None:
    digest = s.encode(wire.ALGORITHM_IDENTIFIER, AlgorithmIdentifier("1.2.3.4"))
    signature = only(edit_signer(message, lambda p: [*p[:2], digest, *p[3:]]))
    check = verify_signer(signature, who.certificate.key, BytesContent(TEXT))
    found = check.findings(signature)
    assert codes(found, Severity.UNKNOWN)[0] == "cms.digest-unsupported"
    assert codes(found, Severity.PASS) == []


def test_the_test_s_box_of_the_old_digest_is_named_not_mistaken(shared) -> None:
    who = signer(shared, "ru/legacy-2001-a")
    message = sign_cades(TEXT, [who], signing_time=WHEN, entropy=entropy)
    algorithm = AlgorithmIdentifier(who.digest_algorithm.oid, s.encode(s.OID, "1.2.643.2.2.30.0"))
    digest = s.encode(wire.ALGORITHM_IDENTIFIER, algorithm)
    signature = only(edit_signer(message, lambda p: [*p[:2], digest, *p[3:]]))
    check = verify_signer(signature, who.certificate.key, BytesContent(TEXT))
    assert codes(check.findings(signature), Severity.UNKNOWN) == [
        "cms.digest-unsupported",
        "cms.signature-unsupported",
    ]


# --- another's content, signature, certificate


def test_content_of_another_message_is_refused(message, who) -> None:
    signature = only(message)
    check = verify_signer(signature, who.certificate.key, BytesContent(TEXT + b"!"))
    (finding,) = [f for f in check.findings(signature) if f.severity is Severity.FAIL]
    assert finding.rule.code == "cms.message-digest"
    assert finding.sub_indication is SubIndication.HASH_FAILURE


def test_a_signature_value_of_another_message_is_refused(message, who) -> None:
    other = sign_cades(b"another", [who], signing_time=WHEN, entropy=entropy)
    value = s.encode(s.OCTET_STRING, only(other).signature)
    signature = only(edit_signer(message, lambda p: [*p[:5], value]))
    check = verify_signer(signature, who.certificate.key, BytesContent(TEXT))
    assert codes(check.findings(signature)) == ["cms.signature"]


def test_a_certificate_with_the_same_name_and_number_is_not_the_one_meant(message, who) -> None:
    der = who.certificate.der
    twin = type(who.certificate).parse(der[:-1] + bytes((der[-1] ^ 1,)))
    signature = only(message)
    assert signature.find_signers([twin]) == (twin,)
    assert codes(check_signing_certificate(signature, who.certificate), Severity.PASS)
    assert codes(check_signing_certificate(signature, twin), Severity.UNKNOWN) == [
        "cades.signing-certificate"
    ]


@pytest.mark.parametrize("value", [b"\x30\x00", b"\x30\x02\x30\x00", b"\x04\x01\x00"])
def test_a_reference_to_no_certificate_is_refused(who, value) -> None:
    attributes = usual_attributes(who, TEXT)
    attributes[SIGNING_CERTIFICATE_V2] = attribute(SIGNING_CERTIFICATE_V2, value)
    found = failed(sign_attributes(who, TEXT, list(attributes.values())), who)
    assert found == ["cades.signing-certificate-attribute"]


# --- around the message


def test_octets_after_the_message_are_not_overlooked(message) -> None:
    assert codes(parse_signed_data(message + b"<script>").findings) == ["cms.trailing-octets"]
    padded = parse_signed_data(message + bytes(4096))  # as in /Contents of a PDF
    assert codes(padded.findings) == []
    assert codes(padded.findings, Severity.WARN) == ["cms.trailing-octets"]
    assert (padded.padding, padded.trailing) == (4096, 0)


def test_tokens_within_tokens_end_somewhere(shared) -> None:
    from zaruka.signatures.extension import add_signature_timestamp  # noqa: PLC0415

    message = (shared / "interop/ru/cades/t-2024-det.p7s").read_bytes()
    (token,) = only(message).timestamps
    nested = token.der
    for _ in range(60):
        nested = add_signature_timestamp(token.der, 0, nested)
    deep, depth = only(add_signature_timestamp(message, 0, nested)), 0
    while stamps := [found for found in deep.evidence if found.tokens]:
        deep = stamps[-1].tokens[-1].signed.signatures[0]
        depth += 1
    assert depth < 10


def test_a_token_that_is_none_is_kept_with_its_reason(message, who) -> None:
    stamp = wire.Attribute(SIGNATURE_TIME_STAMP, (message, s.encode(s.NULL, None)))
    unsigned = s.encode(s.implicit(1, wire.ATTRIBUTES), (stamp,))
    signature = only(edit_signer(message, lambda parts: [*parts, unsigned]))
    (evidence,) = signature.evidence
    assert evidence.tokens == ()
    assert {found.reason for found in evidence.unread} == {
        "tsp.not-a-token",
        "asn1.unexpected-tag",
    }
    assert codes(signature.findings, Severity.WARN) == ["cades.evidence-unreadable"] * 2
    assert signature.level == "B-T"
    assert outcome(signature, who) is Outcome.VALID


def test_something_else_than_signed_data_is_an_input_error() -> None:
    data = s.encode(wire.CONTENT_INFO, wire.ContentInfo(ID_DATA, memoryview(b"\x04\x00")))
    with pytest.raises(InputError) as raised:
        parse_signed_data(data)
    assert raised.value.code == "cms.not-signed-data"
