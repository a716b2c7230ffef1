"""Problems in the order in which a person should hear of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zaruka.findings import Severity
from zaruka.reports.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zaruka.findings import Conclusion, Finding
    from zaruka.messages import Messages, Sentence

__all__ = ["first_problem", "worst_first"]

_RANK = {Severity.FAIL: 1, Severity.UNKNOWN: 2}


def worst_first(conclusion: Conclusion, findings: Iterable[Finding]) -> list[Finding]:
    """Return what decided the conclusion, then what else is broken, then what is unknown."""
    decided = conclusion.sub_indication

    def rank(finding: Finding) -> int:
        return 0 if decided and finding.sub_indication is decided else _RANK[finding.severity]

    return sorted((f for f in findings if f.severity in _RANK), key=rank)


def first_problem(
    conclusion: Conclusion, findings: Iterable[Finding], country: str | None, say: Messages
) -> Sentence | None:
    """Say the first problem that something can be done about; else the first; None if none."""
    said = [sentence(finding, say.about(country)) for finding in worst_first(conclusion, findings)]
    return next((each for each in said if each.remedy), said[0] if said else None)
