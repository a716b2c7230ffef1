"""The one problem that is named first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zaruka.findings import Severity
from zaruka.reports.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zaruka.findings import Finding
    from zaruka.messages import Messages, Sentence

__all__ = ["first_problem", "worst_first"]

_RANK = {Severity.FAIL: 0, Severity.UNKNOWN: 1}


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Return what is broken, then what could not be established, each in the order found."""
    return sorted((f for f in findings if f.severity in _RANK), key=lambda f: _RANK[f.severity])


def first_problem(
    findings: Iterable[Finding], country: str | None, say: Messages
) -> Sentence | None:
    """Say the first problem that something can be done about; else the first; None if none."""
    said = [sentence(finding, say.about(country)) for finding in worst_first(findings)]
    return next((each for each in said if each.remedy), said[0] if said else None)
