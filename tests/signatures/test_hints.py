"""A document that does not fit is tried in other forms; the hint says which one was signed."""

from __future__ import annotations

import base64
import codecs
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zaruka.crypto import digest
from zaruka.findings import ObjectKind, ObjectRef, Severity
from zaruka.signatures.input import hints, rules
from zaruka.signatures.input.archives import folder_members
from zaruka.signatures.input.forms import recognise
from zaruka.signatures.input.hints import VARIANTS, find_hints
from zaruka.signatures.input.opening import Input
from zaruka.signatures.input.pairing import SignerDigest
from zaruka.signatures.input.reading import CmsReader

STREEBOG = "1.2.643.7.1.1.2.2"
BELT = "1.2.112.0.2.0.34.101.31.81"
SHA256 = "2.16.840.1.101.3.4.2.1"
SUBJECT = ObjectRef(ObjectKind.DOCUMENT, "0" * 64, "bid.txt")


def signed(octets: bytes, oid: str = SHA256) -> tuple[SignerDigest, ...]:
    return (SignerDigest(oid, digest(oid, octets)),)


def hint(signers, shown: bytes, **options):
    return find_hints(signers, Input.of(shown, "bid.txt"), SUBJECT, **options)


TEXT = "Цена: 100\nСрок: 1 мая\n".encode()
MARKED = codecs.BOM_UTF8 + TEXT

CASES = {
    "crlf": (TEXT.replace(b"\n", b"\r\n"), TEXT, rules.LINE_ENDS),
    "lf": (TEXT, TEXT.replace(b"\n", b"\r\n"), rules.LINE_ENDS),
    "no-bom": (TEXT, MARKED, rules.OTHER_ENCODING),
    "bom": (MARKED, TEXT, rules.OTHER_ENCODING),
    "no-final-line-end": (TEXT[:-1], TEXT, rules.LINE_ENDS),
    "final-lf": (TEXT + b"\n", TEXT, rules.LINE_ENDS),
    "final-crlf": (TEXT + b"\r\n", TEXT, rules.LINE_ENDS),
    "base64-decoded": (b"\0\1\2" * 50, base64.encodebytes(b"\0\1\2" * 50), rules.SIGNED_OTHER_FORM),
    "base64-utf-16": (
        base64.b64encode(b"%PDF-1.4").decode().encode("utf-16-le"),
        b"%PDF-1.4",
        rules.SIGNED_OTHER_FORM,
    ),
    "base64-encoded": (base64.b64encode(b"%PDF-1.4"), b"%PDF-1.4", rules.SIGNED_OTHER_FORM),
    "utf-16": (TEXT.decode().encode("utf-16-le"), TEXT, rules.OTHER_ENCODING),
    "utf-16-bom": (TEXT.decode().encode("utf-16"), TEXT, rules.OTHER_ENCODING),
    "utf-8": (TEXT, TEXT.decode().encode("utf-16"), rules.OTHER_ENCODING),
    "windows-1251": (TEXT.decode().encode("cp1251"), TEXT, rules.OTHER_ENCODING),
    "from-windows-1251": (TEXT, TEXT.decode().encode("cp1251"), rules.OTHER_ENCODING),
    "lf-no-bom": (TEXT, MARKED.replace(b"\n", b"\r\n"), rules.LINE_ENDS),
    "crlf-no-bom": (TEXT.replace(b"\n", b"\r\n"), MARKED, rules.LINE_ENDS),
    "digest": (hashlib.sha256(TEXT).digest(), TEXT, rules.SIGNED_DIGEST),
    "hex-digest": (hashlib.sha256(TEXT).hexdigest().encode(), TEXT, rules.SIGNED_DIGEST),
    "upper-hex-digest": (
        hashlib.sha256(TEXT).hexdigest().upper().encode(),
        TEXT,
        rules.SIGNED_DIGEST,
    ),
    "base64-digest": (
        base64.b64encode(hashlib.sha256(TEXT).digest()),
        TEXT,
        rules.SIGNED_DIGEST,
    ),
}


def test_every_variant_has_a_case():
    assert set(CASES) == {variant.name for variant in VARIANTS} | set(hints.DIGEST_FORMS)


@pytest.mark.parametrize("variant", CASES)
def test_the_form_that_was_signed_is_said(variant):
    original, shown, rule = CASES[variant]
    [finding] = hint(signed(original), shown)
    assert finding.rule is rule
    assert finding.severity is Severity.INFO
    assert finding.details == {"variant": variant}
    assert finding.subject == SUBJECT
    assert finding.expected == hashlib.sha256(original).hexdigest()
    assert finding.sub_indication is None


