"""Messages of OpenSSL with the GOST engine, of bee2evp, of CryptoPro and of TC 26."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cms_samples import Case, cases, certificate, codes, signer, unwrap

from zaruka.crypto import Outcome
from zaruka.errors import InputError
from zaruka.findings import Severity
from zaruka.signatures.cades import check_signing_certificate, stamp_imprint_octets
from zaruka.signatures.cms import parse_signed_data
from zaruka.signatures.content import BytesContent, FileContent
from zaruka.signatures.tsp import check_imprint, check_token
from zaruka.signatures.verifying import verify_signer

if TYPE_CHECKING:
    from pathlib import Path

# What the manifests call invalid for another reason than the mathematics of the signature.
_MATHEMATICS_HOLD = {
    "ru/notyet-text-det",
    "ru/unknown-ca-text-att",
    "ru/cades-bes-2024-det",
    "ru/cades-t-2025-att-late",
    "by/cms/m256-expired.p7s",
    "by/cms/m256-future.p7s",
    "by/cms/m384-revoked.p7s",
}


def _mathematics(case: Case) -> bool:
    """Whether content, signature and signing-certificate of every signer agree."""
    document = parse_signed_data(case.message)
    assert document.signatures
    content = case.content(document)
    for signature in document.signatures:
        certificates = case.holders(document, signature)
        assert certificates, "the signer's certificate is neither inside nor given"
        bound = [
            each
            for each in certificates
            if not codes(check_signing_certificate(signature, each), Severity.UNKNOWN)
        ]
        checks = [verify_signer(signature, each.key, content) for each in bound]
        if not any(
            check.message_digest_matches is not False
            and check.verification is not None
            and check.verification.outcome is Outcome.VALID
            for check in checks
        ):
            return False
    return True


def test_every_message_is_judged_as_its_maker_says(shared: Path) -> None:
    wrong = []
    for case in cases(shared, "ru", "by"):
        try:
            holds = _mathematics(case)
        except InputError:
            holds = False
        expected = case.expected in {"valid", "valid-lenient", "policy"}
        if holds != (expected or case.name in _MATHEMATICS_HOLD):
            wrong.append((case.name, case.expected, holds))
    assert wrong == []


def test_time_and_revocation_set_breaks_in_the_named_places_only(shared: Path) -> None:
    broken = {case.name for case in cases(shared, "ru-cades") if not _mathematics(case)}
    assert broken == {
        "ru-cades/b-changed-att",
        "ru-cades/b-changed-det",
        "ru-cades/two-rsa-broken-att",
        "ru-cades/two-rsa-broken-det",
    }


def test_a_certificate_altered_after_signing_does_not_fit_its_reference(shared: Path) -> None:
    path = shared / "interop/ru/bad/fl-256-tca-det-flip-certsig.p7s"
    document = parse_signed_data(path.read_bytes())
    (signature,) = document.signatures
    (altered,) = signature.find_signers(document.certificates)
    (finding,) = [
        found
        for found in check_signing_certificate(signature, altered)
        if found.severity is not Severity.PASS
    ]
    assert finding.rule.code == "cades.signing-certificate"
    assert finding.sub_indication == "NO_SIGNING_CERTIFICATE_FOUND"


def test_levels_are_those_that_the_manifest_names(shared: Path) -> None:
    named = {
        "CAdES-BES": "B-B",
        "CAdES-B-B": "B-B",
        "CAdES-B-B + content-time-stamp": "B-B",
        "CAdES-T": "B-T",
        "CAdES-B-T": "B-T",
        "CAdES-C": "C",
        "CAdES-X-Long-Type-1": "X-L",
        "CAdES-X-Long (no stamp over references)": "X-L",
        "CAdES-B-LT": "B-LT",
        "CAdES-B-LTA": "B-LTA",
    }
    seen = set()
    for case in cases(shared, "ru", "ru-cades"):
        if case.level is None or "truncated" in case.name:
            continue
        levels = {found.level for found in parse_signed_data(case.message).signatures}
        assert levels == {named.get(case.level, case.level)}, (case.name, case.level)
        seen |= levels
    assert {"B-B", "B-T", "C", "X-L", "B-LT", "B-LTA"} <= seen


def test_no_valid_message_breaks_a_rule_of_structure(shared: Path) -> None:
    for case in cases(shared):
        if case.expected in {"valid", "valid-lenient"}:
            document = parse_signed_data(case.message)
            assert codes(document.findings, Severity.FAIL, Severity.WARN) == []
            for signature in document.signatures:
                assert codes(signature.findings) == [], case.name
                assert codes(signature.findings, Severity.PASS) == ["cms.format"]


def test_what_avest_writes_is_named_as_a_deviation(shared: Path) -> None:
    path = shared / "interop/by/cms/g-text-att-avestalg.p7s"
    (signature,) = parse_signed_data(path.read_bytes()).signatures
    assert "cms.key-oid-as-signature" in codes(signature.findings, Severity.WARN)


@pytest.mark.parametrize(
    ("name", "imprint"),
    [
        ("by/cms/m384-text-cades-T.p7s", Severity.PASS),
        ("by/cms/g-text-det-T.p7s", Severity.PASS),
        ("by/bad/m384-text-cades-T-othertoken.p7s", Severity.FAIL),
        ("by/bad/g-text-det-T-othertoken.p7s", Severity.FAIL),
        ("ru/cades/t-2024-det.p7s", Severity.PASS),
        ("ru-cades/cades/t-good-bad-imprint-det.p7s", Severity.FAIL),
    ],
)
def test_a_stamp_over_another_signature_is_told(shared: Path, name: str, imprint: Severity) -> None:
    document = parse_signed_data((shared / "interop" / name).read_bytes())
    (signature,) = document.signatures
    (token,) = signature.timestamps
    assert check_imprint(token, stamp_imprint_octets(signature)).severity is imprint
    assert check_token(token) == ()


def test_swapped_stamps_of_two_signers_are_told(shared: Path) -> None:
    path = shared / "interop/ru-cades/cades/two-stamps-swapped-det.p7s"
    one, two = parse_signed_data(path.read_bytes()).signatures
    for signature, token in ((one, one.timestamps[0]), (two, two.timestamps[0])):
        found = check_imprint(token, stamp_imprint_octets(signature))
        assert (found.severity, found.sub_indication) == (Severity.FAIL, "HASH_FAILURE")
    assert check_imprint(two.timestamps[0], one.signature).severity is Severity.PASS


# --- CryptoPro, test CA of 2024

_CRYPTOPRO = {
    "01_okular_BES": "B-B",
    "05_acrob_BES": "B-B",
    "07_acrob_CADEST": "B-T",
    "09_cam_CADEST": "B-T",
    "13_cam_CADES-XLT1_1sig": "X-L",
    "14_acrob_CADES-XLT1": "X-L",
    "24_cam_XLT1_free_space": "X-L",
    "25_cam_CADES-A": "A",
}


@pytest.mark.parametrize(("name", "level"), _CRYPTOPRO.items())
def test_cryptopro_is_read_at_every_level_and_its_mathematics_holds(
    shared: Path, name: str, level: str
) -> None:
    folder = shared / "real/ru/cryptopro-test-ca"
    document = parse_signed_data((folder / f"{name}.p7s").read_bytes())
    (signature,) = document.signatures
    assert signature.level == level
    assert codes(signature.findings, Severity.FAIL, Severity.WARN) == []
    (own,) = signature.find_signers(document.certificates)
    assert set(codes(check_signing_certificate(signature, own), Severity.PASS)) == {
        "cades.signing-certificate"
    }
    check = verify_signer(signature, own.key, None)
    assert check.verification is not None
    assert check.verification.outcome is Outcome.VALID
    for token in signature.timestamps:
        assert check_imprint(token, signature.signature).severity is Severity.PASS
    for token in (token for found in signature.evidence for token in found.tokens):
        _check_token_mathematics(token, document.all_certificates)


def _check_token_mathematics(token, certificates) -> None:
    assert check_token(token) == ()
    (signed,) = token.signed.signatures
    authorities = signed.find_signers([*token.signed.all_certificates, *certificates])
    assert authorities
    check = verify_signer(signed, authorities[0].key, token.signed.encapsulated)
    assert check.message_digest_matches is True
    assert check.verification is not None
    assert check.verification.outcome is Outcome.VALID
    assert codes(check_signing_certificate(signed, authorities[0])) == []


def test_cryptopro_content_that_is_there_is_what_was_signed(shared: Path) -> None:
    folder = shared / "real/ru/cryptopro-test-ca"
    document = parse_signed_data((folder / "01_okular_BES.p7s").read_bytes())
    (signature,) = document.signatures
    (own,) = signature.find_signers(document.certificates)
    pdf = (folder / "01_okular_BES.pdf").read_bytes()
    start = pdf.index(b"/ByteRange")
    one, size, two, rest = map(
        int, pdf[pdf.index(b"[", start) + 1 : pdf.index(b"]", start)].split()
    )
    content = BytesContent(pdf[one : one + size] + pdf[two : two + rest])
    check = verify_signer(signature, own.key, content)
    assert codes(check.findings(signature), Severity.PASS) == [
        "cms.message-digest",
        "cms.signature",
    ]


def test_everything_at_level_a_is_read_and_part_of_the_verdict(shared: Path) -> None:
    folder = shared / "real/ru/cryptopro-test-ca"
    (signature,) = parse_signed_data((folder / "25_cam_CADES-A.p7s").read_bytes()).signatures
    assert "cades.not-judged" not in {found.rule.code for found in signature.findings}
    assert {found.kind for found in signature.evidence} == {
        "complete-certificate-references",
        "complete-revocation-references",
        "certificate-values",
        "revocation-values",
        "signature-time-stamp",
        "cades-c-time-stamp",
        "archive-time-stamp-v3",
    }
    kinds = {found.kind: found for found in signature.evidence}
    assert len(kinds["certificate-values"].certificates) == 3
    assert len(kinds["revocation-values"].ocsps) == 1
    inner = kinds["signature-time-stamp"].tokens[0].signed.signatures[0]
    assert {found.kind for found in inner.evidence} >= {"certificate-values", "revocation-values"}
    assert [len(found.crls) for found in inner.evidence if found.kind == "revocation-values"] == [1]


# --- TC 26, P 1323565.1.025-2019


@pytest.mark.parametrize(
    ("message", "own"),
    [("signed_a111.pem", "sender512_cert.pem"), ("signed_a121.pem", "sender256_cert.pem")],
)
def test_tc26_samples_verify(shared: Path, message: str, own: str) -> None:
    folder = shared / "vectors/ru/tc26-cms"
    document = parse_signed_data(unwrap((folder / message).read_bytes()))
    (signature,) = document.signatures
    holder = certificate(folder / own)
    assert signature.find_signers([holder, *document.certificates])
    check = verify_signer(signature, holder.key, document.encapsulated)
    assert check.verification is not None
    assert check.verification.outcome is Outcome.VALID
    assert check.message_digest_matches is not False
    assert codes(signature.findings) == []


# --- truncation


@pytest.mark.parametrize(
    "name",
    [
        "ru/cms/ul-256-xa-text-att-ber.p7s",
        "ru/cades/t-2024-det.p7s",
        "by/cms/g-text-att-avestalg.p7s",
        "by/cms/multi-256-384-512-text.p7s",
    ],
)
def test_every_truncation_is_an_input_error(shared: Path, name: str) -> None:
    message = (shared / "interop" / name).read_bytes()
    for length in range(len(message)):
        with pytest.raises(InputError):
            parse_signed_data(message[:length])


def test_a_detached_message_needs_its_document(shared: Path) -> None:
    folder = shared / "interop/ru"
    document = parse_signed_data((folder / "cms/ul-256-xa-text-det.p7s").read_bytes())
    assert document.encapsulated is None
    (signature,) = document.signatures
    key = signer(shared, "ru/ul-256-xa").certificate.key
    absent = verify_signer(signature, key, None).findings(signature)
    assert [(f.rule.code, f.severity, f.sub_indication) for f in absent] == [
        ("cms.content-absent", Severity.UNKNOWN, "SIGNED_DATA_NOT_FOUND"),
        ("cms.signature", Severity.PASS, None),
    ]
    other = FileContent(folder / "content/text-flipped.txt")
    changed = verify_signer(signature, key, other).findings(signature)
    assert [(f.rule.code, f.severity, f.sub_indication) for f in changed] == [
        ("cms.message-digest", Severity.FAIL, "HASH_FAILURE"),
        ("cms.signature", Severity.PASS, None),
    ]
