"""Findings as lines: what is wrong first, each said once; or all of them, with their clauses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zaruka.findings import ObjectKind, Severity
from zaruka.messages import visible
from zaruka.reports.page import Line, Section, Tone, tone_of
from zaruka.reports.worst import tell, worst_first
from zaruka.validation.results import CrlResult, OcspResult, RevocationState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zaruka.findings import Conclusion
    from zaruka.messages import Messages
    from zaruka.reports.worst import Telling
    from zaruka.validation.results import (
        ChainLink,
        ObjectResult,
        PathResult,
        Revocation,
        SignatureResult,
    )

__all__ = [
    "finding_sections",
    "links_of",
    "note_sections",
    "object_word",
    "path_sections",
    "problem_sections",
    "revocation_words",
    "standing_of",
    "told_fully",
    "told_once",
    "tone_of_link",
]

# In the sections "when", "what was checked", "what was not checked"; or with all findings.
_SAID_ELSEWHERE = {
    "validation.signing-time-claimed",
    "validation.no-stamp",
    "validation.policy",
    "validation.countersignature",
    "cades.no-signing-time",
    "russia.identification-kind",
}

_OID = re.compile(r"[0-2](\.\d+){2,}")

# How a certificate is encoded, or how all of its country are issued: of interest with all
# findings, or where a strict check fails.
_FOR_EXPERTS = (
    "x509.profile-",
    "x509.deviation",
    "belarus.no-non-repudiation",
)
_ABOUT_LISTS = "belarus.no-crl-address"

_TONES = {
    Severity.PASS: Tone.GOOD,
    Severity.INFO: Tone.QUIET,
    Severity.WARN: Tone.PLAIN,
    Severity.UNKNOWN: Tone.UNSURE,
    Severity.FAIL: Tone.BAD,
}


def finding_sections(
    conclusion: Conclusion, every: tuple[Telling, ...], say: Messages, *, verbose: bool
) -> Iterator[Section]:
    """Say what is wrong and what to do, then what deserves a note; `verbose` adds all of it."""
    yield from problem_sections(conclusion, every, say)
    yield from note_sections(conclusion, every, say, verbose=verbose)


def problem_sections(
    conclusion: Conclusion, every: tuple[Telling, ...], say: Messages
) -> Iterator[Section]:
    """Say what is wrong and what to do."""
    problems = worst_first(conclusion, every)
    if problems:
        yield Section(say("words.heading.problems"), tuple(told_once(problems, say)))


def note_sections(
    conclusion: Conclusion,
    every: tuple[Telling, ...],
    say: Messages,
    *,
    verbose: bool,
    said: str | None = None,
) -> Iterator[Section]:
    """Say what deserves a note, but for the rule `said` elsewhere; `verbose` adds every finding."""
    problems = worst_first(conclusion, every)
    lists_matter = any("revocation" in problem.finding.rule.code for problem in problems)
    notes = [
        each
        for each in every
        if each.finding.rule.code != said and _is_note(each, lists_matter=lists_matter)
    ]
    if notes:
        yield Section(say("words.heading.notes"), tuple(told_once(notes, say)))
    if verbose and every:
        yield Section(say("words.heading.findings"), tuple(told_fully(every, say)))


def told_once(tellings: Iterable[Telling], say: Messages) -> Iterator[Line]:
    """Tell each sentence once, with its remedy under it."""
    told: set[str] = set()
    for telling in tellings:
        said = telling.sentence(say)
        if said.text in told:
            continue
        told.add(said.text)
        yield Line(said.text, _tone(telling))
        if said.remedy and said.remedy not in told:
            told.add(said.remedy)
            yield Line(said.remedy, Tone.REMEDY, depth=1)


def told_fully(tellings: Iterable[Telling], say: Messages) -> Iterator[Line]:
    """Tell every finding with its code, its clause, its object and the values compared."""
    for telling in tellings:
        finding = telling.finding
        yield Line(telling.sentence(say).text, _tone(telling))
        word = object_word(finding.subject.kind.value, telling.country, say)
        subject = f"{word} «{finding.subject.name}»"
        source = f"{finding.rule.code} · {finding.rule.clause} · {visible(subject)}"
        yield Line(source, Tone.QUIET, depth=1)
        compared = [
            f"{say(f'words.label.{name}')}: {_value(value, say)}"
            for name, value in (("expected", finding.expected), ("actual", finding.actual))
            if value is not None
        ]
        if compared:
            yield Line("; ".join(compared), Tone.QUIET, depth=1)


def path_sections(
    paths: tuple[PathResult, ...], country: str | None, say: Messages
) -> Iterator[Section]:
    """List every candidate path, and why it was refused."""
    if not paths:
        return
    lines: list[Line] = []
    for path in paths:
        names = " ← ".join(visible(link.ref.name) for link in path.links)
        lines.append(Line(names, tone_of(path.conclusion)))
        worst = worst_first(path.conclusion, tell(path.conclusion.findings, country))
        lines += [Line(line.text, line.tone, depth=1) for line in told_once(worst, say)]
    yield Section(say("words.heading.paths"), tuple(lines))


def object_word(kind: str, country: str | None, say: Messages) -> str:
    """Name an object by the law of its country."""
    for place in (country or "other", "other"):
        key = f"words.object.{place}.{kind}"
        if say.has(key):
            return say(key)
    return kind


def links_of(found: SignatureResult | ObjectResult) -> tuple[ChainLink, ...]:
    """Return the path that was taken; where none was, the first candidate as far as it goes."""
    if found.chain or isinstance(found, CrlResult | OcspResult):
        return found.chain
    return found.paths[0].links if found.paths else ()


def standing_of(link: ChainLink, say: Messages) -> str:
    """Say why a certificate is trusted, or what is known of its revocation."""
    if link.anchor is None:
        return revocation_words(link.revocation, link.identity.country, say)
    if link.anchor.source_sha256 is not None:
        return say("words.label.anchor_listed", list=link.anchor.source)
    which = "anchor_pinned" if link.anchor.source.startswith("pinned") else "anchor_given"
    return say(f"words.label.{which}")


def revocation_words(status: Revocation, country: str | None, say: Messages) -> str:
    """Say what is known of a revocation, in the words of the certificate's country."""
    at = status.revoked_at or status.this_update
    said = say.about(country)(f"words.revocation.{status.state.value}", at=at)
    if status.state is not RevocationState.REVOKED or status.reason is None:
        return said
    key = f"words.revocation_reason.{status.reason}"
    if not say.has(key):
        key = "words.revocation_reason.other"
    return f"{said} ({say(key, code=status.reason)})"