@pytest.mark.parametrize("oid", [STREEBOG, BELT])
def test_it_works_with_the_digests_of_both_countries(oid):
    [finding] = hint(signed(TEXT.replace(b"\n", b"\r\n"), oid), TEXT)
    assert finding.details == {"variant": "crlf"}


def test_one_of_several_signers_suffices():
    signers = (SignerDigest(BELT, b"\0" * 32), *signed(MARKED), SignerDigest(SHA256, None))
    [finding] = hint(signers, TEXT)
    assert finding.details == {"variant": "bom"}


def test_nothing_is_said_without_a_message_digest_or_a_fit():
    assert hint((SignerDigest(SHA256, None),), TEXT) == ()
    assert hint(signed(b"quite another"), TEXT) == ()
    assert hint(signed(b"quite another"), b"") == ()


@given(st.binary(max_size=400), st.binary(max_size=400))
def test_a_document_that_no_form_explains_gets_no_hint(one, other):
    forms = {one, one + b"\n", one + b"\r\n", codecs.BOM_UTF8 + one}
    if other in forms or base64.b64encode(one) == other:
        return
    found = hint(signed(b"zaruka" + other), one)
    assert found == ()


def test_line_ends_on_the_border_of_blocks_are_changed_once():
    """A carriage return that ends a block belongs to the line feed of the next."""
    text = (b"x" * ((1 << 20) - 1) + b"\r\n") * 3
    assert text[(1 << 20) - 1 : (1 << 20) + 1] == b"\r\n"
    lf = text.replace(b"\r\n", b"\n")
    [finding] = hint(signed(lf), text)
    assert finding.details == {"variant": "lf"}
    [finding] = hint(signed(text), lf)
    assert finding.details == {"variant": "crlf"}
    mixed = lf[: 1 << 20] + text[(1 << 20) :]
    [finding] = hint(signed(mixed.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")), mixed)
    assert finding.details == {"variant": "crlf"}


def test_the_neighbour_that_was_signed_is_named(tmp_path):
    (tmp_path / "bid old.pdf").write_bytes(b"%PDF-1.4 old")
    (tmp_path / "bid.pdf").write_bytes(b"%PDF-1.4 new")
    [finding] = hint(signed(b"%PDF-1.4 old"), b"%PDF-1.4 new", neighbours=folder_members(tmp_path))
    assert finding.rule is rules.ANOTHER_FILE
    assert finding.details == {"variant": "file", "file": "bid old.pdf"}


def test_neighbours_that_cannot_be_read_are_passed_over(tmp_path):
    (tmp_path / "a").write_bytes(b"1")
    members = folder_members(tmp_path)
    (tmp_path / "a").unlink()
    assert hint(signed(b"1"), b"2", neighbours=members) == ()


def test_the_search_ends_with_its_budget(tmp_path):
    (tmp_path / "a").write_bytes(TEXT)
    neighbours = folder_members(tmp_path)
    other = b"\0" * 100
    assert hint(signed(TEXT), other, neighbours=neighbours)
    assert hint(signed(TEXT), other, neighbours=neighbours, budget=150) == ()


def test_large_documents_are_not_held_in_memory(monkeypatch):
    monkeypatch.setattr(hints, "IN_MEMORY", 10)
    monkeypatch.setattr(Input, "__bytes__", None)
    [finding] = hint(signed(TEXT), MARKED)
    assert finding.details == {"variant": "no-bom"}
    assert hint(signed(base64.b64encode(TEXT)), TEXT) == ()


def test_a_signature_taken_out_of_a_pdf_is_recognised_by_its_byte_range():
    before, hole, after = b"%%PDF-1.7 [%s] ", b"<30820000>", b" trailer\n%%EOF\n"
    digits = b"/ByteRange [0 %04d %04d %04d]"
    start = len(before) - 3 + len(digits % (0, 0, 0))
    before = before % (digits % (start, start + len(hole), len(after)))
    assert len(before) == start
    (found,) = hint(signed(before + after), before + hole + after)
    assert found.rule is rules.PDF_RANGE
    assert found.severity is Severity.INFO
    assert hint(signed(before + after), before + hole + after + b"added ") == (found,)
    assert hint(signed(b"another"), before + hole + after) == ()


def test_the_real_signature_out_of_a_pdf_is_told_from_a_changed_document(shared):
    home = shared / "real/ru/cryptopro-test-ca"
    form = recognise(Input.open(home / "01_okular_BES.p7s"))
    document = Input.open(home / "01_okular_BES.pdf")
    (found,) = find_hints(CmsReader().signers(form), document, SUBJECT)
    assert found.rule is rules.PDF_RANGE
