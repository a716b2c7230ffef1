"""Revocation freshness checker: EN 319 102-1 V1.4.1, 5.2.5."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from zaruka.findings import Finding, Severity, SubIndication
from zaruka.validation import rules

if TYPE_CHECKING:
    from zaruka.findings import ObjectRef
    from zaruka.validation.policy import Policy
    from zaruka.validation.results import Revocation

__all__ = ["check_freshness", "fresh_until"]


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
    longest = _longest(revocation, policy)
    issued = revocation.this_update
    fresh = longest is not None and issued is not None and at - issued < longest  # step 2
    return Finding(
        rules.REVOCATION_FRESH if fresh else rules.REVOCATION_NOT_FRESH,
        Severity.PASS if fresh else Severity.UNKNOWN,
        subject,
        expected=at.isoformat(),
        actual=issued.isoformat() if issued else None,
        details=details,
        sub_indication=None if fresh else SubIndication.TRY_LATER,
    )


def fresh_until(revocation: Revocation, policy: Policy) -> datetime | None:
    """Return the last moment at which revocation information is fresh; None if there is none."""
    longest = _longest(revocation, policy)
    if revocation.this_update is None or longest is None or longest <= timedelta():
        return None
    try:
        return revocation.this_update + longest - timedelta.resolution
    except OverflowError:  # nextUpdate beyond the year 9999 is never reached
        return datetime.max.replace(tzinfo=UTC)


def _longest(revocation: Revocation, policy: Policy) -> timedelta | None:
    """Step 1: without nextUpdate there is nothing to measure by, but what the policy presumes."""
    issued, until = revocation.this_update, revocation.next_update
    if policy.max_freshness is not None or issued is None:
        return policy.max_freshness
    return policy.presumed_freshness if until is None else until - issued
