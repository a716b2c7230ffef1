"""Mail as programs write it: what is signed is found, line ends as they were signed."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zaruka.errors import ZarukaError
from zaruka.signatures.input.codes import CODES
from zaruka.signatures.input.forms import Kind, expect, recognise
from zaruka.signatures.input.opening import Input

CONTENT = (
    "Content-Type: text/plain; charset=utf-8\r\n"
    "Content-Transfer-Encoding: 8bit\r\n"
    "\r\n"
    "Заявка\r\n\r\nвторая строка \r\n"
)


def signed_mail(
    signature: bytes, *, end="\r\n", boundary="b=1?", encoding="base64", before=""
) -> bytes:
    if encoding == "base64":
        body = base64.encodebytes(signature)
    else:
        body = b"".join(b"=%02X" % octet for octet in signature)
    head = (
        f"{before}From: a@example.by\r\nSubject: =?utf-8?b?0JQ=?=\r\nMIME-Version: 1.0\r\n"
        f'Content-Type: multipart/signed; protocol="application/pkcs7-signature";\r\n'
        f'\tmicalg=sha-256; boundary="{boundary}"\r\n\r\nThis is S/MIME\r\n'
        f"--{boundary}\r\n{CONTENT}\r\n--{boundary}\r\n"
        f"Content-Type: application/pkcs7-signature; name=smime.p7s\r\n"
        f"Content-Transfer-Encoding: {encoding}\r\n\r\n"
    )
    tail = f"\r\n--{boundary}--\r\n"
    text = head.encode() + body.replace(b"\n", b"\r\n") + tail.encode()
    return text.replace(b"\r\n", end.encode())


@pytest.fixture
def signature(shared):
    return (shared / "interop/by/cms/g-text-det.p7s").read_bytes()


def form_of(octets: bytes):
    return recognise(Input.of(octets, "letter.eml"))


@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
@pytest.mark.parametrize("boundary", ["simple", "=_odd(1)+.?", "-----long-----"])
@pytest.mark.parametrize("before", ["", "From a@example.by Mon Nov 23 2026\r\n"])
def test_a_signed_message_gives_signature_and_canonical_content(
    signature, end, encoding, boundary, before
):
    octets = signed_mail(signature, end=end, boundary=boundary, encoding=encoding, before=before)
    form = form_of(octets)
    assert (form.kind, form.detached, form.trail) == (Kind.SIGNED_DATA, True, ("S/MIME signed",))
    assert bytes(form.data) == signature
    assert bytes(form.content) == CONTENT.encode()


def test_an_opaque_message_gives_the_message_in_it(shared):
    data = (shared / "interop/by/cms/m256-text-att.p7s").read_bytes()
    for media_type in (
        "application/pkcs7-mime",
        "application/x-pkcs7-mime; smime-type=signed-data",
    ):
        octets = (
            f"MIME-Version: 1.0\nContent-Type: {media_type}\nContent-Transfer-Encoding: base64\n\n"
        ).encode() + base64.encodebytes(data)
        form = form_of(octets)
        assert (form.kind, form.trail) == (Kind.SIGNED_DATA, ("S/MIME opaque",))
        assert bytes(form.data) == data


def test_a_signed_message_inside_another_is_found(signature):
    inner = signed_mail(signature)
    octets = (
        b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=outer\r\n\r\n"
        b"--outer\r\nContent-Type: text/plain\r\n\r\nforwarded\r\n--outer\r\n"
        + inner
        + b"\r\n--outer--\r\n"
    )
    form = form_of(octets)
    assert bytes(form.data) == signature
    assert bytes(form.content) == CONTENT.encode()


def test_a_signature_that_came_without_its_closing_boundary_is_read(signature):
    octets = signed_mail(signature).rpartition(b"\r\n--")[0]
    assert bytes(form_of(octets).data) == signature


def test_a_message_without_a_signature_is_said():
    with pytest.raises(ZarukaError) as caught:
        expect(form_of(b"Subject: x\nMIME-Version: 1.0\n\nhello\n"), Kind.SIGNED_DATA)
    assert caught.value.code == "input.no-signature"
    assert caught.value.details["what"] == "mail"


@pytest.mark.parametrize(
    ("octets", "code"),
    [
        (b"MIME-Version: 1.0\nContent-Type: multipart/signed\n\nx", "input.mail-damaged"),
        (
            b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=a\n\nx",
            "input.mail-damaged",
        ),
        (
            b"MIME-Version: 1.0\nContent-Type: multipart/signed; boundary=a\n\n--a\n\nx\n--a--\n",
            "input.mail-damaged",
        ),
        (
            b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=a\n\n" + b"--a\n\n" * 2000,
            "input.too-many-objects",
        ),
    ],
)
def test_damage_is_said(octets, code):
    with pytest.raises(ZarukaError) as caught:
        form_of(octets)
    assert caught.value.code == code
    assert set(caught.value.details) == set(CODES[code].details)


def test_parts_deep_in_one_another_end_at_the_bound():
    octets = b"".join(
        b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n)
        for n in range(100)
    )
    with pytest.raises(ZarukaError) as caught:
        form_of(octets + b"\nx")
    assert caught.value.code == "input.too-deep"


def test_line_ends_become_crlf_across_blocks(signature):
    long = ("x" * 999 + "\n") * 3000
    octets = signed_mail(signature, end="\n").replace("вторая".encode(), long.encode())
    content = bytes(form_of(octets).content)
    assert content.count(b"\n") == content.count(b"\r\n") == 3000 + 6
    wanted = CONTENT.replace("вторая", long.replace("\n", "\r\n")).encode()
    assert hashlib.sha256(content).digest() == hashlib.sha256(wanted).digest()


@given(st.data())
def test_a_message_with_octets_changed_is_a_form_or_a_code(data):
    octets = bytearray(signed_mail(bytes.fromhex("300f06092a864886f70d010703a0023000")))
    for _ in range(data.draw(st.integers(1, 4))):
        octets[data.draw(st.integers(0, len(octets) - 1))] = data.draw(st.integers(0, 255))
    with pytest.raises(ZarukaError) as caught:
        expect(form_of(bytes(octets)))
    assert caught.value.code in CODES
