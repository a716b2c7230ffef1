"""What is signed here verifies here, and with OpenSSL where it knows the algorithms."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cms_samples import WHEN, certificate, codes, edit_signer, signer
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from zaruka.asn1 import schema as s
from zaruka.crypto import AlgorithmId, Outcome, digest
from zaruka.errors import ConfigError, InputError, UnsupportedError, ZarukaError
from zaruka.findings import Severity
from zaruka.signatures.cades import check_signing_certificate, stamp_imprint_octets
from zaruka.signatures.cms import parse_signed_data, parse_timestamp_token
from zaruka.signatures.content import BytesContent, FileContent
from zaruka.signatures.creation import (
    Signer,
    answer_request,
    encode_request,
    make_timestamp,
    sign_cades,
)
from zaruka.signatures.extension import add_signature_timestamp
from zaruka.signatures.tsp import (
    TimeStampRequest,
    TimeStampResponse,
    check_imprint,
    check_token,
)
from zaruka.signatures.verifying import verify_signer
from zaruka.x509.certificates import Certificate
from zaruka.x509.private_keys import load_private_key

if TYPE_CHECKING:
    from pathlib import Path


TEXT = "Договор № 12 от 23.11.2026".encode()
POLICY = "1.2.643.2.2.38.4"
VERIFIED = ["cms.message-digest", "cms.signature"]
NATIONAL = [
    "ru/ul-256-xa",
    "ru/fl-256-tca",
    "ru/ul-512-a",
    "ru/ul-512-c",
    "ru/legacy-2001-a",
    "by/m-ee256",
    "by/m-ee384",
    "by/m-ee512",
]
OPENSSL = ["ru/ul-256-xa", "ru/fl-256-tca", "ru/ul-512-a", "ru/ul-512-c", "ru-cades/rook"]


@pytest.fixture(params=[*NATIONAL, "ru-cades/rook"])
def who(shared, request):
    return signer(shared, request.param)


def stamp(authority: Signer, octets: bytes, **more) -> bytes:
    algorithm = authority.digest_algorithm
    return make_timestamp(
        algorithm,
        digest(algorithm.oid, octets),
        authority,
        **{"time": WHEN, "serial_number": 7, "policy": POLICY, "entropy": os.urandom, **more},
    )


def sign(who: Signer, content=TEXT, **more) -> bytes:
    return sign_cades(content, [who], **{"signing_time": WHEN, "entropy": os.urandom, **more})


@pytest.mark.parametrize("detached", [True, False])
def test_a_signature_is_cades_b_b_and_verifies(who, detached) -> None:
    document = parse_signed_data(sign(who, detached=detached))
    (signature,) = document.signatures
    assert (document.encapsulated is None) is detached
    assert document.version == 1
    assert document.certificates == (who.certificate,)
    assert signature.level == "B-B"
    assert signature.signing_time == WHEN
    assert {"cms.format"} <= set(codes(signature.findings, Severity.PASS))
    assert codes(signature.findings, Severity.FAIL, Severity.WARN) == []
    found = (
        *verify_signer(signature, who.certificate.key, BytesContent(TEXT)).findings(signature),
        *check_signing_certificate(signature, who.certificate),
    )
    assert [(each.rule.code, each.severity) for each in found] == [
        ("cms.message-digest", Severity.PASS),
        ("cms.signature", Severity.PASS),
        ("cades.signing-certificate", Severity.PASS),
    ]
    (ref,) = signature.signer_refs
    assert ref.digest_algorithm.oid == who.digest_algorithm.oid
    assert (ref.issuer, ref.serial_number) == (
        who.certificate.issuer,
        who.certificate.serial_number,
    )


def test_two_countries_sign_one_message(shared) -> None:
    signers = [signer(shared, "ru/ul-256-xa"), signer(shared, "by/m-ee256")]
    chain = [signer(shared, "ru/sub").certificate]
    message = sign_cades(TEXT, signers, signing_time=WHEN, entropy=os.urandom, chain=chain)
    document = parse_signed_data(message)
    assert set(document.certificates) == {each.certificate for each in signers} | set(chain)
    assert len(document.digest_oids) == 2
    verified = set()
    for signature in document.signatures:
        (own,) = signature.find_signers(document.certificates)
        check = verify_signer(signature, own.key, document.encapsulated)
        assert check.message_digest_matches is True
        assert check.verification is not None
        assert check.verification.outcome is Outcome.VALID
        verified.add(own)
    assert verified == {each.certificate for each in signers}


def test_a_signer_may_be_named_by_its_key_identifier(shared) -> None:
    named = signer(shared, "ru/ul-256-xa")
    message = sign(Signer(named.key, named.certificate, by_key_id=True))
    document = parse_signed_data(message)
    (signature,) = document.signatures
    assert document.version == signature.version == 3
    assert signature.sid.key_id == named.certificate.subject_key_identifier
    assert codes(signature.findings, Severity.FAIL, Severity.WARN) == []


def test_without_a_time_the_level_says_what_is_missing(shared) -> None:
    (signature,) = parse_signed_data(
        sign(signer(shared, "by/m-ee256"), signing_time=None)
    ).signatures
    assert signature.signing_time is None
    assert "cades.no-signing-time" in codes(signature.findings, Severity.INFO)


def test_times_after_2049_are_written_too(shared) -> None:
    late = datetime(2051, 1, 1, tzinfo=UTC)
    (signature,) = parse_signed_data(
        sign(signer(shared, "by/m-ee256"), signing_time=late)
    ).signatures
    assert signature.signing_time == late


def test_a_key_that_is_not_the_certificates_makes_no_valid_signature(shared) -> None:
    one, two = signer(shared, "ru/ul-256-xa"), signer(shared, "ru/ul-256-b")
    mixed = Signer(two.key, one.certificate)
    try:
        message = sign(mixed)
    except ZarukaError as error:
        assert isinstance(error, ConfigError | UnsupportedError)  # noqa: PT017
        return
    (signature,) = parse_signed_data(message).signatures
    check = verify_signer(signature, one.certificate.key, BytesContent(TEXT))
    assert check.verification is not None
    assert check.verification.outcome is Outcome.INVALID


def self_signed(key) -> Signer:
    """A signer with a key and certificate of `cryptography`'s making."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ACME")])
    builder = x509.CertificateBuilder(
        name, name, key.public_key(), 1, WHEN - timedelta(days=1), WHEN + timedelta(days=1)
    )
    digests = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    issued = builder.sign(key, digests)
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    own = Certificate.parse(issued.public_bytes(Encoding.DER))
    return Signer(load_private_key(private), own)


