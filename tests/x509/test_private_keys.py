"""Private keys: the forms that other programs write, passwords, damage."""

from __future__ import annotations

import ssl
import subprocess
from typing import TYPE_CHECKING

import pytest

from zaruka import crypto
from zaruka.crypto import AlgorithmId, PrivateKey
from zaruka.crypto.parameters import encode, encode_oid
from zaruka.errors import BudgetExceeded, ConfigError, InputError, UnsupportedError
from zaruka.x509.certificates import Certificate
from zaruka.x509.private_keys import dump_private_key, fits, load_private_key, to_pem

if TYPE_CHECKING:
    from pathlib import Path

STREEBOG_256 = "1.2.643.7.1.1.2.2"
GOST_256 = AlgorithmId("1.2.643.7.1.1.1.1", encode(0x30, encode_oid("1.2.643.2.2.35.1")))
NUMBER = bytes(range(1, 33))
ENTROPY = bytes(range(32))
KEY = PrivateKey(GOST_256, NUMBER)


def pkcs8(content: bytes, algorithm: AlgorithmId = GOST_256, *rest: bytes) -> bytes:
    identifier = encode(0x30, encode_oid(algorithm.oid), algorithm.parameters or b"")
    return encode(0x30, b"\x02\x01\x00", identifier, encode(0x04, content), *rest)


def test_every_key_of_other_programs_fits_its_certificate(shared: Path) -> None:
    checked = 0
    for folder in ("ru", "by", "ru-cades"):
        certificates: dict[str, list[Certificate]] = {}
        for file in (shared / "interop" / folder).rglob("*"):
            if file.suffix in {".cer", ".crt", ".der", ".pem"} and "bad" not in file.parts:
                data = file.read_bytes()
                try:
                    if data.startswith(b"-----BEGIN CERTIFICATE-----"):
                        data = ssl.PEM_cert_to_DER_cert(data.decode())
                    certificate = Certificate.parse(data)
                except (InputError, ValueError):  # something else, or several
                    continue
                certificates.setdefault(file.stem, []).append(certificate)
        for file in sorted((shared / "interop" / folder / "keys").glob("*.p8")):
            key = load_private_key(file.read_bytes())
            assert any(fits(key, certificate.key) for certificate in certificates[file.stem]), file
            checked += 1
    assert checked == 66


def test_keys_of_tc26_examples(shared: Path) -> None:
    for size in (256, 512):
        folder = shared / "vectors" / "ru" / "tc26-cms"
        key = load_private_key((folder / f"sender{size}_key.p8").read_bytes())
        assert len(key.octets) == size // 8


@pytest.mark.parametrize(
    "content",
    [NUMBER, encode(0x04, NUMBER), encode(0x02, NUMBER[::-1])],
    ids=["raw", "octet string", "integer"],
)
def test_the_three_forms_of_a_gost_number(content: bytes) -> None:
    assert load_private_key(pkcs8(content)) == KEY


def test_attributes_and_public_key_are_read_over() -> None:
    attribute = encode(0xA0, encode(0x30, encode_oid("1.2.3"), encode(0x31, b"\x05\x00")))
    public = encode(0x81, b"\x00", bytes(64))
    assert load_private_key(pkcs8(NUMBER, GOST_256, attribute)) == KEY
    assert load_private_key(pkcs8(NUMBER, GOST_256, attribute, public)) == KEY


def test_written_keys_are_read_again() -> None:
    plain = dump_private_key(KEY)
    assert load_private_key(plain) == KEY
    assert load_private_key(to_pem(plain)) == KEY
    assert load_private_key(b"-- a note --\r\n" + to_pem(plain).replace(b"\n", b"\r\n")) == KEY
    hidden = dump_private_key(KEY, "пароль", entropy=ENTROPY, iterations=1000)
    assert NUMBER not in hidden
    assert load_private_key(hidden, "пароль") == KEY
    assert load_private_key(to_pem(hidden), "пароль".encode()) == KEY
    assert b"ENCRYPTED" in to_pem(hidden)


def test_a_new_key_needs_entropy() -> None:
    with pytest.raises(ConfigError):
        dump_private_key(KEY, "password", entropy=b"little")


@pytest.mark.parametrize("cipher", ["aes128", "aes192", "aes256"])
@pytest.mark.parametrize("prf", ["hmacWithSHA1", "hmacWithSHA256", "hmacWithSHA512"])
def test_passwords_as_openssl_writes_them(
    shared: Path, gost_openssl: str, cipher: str, prf: str
) -> None:
    plain = (shared / "interop" / "ru-cades" / "keys" / "rook.p8").read_bytes()  # RSA
    command = [gost_openssl, "pkcs8", "-topk8", "-inform", "DER", "-outform", "PEM"]
    command += ["-v2", cipher, "-v2prf", prf, "-passout", "pass:password"]
    made = subprocess.run(command, input=plain, capture_output=True, check=True).stdout
    assert load_private_key(made, "password") == load_private_key(plain)


