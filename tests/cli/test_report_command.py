"""`zaruka report`: protocols made later, out of the report alone, are those of the check."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import cases
import pytest

from zaruka.cli import main

CASE = "ru/ul-256-xa-text-det"
FORMS = ("html", "pdf", "xml", "json")


@pytest.fixture
def zaruka(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for name in [each for each in os.environ if each.startswith(("ZARUKA_CONF", "LC_"))]:
        monkeypatch.delenv(name)
    for what in ("CONFIG", "DATA"):
        monkeypatch.setenv(f"XDG_{what}_HOME", str(tmp_path / what))
    monkeypatch.setenv("LANG", "en_GB.UTF-8")

    def call(*words):
        status = main([*map(str, words)])
        said = capsys.readouterr()
        return status, said.out, said.err

    return call


@pytest.fixture
def case(shared, tmp_path):  # noqa: ARG001
    """A signature with its document in the folder, and what else the check needs."""
    found = cases.case(CASE)
    shutil.copy(found.file, tmp_path / "contract.txt.sig")
    shutil.copy(found.content, tmp_path / "contract.txt")
    words = ["--at", found.at.isoformat()]
    for name, paths in (
        ("--anchor", found.anchors),
        ("--cert", found.certificates),
        ("--crl", found.crls),
    ):
        for path in paths:
            words += [name, path]
    return words


@pytest.mark.parametrize("language", ["ru", "ru-BY", "be", "en"])
def test_what_is_written_later_is_what_the_check_wrote(zaruka, case, language):
    then = [word for form in FORMS for word in ("--report", f"then.{form}")]
    assert zaruka("verify", "contract.txt.sig", *case, *then, "--lang", language)[0] == 0
    _, kept, _ = zaruka("verify", "contract.txt.sig", *case, "--json", "--lang", "en")
    Path("kept.json").write_text(kept, encoding="utf-8")
    for name in ("contract.txt", "contract.txt.sig"):
        Path(name).unlink()
    later = [word for form in FORMS for word in ("--to", f"later.{form}")]
    status, said, told = zaruka("report", "kept.json", *later, "--lang", language)
    assert (status, said) == (0, "")
    assert "later.html, later.pdf, later.xml, later.json" in told
    for form in FORMS:
        assert Path(f"later.{form}").read_bytes() == Path(f"then.{form}").read_bytes(), form


def test_a_bundle_will_do(zaruka, case):
    words = ("verify", "contract.txt.sig", *case, "--bundle", "e.zip", "--report", "then.html")
    assert zaruka(*words)[0] == 0
    assert zaruka("report", "e.zip", "--to", "later.html")[0] == 0
    assert Path("later.html").read_bytes() == Path("then.html").read_bytes()


def test_of_several_documents_one_is_named(zaruka, case):
    Path("notes.txt").write_text("nothing signs this", encoding="utf-8")
    Path("mail").mkdir()
    for name in ("contract.txt", "contract.txt.sig", "notes.txt"):
        shutil.move(name, Path("mail") / name)
    _, kept, _ = zaruka("verify", "mail", *case, "--json")
    Path("kept.json").write_text(kept, encoding="utf-8")
    status, _, told = zaruka("report", "kept.json", "--to", "a.html")
    assert status == 64
    assert "contract.txt.sig" in told
    assert zaruka("report", "kept.json", "--to", "a.html", "--of", "contract.txt.sig")[0] == 0
    assert "contract.txt.sig" in Path("a.html").read_text(encoding="utf-8")
    assert zaruka("report", "kept.json", "--to", "b.html", "--of", "other")[0] == 64
    assert zaruka("report", "kept.json", "--to", "b.html", "--of", "notes.txt")[0] == 3
    assert not Path("b.html").exists()


def test_what_cannot_be_written_is_said_before_anything_is(zaruka, case):
    _, kept, _ = zaruka("verify", "contract.txt.sig", *case, "--json")
    Path("kept.json").write_text(kept, encoding="utf-8")
    Path("there.pdf").write_bytes(b"mine")
    assert zaruka("report", "kept.json")[0] == 64
    assert zaruka("report", "kept.json", "--to", "a.docx")[0] == 64
    assert zaruka("report", "kept.json", "--to", "kept.json", "--force")[0] == 64
    assert zaruka("report", "kept.json", "--to", "a.html", "--to", "there.pdf")[0] == 64
    assert not Path("a.html").exists()
    assert zaruka("report", "kept.json", "--to", "a.html", "--of", "another.sig")[0] == 64
    assert zaruka("report", "kept.json", "--to", "there.pdf", "--force")[0] == 0
    assert Path("there.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    "octets", [b"", b"{}", b"PK\x03\x04", b'{"report_version": 1, "error": {}}', b"\x30\x80"]
)
def test_what_is_no_report_is_refused(zaruka, octets):
    Path("kept.json").write_bytes(octets)
    status, said, told = zaruka("report", "kept.json", "--to", "a.html")
    assert (status, said) == (3, "")
    assert told.startswith("zaruka: ")
    assert not Path("a.html").exists()


def test_an_altered_report_makes_the_protocol_that_replay_finds_out(zaruka, case):
    _, kept, _ = zaruka("verify", "contract.txt.sig", *case, "--json")
    value = json.loads(kept)
    value["signatures"][0]["signer"]["person"] = "Somebody Else"
    Path("kept.json").write_text(json.dumps(value), encoding="utf-8")
    _, _, told = zaruka("report", "kept.json", "--to", "a.html")
    assert "zaruka replay kept.json" in told
    assert zaruka("replay", "kept.json")[0] == 1
