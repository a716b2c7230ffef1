"""docs/census.md says what the code finds today, and explains all of it."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def census():
    spec = importlib.util.spec_from_file_location("census", DOCS / "census.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_tables_are_what_the_code_finds_today(census, shared):
    assert len(census.russian(shared)) == 2375
    assert len(census.belarusian(shared)) == 4
    written = census.written((DOCS / "census.md").read_text(encoding="utf-8"))
    now = census.tables(shared)
    assert set(written) == set(now)
    for name, rows in now.items():
        assert rows
        assert list(written[name]) == rows, "run `python docs/census.py --write`"


def test_every_departure_is_explained(census):
    written = census.written((DOCS / "census.md").read_text(encoding="utf-8"))
    explanations = [why for rows in written.values() for why in rows.values()]
    assert len(explanations) > 15
    assert all(explanations)


def test_writing_the_page_again_changes_nothing(census, shared):
    page = (DOCS / "census.md").read_text(encoding="utf-8")
    assert census.rewritten(page, census.tables(shared)) == page
