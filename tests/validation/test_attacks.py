"""Attacks are refused end to end: each gets a verdict, never TOTAL_PASSED, and says why."""

from __future__ import annotations

import nation
import pytest
from msgspec import structs
from nation import DAY, NOW

from zaruka.asn1 import cms as wire
from zaruka.asn1 import schema as s
from zaruka.crypto import digest, sign
from zaruka.errors import InputError
from zaruka.facts import FactKind
from zaruka.findings import Indication, SubIndication
from zaruka.signatures import BytesContent, Content, parse_signed_data, parse_timestamp_token
from zaruka.signatures.creation import (
    Signer,
    make_timestamp,
    sign_cades,
)
from zaruka.signatures.extension import add_signature_timestamp
from zaruka.validation.blocks.key_purpose import check_content_purpose
from zaruka.validation.context import Context, Evidence
from zaruka.validation.process import (
    validate_certificate,
    validate_document,
    validate_timestamp,
)
from zaruka.validation.raw import validate_raw_signature
from zaruka.validation.results import RevocationState, SignatureResult
from zaruka.x509 import Certificate
from zaruka.x509.issuing import issue_certificate, key_usage

FAILED = Indication.TOTAL_FAILED
OPEN = Indication.INDETERMINATE


def judge(message: bytes, context: Context, content: Content | None = None) -> SignatureResult:
    return validate_document(parse_signed_data(message), content, context).signatures[0]


def verdict(result: SignatureResult) -> tuple[Indication, SubIndication | None]:
    return result.conclusion.indication, result.conclusion.sub_indication


def twin(made: nation.Nation, of: Signer, name: str) -> Signer:
    """Certify another key under the same name and serial number."""
    other = made.signer(name)
    certificate = issue_certificate(
        made.ca_issuer,
        of.certificate.subject,
        other.certificate.key,
        serial_number=of.certificate.serial_number,
        not_before=of.certificate.not_before,
        not_after=of.certificate.not_after,
        extensions=(key_usage("digitalSignature"),),
        entropy=nation.entropy(64),
    )
    return Signer(other.key, certificate)


def with_certificate(message: bytes, old: Certificate, new: Certificate) -> bytes:
    """Swap a certificate inside a message, lengths put right."""
    info = s.decode(wire.CONTENT_INFO, message, mode=s.BER)
    assert info.content is not None
    parts = [*s.decode(s.sequence_of(s.ANY), info.content, mode=s.BER)]
    index = next(i for i, part in enumerate(parts) if part[0] == 0xA0)
    held = s.decode(s.implicit(0, s.set_of(s.ANY)), parts[index], mode=s.BER)
    swapped = tuple(new.der if each == old.der else each for each in held)
    assert swapped != held
    parts[index] = s.encode(s.implicit(0, s.set_of(s.ANY)), swapped)
    data = s.encode(s.sequence_of(s.ANY), tuple(parts))
    return s.encode(wire.CONTENT_INFO, wire.ContentInfo(info.content_type, data))


def test_another_signer_s_content() -> None:
    made = nation.russia()
    message = sign_cades(
        b"mine", (made.signer(),), signing_time=NOW, entropy=nation.entropy, detached=True
    )
    result = judge(message, made.context(), BytesContent(b"theirs"))
    assert verdict(result) == (FAILED, SubIndication.HASH_FAILURE)


def test_content_that_is_not_there_is_open() -> None:
    made = nation.russia()
    message = sign_cades(
        b"mine", (made.signer(),), signing_time=NOW, entropy=nation.entropy, detached=True
    )
    assert verdict(judge(message, made.context())) == (OPEN, SubIndication.SIGNED_DATA_NOT_FOUND)


def test_another_document_given_for_an_attached_signature_is_not_what_was_signed() -> None:
    made = nation.russia()
    document = parse_signed_data(made.sign(made.signer(), b"inside"))
    same = validate_document(document, BytesContent(b"inside"), made.context())
    assert same.conclusion.indication is Indication.TOTAL_PASSED
    other = validate_document(document, BytesContent(b"beside"), made.context())
    assert other.conclusion.indication is FAILED
    assert other.conclusion.sub_indication is SubIndication.HASH_FAILURE
    assert [f.rule.code for f in other.findings] == ["validation.content-differs"]