def tone_of_link(link: ChainLink) -> Tone:
    """Return the tone in which a certificate is shown."""
    return {
        RevocationState.REVOKED: Tone.BAD,
        RevocationState.ON_HOLD: Tone.UNSURE,
        RevocationState.UNKNOWN: Tone.UNSURE,
    }.get(link.revocation.state, Tone.PLAIN)


def _value(text: str, say: Messages) -> str:
    """Write a value compared: a time as people read it, an identifier with its name."""
    if _OID.fullmatch(text):
        return say.fill("{oid:oid} ({oid})", {"oid": text})
    return say.fill("{time:moment}", {"time": text})


def _tone(telling: Telling) -> Tone:
    return Tone.GOOD if telling.answered else _TONES[telling.finding.severity]


def _is_note(telling: Telling, *, lists_matter: bool) -> bool:
    """Whether a finding deserves a place on the first screen beside the problems.

    What another section says is not repeated; that a list or an answer was of no use matters
    only where revocation information is missing.
    """
    finding = telling.finding
    if telling.answered:
        return True
    if finding.severity not in {Severity.WARN, Severity.INFO}:
        return False
    if finding.rule.code in _SAID_ELSEWHERE or finding.rule.code.startswith(_FOR_EXPERTS):
        return False
    of_lists = finding.subject.kind in {ObjectKind.CRL, ObjectKind.OCSP}
    return lists_matter or not (of_lists or finding.rule.code == _ABOUT_LISTS)
