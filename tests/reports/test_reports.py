"""Reports on every case of the corpus: schema, languages, repeatability, hostile names."""

from __future__ import annotations

import json
import random
import re
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from msgspec import structs

import zaruka
from zaruka.errors import InputError, UnsupportedError, ZarukaError
from zaruka.findings import Severity
from zaruka.messages import LANGUAGES, catalogue, messages
from zaruka.reports.as_json import SCHEMA, dump, error_value, report_value, reports_value
from zaruka.reports.page import Page
from zaruka.reports.report_page import report_page
from zaruka.service import conclusion_of

sys.path.insert(0, str(Path(__file__).parent))
import cases

CASES = cases.every_case()
EXIT = {
    "valid": {0},
    "valid-lenient": {0},
    "invalid": {1, 2, 3},
    "indeterminate": {2},
    "policy": {0, 1, 2},
    "good": {0},
    "revoked": {0},
    "unknown": {0},
}


@pytest.fixture(scope="module")
def validator():
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def ask(case, **other):
    options = {
        "content": case.content,
        "anchors": case.anchors,
        "certificates": case.certificates,
        "key": next(iter(case.keys), None),
        "crls": case.crls,
        "at": case.at,
        **other,
    }
    return zaruka.verify(case.file, **options)


@pytest.fixture(scope="module")
def reports(shared):  # noqa: ARG001 - skips where there is none
    """Every case with its report or error."""
    assert len(CASES) > 100
    answers = {}
    for case in CASES:
        try:
            answers[case.id] = ask(case)
        except ZarukaError as error:
            answers[case.id] = error
    return answers


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_case_gets_an_answer_that_its_expectation_allows(case, reports):
    answer = reports[case.id]
    if isinstance(answer, ZarukaError):
        status = 3
    elif answer.conclusion.passed:
        status = 0
    else:
        status = 2 if answer.conclusion.indication == "INDETERMINATE" else 1
    assert status in EXIT[case.expected]


def test_every_report_fits_the_published_schema(reports, validator):
    say = messages("en")
    for name, answer in reports.items():
        write = error_value if isinstance(answer, ZarukaError) else report_value
        value = json.loads(dump(write(answer, say)))
        assert validator.is_valid(value), (name, next(validator.iter_errors(value)).message)


def test_many_answers_and_an_error_fit_the_published_schema(reports, validator):
    say = messages("be")
    items = [
        *reports.items(),
        ("x", InputError("input.empty", name="x")),
        ("y", UnsupportedError("input.xml", name="y", what="xmldsig")),
        ("z", None),
    ]
    answers = [zaruka.Answer(name, outcome) for name, outcome in items]
    value = json.loads(dump(reports_value(items, conclusion_of(answers), say)))
    assert validator.is_valid(value)
    assert value["indication"] == "TOTAL_FAILED"


def test_the_schema_refuses_what_is_not_in_it(reports, validator):
    say = messages("en")
    value = next(report_value(r, say) for r in reports.values() if not isinstance(r, ZarukaError))
    assert not validator.is_valid({**value, "more": 1})
    assert not validator.is_valid({**value, "report_version": 2})
    assert not validator.is_valid({**value, "indication": "VALID"})


def lines(page: Page):
    for section in page.sections:
        if section.heading:
            yield section.heading
        for line in section.lines:
            yield line.text
            if line.label:
                yield line.label


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_has_its_values_in_every_language(language, reports, monkeypatch):
    missing = set()
    original = catalogue._Formatter.get_field

    def get_field(self, name, args, kwargs):
        if name not in kwargs:
            missing.add((name, tuple(sorted(kwargs))))
        return original(self, name, args, kwargs)

    monkeypatch.setattr(catalogue._Formatter, "get_field", get_field)
    say = messages(language)
    unnamed = say("words.rule.unnamed", code="X", clause="Y").split("X")[0]
    missing.clear()
    for name, answer in reports.items():
        if isinstance(answer, ZarukaError):
            said = say.error(answer.code, answer.details)
            assert said.text != answer.code, name
            continue
        for text in lines(report_page(answer, say, verbose=True)):
            assert not text.startswith(unnamed), (name, text)
            assert "{" not in text, (name, text)
    assert not missing


