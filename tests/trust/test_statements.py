"""Trust as dated statements."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from zaruka.trust import Purpose, Statement, TrustBase, pinned

ROOT = "ab" * 32
SINCE, UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
DAYS = st.integers(-10_000, 10_000)


@given(DAYS)
def test_a_statement_holds_between_its_dates(days: int) -> None:
    at = SINCE + timedelta(days=days)
    base = TrustBase((pinned("BY", ROOT, "root", SINCE, UNTIL),))
    found = base.find(ROOT, Purpose.SIGNATURES, at)
    assert (found is not None) is (SINCE <= at <= UNTIL)


def test_a_statement_is_for_its_purpose_only() -> None:
    stamps = Statement(ROOT, "root", "list", purposes=frozenset({Purpose.TIME_STAMPS}))
    base = TrustBase((stamps,))
    assert base.find(ROOT, Purpose.TIME_STAMPS, SINCE) is stamps
    assert base.find(ROOT, Purpose.SIGNATURES, SINCE) is None


def test_of_several_statements_the_first_that_holds_counts() -> None:
    before = Statement(ROOT, "root", "old list", until=datetime(2024, 1, 1, tzinfo=UTC))
    after = Statement(ROOT, "root", "new list", since=datetime(2025, 1, 1, tzinfo=UTC))
    base = TrustBase((before, after))
    assert base.find(ROOT, Purpose.SIGNATURES, datetime(2023, 1, 1, tzinfo=UTC)) is before
    assert base.find(ROOT, Purpose.SIGNATURES, datetime(2024, 6, 1, tzinfo=UTC)) is None
    assert base.find(ROOT, Purpose.SIGNATURES, datetime(2026, 1, 1, tzinfo=UTC)) is after
    assert base.about(ROOT) == (before, after)
    assert base.about("cd" * 32) == ()
