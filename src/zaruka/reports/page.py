"""The page a person reads, in one language: headings, lines and tones, no layout.

A terminal lays it out (`zaruka.cli.screen`), and so do `as_html` and `as_pdf` of this room.
All text is already safe to show.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

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


class Line(Struct, frozen=True):
    """One line: its text, a label before it or none, and how far in it stands (0, 1, 2)."""

    text: str
    tone: Tone = Tone.PLAIN
    label: str | None = None
    depth: int = 0


class Section(Struct, frozen=True):
    """Lines that belong together, under a heading or none.

    `answer` marks what was asked for, `beside` the reasons of what stands beside the verdict.
    """

    heading: str | None
    lines: tuple[Line, ...]
    answer: bool = False
    beside: bool = False


class Page(Struct, frozen=True):
    """What is said of one input."""

    title: str
    sections: tuple[Section, ...]


def reason_of(conclusion: Conclusion, messages: Messages, kind: str | None = None) -> str:
    """Return the words for a sub-indication, to stand in a sentence; empty where there is none.

    `kind` is of an object, None a signature: of a time-stamp, HASH_FAILURE says something else.
    """
    if conclusion.sub_indication is None:
        return ""
    name = _what_lacks(conclusion) or conclusion.sub_indication.value
    key = f"words.reason.{kind}.{name}"
    return messages(key if messages.has(key) else f"words.reason.{name}")


def _what_lacks(conclusion: Conclusion) -> str | None:
    """Tell apart what one sub-indication says of things that people mend differently.

    NO_CERTIFICATE_CHAIN_FOUND: the issuer of the certificate, or of one above it, was not found,
    or nobody trusts the root. TRY_LATER: a list is not here or too old, or the certificate is on
    hold. Without proof of existence (_NO_POE): there is none, it came too late, or nothing
    proves how the certificate stood then.
    """
    found = {(finding.rule.code, finding.subject.sha256) for finding in conclusion.findings}
    codes = dict(found)
    match conclusion.sub_indication:
        case SubIndication.NO_CERTIFICATE_CHAIN_FOUND:
            if "x509.no-issuer" not in codes:
                return "UNTRUSTED_ROOT" if "x509.untrusted-root" in codes else None
            start = codes.get("validation.no-chain")
            above = start is not None and ("x509.no-issuer", start) not in found
            return "NO_HIGHER_ISSUER" if above else None
        case sub if sub in _TOO_LATE and "validation.signature-time-proven" in codes:
            then = (name for code, name in _THEN.items() if code in codes)
            return next(then, _TOO_LATE[sub])
        case SubIndication.TRY_LATER:
            return next((name for code, name in _LATER.items() if code in codes), None)
    return None


_TOO_LATE = {
    SubIndication.REVOKED_NO_POE: "REVOKED_TOO_LATE",
    SubIndication.REVOKED_CA_NO_POE: "REVOKED_CA_TOO_LATE",
    SubIndication.OUT_OF_BOUNDS_NO_POE: "EXPIRED_TOO_LATE",
    SubIndication.OUT_OF_BOUNDS_NOT_REVOKED: "EXPIRED_TOO_LATE",
}
_THEN = {
    "validation.no-proof-of-revocation-status": "NO_STATUS_THEN",
    "validation.not-proven-before-control-time": "NOT_PROVEN_IN_TIME",
}
_LATER = {
    "validation.on-hold": "ON_HOLD",
    "validation.no-revocation-evidence": "NO_LIST",
    "validation.revocation-not-fresh": "OLD_LIST",
    "validation.stamp-from-future": "STAMP_FROM_FUTURE",
}
_BROUGHT = {"NO_LIST", "OLD_LIST"}


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
    information is missing, then which; where a list has to be brought, that comes first.
    """
    verdict = f"words.verdict.{kind}." if kind else "words.verdict."
    said = messages(verdict + conclusion.indication.value)
    if conclusion.passed or conclusion.sub_indication is None:
        return said + "."
    reason = reason_of(conclusion, messages, kind)
    if conclusion.indication is Indication.INDETERMINATE:
        began = f"{reason[:1].upper()}{reason[1:]}."
        brings = _what_lacks(conclusion) in _BROUGHT
        return f"{began} {said}." if brings else f"{said}. {began}"
    return f"{said}: {reason}."