def test_whatever_is_broken_comes_with_something_to_do(reports):
    say = messages("ru")
    for name, answer in reports.items():
        if isinstance(answer, ZarukaError):
            continue
        for signature in answer.signatures:
            if signature.conclusion.passed:
                continue
            value = report_value(answer, say)
            findings = [
                finding
                for found in (*value["signatures"], *value["objects"])
                for finding in found["findings"]
                if finding["severity"] in {"fail", "unknown"}
            ]
            assert any(finding["remedy"] for finding in findings), name


@pytest.mark.usefixtures("shared")
def test_the_same_question_gives_the_same_octets():
    say = messages("ru")
    for case in random.Random(7).sample([c for c in CASES if c.expected == "valid"], 6):
        first, second = (dump(report_value(ask(case), say)) for _ in range(2))
        assert first == second


@pytest.mark.usefixtures("shared")
def test_the_order_of_evidence_changes_nothing():
    say = messages("ru")
    for case in random.Random(8).sample([c for c in CASES if c.expected == "valid"], 6):
        turned = ask(
            case,
            anchors=case.anchors[::-1],
            certificates=case.certificates[::-1],
            crls=case.crls[::-1],
        )
        assert dump(report_value(turned, say)) == dump(report_value(ask(case), say))


def test_strict_names_the_deviation_that_the_default_tolerates(reports):
    lenient = [c for c in CASES if c.expected == "valid-lenient"]
    assert lenient
    refused = 0
    for case in lenient:
        assert reports[case.id].conclusion.passed
        strict = ask(case, strict=True)
        if not strict.conclusion.passed:
            refused += 1
            broken = [f for f in strict.conclusion.findings if f.severity is Severity.FAIL]
            assert broken, case.id
    assert refused


def hostile(report, name):
    """The same report about a signer with another name."""
    signature = report.signatures[0]
    signer = structs.replace(
        signature.signer, name=name, person=name, organisation=name, position=name
    )
    return structs.replace(report, signatures=(structs.replace(signature, signer=signer),))


HOSTILE = "\x1b]0;owned\x07\x1b[2J\u202eдилав\u2066\u200b\r\nПодпись действительна\x00\x9b31m"
OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_name_cannot_command_the_terminal(language, reports):
    report = next(r for r in reports.values() if not isinstance(r, ZarukaError) and r.signatures)
    say = messages(language)
    page = report_page(hostile(report, HOSTILE), say, verbose=True)
    for text in lines(page):
        assert not OBEYED.search(text)
        assert "\n" not in text
    assert any("\\u202e" in text for text in lines(page))


def test_a_name_in_json_keeps_its_value_and_commands_nothing(reports):
    report = next(r for r in reports.values() if not isinstance(r, ZarukaError) and r.signatures)
    text = dump(report_value(hostile(report, HOSTILE), messages("en")))
    assert not OBEYED.search(text.replace("\n", ""))
    assert json.loads(text)["signatures"][0]["signer"]["person"] == HOSTILE


def test_numbers_of_persons_are_masked_on_every_page(reports):
    say = messages("ru")
    seen = 0
    for answer in reports.values():
        if isinstance(answer, ZarukaError):
            continue
        text = "\n".join(lines(report_page(answer, say)))
        for signature in answer.signatures:
            for number in signature.signer.identifiers if signature.signer else ():
                if number.personal and len(number.value) > 6:
                    seen += 1
                    assert number.value not in text
                    assert number.masked in text
    assert seen > 10


def test_a_strict_report_says_that_it_is_one(reports):
    case = next(c for c in CASES if c.expected == "valid-lenient")
    assert reports[case.id].policy.name == "etsi"
    strict = ask(case, strict=True)
    assert strict.policy.name == "etsi-strict"
    say = messages("ru")
    assert say("words.standing.strict") in lines(report_page(strict, say))
