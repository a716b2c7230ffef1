"""Fuzz the recognition of input: every octet string is a form or an error with a known code."""

from __future__ import annotations

import base64

from driver import run

from zaruka.errors import ZarukaError
from zaruka.signatures.input import archives, codes, forms, kinds, opening


def check(octets: bytes) -> None:
    """Recognise `octets`, look at every object and member; anything unforeseen is raised."""
    source = opening.Input.of(octets, "fuzz")
    try:
        for count, form in enumerate(forms.objects(source, limit=100)):
            _check_form(form)
            if count == 0 and form.kind in {kinds.Kind.ZIP, kinds.Kind.MAIL}:
                for member in archives.members(form):
                    _check_small(member)
            forms.expect(form, kinds.Kind.SIGNED_DATA)
    except ZarukaError as error:
        if set(error.details) != set(codes.CODES[error.code].details):
            raise


def _check_form(form: forms.Form) -> None:
    assert 0 <= form.length <= form.source.size
    assert len(form.data) == form.length
    assert form.trailing >= 0
    assert form.missing >= 0
    if form.kind is kinds.Kind.CERTIFICATES:
        found = kinds.certificates_and_crls(form.data, limit=1000, name="fuzz")
        assert all(0 <= start < end <= len(form.data) for _, start, end in found)


def _check_small(member: archives.Member) -> None:
    if member.size <= 1 << 20:
        assert member.open().size <= member.size


def seeds() -> list[bytes]:
    """One small object of each sort, wrapped in each way."""
    enveloped = bytes.fromhex("300f06092a864886f70d010703a0023000")
    certs_only = bytes.fromhex(
        "302306092a864886f70d010702a01630140201013100300b06092a864886f70d0107013100"
    )
    time_stamp = bytes.fromhex("30053003020102")
    objects = (enveloped, certs_only, time_stamp, bytes(range(200, 248)))
    found = [b"", b"%PDF-1.4\n/ByteRange [0 1 2 3]", b"<a><b/></a>", b'{"a": 1}', b"PK\x05\x06"]
    for der in objects:
        text = base64.encodebytes(der)
        pem = b"-----BEGIN CMS-----\n" + text + b"-----END CMS-----\n"
        mail = (
            b"MIME-Version: 1.0\nContent-Type: multipart/signed; boundary=b\n\n--b\n\nx\n--b\n"
            b"Content-Transfer-Encoding: base64\n\n" + text + b"\n--b--\n"
        )
        found += [der, text, pem, mail, der.hex().encode(), base64.b64encode(text)]
        found += [text.decode().encode("utf-16"), b"\xef\xbb\xbf" + pem]
    return found


if __name__ == "__main__":
    run(check, seeds())
