"""`zaruka replay` on several documents, and on what a report keeps the digest of only."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import cases
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "signatures"))
import xml_samples as xml

from zaruka.cli import main
from zaruka.validation import record

CASES = ("ru/ul-256-xa-text-det", "ru/ul-256-xb-text-att")


@pytest.fixture
def zaruka(tmp_path, monkeypatch, capsys):
    """Run a command in an empty folder: exit status, what was said, and on which stream."""
    monkeypatch.chdir(tmp_path)
    for name in [each for each in os.environ if each.startswith(("ZARUKA_CONF", "LC_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("LANG", "en_GB.UTF-8")

    def call(*words):
        status = main([*map(str, words)])
        said = capsys.readouterr()
        return status, said.out, said.err

    return call


def options_of(case):
    words = ["--at", case.at.isoformat()]
    for name, paths in (
        ("--anchor", case.anchors),
        ("--cert", case.certificates),
        ("--crl", case.crls),
    ):
        for path in paths:
            words += [name, str(path)]
    return words


@pytest.fixture
def folder(shared, tmp_path):  # noqa: ARG001
    """A folder with documents of which one is not signed and one cannot be read."""
    place = tmp_path / "mail"
    place.mkdir()
    for wanted in CASES:
        case = cases.case(wanted)
        for path in filter(None, (case.file, case.content)):
            shutil.copy(path, place)
    (place / "notes.txt").write_text("nothing signs this", encoding="utf-8")
    (place / "broken.p7s").write_bytes(cases.case(CASES[0]).file.read_bytes()[:200])
    return place, options_of(cases.case(CASES[0]))


@pytest.fixture
def reports(zaruka, folder):
    place, words = folder
    _, said, _ = zaruka("verify", place, *words, "--json")
    value = json.loads(said)
    shutil.rmtree(place)
    return value


def keep(value, name="reports.json"):
    Path(name).write_text(json.dumps(value), encoding="utf-8")
    return name


def test_each_of_several_is_judged_again_and_counted(zaruka, reports):
    status, said, _ = zaruka("replay", keep(reports))
    assert status == 0
    assert said.count("The report says what its facts say.") == 2
    assert "2 say what their facts say" in said
    assert "2 without a verdict" in said
    status, said, _ = zaruka("replay", "reports.json", "--json")
    found = json.loads(said)
    assert found["same"] is True
    assert {each["input"] for each in found["replays"]} == {
        each["input"] for each in reports["reports"]
    }
    kinds = [next(name for name in each if name != "input") for each in found["replays"]]
    assert sorted(kinds) == ["replay", "replay", "unread", "unsigned"]


def test_one_of_several_that_was_altered_is_named(zaruka, reports):
    part = next(each for each in reports["reports"] if "report" in each)
    part["report"]["signatures"][0]["signer"]["name"] = "Another"
    status, said, _ = zaruka("replay", keep(reports))
    assert status == 1
    assert "(signatures.1.signer.name)" in said
    assert "1 says what its facts say" in said
    assert "1 does not" in said


def test_what_was_concluded_of_all_has_to_follow(zaruka, reports):
    assert reports["indication"] == "INDETERMINATE"  # one could not be read
    reports["indication"] = "TOTAL_PASSED"
    status, said, _ = zaruka("replay", keep(reports))
    assert status == 1
    assert "(indication)" in said


def test_one_of_several_that_cannot_be_judged_again_says_why(zaruka, reports):
    part = next(each for each in reports["reports"] if "report" in each)
    part["report"]["facts"] = [f for f in part["report"]["facts"] if f["kind"] == "anchor"]
    status, said, _ = zaruka("replay", keep(reports))
    assert status == 3
    assert "1 could not be judged again" in said
    _, said, _ = zaruka("replay", "reports.json", "--json")
    errors = [each["error"]["code"] for each in json.loads(said)["replays"] if "error" in each]
    assert errors == ["replay.insufficient"]


@pytest.mark.parametrize(
    "value",
    [
        {"report_version": 1, "reports": 1},
        {"report_version": 1, "reports": [1]},
        {"report_version": 1, "reports": [{"report": {}}]},
        {"report_version": 1, "reports": [{"input": "a", "report": 7}]},
        {"report_version": 1, "reports": [{"input": "a", "report": {"facts": []}}]},
        {"report_version": 1, "reports": [{"input": "a", "unsigned": True}]},
    ],
)
def test_several_that_are_no_reports_are_refused(zaruka, value):
    status, said, told = zaruka("replay", keep(value))
    assert (status, said) == (3, "")
    assert "no report" in told


# --- XML, and files beside it


@pytest.fixture
def signed_xml(shared, tmp_path):
    folder = shared / "interop" / "ru"
    shutil.copy(folder / "xml" / "env-256.xml", tmp_path / "signed.xml")
    certs = folder / "certs"
    words = ("--anchor", certs / "root.crt", "--cert", certs / "sub.crt", "--crl", folder / "crl")
    return (*words, "--at", "2026-12-01T00:00:00Z")


def test_xml_is_judged_again_by_its_signatures_and_wholly_from_the_file(zaruka, signed_xml):
    bundle = ("--bundle", "evidence.zip", "--with-content")
    status, said, _ = zaruka("verify", "signed.xml", *signed_xml, "--json", *bundle)
    assert status == 0
    Path("report.json").write_text(said, encoding="utf-8")
    on_record = "which parts of “signed.xml” are signed"
    status, said, _ = zaruka("replay", "report.json")
    assert status == 0
    assert on_record in said
    assert "--content FILE" in said
    for more in (("--content", "signed.xml"), ("--evidence", "evidence.zip")):
        status, said, _ = zaruka("replay", "report.json", *more)
        assert status == 0, said
        assert on_record not in said
    octets = Path("signed.xml").read_bytes()
    Path("signed.xml").write_bytes(octets + b"\n")  # another file is not taken for it
    assert on_record in zaruka("replay", "report.json", "--content", "signed.xml")[1]
    Path("signed.xml").unlink()
    status, said, _ = zaruka("replay", "evidence.zip")
    assert status == 0
    assert on_record not in said


def test_xml_that_is_too_large_to_keep_names_the_files_that_are_needed(
    zaruka, tmp_path, monkeypatch
):
    monkeypatch.setattr(record, "_KEPT_MAX", 0)
    signed = xml.signature(xml.reference("contract.txt", b"what is signed"))
    Path("s.xml").write_bytes(signed.encode())
    Path("contract.txt").write_bytes(b"what is signed")
    _, said, _ = zaruka("verify", "s.xml", "--json")
    Path("report.json").write_text(said, encoding="utf-8")
    status, _, told = zaruka("replay", "report.json")
    assert status == 3
    for name in ("s.xml", "contract.txt"):
        assert f"{name} (SHA-256 " in told
    assert "--with-content" in told
    kept = ("--content", tmp_path / "s.xml", "--content", tmp_path / "contract.txt")
    assert zaruka("replay", "report.json", *kept)[0] == 0


@pytest.mark.parametrize("given", [False, True])
def test_xml_that_signs_files_beside_it_is_judged_again(zaruka, given, tmp_path):
    name = "other.txt" if given else "contract.txt"
    signed = xml.signature(xml.reference("contract.txt", b"what is signed"))
    Path("s.xml").write_bytes(signed.encode())
    Path(name).write_bytes(b"what is signed")
    content = ("--content", name) if given else ()
    words = ("verify", "s.xml", *content, "--json", "--bundle", "e.zip", "--with-content")
    _, said, _ = zaruka(*words)
    Path("report.json").write_text(said, encoding="utf-8")
    for path in ("s.xml", name):
        shutil.move(path, tmp_path / f"moved-{path}")
    kept = ("--content", tmp_path / "moved-s.xml", "--content", tmp_path / f"moved-{name}")
    for words in (("e.zip",), ("report.json", *kept), ("report.json",)):
        status, said, _ = zaruka("replay", *words)
        assert status == 0, said
        assert ("are signed, and their digests" in said) is (words == ("report.json",))