def test_openssl_reads_what_we_write(shared: Path, gost_openssl: str) -> None:
    plain = (shared / "interop" / "ru-cades" / "keys" / "rook.p8").read_bytes()
    hidden = dump_private_key(load_private_key(plain), "password", entropy=ENTROPY, iterations=2000)
    command = [gost_openssl, "pkcs8", "-inform", "DER", "-outform", "DER"]
    command += ["-passin", "pass:password"]
    read = subprocess.run(command, input=hidden, capture_output=True, check=True).stdout
    command = [gost_openssl, "pkey", "-inform", "DER", "-pubout", "-outform", "DER"]
    public = subprocess.run(command, input=read, capture_output=True, check=True).stdout
    assert public == crypto.public_key(load_private_key(plain)).spki


HIDDEN = dump_private_key(KEY, "password", entropy=ENTROPY, iterations=1000)


@pytest.mark.parametrize(
    ("data", "password", "code"),
    [
        (b"", None, "key.not-pkcs8"),
        (b"-----BEGIN PRIVATE KEY-----\n!!\n-----END PRIVATE KEY-----\n", None, "key.not-pkcs8"),
        (b"-----BEGIN PRIVATE KEY-----\nQQ\n-----END PRIVATE KEY-----\n", None, "key.not-pkcs8"),
        (pkcs8(NUMBER)[:-1], None, "asn1."),
        (pkcs8(NUMBER) + b"\0", None, "asn1."),
        (pkcs8(NUMBER[:-1]), None, "key.bad-length"),
        (pkcs8(encode(0x04, NUMBER[:-1])), None, "key.bad-length"),
        (pkcs8(bytes(32)), None, "key.bad-number"),
        (pkcs8(b"\xff" * 32), None, "key.bad-number"),
        (pkcs8(b"\x02\x01\x80"), None, "key.bad-number"),
        (pkcs8(encode(0x02, b"\x01" * 40)), None, "key.bad-number"),
        (HIDDEN, None, "key.password-needed"),
        (HIDDEN, "Password", "key.wrong-password"),
        (HIDDEN, "", "key.wrong-password"),
        (HIDDEN.replace(encode_oid("1.2.840.113549.1.5.13"), encode_oid("1.2.840.113549.1.5.14")),
         "password", "key.encryption-unsupported"),
        (HIDDEN.replace(encode_oid("1.2.840.113549.1.5.12"), encode_oid("1.2.840.113549.1.5.11")),
         "password", "key.encryption-unsupported"),
        (HIDDEN.replace(encode_oid("1.2.840.113549.2.9"), encode_oid("1.2.840.113549.2.19")),
         "password", "key.encryption-unsupported"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said(data: bytes, password: str | None, code: str) -> None:
    with pytest.raises(InputError) as caught:
        load_private_key(data, password)
    assert caught.value.code.startswith(code)


def test_a_key_truncated_anywhere_is_an_input_error() -> None:
    for der, password in ((pkcs8(NUMBER), None), (HIDDEN, "password")):
        for end in range(len(der)):
            with pytest.raises(InputError):
                load_private_key(der[:end], password)


def test_budgets() -> None:
    with pytest.raises(BudgetExceeded) as caught:
        load_private_key(bytes(1 << 20))
    assert caught.value.code == "key.too-large"
    # One octet more in the number of iterations, and in every length around it.
    iterations, around = b"\x02\x02\x03\xe8", HIDDEN.index(b"\x02\x02\x03\xe8")
    greedy = bytearray(HIDDEN.replace(iterations, b"\x02\x04\x7f\xff\xff\xff"))
    position = 0
    while position < around:  # every SEQUENCE that the number stands in
        length_at = position + (2 if greedy[position + 1] == 0x81 else 1)
        if greedy[position] == 0x30 and length_at + greedy[length_at] + 1 > around:
            greedy[length_at] += 2
            position = length_at + 1
        else:
            position = length_at + 1 + greedy[length_at]
    with pytest.raises(BudgetExceeded) as caught:
        load_private_key(bytes(greedy), "password")
    assert caught.value.code == "key.too-many-iterations"


def test_unknown_algorithms_are_unsupported() -> None:
    with pytest.raises(UnsupportedError):
        load_private_key(pkcs8(NUMBER, AlgorithmId("1.2.3")))
