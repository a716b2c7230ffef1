"""Revocation freshness checker: EN 319 102-1 V1.4.1, 5.2.5."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zaruka.findings import Finding, Severity, SubIndication
from zaruka.validation import rules

if TYPE_CHECKING:
    from datetime import datetime

    from zaruka.findings import ObjectRef
    from zaruka.validation.policy import Policy
    from zaruka.validation.results import Revocation

__all__ = ["check_freshness"]


def check_freshness(
    revocation: Revocation, subject: ObjectRef, policy: Policy, *, at: datetime
) -> Finding:
    """Check that revocation information about `subject` was issued late enough for `at`.

    PASS, or UNKNOWN with TRY_LATER; `details["try_at"]` is the suggested moment, where known.
    """
    details = {"at": at}
    if revocation.this_update is not None:
        details["this_update"] = revocation.this_update
    if revocation.next_update is not None:
        details["try_at"] = revocation.next_update
    fresh = _is_fresh(revocation, at, policy)
    return Finding(
        rules.REVOCATION_FRESH if fresh else rules.REVOCATION_NOT_FRESH,
        Severity.PASS if fresh else Severity.UNKNOWN,
        subject,
        expected=at.isoformat(),
        actual=revocation.this_update.isoformat() if revocation.this_update else None,
        details=details,
        sub_indication=None if fresh else SubIndication.TRY_LATER,
    )


def _is_fresh(revocation: Revocation, at: datetime, policy: Policy) -> bool:
    issued, until = revocation.this_update, revocation.next_update
    if issued is None:
        return False
    longest = policy.max_freshness
    if longest is None:  # step 1: without nextUpdate there is nothing to measure by
        longest = policy.presumed_freshness if until is None else until - issued
    return longest is not None and at - issued < longest  # step 2
