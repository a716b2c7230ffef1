"""A report kept as JSON makes the protocols that the check itself would have written."""

from __future__ import annotations

import copy
import json
import random
import sys
from pathlib import Path

import pytest
from msgspec import structs
from protocols import ANSWERS, HOSTILE, renamed, report

sys.path.insert(0, str(Path(__file__).parents[1]))

import test_interop
from zaruka.errors import InputError
from zaruka.findings import Rule, rules
from zaruka.messages import LANGUAGES, messages
from zaruka.reports import FORMS, render
from zaruka.reports.as_json import dump, report_value
from zaruka.reports.protocol import protocol
from zaruka.reports.reading import report_of
from zaruka.reports.report_page import report_page


def kept(found, language="ru"):
    """Write a report as JSON, and give the text read."""
    return json.loads(dump(report_value(found, messages(language))))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ANSWERS)
def test_every_form_is_that_of_the_check_to_the_octet(shared, name, form):  # noqa: ARG001
    found = report(name)
    again = report_of(kept(found))
    for language in ("ru", "be", "en"):
        say = messages(language)
        assert render(again, form, say) == render(found, form, say)


@pytest.mark.parametrize("case", test_interop.CASES, ids=lambda case: case.id)
def test_every_case_gives_the_same_pages_in_every_language(case):
    found = test_interop.judge(case)
    if found is None:
        return  # there is no report on what cannot be read
    same_pages(found)


@pytest.mark.parametrize("case", test_interop.XML, ids=lambda case: case.id)
def test_every_case_of_xml_gives_the_same_pages(case):
    same_pages(test_interop.judge(case))


def same_pages(found):
    again = report_of(kept(found))
    for language in LANGUAGES:
        say = messages(language)
        assert report_value(again, say) == report_value(found, say)
        assert protocol(again, say) == protocol(found, say)
        assert report_page(again, say, verbose=True) == report_page(found, say, verbose=True)
    return again


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_the_same_again(shared, name):  # noqa: ARG001
    if "\ud800" in name:
        name = name.replace("\ud800", "")
    for answer in ("passed", "several"):
        found = renamed(report(answer), name)
        again = report_of(kept(found))
        for form in FORMS:
            assert render(again, form, messages("en")) == render(found, form, messages("en"))


def test_a_name_that_looks_like_a_time_stays_a_name(shared):  # noqa: ARG001
    found = report("failed")
    name = "2026-01-01T00:00:00Z"
    findings = tuple(
        structs.replace(each, details={**each.details, "file": name, "at": found.validation_time})
        for each in found.findings
    )
    assert findings
    again = same_pages(structs.replace(found, findings=findings))
    assert {each.details["file"] for each in again.findings} == {name}


def test_a_rule_that_this_version_does_not_know_is_named_and_registers_nothing(shared):  # noqa: ARG001
    value = kept(report("passed"))
    value["signatures"][0]["findings"][0].update(code="validation.of-tomorrow", clause="9.9")
    again = report_of(value)
    page = report_page(again, messages("en"), verbose=True)
    assert "validation.of-tomorrow" in str(page)
    assert "validation.of-tomorrow" not in rules()
    value["signatures"][0]["findings"][1]["clause"] = "another"
    report_of(value)
    assert Rule.recorded("validation.of-tomorrow", "1").clause == "1"


MALFORMED = {
    "no signatures": lambda v: v.pop("signatures"),
    "a number for a list": lambda v: v.update(signatures=7),
    "an unknown word": lambda v: v["signatures"][0].update(process="fast"),
    "a number for a text": lambda v: v["signatures"][0]["signer"].update(name=7),
    "a text for a number": lambda v: v["inputs"][0].update(size="7"),
    "no time": lambda v: v.update(validation_time="yesterday"),
    "a time without a zone": lambda v: v.update(validation_time="2026-01-01T00:00:00"),
    "a time beyond all": lambda v: v.update(validation_time="9999-99-01T00:00:00Z"),
    "a digest that is none": lambda v: v["inputs"][0].update(sha256="<script>"),
    "a code that is none": lambda v: v["signatures"][0]["findings"][0].update(code="A\nB"),
    "an algorithm that is none": lambda v: v["signatures"][0]["algorithm"].update(key="x"),
    "a certificate missing": lambda v: v.update(
        facts=[fact for fact in v["facts"] if fact["kind"] != "certificate"]
    ),
    "an agreement missing": lambda v: v.update(
        facts=[fact for fact in v["facts"] if fact["kind"] != "agreement"]
    ),
    "terms that are none": lambda v: next(
        fact for fact in v["facts"] if fact["extract"].get("code") == "by-ru-2024"
    )["extract"].update({"effect.kind": "any"}),
}


@pytest.mark.parametrize("how", MALFORMED)
def test_what_is_no_report_of_ours_is_refused(shared, how):  # noqa: ARG001
    value = kept(report("passed"))
    MALFORMED[how](value)
    with pytest.raises(InputError, match=r"report\.malformed"):
        report_of(value)


def mangled(value, random):
    """Put something else in one place of a JSON value."""
    kinds = [None, 0, "", "x", [], {}, True, "2020-01-01", -1, "A" * 70, "\x1b[31m\u202e", 1 << 70]
    node, place = {"": value}, ""
    while isinstance(node[place], (dict, list)) and node[place] and random.random() < 0.9:
        node = node[place]
        place = random.choice([*node] if isinstance(node, dict) else range(len(node)))
    node[place] = random.choice(kinds)
    return value


@pytest.mark.parametrize("name", ["stamps", "certificate", "list", "answer", "stamp"])
def test_a_mangled_report_is_shown_or_refused_and_never_more(shared, name):  # noqa: ARG001
    value, rng = kept(report(name)), random.Random(20261130)
    for _ in range(120):
        try:
            found = report_of(mangled(copy.deepcopy(value), rng))
        except InputError:
            continue
        for form in ("html", "xml", "json"):
            assert render(found, form, messages("en"))
