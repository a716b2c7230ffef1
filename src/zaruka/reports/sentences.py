"""A finding in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zaruka.findings import Finding
    from zaruka.messages import Messages, Sentence

__all__ = ["sentence"]


def sentence(finding: Finding, messages: Messages) -> Sentence:
    """Say what was found, and what to do where something can be done.

    A sentence may name the object (`object`), the two values compared (`expected`, `actual`)
    and the finding's details.
    """
    values = {
        "object": finding.subject.name,
        "expected": finding.expected,
        "actual": finding.actual,
        **finding.details,
    }
    rule = finding.rule
    return messages.finding(rule.code, rule.clause, finding.severity.value, values)
