"""What the documents promise: every test of the trace is there, every example is read."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

from zaruka.jurisdictions.russia.power_status import Standing, parse_power_status
from zaruka.recognition import load_agreements
from zaruka.service.settings import parse_settings

ROOT = Path(__file__).parents[2]
TESTS, DOCS = ROOT / "tests", ROOT / "docs"
TRACE = (DOCS / "trace.ru.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`([a-z_]+/[a-z0-9_]+\.py)(?:::(test_[a-z0-9_]+))?`", TRACE)


def blocks(name, language):
    text = (DOCS / name).read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def test_every_requirement_and_decision_has_its_line():
    wanted = {f"R{n}" for n in range(1, 31)} | {f"D{n}" for n in range(1, 12)}
    cells = [line.split("|")[1] for line in TRACE.splitlines() if line.startswith("| ")]
    assert {word for cell in cells for word in re.findall(r"[RD]\d+", cell)} == wanted


@pytest.mark.parametrize(("file", "name"), sorted({each for each in NAMED if each[1]}))
def test_every_test_that_the_trace_names_is_there(file, name):
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_the_trace_names_enough():
    assert len(NAMED) > 40
    assert all((TESTS / file).is_file() for file, _ in NAMED)


def test_the_examples_of_agreements_are_read_together():
    texts = [each for each in blocks("recognition.md", "toml") if "[recognition]" not in each]
    assert len(texts) == 3
    named = {f"{number}.toml": text for number, text in enumerate(texts)}
    found = {each.code: each for each in load_agreements(named)}
    assert found["platform-2026"].span.until is not None
    assert found["by-ru-2024"].third_parties[0].country == "BY"


def test_the_examples_of_configuration_are_read():
    (recognition,) = (t for t in blocks("recognition.md", "toml") if "[recognition]" in t)
    assert len(parse_settings(recognition).agreements) == 2
    (powers,) = blocks("powers.md", "toml")
    assert "{number}" in parse_settings(powers).registry


def test_the_example_of_a_registrys_answer_is_read():
    (example,) = blocks("powers.md", "json")
    assert json.loads(example)["status"] == "active"
    assert parse_power_status(example.encode(), "example").standing is Standing.ACTIVE
