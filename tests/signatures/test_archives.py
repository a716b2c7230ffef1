"""Zips that are honest are read as their writers meant; others are refused before unpacking."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zaruka.errors import ZarukaError
from zaruka.signatures.input.archives import folder_members, zip_members
from zaruka.signatures.input.codes import CODES
from zaruka.signatures.input.forms import Kind, expect, recognise
from zaruka.signatures.input.opening import Input


def packed(files, method=zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, octets in files.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = method
            archive.writestr(info, octets)
    return buffer.getvalue()


def members_of(octets: bytes):
    return zip_members(Input.of(octets, "a.zip"))


def code_of(octets: bytes) -> str:
    with pytest.raises(ZarukaError) as caught:
        [member.open() for member in members_of(octets)]
    assert set(caught.value.details) == set(CODES[caught.value.code].details)
    return caught.value.code


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA])
def test_members_have_names_sizes_and_octets(method):
    files = {"a.txt": b"a" * 100, "folder/Договор.pdf": b"%PDF", "empty": b""}
    found = members_of(packed(files, method))
    assert {m.name: bytes(m.open()) for m in found} == files
    assert [m.size for m in found] == [100, 4, 0]
    assert found[1].folder == "folder"
    assert found[1].file_name == "Договор.pdf"


def test_cyrillic_names_of_windows_are_read():
    """Explorer writes cp866 without the UTF-8 flag."""
    octets = packed({"X" * 11: b"1"})
    assert (
        members_of(octets.replace(b"X" * 11, "Договор.pdf".encode("cp866")))[0].name
        == "Договор.pdf"
    )
    assert members_of(octets.replace(b"X" * 11, "Привe".encode()[:9] + b".p"))[0].name == "Привe.p"


def test_backslashes_of_windows_programs_separate_folders():
    octets = packed({"folder/bid.sig": b"1"}).replace(b"folder/bid", b"folder\\bid")
    assert members_of(octets)[0].name == "folder/bid.sig"


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../up.sig", "a/../../up", "C:\\x", "..\\up", "a\nb", "C:x"]
)
def test_names_that_lead_out_are_refused(name):
    octets = packed({"#" * len(name): b"1"}).replace(b"#" * len(name), name.encode())
    assert code_of(octets) == "input.zip-unsafe-name"


def test_two_members_of_one_name_are_refused():
    assert code_of(packed({"aaa": b"1", "bbb": b"2"}).replace(b"bbb", b"aaa")) == (
        "input.zip-same-name"
    )


def test_a_password_is_said():
    octets = bytearray(packed({"aaa": b"1"}))
    octets[6] |= 1
    octets[octets.index(b"PK\x01\x02") + 8] |= 1
    assert code_of(bytes(octets)) == "input.encrypted-zip"


def test_an_unknown_method_is_said():
    octets = bytearray(packed({"aaa": b"1"}))
    octets[8:10] = struct.pack("<H", 99)
    at = octets.index(b"PK\x01\x02") + 10
    octets[at : at + 2] = struct.pack("<H", 99)
    assert code_of(bytes(octets)) == "input.zip-method"


def test_a_bomb_is_refused_before_it_is_unpacked():
    assert code_of(packed({"zeros": bytes(64 << 20)})) == "input.zip-bomb"


def test_members_over_one_another_are_refused():
    """Many directory entries that point at the same packed octets."""
    body = packed({"a000": bytes(range(256)) * 40}, zipfile.ZIP_STORED)
    at = body.index(b"PK\x01\x02")
    end = body.index(b"PK\x05\x06")
    entries = b"".join(body[at:end].replace(b"a000", b"a%03d" % n) for n in range(50))
    record = bytearray(body[end:])
    record[8:12] = struct.pack("<HH", 50, 50)
    record[12:16] = struct.pack("<I", len(entries))
    assert code_of(body[:at] + entries + bytes(record)) == "input.zip-bomb"


def test_a_size_that_lies_is_damage():
    octets = bytearray(packed({"aaa": bytes(1000)}))
    at = octets.index(b"PK\x01\x02") + 24
    octets[at : at + 4] = struct.pack("<I", 10)
    assert code_of(bytes(octets)) == "input.zip-damaged"


def test_too_many_members_are_refused():
    octets = packed({str(n): b"" for n in range(11)})
    with pytest.raises(ZarukaError) as caught:
        zip_members(Input.of(octets, "a.zip"), limit=10)
    assert caught.value.code == "input.too-many-objects"


def test_a_directory_of_a_million_members_is_not_listed(monkeypatch):
    monkeypatch.setattr("zaruka.signatures.input.archives.DIRECTORY", 1000)
    octets = packed({str(n): b"" for n in range(100)})
    monkeypatch.setattr(zipfile, "ZipFile", None)
    assert code_of(octets) == "input.too-many-objects"


def test_links_in_a_zip_are_left_out():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("file", b"1")
    assert [member.name for member in members_of(buffer.getvalue())] == ["file"]


@pytest.mark.parametrize("cut", [4, 30, 60, 100])
def test_a_cut_zip_is_damaged(cut):
    octets = packed({"a.txt": b"some text", "b.txt": b"more"}, zipfile.ZIP_STORED)
    assert code_of(octets[:-cut]) == "input.zip-damaged"


@given(st.data())
def test_any_flipped_octet_is_an_error_or_a_member(data):
    octets = bytearray(packed({"a.txt": b"some text", "b/c.sig": b"0" * 50}))
    for _ in range(data.draw(st.integers(1, 3))):
        octets[data.draw(st.integers(0, len(octets) - 1))] = data.draw(st.integers(0, 255))
    try:
        for member in members_of(bytes(octets)):
            member.open()
    except ZarukaError as error:
        assert set(error.details) == set(CODES[error.code].details)  # noqa: PT017


@pytest.mark.parametrize(
    ("files", "kind", "what", "code"),
    [
        ({"bid.pdf": b"1"}, Kind.ZIP, "zip", "input.no-signature"),
        (
            {"[Content_Types].xml": b"<a/>", "word/d.xml": b"1"},
            Kind.OFFICE,
            "ooxml",
            "input.no-signature",
        ),
        (
            {"[Content_Types].xml": b"<a/>", "_xmlsignatures/sig1.xml": b"1"},
            *(Kind.OFFICE, "ooxml", "input.office"),
        ),
        (
            {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"1"},
            *(Kind.OFFICE, "odf", "input.no-signature"),
        ),
        ({"mimetype": b"application/vnd.etsi.asic-e+zip"}, Kind.ASIC, "asic", "input.asic"),
        ({"a": b"1", "META-INF/signatures001.p7s": b"1"}, Kind.ASIC, "asic", "input.asic"),
    ],
)
def test_documents_that_are_zips_inside_are_told_apart(files, kind, what, code):
    form = recognise(Input.of(packed(files, zipfile.ZIP_STORED), "file"))
    assert (form.kind, form.what) == (kind, what)
    with pytest.raises(ZarukaError) as caught:
        expect(form, Kind.SIGNED_DATA)
    assert caught.value.code == code


def test_a_folder_gives_its_files_without_links_to_folders_and_hidden_ones(tmp_path):
    for name in ("b.txt", "a/c.txt", ".hidden", "~$lock.docx", "Thumbs.db", ".git/x"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"1")
    (tmp_path / "a/loop").symlink_to(tmp_path)
    (tmp_path / "link.txt").symlink_to("b.txt")
    (tmp_path / "circle.txt").symlink_to("circle.txt")
    assert [m.name for m in folder_members(tmp_path)] == ["a/c.txt", "b.txt", "link.txt"]
    assert [m.name for m in folder_members(tmp_path, deep=False)] == ["b.txt", "link.txt"]


def test_folders_as_deep_as_the_system_allows_are_walked(tmp_path):
    place = Path.cwd()
    try:
        os.chdir(tmp_path)
        for _ in range(1500):
            Path("d").mkdir()
            os.chdir("d")
    finally:
        os.chdir(place)
    (tmp_path / "a.txt").write_bytes(b"1")
    try:
        assert [m.name for m in folder_members(tmp_path)] == ["a.txt"]
    finally:
        subprocess.run(["rm", "-rf", tmp_path / "d"], check=True)  # rmtree recurses


def test_a_folder_with_too_many_files_is_refused(tmp_path):
    for number in range(11):
        (tmp_path / str(number)).touch()
    with pytest.raises(ZarukaError) as caught:
        folder_members(tmp_path, limit=10)
    assert caught.value.code == "input.too-many-objects"
