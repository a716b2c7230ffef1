"""Bad input: a clear error in the reader's language, in time, never a traceback, never 0."""

from __future__ import annotations

import json
import os
import random
import time
import zipfile

import cases
import pytest

RUSSIAN = "ru/ul-256-xa-text-det"


def assert_clear(done, *, json_wanted=False):
    assert done.returncode == 3, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    if json_wanted:
        error = json.loads(done.stdout)["error"]
        assert error["message"]
        assert error["remedy"]
    else:
        assert done.stderr.startswith("zaruka: ")
        assert "→ " in done.stderr


def zeros(path):
    with path.open("wb") as file:
        file.truncate(1 << 30)


def nested(path):
    octets = b""
    for _ in range(1000):
        size = len(octets)
        length = bytes([size]) if size < 128 else bytes([0x83]) + size.to_bytes(3)
        octets = b"\x30" + length + octets
    path.write_bytes(octets)


def zipped(path):
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("readme.txt", "нет подписи")


BAD = {
    "empty.sig": lambda p: p.write_bytes(b""),
    "random.sig": lambda p: p.write_bytes(random.Random(1).randbytes(5000)),
    "text.sig": lambda p: p.write_text("это не подпись"),
    "html.sig": lambda p: p.write_text("<html><body>404</body></html>"),
    "pdf.pdf": lambda p: p.write_bytes(b"%PDF-1.7\n%%EOF\n"),
    "signed.pdf": lambda p: p.write_bytes(b"%PDF-1.7\n/ByteRange [0 1 2 3]\n%%EOF\n"),
    "image.png": lambda p: p.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100)),
    "archive.rar": lambda p: p.write_bytes(b"Rar!\x1a\x07\x00" + bytes(100)),
    "zeros.sig": zeros,
    "nested.sig": nested,
    "lying.sig": lambda p: p.write_bytes(b"\x30\x84\x7f\xff\xff\xff" + bytes(100)),
    "lying-in-words.sig": lambda p: p.write_bytes(b"\x30\x88" + b"\xff" * 8 + bytes(100)),
    "indefinite.sig": lambda p: p.write_bytes(b"\x30\x80" * 1000),
    "base64.sig": lambda p: p.write_text("MIIB\n!!!!\nAAAA\n" * 20),
    "pem.sig": lambda p: p.write_text("-----BEGIN CMS-----\nAAAA\n-----END CMS-----\n"),
    "unsigned.zip": zipped,
}


@pytest.mark.parametrize("language", ["ru_RU.UTF-8", "be_BY.UTF-8", "en_US.UTF-8"])
@pytest.mark.parametrize("name", ["empty.sig", "random.sig", "signed.pdf"])
def test_an_error_speaks_the_language_of_the_reader(run, tmp_path, name, language):
    BAD[name](tmp_path / name)
    done = run("verify", name, lang=language)
    assert_clear(done)
    letters = {"ru_RU.UTF-8": "ийф", "be_BY.UTF-8": "іў", "en_US.UTF-8": "the"}[language]
    assert any(letter in done.stderr for letter in letters)


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_a_clear_error_in_time(run, tmp_path, name):
    BAD[name](tmp_path / name)
    begin = time.monotonic()
    done = run("verify", name)
    if name == "unsigned.zip":
        assert done.returncode == 3
        assert "Traceback" not in done.stdout + done.stderr
    else:
        assert_clear(done)
    assert time.monotonic() - begin < 5  # 2 s, and what the machine is busy with
    assert run("inspect", name).returncode in {0, 3}


@pytest.mark.parametrize("name", ["empty.sig", "random.sig", "nested.sig", "image.png"])
def test_an_error_is_json_where_json_was_asked_for(run, tmp_path, name):
    BAD[name](tmp_path / name)
    assert_clear(run("verify", name, "--json"), json_wanted=True)


def test_a_folder_without_signatures_and_a_missing_file(run, tmp_path):
    (tmp_path / "folder").mkdir()
    assert run("verify", "folder").returncode == 3
    assert_clear(run("verify", "нет такого.sig"))


def test_a_fifo_is_not_waited_for(run, tmp_path):
    os.mkfifo(tmp_path / "fifo.sig")
    assert_clear(run("verify", "fifo.sig", timeout=10))


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize("name", [RUSSIAN, "by/cms/m256-text-att.p7s+docs/text.txt"])
def test_a_signature_cut_anywhere_is_never_valid(run, tmp_path, name):
    case = cases.case(name)
    octets = case.file.read_bytes()
    for at in random.Random(name).sample(range(1, len(octets)), 6):
        (tmp_path / "cut.sig").write_bytes(octets[:at])
        done = run("verify", "cut.sig", *case.options())
        assert done.returncode in {1, 2, 3}, at
        assert "Traceback" not in done.stdout + done.stderr


def test_a_file_name_cannot_command_the_terminal(run, tmp_path):
    name = "a\x1b[2J\u202e.sig"
    (tmp_path / name).write_bytes(b"")
    done = run("verify", name)
    assert_clear(done)
    assert "\x1b" not in done.stderr
    assert "\u202e" not in done.stderr


# --- wrong usage


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["nonsense"],
        ["verify"],
        ["verify", "a.sig", "--nonsense"],
        ["verify", "a.sig", "--anchor"],
        ["verify", "a.sig", "--at", "yesterday"],
        ["verify", "a.sig", "--at", "31.02.2026"],
        ["verify", "a.sig", "--json", "--csv"],
        ["verify", "a.sig", "--lang", "de"],
        ["verify", "a.sig", "--lang"],
        ["verify", "a.sig", "--policy", "../../etc/passwd"],
        ["verify", "a.sig", "b.sig", "--content", "c"],
        ["sign", "a.txt"],
        ["extract"],
    ],
)
def test_wrong_usage_is_64_and_says_what_is_wrong(run, tmp_path, words):
    (tmp_path / "a.sig").write_bytes(b"x")
    done = run(*words)
    assert done.returncode == 64
    assert "Traceback" not in done.stderr
    if "--json" in words:
        assert json.loads(done.stdout)["error"]["remedy"]
    elif words:
        assert done.stderr.startswith("zaruka: ")
        assert "→ " in done.stderr


def test_files_and_options_come_in_any_order(run, tmp_path):
    for name in ("a.sig", "b.sig"):
        (tmp_path / name).write_bytes(b"")
    done = run("verify", "a.sig", "--lang", "en", "b.sig", "--csv")
    assert done.returncode == 3
    assert len(done.stdout.splitlines()) == 3
    (tmp_path / "--help").write_bytes(b"")
    assert_clear(run("verify", "--", "--help"))