def test_a_certificate_of_the_same_name_and_number_is_not_the_one_referred_to() -> None:
    made = nation.belarus()
    who = made.signer()
    message = with_certificate(
        made.sign(who, b"text"), who.certificate, twin(made, who, "Twin").certificate
    )
    result = judge(message, made.context())
    assert verdict(result) == (OPEN, SubIndication.NO_SIGNING_CERTIFICATE_FOUND)
    assert {f.rule.code for f in result.findings} >= {
        "cades.signing-certificate",
        "validation.no-signing-certificate",
    }


def test_the_right_certificate_among_twins_is_found_by_its_reference() -> None:
    made = nation.belarus()
    who = made.signer()
    context = made.context()
    doubled = Evidence.of("file", certificates=[twin(made, who, "Twin").certificate])
    result = judge(made.sign(who, b"text"), context.having(doubled))
    assert result.conclusion.indication is Indication.TOTAL_PASSED
    assert result.signing_certificate == who.certificate.ref


def test_of_a_chain_whose_signature_is_false_no_revocation_is_looked_up() -> None:
    made, forged = nation.russia(), nation.Nation("RU", nation.BIGN)
    who = forged.signer()
    report = validate_certificate(who.certificate, made.context())
    assert report.conclusion.sub_indication is SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE
    (result,) = report.objects
    states = {link.revocation.state for link in result.chain[:-1]}
    assert states == {RevocationState.UNKNOWN}
    assert FactKind.CRL not in {fact.kind for fact in report.facts}


def test_a_key_under_a_trusted_name_makes_no_trusted_authority() -> None:
    """An authority of the same name with another key, not certified by the root."""
    made, forged = nation.russia(), nation.Nation("RU", nation.BIGN)
    who = forged.signer()
    assert forged.ca.subject == made.ca.subject
    result = judge(forged.sign(who, b"text"), made.context())
    assert result.conclusion.indication is OPEN
    assert result.conclusion.sub_indication in {
        SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE,
        SubIndication.NO_CERTIFICATE_CHAIN_FOUND,
    }


def test_a_signer_certifies_nobody() -> None:
    made = nation.russia()
    middle = made.signer("Middle")
    issuer = structs.replace(made.ca_issuer, name=middle.certificate.subject)
    issuer = structs.replace(issuer, private_key=middle.key, key=middle.certificate.key)
    below = made.signer("Below")
    certificate = issue_certificate(
        issuer,
        below.certificate.subject,
        below.certificate.key,
        serial_number=99,
        not_before=NOW - DAY,
        not_after=NOW + DAY,
        extensions=(key_usage("digitalSignature"),),
        entropy=nation.entropy(64),
    )
    message = sign_cades(
        b"text",
        (Signer(below.key, certificate),),
        signing_time=NOW,
        entropy=nation.entropy,
        chain=(middle.certificate, made.ca),
    )
    result = judge(message, made.context())
    assert verdict(result) == (OPEN, SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE)
    broken = {f.rule.code for f in result.findings if f.severity == "fail"}
    assert "x509.not-a-ca" in broken


def test_a_list_of_another_authority_says_nothing() -> None:
    made, other = nation.russia(), nation.belarus()
    result = judge(made.sign(made.signer(), b"text"), made.context(crls=other.crls()))
    assert verdict(result) == (OPEN, SubIndication.TRY_LATER)


def test_a_list_of_the_name_but_not_the_key_says_nothing() -> None:
    made, forged = nation.russia(), nation.Nation("RU", nation.BIGN)
    result = judge(made.sign(made.signer(), b"text"), made.context(crls=forged.crls()))
    assert verdict(result) == (OPEN, SubIndication.TRY_LATER)


def test_a_newer_list_without_the_entry_does_not_undo_a_revocation() -> None:
    made = nation.belarus()
    who = made.signer()
    clean = made.crls(issued=NOW - DAY / 4)
    made.revoke(who, NOW - 3 * DAY)
    revoking = made.crls(issued=NOW - DAY)
    result = judge(made.sign(who, b"text"), made.context(crls=(*clean, *revoking)))
    assert verdict(result) == (OPEN, SubIndication.REVOKED_NO_POE)


@pytest.mark.parametrize("moved", ["signature", "stamp"])
def test_a_stamp_of_another_signature(moved: str) -> None:
    made = nation.russia()
    clock, first, second = made.stamping(), made.signer("First"), made.signer("Second")
    one, two = made.sign(first, b"one"), made.sign(second, b"two")
    value = parse_signed_data(two).signatures[0].signature
    target, over = (one, value) if moved == "signature" else (two, b"one")
    result = judge(made.stamp(target, clock, NOW - 5 * DAY, over=over), made.context())
    assert result.conclusion.indication is Indication.TOTAL_PASSED
    assert not result.proven
    (stamp,) = result.timestamps
    assert stamp.conclusion.sub_indication is SubIndication.HASH_FAILURE


