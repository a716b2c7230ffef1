"""Which level attributes amount to, and what the references to certificates say."""

from __future__ import annotations

import os

import pytest
from cms_samples import (
    WHEN,
    attribute,
    codes,
    edit_signer,
    sign_attributes,
    signer,
    usual_attributes,
)

from zaruka.asn1 import cms as wire
from zaruka.asn1 import schema as s
from zaruka.asn1.pkix import AlgorithmIdentifier
from zaruka.crypto import digest
from zaruka.findings import Severity
from zaruka.signatures.cades import (
    SIGNATURE_TIME_STAMP,
    SIGNING_CERTIFICATE,
    SIGNING_CERTIFICATE_V2,
    check_signing_certificate,
    claimed_level,
)
from zaruka.signatures.cms import parse_signed_data
from zaruka.signatures.creation import sign_cades

TEXT = b"Dogovor No 12 ot 23.11.2026"
AA = "1.2.840.113549.1.9.16.2"
CERT_REFS, REVOCATION_REFS = f"{AA}.21", f"{AA}.22"
CERT_VALUES, REVOCATION_VALUES = f"{AA}.23", f"{AA}.24"
ESC, ARCHIVE_V2, ARCHIVE_V3 = f"{AA}.25", f"{AA}.48", "0.4.0.1733.2.4"
SHA_1, SHA_256 = "1.3.14.3.2.26", "2.16.840.1.101.3.4.2.1"


@pytest.fixture(scope="module")
def who(shared):
    return signer(shared, "by/m-ee256")


def only(message: bytes):
    (signature,) = parse_signed_data(message).signatures
    return signature


@pytest.mark.parametrize(
    ("oids", "inside", "level"),
    [
        ([], False, "B-B"),
        ([], True, "B-B"),
        ([SIGNATURE_TIME_STAMP], False, "B-T"),
        ([SIGNATURE_TIME_STAMP], True, "B-LT"),
        ([SIGNATURE_TIME_STAMP, ARCHIVE_V3], True, "B-LTA"),
        ([SIGNATURE_TIME_STAMP, CERT_REFS, REVOCATION_REFS], False, "C"),
        ([SIGNATURE_TIME_STAMP, CERT_REFS], False, "B-T"),
        ([SIGNATURE_TIME_STAMP, CERT_REFS, REVOCATION_REFS, ESC], False, "X"),
        ([SIGNATURE_TIME_STAMP, CERT_VALUES, REVOCATION_VALUES], False, "X-L"),
        ([ESC, CERT_REFS, REVOCATION_REFS, CERT_VALUES, REVOCATION_VALUES], False, "X-L"),
        ([SIGNATURE_TIME_STAMP, CERT_VALUES, REVOCATION_VALUES, ARCHIVE_V2], False, "A"),
        ([SIGNATURE_TIME_STAMP, CERT_REFS, ARCHIVE_V3], False, "A"),
    ],
)
def test_the_level_follows_from_the_attributes(who, oids, inside, level) -> None:
    message = sign_cades(TEXT, [who], signing_time=WHEN, entropy=os.urandom)
    empty = tuple(attribute(oid, b"\x30\x00") for oid in oids)
    if empty:
        unsigned = s.encode(s.implicit(1, wire.ATTRIBUTES), empty)
        message = edit_signer(message, lambda parts: [*parts, unsigned])
    found = only(message)
    signed = found.signed_attributes
    assert claimed_level(signed, found.evidence, revocation_inside=inside) == level


def test_a_signature_that_does_not_bind_its_certificate_is_below_all_levels(who) -> None:
    attributes = usual_attributes(who, TEXT)
    del attributes[SIGNING_CERTIFICATE_V2]
    signature = only(sign_attributes(who, TEXT, list(attributes.values())))
    assert signature.level == "CMS"
    assert codes(signature.findings, Severity.WARN) == ["cades.no-signing-certificate"]


# --- references


def with_reference(who, *references: wire.Attribute):
    attributes = usual_attributes(who, TEXT)
    del attributes[SIGNING_CERTIFICATE_V2]
    return only(sign_attributes(who, TEXT, [*attributes.values(), *references]))


def v1(cert_hash: bytes, issuer_serial: wire.IssuerSerial | None = None) -> wire.Attribute:
    value = wire.SigningCertificate((wire.ESSCertID(cert_hash, issuer_serial),), None)
    return attribute(SIGNING_CERTIFICATE, s.encode(wire.SIGNING_CERTIFICATE, value))


