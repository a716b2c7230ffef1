"""Revocation freshness checker: EN 319 102-1 V1.4.1, 5.2.5."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zaruka.findings import Finding, Severity, SubIndication
from zaruka.validation import rules

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from zaruka.findings import ObjectRef
    from zaruka.validation.results import Revocation

__all__ = ["check_freshness"]


def check_freshness(
    revocation: Revocation, subject: ObjectRef, *, at: datetime, max_freshness: timedelta | None
) -> Finding:
    """Check that revocation information about `subject` was issued late enough for `at`.

    PASS, or UNKNOWN with TRY_LATER; `details["try_at"]` is the suggested moment, where known.
    """
    details = {"at": at}
    if revocation.this_update is not None:
        details["this_update"] = revocation.this_update
    if revocation.next_update is not None:
        details["try_at"] = revocation.next_update
    fresh = _is_fresh(revocation, at, max_freshness)
    return Finding(
        rules.REVOCATION_FRESH if fresh else rules.REVOCATION_NOT_FRESH,
        Severity.PASS if fresh else Severity.UNKNOWN,
        subject,
        expected=at.isoformat(),
        actual=revocation.this_update.isoformat() if revocation.this_update else None,
        details=details,
        sub_indication=None if fresh else SubIndication.TRY_LATER,
    )


def _is_fresh(revocation: Revocation, at: datetime, max_freshness: timedelta | None) -> bool:
    issued, until = revocation.this_update, revocation.next_update
    if issued is None:
        return False
    if max_freshness is None:  # step 1: without nextUpdate there is nothing to measure by
        if until is None:
            return False
        max_freshness = until - issued
    return at - issued < max_freshness  # step 2
