"""The table of cases (cases/*.toml): facts, clause, and what EN 319 102-1 V1.4.1 makes of them."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from scene import Scene, moment

from zaruka.findings import Indication
from zaruka.validation.results import SignatureResult

FOLDER = Path(__file__).parent / "cases"
NAMES = {
    "PASSED": Indication.TOTAL_PASSED,
    "FAILED": Indication.TOTAL_FAILED,
    "INDETERMINATE": Indication.INDETERMINATE,
}
Case = dict[str, Any]


@cache
def cases() -> tuple[Case, ...]:
    files = sorted(FOLDER.glob("*.toml"))
    return tuple(case for file in files for case in tomllib.loads(file.read_text("utf-8"))["cases"])


@cache
def judged(facts: str) -> SignatureResult:
    (result,) = Scene.of(facts).report().signatures
    return result


@pytest.mark.parametrize("case", cases(), ids=[case["name"] for case in cases()])
def test_case(case: Case) -> None:
    result = judged(case["facts"])
    indication, _, sub = case["expected"].partition("/")
    assert (result.conclusion.indication, result.conclusion.sub_indication or "") == (
        NAMES[indication],
        sub,
    )
    if "process" in case:
        assert result.process == case["process"]
    if "level" in case:
        assert result.level == case["level"]
    if "time" in case:
        assert result.proven
        assert result.best_signature_time == moment(case["time"])
    if "stamps" in case:
        said = [each.conclusion.sub_indication for each in result.timestamps]
        assert case["stamps"] in said


def test_the_table_is_there_and_every_case_has_a_name_and_a_clause() -> None:
    names = [case["name"] for case in cases()]
    assert len(names) == len(set(names)) >= 150
    for case in cases():
        assert case["clause"], case["name"]
        assert case.keys() <= {
            *("name", "clause", "facts", "expected", "process", "level", "time", "stamps"),
        }, case["name"]