ELSEWHERE = {
    "P-256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "P-384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "RSA": lambda: rsa.generate_private_key(65537, 2048),
    "Ed25519": ed25519.Ed25519PrivateKey.generate,
}


@pytest.mark.parametrize("kind", ELSEWHERE)
def test_keys_of_other_countries_sign_too(kind) -> None:
    who = self_signed(ELSEWHERE[kind]())
    document = parse_signed_data(sign(who))
    (signature,) = document.signatures
    found = verify_signer(signature, who.certificate.key, document.encapsulated)
    assert codes(found.findings(signature), Severity.PASS) == [
        "cms.message-digest",
        "cms.signature",
    ]
    assert codes(signature.findings) == []


def test_ed25519_without_attributes_signs_the_content_itself() -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    who = self_signed(key)
    value = s.encode(s.OCTET_STRING, key.sign(TEXT))
    message = edit_signer(sign(who), lambda parts: [*parts[:3], parts[4], value])
    (signature,) = parse_signed_data(message).signatures
    assert signature.signed_attributes is None
    right = verify_signer(signature, who.certificate.key, BytesContent(TEXT))
    wrong = verify_signer(signature, who.certificate.key, BytesContent(TEXT + b"!"))
    assert codes(right.findings(signature), Severity.PASS) == ["cms.signature"]
    assert codes(wrong.findings(signature)) == ["cms.signature"]


# --- time-stamps


def test_a_token_over_a_signature_makes_it_b_t(shared, who) -> None:
    authority = signer(shared, "ru/tsa")
    message = sign(who)
    (before,) = parse_signed_data(message).signatures
    stamped = add_signature_timestamp(message, 0, stamp(authority, before.signature))
    (signature,) = parse_signed_data(stamped).signatures
    assert signature.level == "B-T"
    assert signature.signed_attributes_der == before.signed_attributes_der
    (token,) = signature.timestamps
    assert check_imprint(token, stamp_imprint_octets(signature)).severity is Severity.PASS
    assert check_token(token) == ()
    (own,) = token.signed.signatures
    assert token.signed.version == 3
    check = verify_signer(own, authority.certificate.key, token.signed.encapsulated)
    assert codes(check.findings(own), Severity.PASS) == VERIFIED
    assert codes(check_signing_certificate(own, authority.certificate), Severity.PASS)


