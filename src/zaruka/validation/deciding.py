"""From findings to conclusions: one place for how severities become indications."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zaruka.findings import Conclusion, Finding, Indication, Severity, SubIndication

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zaruka.findings import ObjectRef, Rule

__all__ = ["OPEN", "decide", "failed", "indeterminate", "of_signature", "passed", "unknown"]

# Severities that keep an object from passing.
OPEN = frozenset({Severity.FAIL, Severity.UNKNOWN})

_OF_SIGNATURE = {
    Indication.PASSED: Indication.TOTAL_PASSED,
    Indication.FAILED: Indication.TOTAL_FAILED,
    Indication.INDETERMINATE: Indication.INDETERMINATE,
}


def decide(findings: Iterable[Finding]) -> Conclusion:
    """Conclude from findings alone: a failure is FAILED, what is open INDETERMINATE, else PASSED.

    The sub-indication is that of the first finding of the deciding severity that has one.
    """
    found = tuple(findings)
    if OPEN.isdisjoint([each.severity for each in found]):
        return Conclusion(Indication.PASSED, None, found)
    for severity, indication in (
        (Severity.FAIL, Indication.FAILED),
        (Severity.UNKNOWN, Indication.INDETERMINATE),
    ):
        deciding = [each for each in found if each.severity is severity]
        if deciding:
            subs = (each.sub_indication for each in deciding if each.sub_indication)
            return Conclusion(indication, next(subs, SubIndication.CUSTOM), found)
    return passed(found)


def passed(findings: Iterable[Finding] = ()) -> Conclusion:
    """Conclude PASSED, with what was checked."""
    return Conclusion(Indication.PASSED, None, tuple(findings))


def failed(sub_indication: SubIndication, findings: Iterable[Finding] = ()) -> Conclusion:
    """Conclude FAILED with its sub-indication."""
    return Conclusion(Indication.FAILED, sub_indication, tuple(findings))


def indeterminate(sub_indication: SubIndication, findings: Iterable[Finding] = ()) -> Conclusion:
    """Conclude INDETERMINATE with its sub-indication."""
    return Conclusion(Indication.INDETERMINATE, sub_indication, tuple(findings))


def of_signature(conclusion: Conclusion, findings: Iterable[Finding]) -> Conclusion:
    """Turn a process's indication into that of a signature (EN 319 102-1 V1.4.1, 5.1.2)."""
    indication = _OF_SIGNATURE[conclusion.indication]
    return Conclusion(indication, conclusion.sub_indication, tuple(findings))


def unknown(
    rule: Rule,
    subject: ObjectRef,
    sub_indication: SubIndication,
    *,
    expected: str | None = None,
    actual: str | None = None,
) -> Finding:
    """Say that something could not be established, and which sub-indication follows from it."""
    return Finding(
        rule,
        Severity.UNKNOWN,
        subject,
        expected=expected,
        actual=actual,
        sub_indication=sub_indication,
    )
