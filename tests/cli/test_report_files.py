"""`zaruka verify --report`: which files are written, and which are never."""

from __future__ import annotations

import json
import shutil

import cases
import pytest

CASE = "ru/ul-256-xa-text-det"


@pytest.fixture
def asked(shared, tmp_path):  # noqa: ARG001
    """Return a case with its files in a folder of its own."""
    case = cases.case(CASE)
    file, content = tmp_path / case.file.name, tmp_path / case.content.name
    shutil.copy(case.file, file)
    shutil.copy(case.content, content)
    words = ["--at", case.at.isoformat(), "--lang", "en"]
    for name, paths in (
        ("--anchor", case.anchors),
        ("--cert", case.certificates),
        ("--crl", case.crls),
    ):
        for path in paths:
            words += [name, str(path)]
    return file, words


def test_every_form_is_written_beside_the_answer(run, asked, tmp_path):
    file, words = asked
    targets = [tmp_path / f"protocol.{form}" for form in ("html", "pdf", "xml", "JSON")]
    done = run("verify", file, *words, *(w for t in targets for w in ("--report", str(t))))
    assert done.returncode == 0
    assert "The signature is valid" in done.stdout
    heads = [b"<!DOCTYPE html>", b"%PDF-", b"<?xml version=", b"{\n"]
    for target, head in zip(targets, heads, strict=True):
        assert target.read_bytes().startswith(head)
    alone = run("verify", file, *words, "--json")
    assert json.loads(alone.stdout) == json.loads(targets[3].read_text())


def test_with_json_the_answer_stays_json(run, asked, tmp_path):
    file, words = asked
    done = run("verify", file, *words, "--json", "--report", str(tmp_path / "a.html"))
    assert json.loads(done.stdout)["indication"] == "TOTAL_PASSED"
    assert (tmp_path / "a.html").is_file()


@pytest.mark.parametrize("name", ["a.docx", "report", ".pdf.exe"])
def test_a_name_that_says_no_form_is_wrong_usage(run, asked, tmp_path, name):
    file, words = asked
    done = run("verify", file, *words, "--report", str(tmp_path / name))
    assert done.returncode == 64
    assert ".html, .pdf, .xml, .json" in done.stderr
    assert done.stdout == ""


def test_no_file_that_was_given_is_ever_written_over(run, asked, tmp_path):
    file, words = asked
    renamed = tmp_path / "signature.xml"
    file.rename(renamed)
    link = tmp_path / "link.xml"
    link.symlink_to(renamed)
    before = renamed.read_bytes()
    content = ["--content", str(tmp_path / "text.txt")]
    for target in (renamed, link, tmp_path / "." / "signature.xml"):
        done = run("verify", renamed, *words, *content, "--report", str(target), "--force")
        assert done.returncode == 64
        assert "taken" in done.stderr
    assert renamed.read_bytes() == before


def test_the_document_that_was_found_beside_is_never_written_over(run, asked, tmp_path):
    file, words = asked
    document = tmp_path / "contract.json"
    (tmp_path / "text.txt").rename(document)
    signature = file.rename(tmp_path / "contract.json.p7s")
    before = document.read_bytes()
    done = run("verify", signature, *words, "--report", str(document), "--force")
    assert done.returncode == 64
    assert "taken" in done.stderr
    assert document.read_bytes() == before


def test_a_table_of_one_does_not_forget_the_report(run, asked, tmp_path):
    file, words = asked
    done = run("verify", file, *words, "--csv", "--report", str(tmp_path / "a.xml"))
    assert done.returncode == 0
    assert done.stdout.startswith("file,") or "," in done.stdout
    assert (tmp_path / "a.xml").read_bytes().startswith(b"<?xml")


def test_a_report_that_exists_is_replaced_only_when_told(run, asked, tmp_path):
    file, words = asked
    target = tmp_path / "a.json"
    target.write_text("mine")
    assert run("verify", file, *words, "--report", str(target)).returncode == 64
    assert target.read_text() == "mine"
    assert run("verify", file, *words, "--report", str(target), "--force").returncode == 0
    assert json.loads(target.read_text())["report_version"] == 1


def test_two_reports_into_one_file_and_reports_on_many_inputs_are_wrong_usage(run, asked, tmp_path):
    file, words = asked
    twice = ["--report", str(tmp_path / "a.pdf")] * 2
    assert run("verify", file, *words, *twice).returncode == 64
    done = run("verify", file, file, *words, *twice[:2])
    assert done.returncode == 64
    assert "several were given" in done.stderr
    assert not (tmp_path / "a.pdf").exists()


def test_an_input_that_cannot_be_read_leaves_no_report(run, asked, tmp_path):
    (tmp_path / "broken.p7s").write_bytes(b"0\x82\x01")
    done = run("verify", tmp_path / "broken.p7s", *asked[1], "--report", str(tmp_path / "a.pdf"))
    assert done.returncode == 3
    assert list(tmp_path.glob("*.pdf*")) == list(tmp_path.glob(".*part")) == []
