"""Which level a signature claims, and which of it was confirmed.

EN 319 122-1 V1.3.1, 6 (B-B to B-LTA) and EN 319 122-2 (C, X, X-L, A); EN 319 132 for XAdES.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zaruka.facts import FactKind
from zaruka.findings import Finding, Severity
from zaruka.validation import rules
from zaruka.validation.results import Block, Level, RevocationState, TimestampKind

if TYPE_CHECKING:
    from zaruka.signatures import Signature
    from zaruka.validation.evidence import Evidence
    from zaruka.validation.results import ChainLink
    from zaruka.validation.with_time import TimedResult

__all__ = ["confirm_level", "reaches"]

_ARCHIVE = frozenset({TimestampKind.ARCHIVE, TimestampKind.ARCHIVE_V2, TimestampKind.ARCHIVE_V3})
_REFERENCES = frozenset({TimestampKind.CADES_C, TimestampKind.REFERENCES})
_BASELINE = (Level.B_B, Level.B_T, Level.B_LT, Level.B_LTA)
_EXTENDED = (Level.B_B, Level.B_T, Level.C, Level.X, Level.X_LONG, Level.A)


def reaches(level: Level, wanted: Level) -> bool:
    """Whether `level` builds on `wanted`, or is it: the two ways up part above B-T."""
    ways = ((Level.CMS, *steps) for steps in (_BASELINE, _EXTENDED))
    return any(level in way and wanted in way[: way.index(level) + 1] for way in ways)


def confirm_level(
    signature: Signature, result: TimedResult, brought: Evidence
) -> tuple[Level | None, tuple[Finding, ...]]:
    """Return the level that was confirmed, None without a good signature value, and why no more.

    Of what the signature claims, the highest level up to which everything holds; `brought` is the
    evidence inside. The signature is judged without what does not hold.
    """
    if not _is_verified(result):
        return None, ()
    claimed = Level(signature.level)
    if claimed is Level.CMS:
        return Level.CMS, _refused(signature, result, claimed, Level.CMS)
    steps = _BASELINE if claimed in _BASELINE else _EXTENDED
    confirmed = Level.B_B
    for level in steps[1 : steps.index(claimed) + 1]:
        if not _holds(level, signature, result, brought):
            break
        confirmed = level
    return confirmed, _refused(signature, result, claimed, confirmed)


def _holds(level: Level, signature: Signature, result: TimedResult, brought: Evidence) -> bool:
    match level:
        case Level.B_T:
            return _has_passed(result, {TimestampKind.SIGNATURE})
        case Level.B_LT:
            return _is_complete(result, brought)
        case Level.C:
            return result.dangling_references == 0
        case Level.X:  # TS 101 733 4.4.4: X Long and A may do without a stamp over references
            optional = Level(signature.level) is not Level.X
            present = any(each.result.kind in _REFERENCES for each in result.stamps)
            return _has_passed(result, _REFERENCES) or (optional and not present)
        case Level.X_LONG:
            kinds = {each.kind for each in signature.evidence}
            return kinds >= {"certificate-values", "revocation-values"}
    return _has_passed(result, _ARCHIVE)


def _has_passed(result: TimedResult, kinds: set[TimestampKind] | frozenset[TimestampKind]) -> bool:
    return any(each.passed and each.result.kind in kinds for each in result.stamps)


def _is_complete(result: TimedResult, brought: Evidence) -> bool:
    """EN 319 122-1 6.3: certificates and status of signer and stamps are inside."""
    chains = [result.chain, *(each.result.chain for each in result.stamps if each.passed)]
    spoken = {
        value
        for source in (result.facts, *(stamp.facts for stamp in result.stamps))
        for fact in source
        if fact.kind in {FactKind.CRL, FactKind.OCSP} and fact.sha256 in brought
        for name, value in fact.extract
        if name == "certificate"
    }
    links = [link for chain in chains for link in chain if link.anchor is None]
    return bool(links) and all(_is_inside(link, spoken, brought) for link in links)


def _is_inside(link: ChainLink, spoken: set[str], brought: Evidence) -> bool:
    if brought.certificate(link.ref.sha256) is None:
        return False
    is_needed = link.revocation.state is not RevocationState.NOT_NEEDED
    return not is_needed or link.ref.sha256 in spoken


def _refused(
    signature: Signature, result: TimedResult, claimed: Level, confirmed: Level
) -> tuple[Finding, ...]:
    """Say that a time-stamp does not hold, or that more was claimed than was confirmed."""
    if claimed is not Level.CMS:
        if claimed is confirmed:
            return ()
    elif _has_passed(result, {TimestampKind.SIGNATURE}) or not any(
        each.kind == "signature-time-stamp" for each in signature.evidence
    ):
        return ()
    expected = Level.B_T if claimed is Level.CMS else claimed
    actual = Level.B_B if claimed is Level.CMS else confirmed
    about = Finding(
        rules.LEVEL_REFUSED, Severity.WARN, signature.ref, expected=expected, actual=actual
    )
    return (about,)


def _is_verified(result: TimedResult) -> bool:
    return True in [
        each.conclusion.passed
        for each in result.blocks
        if each.block is Block.CRYPTOGRAPHIC_VERIFICATION
    ]