def test_a_stamp_given_alone_is_over_its_content_only() -> None:
    made = nation.belarus()
    message = made.stamp(made.sign(made.signer(), b"text"), made.stamping(), NOW - DAY)
    (signature,) = parse_signed_data(message).signatures
    (token,) = signature.timestamps
    right, wrong = BytesContent(signature.signature), BytesContent(b"else")
    assert validate_timestamp(token, made.context(), right).conclusion.passed
    refused = validate_timestamp(token, made.context(), wrong).conclusion
    assert refused.sub_indication is SubIndication.HASH_FAILURE


def test_a_message_with_trailing_octets_is_refused() -> None:
    made = nation.russia()
    message = made.sign(made.signer(), b"text") + b"%PDF-1.7"
    assert verdict(judge(message, made.context())) == (FAILED, SubIndication.FORMAT_FAILURE)


def test_a_raw_signature_is_of_its_content_and_key_only() -> None:
    made = nation.belarus()
    who = made.signer()
    octets = sign(
        who.key,
        who.signature_algorithm,
        digest=digest(who.digest_algorithm.oid, b"text"),
        entropy=nation.entropy(64),
    )
    context = made.context()

    def judged(signature: bytes, content: bytes, certificate: Certificate) -> Indication:
        report = validate_raw_signature(
            signature, BytesContent(content), context, certificate=certificate
        )
        return report.conclusion.indication

    assert judged(octets, b"text", who.certificate) is Indication.TOTAL_PASSED
    assert judged(octets, b"else", who.certificate) is FAILED
    assert judged(octets, b"text", made.signer("Other").certificate) is FAILED
    assert judged(octets[:-1], b"text", who.certificate) is FAILED
    assert judged(b"", b"text", who.certificate) is FAILED


def test_no_signature_is_no_valid_signature() -> None:
    made = nation.russia()
    message = sign_cades(b"text", (), signing_time=NOW, entropy=nation.entropy)
    report = validate_document(parse_signed_data(message), None, made.context())
    assert report.signatures == ()
    assert report.conclusion.indication is OPEN


def test_a_stamp_by_a_digest_that_has_ended_proves_nothing() -> None:
    """Whoever finds a collision moves such a stamp to another signature."""
    made, old = nation.russia(), nation.Nation("RU", nation.GOST_2001)
    message = made.sign(made.signer(), b"text")
    value = parse_signed_data(message).signatures[0].signature
    clock = made.stamping()
    weak = old.stamping().digest_algorithm
    token = make_timestamp(
        weak,
        digest(weak.oid, value),
        clock,
        time=NOW - DAY,
        serial_number=1,
        policy="1.2.643.2.2.38.4",
        entropy=nation.entropy,
    )
    result = judge(add_signature_timestamp(message, 0, token), made.context())
    assert result.conclusion.indication is Indication.TOTAL_PASSED
    assert not result.proven
    (stamp,) = result.timestamps
    assert stamp.conclusion.sub_indication is SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE


def test_a_stamp_that_nobody_signed_proves_nothing() -> None:
    made = nation.russia()
    message = made.stamp(made.sign(made.signer(), b"text"), made.stamping(), NOW - DAY)
    (token,) = parse_signed_data(message).signatures[0].timestamps
    info = s.decode(wire.CONTENT_INFO, token.der, mode=s.BER)
    assert info.content is not None
    parts = [*s.decode(s.sequence_of(s.ANY), info.content, mode=s.BER)]
    parts[-1] = b"\x31\x00"  # signerInfos
    data = s.encode(s.sequence_of(s.ANY), tuple(parts))
    unsigned = s.encode(wire.CONTENT_INFO, wire.ContentInfo(info.content_type, data))
    plain = made.sign(made.signer(), b"text")
    result = judge(add_signature_timestamp(plain, 0, unsigned), made.context())
    assert result.conclusion.indication is Indication.TOTAL_PASSED
    assert not result.proven
    assert [stamp.conclusion.sub_indication for stamp in result.timestamps] == [
        SubIndication.FORMAT_FAILURE
    ]
    alone = validate_timestamp(parse_timestamp_token(unsigned), made.context())
    assert alone.conclusion.indication is Indication.FAILED


