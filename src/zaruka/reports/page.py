"""The page a person reads, in one language: headings, lines and tones, no layout.

A terminal lays it out today (`zaruka.cli.screen`); a printed protocol will do it tomorrow.
All text is already safe to show.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from zaruka.findings import Indication, SubIndication

if TYPE_CHECKING:
    from zaruka.findings import Conclusion
    from zaruka.messages import Messages

__all__ = ["Line", "Page", "Section", "Tone", "headline", "reason_of", "tone_of"]


class Tone(StrEnum):
    """What a line means to its reader."""

    PLAIN = "plain"
    STRONG = "strong"
    QUIET = "quiet"
    GOOD = "good"
    BAD = "bad"
    UNSURE = "unsure"
    REMEDY = "remedy"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its text, a label before it or none, and how far in it stands (0, 1, 2)."""

    text: str
    tone: Tone = Tone.PLAIN
    label: str | None = None
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """Lines that belong together, under a heading or none."""

    heading: str | None
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """What is said of one input."""

    title: str
    sections: tuple[Section, ...]


def reason_of(conclusion: Conclusion, messages: Messages) -> str:
    """Return the words for a sub-indication, to stand in a sentence; empty where there is none.

    NO_CERTIFICATE_CHAIN_FOUND is said of two things that people mend differently: an issuer that
    was not found, and a root that nobody trusts.
    """
    sub = conclusion.sub_indication
    if sub is None:
        return ""
    codes = {finding.rule.code for finding in conclusion.findings}
    untrusted = "x509.untrusted-root" in codes and "x509.no-issuer" not in codes
    if sub is SubIndication.NO_CERTIFICATE_CHAIN_FOUND and untrusted:
        return messages("words.reason.UNTRUSTED_ROOT")
    return messages(f"words.reason.{sub.value}")


_TONES = {
    Indication.TOTAL_PASSED: Tone.GOOD,
    Indication.PASSED: Tone.GOOD,
    Indication.TOTAL_FAILED: Tone.BAD,
    Indication.FAILED: Tone.BAD,
    Indication.INDETERMINATE: Tone.UNSURE,
}


def tone_of(conclusion: Conclusion) -> Tone:
    """Return the tone in which a conclusion is said."""
    return _TONES[conclusion.indication]


def headline(conclusion: Conclusion, messages: Messages, kind: str | None = None) -> str:
    """Say a conclusion and its reason in one breath; `kind` is of an object, None a signature.

    A failure carries its reason after a colon; what could not be established says first that
    information is missing, then which.
    """
    verdict = f"words.verdict.{kind}." if kind else "words.verdict."
    said = messages(verdict + conclusion.indication.value)
    if conclusion.passed or conclusion.sub_indication is None:
        return said + "."
    reason = reason_of(conclusion, messages)
    if conclusion.indication is Indication.INDETERMINATE:
        return f"{said}. {reason[:1].upper()}{reason[1:]}."
    return f"{said}: {reason}."