def test_a_second_token_joins_the_first_and_other_signers_keep_theirs(shared) -> None:
    signers = [signer(shared, "ru/ul-256-xa"), signer(shared, "by/m-ee256")]
    authority = signer(shared, "by/m-tsa")
    message = sign_cades(TEXT, signers, signing_time=WHEN, entropy=os.urandom)
    values = [each.signature for each in parse_signed_data(message).signatures]
    for index, count in ((1, 1), (0, 1), (1, 2)):
        message = add_signature_timestamp(message, index, stamp(authority, values[index]))
        signature = parse_signed_data(message).signatures[index]
        assert len(signature.timestamps) == count
    for signature in parse_signed_data(message).signatures:
        for token in signature.timestamps:
            assert check_imprint(token, signature.signature).severity is Severity.PASS


def test_a_message_in_ber_can_be_stamped(shared) -> None:
    path = shared / "interop/ru/cms/ul-256-xa-text-att-ber.p7s"
    authority = signer(shared, "ru/tsa")
    (before,) = parse_signed_data(path.read_bytes()).signatures
    stamped = add_signature_timestamp(path.read_bytes(), 0, stamp(authority, before.signature))
    document = parse_signed_data(stamped)
    (signature,) = document.signatures
    check = verify_signer(
        signature, signer(shared, "ru/ul-256-xa").certificate.key, document.encapsulated
    )
    assert codes(check.findings(signature), Severity.PASS) == [
        "cms.message-digest",
        "cms.signature",
    ]
    assert len(signature.timestamps) == 1


def test_only_signed_data_can_be_stamped(shared) -> None:
    token = stamp(signer(shared, "by/m-tsa"), b"")
    with pytest.raises(InputError):
        add_signature_timestamp(b"\x30\x00", 0, token)
    with pytest.raises(IndexError):
        add_signature_timestamp(sign(signer(shared, "by/m-ee256")), 1, token)


def test_a_token_says_what_it_was_told(shared) -> None:
    authority = signer(shared, "by/m-tsa")
    accuracy = timedelta(seconds=1, milliseconds=500, microseconds=20)
    token = parse_timestamp_token(
        stamp(authority, b"x", nonce=2**64 + 1, accuracy=accuracy, enclose=None)
    )
    info = token.tst_info
    assert (info.version, info.policy, info.serial_number) == (1, POLICY, 7)
    assert (info.time, info.nonce, info.accuracy) == (WHEN, 2**64 + 1, accuracy)
    assert info.imprint == digest(authority.digest_algorithm.oid, b"x")
    assert token.signed.certificates == ()


# --- the authority


def ask(shared, request: TimeStampRequest | bytes, authority="by/m-tsa") -> TimeStampResponse:
    der = request if isinstance(request, bytes) else encode_request(request)
    return TimeStampResponse.parse(
        answer_request(
            der,
            signer(shared, authority),
            time=WHEN,
            serial_number=2**80,
            policy=POLICY,
            entropy=os.urandom,
        )
    )


BELT = "1.2.112.0.2.0.34.101.31.81"


@pytest.mark.parametrize("wanted", [True, False])
def test_a_request_is_granted(shared, wanted) -> None:
    algorithm = AlgorithmId(BELT, b"\x05\x00")
    asked = TimeStampRequest(
        algorithm, digest(BELT, TEXT), POLICY, nonce=12345, certificate_wanted=wanted
    )
    assert TimeStampRequest.parse(encode_request(asked)) == asked
    response = ask(shared, asked)
    assert response.granted
    assert response.token is not None
    token = parse_timestamp_token(response.token)
    assert (token.tst_info.nonce, token.tst_info.serial_number) == (12345, 2**80)
    assert check_imprint(token, TEXT).severity is Severity.PASS
    assert bool(token.signed.certificates) is wanted


