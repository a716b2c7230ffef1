"""Which level a signature claims, and which of it was confirmed (EN 319 122-1, 6; -2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zaruka.findings import Finding, Severity
from zaruka.validation import rules
from zaruka.validation.results import Block, Level, TimestampKind

if TYPE_CHECKING:
    from zaruka.signatures import Signature
    from zaruka.validation.with_time import TimedResult

__all__ = ["confirm_level"]

_BEYOND_TIME = frozenset({Level.B_LT, Level.B_LTA, Level.C, Level.X, Level.X_LONG, Level.A})


def confirm_level(
    signature: Signature, result: TimedResult
) -> tuple[Level | None, tuple[Finding, ...]]:
    """Return the level that was confirmed, None without a good signature value, and why no more.

    A time-stamp that does not hold refuses the level B-T; the basic signature is judged without
    it. What lies beyond B-T is read and shown, and not judged yet.
    """
    claimed = Level(signature.level)
    findings = []
    if claimed in _BEYOND_TIME:
        not_judged = Finding(rules.LEVEL_NOT_JUDGED, Severity.INFO, signature.ref, actual=claimed)
        findings.append(not_judged)
    if not _is_verified(result):
        return None, tuple(findings)
    stamps = [each for each in result.stamps if each.result.kind is TimestampKind.SIGNATURE]
    stamped = any(each.passed for each in stamps)
    if not stamped and any(each.kind == "signature-time-stamp" for each in signature.evidence):
        refused = Finding(
            rules.LEVEL_REFUSED, Severity.WARN, signature.ref, expected=Level.B_T, actual=Level.B_B
        )
        findings.append(refused)
    if claimed is Level.CMS:
        return Level.CMS, tuple(findings)
    return Level.B_T if stamped else Level.B_B, tuple(findings)


def _is_verified(result: TimedResult) -> bool:
    return True in [
        each.conclusion.passed
        for each in result.blocks
        if each.block is Block.CRYPTOGRAPHIC_VERIFICATION
    ]
