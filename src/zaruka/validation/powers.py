"""Whether a signer may act for whom they signed: values beside a verdict, never part of it (D9)."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from zaruka.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from zaruka.facts import Fact
    from zaruka.findings import ObjectRef, Rule

__all__ = [
    "Power",
    "Powers",
    "PowersBasis",
    "PowersOutcome",
    "closest",
    "finding_on",
    "outcome_of",
]


class PowersOutcome(StrEnum):
    """What was shown of a signer's powers. Its words share none with those of the verdict."""

    CONFIRMED = "confirmed"
    NOT_SHOWN = "not-shown"
    INSUFFICIENT = "insufficient"  # shown, but broken, or not to be checked to the end


class PowersBasis(StrEnum):
    """What powers rest on."""

    POWER_OF_ATTORNEY = "power-of-attorney"
    ATTRIBUTE_CERTIFICATE = "attribute-certificate"
    CERTIFICATE = "certificate"  # the organisation's own, which names who acts for it
    OWN = "own"  # a sole entrepreneur acts for themself


class Power(Struct, frozen=True):
    """One power: its code in a national classifier or None, its words, limits upon it."""

    code: str | None
    text: str
    limits: tuple[str, ...] = ()


class Powers(Struct, frozen=True):
    """What one signer showed.

    `document` is what was shown, `number` its registered number; `principal` for whom the signer
    acts, `since` and `until` (aware UTC) when. `asked` are the codes that were wanted, `facts` what
    all that rests on besides the verdict's own.
    """

    outcome: PowersOutcome
    findings: tuple[Finding, ...]
    basis: PowersBasis | None = None
    document: ObjectRef | None = None
    number: str | None = None
    principal: str | None = None
    powers: tuple[Power, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    asked: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()


def finding_on(
    rule: Rule,
    severity: Severity,
    subject: ObjectRef,
    *,
    expected: str | None = None,
    actual: str | None = None,
    **details: str | int | datetime,
) -> Finding:
    """Make a finding on what was shown."""
    return Finding(rule, severity, subject, expected, actual, details)


def outcome_of(findings: Iterable[Finding]) -> PowersOutcome:
    """Conclude on powers that were shown: what is broken or open is not enough."""
    severities = {each.severity for each in findings}
    if severities & {Severity.FAIL, Severity.UNKNOWN}:
        return PowersOutcome.INSUFFICIENT
    return PowersOutcome.CONFIRMED


def closest(found: Iterable[Powers]) -> Powers:
    """Choose of several showings the one that confirms, else the one that lacks least."""
    return min(found, key=_lack)


def _lack(powers: Powers) -> tuple[int, int, int, str]:
    severities = [each.severity for each in powers.findings]
    return (
        _RANK.index(powers.outcome),
        severities.count(Severity.FAIL),
        severities.count(Severity.UNKNOWN),
        powers.document.sha256 if powers.document else "",
    )


_RANK = (PowersOutcome.CONFIRMED, PowersOutcome.INSUFFICIENT, PowersOutcome.NOT_SHOWN)
