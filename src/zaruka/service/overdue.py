"""Lists whose next issue should have come: they serve, and that they are old is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zaruka.findings import Finding, ObjectKind, ObjectRef, Severity
from zaruka.trust.lists import MAX_AGE, next_due
from zaruka.trust.rules import LIST_OVERDUE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime, timedelta

    from zaruka.stores.lookup import TrustLookup

__all__ = ["overdue_lists"]


def overdue_lists(
    kept: TrustLookup | None, at: datetime, max_age: timedelta = MAX_AGE
) -> Iterator[Finding]:
    """Name the lists of a store whose next issue was due before the moment `at` to judge at."""
    for source, issue in kept.issues().items() if kept is not None else ():
        due = next_due(issue.scheme, issue.issued, issue.next_update, max_age)
        if due is not None and due < at:
            yield Finding(
                LIST_OVERDUE,
                Severity.WARN,
                ObjectRef(ObjectKind.DOCUMENT, issue.sha256, issue.name),
                expected=due.isoformat(),
                actual=at.isoformat(),
                details={
                    "source": source,
                    "number": issue.sequence,
                    "issued": issue.issued,
                    "due": due,
                },
            )
