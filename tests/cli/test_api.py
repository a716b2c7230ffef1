"""`zaruka.verify` and `zaruka.verify_all`: the same answers for a program."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

import cases
import pytest

import zaruka
from zaruka import ConfigError, Indication, InputError, UnsupportedError

RUSSIAN = "ru/ul-256-xa-text-det"


@pytest.fixture
def question(shared):  # noqa: ARG001 - skips where there is none
    case = cases.case(RUSSIAN)
    options = {
        "anchors": case.anchors,
        "certificates": case.certificates,
        "crls": case.crls,
        "at": case.at,
    }
    return case, options


def test_paths_strings_and_octets_get_the_same_answer(question):
    case, options = question
    answers = [
        zaruka.verify(source, content=content, **options).signatures
        for source, content in (
            (case.file, case.content),
            (str(case.file), str(case.content)),
            (case.file.read_bytes(), case.content.read_bytes()),
        )
    ]
    assert answers[0][0].conclusion.indication is Indication.TOTAL_PASSED
    assert [a[0].conclusion for a in answers] == [answers[0][0].conclusion] * 3


def test_a_verdict_has_no_truth_value(question):
    case, options = question
    report = zaruka.verify(case.file, content=case.content, **options)
    with pytest.raises(TypeError):
        bool(report.conclusion)


def test_a_moment_without_a_zone_is_refused(question):
    case, options = question
    with pytest.raises(ValueError, match="time zone"):
        zaruka.verify(case.file, **{**options, "at": datetime(2026, 1, 1)})  # noqa: DTZ001


@pytest.mark.parametrize(
    ("octets", "error", "code"),
    [
        (b"", InputError, "input.empty"),
        (b"%PDF-1.7\n/ByteRange [0 1]\n", UnsupportedError, "input.pdf"),
        (bytes(1000), InputError, "input.unrecognised"),
    ],
)
def test_what_cannot_be_asked_is_an_exception(octets, error, code):
    with pytest.raises(error) as raised:
        zaruka.verify(octets)
    assert raised.value.code == code


def test_evidence_that_is_not_there_is_an_exception(question, tmp_path):
    case, _ = question
    with pytest.raises(InputError) as raised:
        zaruka.verify(case.file, anchors=[tmp_path / "no.cer"])
    assert raised.value.code == "input.not-found"
    with pytest.raises(ConfigError):
        zaruka.verify(case.file, policy="none-such")


def test_evidence_inside_an_archive_serves_the_signatures_in_it(question, tmp_path):
    case, options = question
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.write(case.file, "a.sig")
        file.write(case.content, "a.txt")
        for path in (*case.certificates, *case.crls):
            file.write(path, path.name)
    (tmp_path / "a.zip").write_bytes(archive.getvalue())
    options = {"anchors": case.anchors, "at": case.at}
    (answer,) = zaruka.verify_all([tmp_path / "a.zip"], **options)
    assert answer.document == "a.txt"
    assert answer.outcome.conclusion.indication is Indication.TOTAL_PASSED


def test_an_answer_that_is_an_error_does_not_stop_the_others(question, tmp_path):
    case, options = question
    (tmp_path / "empty.sig").write_bytes(b"")
    names = [a.name for a in zaruka.verify_all([tmp_path / "empty.sig", case.file], **options)]
    assert names == ["empty.sig", case.file.name]


def test_public_names_are_there_and_load_when_used():
    for name in zaruka.__all__:
        assert getattr(zaruka, name) is not None
        assert name in dir(zaruka)
    with pytest.raises(AttributeError):
        zaruka.no_such_name  # noqa: B018
