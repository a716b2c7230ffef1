"""A rule that was kept or broken, as a finding: the shortest way to say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zaruka.findings import Finding, Severity

if TYPE_CHECKING:
    from datetime import datetime

    from zaruka.findings import ObjectRef, Rule, SubIndication

__all__ = ["either"]


def either(  # noqa: PLR0913 - the fields of a finding
    rule: Rule,
    about: ObjectRef,
    *,
    holds: bool,
    sub: SubIndication,
    expected: str | None = None,
    actual: str | None = None,
    **details: str | int | datetime,
) -> Finding:
    """Say that the rule holds, or that it is broken, with `sub`."""
    severity = Severity.PASS if holds else Severity.FAIL
    return Finding(rule, severity, about, expected, actual, details, None if holds else sub)