@pytest.mark.parametrize(
    ("request_", "failure"),
    [
        (b"\x30\x00", 5),
        (TimeStampRequest(AlgorithmId("1.2.3"), bytes(32)), 0),
        (TimeStampRequest(AlgorithmId(BELT), bytes(31)), 5),
        (TimeStampRequest(AlgorithmId(BELT), bytes(32), policy="1.2.3"), 15),
        (TimeStampRequest(AlgorithmId(BELT), bytes(32), extensions=(("1.2.3", True, b""),)), 16),
    ],
    ids=["no request", "unknown digest", "wrong length", "another policy", "an extension"],
)
def test_a_request_is_refused_with_its_reason(shared, request_, failure) -> None:
    response = ask(shared, request_)
    assert not response.granted
    assert (response.status, response.failure, response.token) == (2, (failure,), None)


# --- OpenSSL with the GOST engine

AT = ["-attime", "1796083200"]  # 2026-12-01
WITH_ENGINE = """openssl_conf = init
[init]
engines = engines
[engines]
gost = gost
[gost]
engine_id = gost
default_algorithms = ALL
"""


@pytest.fixture
def openssl(gost_openssl, tmp_path):
    """Run `openssl` with the GOST engine in `tmp_path`."""
    configuration = tmp_path / "openssl.cnf"
    configuration.write_text(WITH_ENGINE)

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [gost_openssl, *map(str, arguments)],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            env={**os.environ, "OPENSSL_CONF": str(configuration)},
        )

    return run


def authorities(shared: Path, name: str) -> tuple[Path, Certificate]:
    """The root (a file) and the intermediate certificate above `name`."""
    where, _, who = name.partition("/")
    prefix = "rsa" if who == "rook" else ""
    folder = shared / "interop" / where / "certs"
    return folder / f"{prefix}root.crt", certificate(folder / f"{prefix}sub.crt")


def verify_command(shared: Path, name: str) -> list[object]:
    root, _ = authorities(shared, name)
    options = ["-inform", "DER", "-binary", "-in", "message.p7s", "-out", "out.bin"]
    return ["cms", "-verify", "-cades", *options, "-purpose", "any", *AT, "-CAfile", root]


@pytest.mark.parametrize("name", OPENSSL)
@pytest.mark.parametrize("form", ["attached", "detached", "stamped", "key id"])
def test_openssl_accepts_what_is_signed_here(shared, tmp_path, openssl, name, form) -> None:
    who = signer(shared, name)
    if form == "key id":
        who = Signer(who.key, who.certificate, by_key_id=True)
    content = tmp_path / "content.bin"
    content.write_bytes(TEXT)
    _, above = authorities(shared, name)
    message = sign(who, FileContent(content), detached=form == "detached", chain=[above])
    if form == "stamped":
        (signature,) = parse_signed_data(message).signatures
        token = stamp(signer(shared, "ru/tsa"), signature.signature)
        message = add_signature_timestamp(message, 0, token)
    (tmp_path / "message.p7s").write_bytes(message)
    given = ["-content", content] if form == "detached" else []
    done = openssl(*verify_command(shared, name), *given)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out.bin").read_bytes() == TEXT


def test_openssl_refuses_the_same_message_altered(shared, tmp_path, openssl) -> None:
    name = "ru/ul-256-xa"
    _, above = authorities(shared, name)
    message = sign(signer(shared, name), chain=[above])
    (tmp_path / "message.p7s").write_bytes(message.replace(TEXT, TEXT[::-1]))
    done = openssl(*verify_command(shared, name))
    assert done.returncode != 0
    assert "Verification failure" in done.stderr


def test_openssl_accepts_a_response_made_here(shared, tmp_path, openssl) -> None:
    algorithm = AlgorithmId("1.2.643.7.1.1.2.2")
    imprint = digest(algorithm.oid, TEXT)
    asked = TimeStampRequest(algorithm, imprint, nonce=99, certificate_wanted=True)
    query = encode_request(asked)
    (tmp_path / "text.tsq").write_bytes(query)
    (tmp_path / "text.tsr").write_bytes(
        answer_request(
            query,
            signer(shared, "ru/tsa"),
            time=WHEN,
            serial_number=5,
            policy=POLICY,
            entropy=os.urandom,
        )
    )
    folder = shared / "interop/ru/certs"
    trust = ["-CAfile", folder / "root.crt", "-untrusted", folder / "sub.crt"]
    done = openssl("ts", "-verify", "-queryfile", "text.tsq", "-in", "text.tsr", *trust, *AT)
    assert done.returncode == 0, done.stderr
    assert "Verification: OK" in done.stdout + done.stderr
