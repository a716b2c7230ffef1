"""What stands beside the verdict and never changes it: recognition, and the signer's powers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zaruka.findings import Severity
from zaruka.messages import visible
from zaruka.recognition import CrossBorderReport, Outcome
from zaruka.reports.page import Line, Section, Tone
from zaruka.reports.told import told_once
from zaruka.reports.worst import tell
from zaruka.validation.powers import PowersOutcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zaruka.messages import Messages
    from zaruka.recognition import Decision
    from zaruka.reports.worst import Telling
    from zaruka.validation.powers import Power, Powers
    from zaruka.validation.results import SignatureResult, ValidationReport

__all__ = [
    "answer_beside",
    "decision_on",
    "powers_section",
    "recognition_of_document",
    "recognition_section",
    "recognition_words",
    "tells_of_trust",
]

_POWERS_SHOWN = 20
_ORDER = (Severity.FAIL, Severity.UNKNOWN, Severity.PASS, Severity.WARN, Severity.INFO)

# By which rules, of which date, on whose word: shown though they hold.
_BASIS = {"recognition.agreement", "recognition.home-receipt", "recognition.moment"}
_CONFLICT = "recognition.conflict"
_NOT_QUALIFIED = "recognition.not-qualified"
_SENDER_ASSUMED = "recognition.participant-assumed"
# Said by the heading and the line on the case.
_SAID_BY_CASE = {_SENDER_ASSUMED, "recognition.country-assumed", "recognition.participant"}

_TONES = {
    Outcome.RECOGNISED: Tone.GOOD,
    Outcome.NOT_RECOGNISED: Tone.BAD,
    Outcome.CANNOT_VERIFY: Tone.UNSURE,
    Outcome.NOT_CROSS_BORDER: Tone.QUIET,
}
_OF_POWERS = {
    PowersOutcome.CONFIRMED: Tone.GOOD,
    PowersOutcome.NOT_SHOWN: Tone.QUIET,
    PowersOutcome.INSUFFICIENT: Tone.BAD,
}


def decision_on(report: ValidationReport, found: SignatureResult) -> Decision | None:
    """Return the decision on one signature of a report; None where there is none."""
    if not isinstance(report, CrossBorderReport):
        return None
    return next(
        (
            decision
            for each, decision in zip(report.signatures, report.decisions, strict=True)
            if each is found
        ),
        None,
    )


def recognition_words(outcome: Outcome, country: str | None, say: Messages) -> str:
    """Say an outcome in the words of the glossary, which share none with those of verdicts."""
    where = say.fill("{country:words.where}", {"country": country})
    return say(f"words.recognition.{outcome.value}", where=where)


def answer_beside(
    report: ValidationReport, found: SignatureResult, say: Messages
) -> tuple[Line, ...]:
    """Say the second and the third line of an answer; nothing of what is no document."""
    if not found.signs_document:
        return ()
    return _recognition(decision_on(report, found), found, say), _powers(found, say)


def _recognition(decision: Decision | None, found: SignatureResult, say: Messages) -> Line:
    label = say("words.recognition.label")
    if decision is None:
        return Line(say("words.recognition.unasked"), Tone.QUIET, label)
    said = recognition_words(decision.outcome, decision.act.country, say)
    if decision.outcome is Outcome.NOT_RECOGNISED and found.conclusion.passed:
        said = f"{said}; {say('words.recognition.though_valid')}"
    if any(each.rule.code == _CONFLICT for each in decision.open):
        said = f"{said}; {say('words.recognition.conflict')}"
    return Line(said, _TONES[decision.outcome], label)


def recognition_section(
    decision: Decision | None, found: SignatureResult, say: Messages, *, verbose: bool = False
) -> Iterator[Section]:
    """Say what stands against it, under which rules, and what is assumed; `verbose`: every rule."""
    if decision is None or decision.outcome is Outcome.NOT_CROSS_BORDER:
        return
    where = say.fill("{country:words.where}", {"country": decision.act.country})
    country = found.signer.country if found.signer else None
    told = tell(decision.findings, country)
    lines = (*_asked(decision, say, verbose=verbose), *_lines(told, say, verbose=verbose))
    yield Section(say("words.recognition.heading", where=where), lines, beside=True)


def tells_of_trust(decision: Decision | None) -> bool:
    """Whether the section says whose decision the trust is, and what an answer by law wants."""
    if decision is None or any(each.severity is Severity.FAIL for each in decision.findings):
        return False
    return any(each.rule.code == _NOT_QUALIFIED for each in decision.findings)


def recognition_of_document(report: ValidationReport, say: Messages) -> Iterator[Section]:
    """Say what the decisions on several signatures come to, country by country (D2)."""
    if not isinstance(report, CrossBorderReport) or len([*filter(None, report.decisions)]) < 2:
        return
    lines = [
        Line(recognition_words(outcome, country or None, say), _TONES[outcome])
        for country, outcome in report.countries.items()
    ]
    yield Section(say("words.recognition.document"), tuple(lines))


def _powers(found: SignatureResult, say: Messages) -> Line:
    label, powers = say("words.powers.label"), found.powers
    if powers is None:
        return Line(say("words.powers.unasked"), Tone.QUIET, label)
    said = say(f"words.powers.{powers.outcome.value}")
    if powers.outcome is PowersOutcome.CONFIRMED and powers.basis is not None:
        said = f"{said} ({_basis(powers, say)})"
    return Line(said, _OF_POWERS[powers.outcome], label)


def powers_section(
    found: SignatureResult, say: Messages, *, verbose: bool = False
) -> Iterator[Section]:
    """Say for whom the signer acts, by which document, with which powers, and what lacks."""
    powers = found.powers
    if powers is None:
        return
    country = found.signer.country if found.signer else None
    lines: list[Line] = []
    if powers.document is not None:
        lines.append(Line(_basis(powers, say), label=say("words.powers.by")))
        if powers.since and powers.until:
            span = say("words.label.valid_span", start=powers.since, end=powers.until)
            lines.append(Line(span, Tone.QUIET, say("words.label.valid")))
    if powers.principal:
        lines.append(Line(visible(powers.principal), label=say("words.powers.principal")))
    lines += [_power(each, say) for each in powers.powers[:_POWERS_SHOWN]]
    if len(powers.powers) > _POWERS_SHOWN:
        count = len(powers.powers) - _POWERS_SHOWN
        lines.append(Line(say("words.powers.more", count=count), Tone.QUIET, depth=1))
    lines += _lines(tell(powers.findings, country), say, verbose=verbose)
    if lines:
        yield Section(say("words.powers.label"), tuple(lines), beside=True)


def _basis(powers: Powers, say: Messages) -> str:
    number = powers.number or ""
    return say(f"words.powers_basis.{powers.basis}", number=number, principal=powers.principal)


def _power(power: Power, say: Messages) -> Line:
    """Show one power; the type of a Belarusian attribute has a name, a Russian code has none."""
    code = power.code or ""
    name = say.name_of(code)
    limits = f" ({'; '.join(map(visible, power.limits))})" if power.limits else ""
    if name != code:
        return Line(f"{visible(power.text)}{limits}", label=name, depth=1)
    shown = f"{visible(power.text)} [{visible(code)}]" if code else visible(power.text)
    return Line(f"{shown}{limits}", depth=1)


def _asked(decision: Decision, say: Messages, *, verbose: bool) -> Iterator[Line]:
    """Name the rules and the case; `verbose`: the whole title and the digest of their text."""
    agreement, act = decision.agreement, decision.act
    if agreement is not None:
        key = f"words.agreement.{agreement.code}"
        title = agreement.titles.get(say.language.partition("-")[0]) or agreement.code
        named = say(key) if say.has(key) and not verbose else visible(title)
        yield Line(named, label=say("words.recognition.agreement"))
        if verbose:
            digest = say("words.recognition.digest", sha256=agreement.sha256)
            yield Line(digest, Tone.QUIET, depth=1)
    assumed = any(each.rule.code == _SENDER_ASSUMED for each in decision.findings)
    sender = say("words.recognition.party", side="sender", kind=act.sender)
    if assumed:
        sender = say("words.recognition.by_certificate", party=sender)
    receiver = say("words.recognition.party", side="receiver", kind=act.receiver)
    about = say("words.recognition.about", subject=act.subject)
    yield Line(f"{sender}; {receiver}; {about}", Tone.QUIET, say("words.recognition.asked"))


def _lines(told: Iterable[Telling], say: Messages, *, verbose: bool) -> Iterator[Line]:
    """Tell what stands against the answer, then on what it rests, then what is assumed.

    The rest of what holds is told with all findings only; so is, where something is broken, what
    would be open or assumed without it.
    """
    every = tuple(told)
    broken = any(each.finding.severity is Severity.FAIL for each in every)

    def shown(each: Telling) -> bool:
        code, severity = each.finding.rule.code, each.finding.severity
        if verbose or severity is Severity.FAIL:
            return True
        if severity is Severity.UNKNOWN:
            return not broken
        if severity in {Severity.PASS, Severity.INFO} and code in _BASIS:
            return True
        return not (broken or severity is Severity.PASS or code in _SAID_BY_CASE)

    def rank(each: Telling) -> int:
        severity = each.finding.severity
        told_as = Severity.PASS if each.finding.rule.code in _BASIS else severity
        return min(_ORDER.index(severity), _ORDER.index(told_as))

    return told_once(sorted(filter(shown, every), key=rank), say)