def v2(oid: str, *hashes: bytes, issuer_serial: wire.IssuerSerial | None = None) -> wire.Attribute:
    refs = tuple(wire.ESSCertIDv2(AlgorithmIdentifier(oid), each, issuer_serial) for each in hashes)
    value = s.encode(wire.SIGNING_CERTIFICATE_V2, wire.SigningCertificateV2(refs, None))
    return attribute(SIGNING_CERTIFICATE_V2, value)


def test_a_reference_of_the_first_version_is_by_sha_1(who) -> None:
    signature = with_reference(who, v1(digest(SHA_1, who.certificate.der)))
    assert signature.level == "B-B"
    found = check_signing_certificate(signature, who.certificate)
    assert codes(found, Severity.PASS) == ["cades.signing-certificate"]


@pytest.mark.parametrize(
    "oid",
    [
        SHA_1,
        SHA_256,
        "2.16.840.1.101.3.4.2.3",
        "1.2.643.2.2.9",
        "1.2.643.7.1.1.2.2",
        "1.2.643.7.1.1.2.3",
        "1.2.112.0.2.0.34.101.31.81",
        "1.2.112.0.2.0.34.101.77.11",
        "1.2.112.0.2.0.34.101.77.12",
        "1.2.112.0.2.0.34.101.77.13",
    ],
)
def test_a_reference_of_the_second_version_is_by_any_of_our_digests(who, oid) -> None:
    signature = with_reference(who, v2(oid, digest(oid, who.certificate.der)))
    (ref,) = signature.signing_certificate_refs
    assert ref.digest_algorithm.oid == oid
    found = check_signing_certificate(signature, who.certificate)
    assert codes(found, Severity.PASS) == ["cades.signing-certificate"]


def test_both_versions_must_fit(who) -> None:
    right = v2(SHA_256, digest(SHA_256, who.certificate.der))
    both = with_reference(who, v1(digest(SHA_1, who.certificate.der)), right)
    assert codes(both.findings) == []
    passed = codes(check_signing_certificate(both, who.certificate), Severity.PASS)
    assert passed == ["cades.signing-certificate"] * 2
    wrong = with_reference(who, v1(bytes(20)), right)
    found = check_signing_certificate(wrong, who.certificate)
    assert codes(found, Severity.UNKNOWN) == ["cades.signing-certificate"]


def test_only_the_first_reference_is_the_signers(who, shared) -> None:
    issuer = signer(shared, "by/m-sub").certificate
    own, above = digest(SHA_256, who.certificate.der), digest(SHA_256, issuer.der)
    signature = with_reference(who, v2(SHA_256, own, above))
    assert [ref.position for ref in signature.signing_certificate_refs] == [0, 1]
    assert len(check_signing_certificate(signature, who.certificate)) == 1
    turned = with_reference(who, v2(SHA_256, above, own))
    found = check_signing_certificate(turned, who.certificate)
    assert codes(found, Severity.UNKNOWN) == ["cades.signing-certificate"]


def test_issuer_and_serial_number_in_a_reference_are_hints(who) -> None:
    name = ("directoryName", who.certificate.subject.der)
    hint = wire.IssuerSerial((name,), who.certificate.serial_number)
    own = digest(SHA_256, who.certificate.der)
    signature = with_reference(who, v2(SHA_256, own, issuer_serial=hint))
    found = check_signing_certificate(signature, who.certificate)
    assert codes(found, Severity.PASS) == ["cades.signing-certificate"]
    assert codes(found, Severity.WARN) == ["cades.issuer-serial"]
    assert codes(found) == []


def test_a_reference_by_an_unknown_digest_is_neither_right_nor_wrong(who) -> None:
    signature = with_reference(who, v2("1.2.3", bytes(5)))
    found = check_signing_certificate(signature, who.certificate)
    assert [(each.rule.code, each.severity) for each in found] == [
        ("cms.digest-unsupported", Severity.UNKNOWN)
    ]


def test_malformed_evidence_is_kept_and_named(who) -> None:
    message = sign_cades(TEXT, [who], signing_time=WHEN, entropy=os.urandom)
    broken = tuple(attribute(oid, b"\x04\x00") for oid in (CERT_VALUES, REVOCATION_VALUES))
    unsigned = s.encode(s.implicit(1, wire.ATTRIBUTES), broken)
    signature = only(edit_signer(message, lambda parts: [*parts, unsigned]))
    assert [len(found.unread) for found in signature.evidence] == [1, 1]
    assert codes(signature.findings, Severity.WARN) == ["cades.evidence-unreadable"] * 2