TIME_STAMPING, OCSP_SIGNING, DVCS = (f"1.3.6.1.5.5.7.3.{n}" for n in (8, 9, 10))


@pytest.mark.parametrize(
    "purposes",
    [
        (TIME_STAMPING,),
        (OCSP_SIGNING,),
        (TIME_STAMPING, OCSP_SIGNING),
        (DVCS,),
        ("1.3.6.1.5.5.7.3.1",),
        ("1.2.3.4.5",),
    ],
)
def test_a_certificate_for_another_purpose_signs_no_documents(purposes: tuple[str, ...]) -> None:
    made = nation.russia()
    message = made.sign(made.signer(purposes=purposes), b"text")
    result = judge(message, made.context())
    assert verdict(result) == (OPEN, SubIndication.CHAIN_CONSTRAINTS_FAILURE)
    assert "validation.extended-key-usage" in {f.rule.code for f in result.findings}


@pytest.mark.parametrize(
    "purposes",
    [
        ("1.3.6.1.5.5.7.3.2",),
        ("1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.4", "1.2.643.2.2.34.6"),
        ("1.3.6.1.5.5.7.3.36",),
        ("2.5.29.37.0",),
        (TIME_STAMPING, "1.3.6.1.5.5.7.3.4"),
    ],
)
def test_purposes_of_users_suit_documents(purposes: tuple[str, ...]) -> None:
    made = nation.belarus()
    message = made.sign(made.signer(purposes=purposes), b"text")
    assert judge(message, made.context()).conclusion.indication is Indication.TOTAL_PASSED


def test_a_key_for_dvcs_signs_receipts() -> None:
    made = nation.belarus()
    certificate = made.signer(purposes=(DVCS,)).certificate
    assert not [*check_content_purpose(certificate, "1.2.840.113549.1.9.16.1.8")]
    assert [*check_content_purpose(certificate, "1.2.840.113549.1.7.1")]


@pytest.mark.parametrize(
    ("decoys", "is_there", "expected"),
    [
        (1, True, (Indication.TOTAL_PASSED, None)),
        (9, True, (Indication.TOTAL_PASSED, None)),
        (9, False, (OPEN, SubIndication.NO_SIGNING_CERTIFICATE_FOUND)),
        (70, False, (OPEN, SubIndication.NO_SIGNING_CERTIFICATE_FOUND)),
    ],
)
def test_decoys_of_one_name_and_number_blame_nobody(
    decoys: int, is_there: bool, expected: tuple[Indication, SubIndication | None]
) -> None:
    """A signature that binds no certificate, among others of its signer's name and number."""
    made = nation.belarus()
    who = made.signer()
    document = parse_signed_data(made.sign(who, b"text"))
    (signature,) = document.signatures
    others = tuple(twin(made, who, f"Twin {number}").certificate for number in range(decoys))
    document = structs.replace(
        document,
        certificates=(*others, *((who.certificate,) if is_there else ()), made.ca),
        signatures=(structs.replace(signature, signing_certificate_refs=()),),
    )
    result = validate_document(document, None, made.context()).signatures[0]
    assert verdict(result) == expected
    named = result.signing_certificate
    assert named == (who.certificate.ref if is_there else None)
    codes = {finding.rule.code for finding in result.findings}
    assert ("validation.signing-certificate-ambiguous" in codes) is not is_there


def test_changed_content_among_decoys_still_fails() -> None:
    made = nation.belarus()
    who = made.signer()
    message = sign_cades(b"mine", (who,), signing_time=NOW, entropy=nation.entropy, detached=True)
    document = parse_signed_data(message)
    (signature,) = document.signatures
    document = structs.replace(
        document,
        certificates=(twin(made, who, "Twin").certificate, who.certificate),
        signatures=(structs.replace(signature, signing_certificate_refs=()),),
    )
    report = validate_document(document, BytesContent(b"theirs"), made.context())
    assert verdict(report.signatures[0]) == (FAILED, SubIndication.HASH_FAILURE)


def test_data_that_is_no_octet_string_is_refused() -> None:
    made = nation.russia()
    message = made.sign(made.signer(), b"text")
    for tag in (0x0C, 0x31):
        other = message.replace(b"\x04\x04text", bytes((tag, 4)) + b"text")
        with pytest.raises(InputError) as error:
            parse_signed_data(other)
        assert error.value.code == "cms.data-not-octets"
