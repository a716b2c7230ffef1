"""Many inputs on one page: for each a verdict, who signed and, where it is needed, what to do."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import structs

from zaruka.errors import ZarukaError
from zaruka.findings import Severity
from zaruka.messages import visible
from zaruka.reports.beside import answer_beside
from zaruka.reports.page import Line, Page, Section, Tone, headline, tone_of
from zaruka.reports.sentences import sentence
from zaruka.reports.worst import first_problem, tell, tell_object, tell_signature
from zaruka.validation.results import CertificateResult, CrlResult, OcspResult, overall

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zaruka.findings import Conclusion
    from zaruka.messages import Messages
    from zaruka.reports.as_csv import Row
    from zaruka.reports.worst import Telling
    from zaruka.validation.results import SignatureResult, ValidationReport

__all__ = ["batch_page"]

# What is counted, by the key of its words, and the tone in which the count is said.
_COUNTED = {
    "passed": Tone.GOOD,
    "failed": Tone.BAD,
    "indeterminate": Tone.UNSURE,
    "unreadable": Tone.BAD,
    "evidence": Tone.QUIET,
    "unsigned": Tone.QUIET,
}
_EVIDENCE = (CertificateResult, CrlResult, OcspResult)  # however good, they sign no document
# What was compared with what, and what was not: no verdict is read without it.
_SAID_HERE = {"input.found-by-digest", "input.stamp-not-compared", "input.stamp-of-other-file"}
# Of a signature: how far it goes, and that what it signs is no document.
_SAID_OF_SIGNATURE = {
    "xmldsig.covers-part": Tone.UNSURE,
    "xmldsig.eec-receipt": Tone.QUIET,
    "cms.not-a-document": Tone.QUIET,
}
_KEYS = {Tone.GOOD: "passed", Tone.BAD: "failed", Tone.UNSURE: "indeterminate"}


def batch_page(rows: Iterable[Row], say: Messages) -> Page:
    """Lay many answers out, then count them."""
    rows = tuple(rows)
    sections = [
        Section(_title(name, document), tuple(_lines(outcome, say)))
        for name, document, outcome in rows
    ]
    found = Counter(key for _, _, outcome in rows for key in _keys(outcome))
    counted = [
        Line(say(f"words.summary.{key}", count=found[key]), tone)
        for key, tone in _COUNTED.items()
        if found[key]
    ]
    total = say("words.summary.files", count=len(rows))
    if found["evidence"] and not any(found[key] for key in _KEYS.values()):
        counted.insert(0, Line(say("words.summary.no_signature"), Tone.UNSURE))
    standing = Line(say("words.standing.reference"), Tone.QUIET)
    sections.append(Section(total, (*counted, standing)))
    return Page("", tuple(sections))


def _title(name: str, document: str | None) -> str:
    return f"{visible(name)} + {visible(document)}" if document else visible(name)


def _keys(outcome: ValidationReport | ZarukaError | None) -> Iterator[str]:
    if outcome is None:
        yield "unsigned"
    elif isinstance(outcome, ZarukaError):
        yield "unreadable"
    else:
        for found in (*outcome.signatures, *outcome.objects):
            conclusion = overall((found.conclusion, *outcome.on_whole))
            evidence = conclusion.passed and isinstance(found, _EVIDENCE)
            yield "evidence" if evidence else _KEYS[tone_of(conclusion)]


def _lines(outcome: ValidationReport | ZarukaError | None, say: Messages) -> Iterator[Line]:
    if outcome is None:
        yield Line(say("words.summary.unsigned_document"), Tone.QUIET)
        return
    if isinstance(outcome, ZarukaError):
        said = say.error(outcome.code, outcome.details)
        yield Line(said.text, Tone.BAD)
        if said.remedy:
            yield Line(said.remedy, Tone.REMEDY, depth=1)
        return
    for finding in outcome.findings:
        if finding.severity is Severity.UNKNOWN or finding.rule.code in _SAID_HERE:
            yield Line(sentence(finding, say).text, Tone.UNSURE)
    for signature in outcome.signatures:
        yield from _signature(signature, outcome, say)
    for found in outcome.objects:
        yield Line(
            f"{headline(found.conclusion, say, found.ref.kind.value)} {visible(found.ref.name)}",
            tone_of(found.conclusion),
        )
        yield from _problem(found.conclusion, tell_object(found), say)


def _signature(found: SignatureResult, report: ValidationReport, say: Messages) -> Iterator[Line]:
    yield Line(headline(found.conclusion, say), tone_of(found.conclusion))
    who = found.signer
    if who is not None:
        names = dict.fromkeys(n for n in (who.person, who.organisation) if n)
        yield Line(", ".join(visible(n) for n in names) or visible(who.name), depth=1)
    for line in answer_beside(report, found, say):
        yield structs.replace(line, depth=1)
    for finding in found.findings:
        tone = _SAID_OF_SIGNATURE.get(finding.rule.code)
        if tone is not None:
            yield Line(sentence(finding, say).text, tone, depth=1)
    if not found.conclusion.passed:
        told = (*tell_signature(found), *tell(report.findings, who.country if who else None))
        yield from _problem(found.conclusion, told, say)


def _problem(conclusion: Conclusion, told: Iterable[Telling], say: Messages) -> Iterator[Line]:
    problem = first_problem(conclusion, told, say)
    if problem is not None and problem.remedy:
        yield Line(problem.remedy, Tone.REMEDY, depth=1)
