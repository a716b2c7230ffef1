"""The table of `make conformance`: one line for each suite."""

from __future__ import annotations

from pathlib import Path

import pytest
from scoring import PROPERTY, Score

COLUMNS = ("suite", "cases", "as expected", "exceptions", "slowest, ms")


@pytest.fixture(scope="session")
def pkits_files() -> Path:
    """Return the files of NIST PKITS in the PyPI package cryptography-vectors."""
    vectors = pytest.importorskip("cryptography_vectors", reason="pip install cryptography-vectors")
    return Path(vectors.__file__).parent / "x509/PKITS_data"


@pytest.fixture
def score(record_property):
    """Make the account of a suite, which the closing table shows."""

    def make(suite, exceptions=None):
        made = Score(suite, exceptions or {})
        scores.append(made)
        return made

    scores: list[Score] = []
    yield make
    for made in scores:
        record_property(PROPERTY, made.row())


def is_teardown(report) -> bool:
    return getattr(report, "when", None) == "teardown"


def pytest_terminal_summary(terminalreporter) -> None:
    reports = [r for some in terminalreporter.stats.values() for r in some if is_teardown(r)]
    rows = [value for r in reports for name, value in r.user_properties if name == PROPERTY]
    if not rows:
        return
    terminalreporter.section("conformance")
    for suite, *numbers in [COLUMNS, *sorted(rows)]:
        terminalreporter.write_line(f"{suite:<44}" + "".join(f"{n:>13}" for n in numbers))
