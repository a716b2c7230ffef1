"""Many answers as a table: CSV after RFC 4180, harmless in a spreadsheet."""

from __future__ import annotations

import csv
from typing import IO, TYPE_CHECKING, Final, TypeAlias

from zaruka.errors import ZarukaError
from zaruka.messages import visible
from zaruka.reports.beside import answer_beside
from zaruka.reports.page import headline
from zaruka.reports.sentences import sentence
from zaruka.reports.worst import first_problem, tell, tell_object, tell_signature
from zaruka.validation.results import overall

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zaruka.findings import Conclusion
    from zaruka.messages import Messages
    from zaruka.validation.results import SignatureResult, ValidationReport

__all__ = ["Row", "write_table"]

_COVERS_PART = "xmldsig.covers-part"

Row: TypeAlias = "tuple[str, str | None, ValidationReport | ZarukaError | None]"
"""Name of the input, name of its document, and what came of it; None for an unsigned document."""

COLUMNS: Final = (
    "file",
    "document",
    "verdict",
    "reason",
    "signer",
    "organisation",
    "number",
    "claimed_time",
    "proven_time",
    "valid_until",
    "hint",
    "recognition",
    "powers",
)


def write_table(stream: IO[str], rows: Iterable[Row], say: Messages) -> None:
    """Write a line for every signature, or for an input without one.

    A cell that a spreadsheet would take for a formula is preceded by an apostrophe.
    """
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([say(f"words.table.{name}") for name in COLUMNS])
    for name, document, outcome in rows:
        for cells in _lines(outcome, say):
            line = {"file": name, "document": document or "", **cells}
            writer.writerow([_cell(line.get(column, "")) for column in COLUMNS])


def _lines(
    outcome: ValidationReport | ZarukaError | None, say: Messages
) -> Iterator[dict[str, str]]:
    if outcome is None:
        yield {"verdict": say("words.short.UNSIGNED")}
        return
    if isinstance(outcome, ZarukaError):
        said = say.error(outcome.code, outcome.details)
        yield {
            "verdict": say("words.short.UNREADABLE"),
            "reason": said.text,
            "hint": said.remedy or "",
        }
        return
    for signature in outcome.signatures:
        yield _signature(signature, outcome, say)
    for found in outcome.objects:
        problem = first_problem(found.conclusion, tell_object(found), say)
        conclusion = overall((found.conclusion, *outcome.on_whole))
        kind = found.ref.kind.value
        yield {
            "verdict": say(f"words.short.{conclusion.indication.value}"),
            "reason": _reason(found.conclusion, outcome, say, kind),
            "signer": found.ref.name,
            "hint": (problem.remedy if problem else None) or "",
        }


def _signature(found: SignatureResult, report: ValidationReport, say: Messages) -> dict[str, str]:
    who = found.signer
    country = who.country if who else None
    conclusion = overall((found.conclusion, *report.on_whole))
    told = (*tell_signature(found), *tell(report.findings, country))
    problem = first_problem(conclusion, told, say)
    beside = [line.text for line in answer_beside(report, found, say)]
    return {
        "verdict": say(f"words.short.{conclusion.indication.value}"),
        "reason": _part(found, say)
        if conclusion.passed
        else _reason(found.conclusion, report, say),
        "signer": (who.person or who.name) if who else "",
        "organisation": (who.organisation or "") if who else "",
        "number": ", ".join(i.masked for i in who.identifiers) if who else "",
        "claimed_time": say.moment(found.signing_time) if found.signing_time else "",
        "proven_time": say.moment(found.best_signature_time) if found.proven else "",
        "valid_until": say.day(found.chain[0].certificate.not_after) if found.chain else "",
        "hint": (problem.remedy if problem else None) or "",
        **dict(zip(("recognition", "powers"), beside, strict=False)),
    }


def _part(found: SignatureResult, say: Messages) -> str:
    """Say of a good signature that it covers only a part of its document, where it does."""
    return " ".join(
        sentence(each, say).text for each in found.findings if each.rule.code == _COVERS_PART
    )


def _reason(
    conclusion: Conclusion, report: ValidationReport, say: Messages, kind: str | None = None
) -> str:
    """Say why; of what is in order by itself, what is open about the document that it is in."""
    open_questions = [f for whole in report.on_whole for f in whole.findings]
    if conclusion.passed and open_questions:
        return " ".join(sentence(finding, say).text for finding in open_questions)
    return headline(conclusion, say, kind)


def _cell(text: str) -> str:
    """OWASP, CSV injection: =, +, - and @ begin a formula, tab and line ends hide one."""
    shown = visible(text)
    return f"'{shown}" if shown.lstrip()[:1] in {"=", "+", "-", "@"} else shown
