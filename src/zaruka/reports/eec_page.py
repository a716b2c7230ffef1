"""What a person reads of a container and receipt of the Eurasian Economic Commission."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zaruka.findings import Severity
from zaruka.messages import visible
from zaruka.reports.page import Line, Page, Section, Tone, reason_of, tone_of
from zaruka.reports.receipt_page import about_receipts
from zaruka.reports.sentences import sentence
from zaruka.signatures.xml.xmldsig import parse_signed_xml
from zaruka.ttp.eec import parse_container, parse_receipt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zaruka.messages import Messages
    from zaruka.ttp.eec import EecReceipt
    from zaruka.ttp.eec_checking import CheckedContainer

__all__ = ["eec_page", "eec_value", "inspect_container"]

_RECEIPT = "/SignedDoc/Signature/Object/Receipt"


def eec_page(checked: CheckedContainer, name: str, say: Messages, *, verbose: bool = False) -> Page:
    """Say what the receipt of a container amounts to; `name` is the file's."""
    sections = (
        Section(None, tuple(_answer(checked, say)), answer=True),
        Section(None, tuple(_facts(checked.receipt, say))),
        *_findings(checked, say, verbose=verbose),
        about_receipts(say),
    )
    return Page(visible(name), sections)


def _answer(checked: CheckedContainer, say: Messages) -> Iterator[Line]:
    conclusion = checked.conclusion
    said = say(f"words.receipt.state.{conclusion.indication}")
    reason = reason_of(conclusion, say)
    about = f"{said}: {reason}." if reason and not conclusion.passed else f"{said}."
    yield Line(about, tone_of(conclusion))
    if not conclusion.passed:
        yield Line(say("words.receipt.does_not_count"), Tone.STRONG)
        return
    outcome, tone = ("granted", Tone.GOOD) if checked.receipt.confirms else ("rejection", Tone.BAD)
    yield Line(say(f"words.receipt_verdict.{outcome}"), tone, say("words.receipt.says"))
    if checked.service is not None:
        yield Line(visible(checked.service.name), label=say("words.receipt.service"))
    if checked.time is not None:
        yield Line(say.moment(checked.time), label=say("words.receipt.time"))


def _facts(receipt: EecReceipt, say: Messages) -> Iterator[Line]:
    yield Line(visible(receipt.receipt_id), label=say("words.receipt.number"))
    yield Line(visible(receipt.doc_id), label=say("words.receipt.document"))
    for each in receipt.report:
        label = visible(each.reference or "—")
        if each.reason is None:
            yield Line(say("words.receipt_verdict.granted"), label=label)
        else:
            reason = say(f"words.receipt_reason.{each.reason.replace('.', '-')}")
            yield Line(visible(f"{reason}. {each.text or ''}".strip()), label=label)


def _findings(checked: CheckedContainer, say: Messages, *, verbose: bool) -> Iterator[Section]:
    for severity, heading, tone in (
        (Severity.FAIL, "broken", Tone.BAD),
        (Severity.UNKNOWN, "open", Tone.UNSURE),
        (Severity.PASS, "kept", Tone.PLAIN),
    ):
        if severity is Severity.PASS and not verbose:
            continue
        lines: list[Line] = []
        for each in checked.findings:
            if each.severity is severity:
                said = sentence(each, say)
                lines.append(Line(said.text, tone))
                lines += [Line(said.remedy, Tone.REMEDY, depth=1)] if said.remedy else []
        if lines:
            yield Section(say(f"words.receipt.{heading}"), tuple(lines))


def inspect_container(octets: bytes, say: Messages) -> Iterator[Section]:
    """Describe a container and what its receipt says; nothing is checked.

    Raises InputError where it is none.
    """
    container = parse_container(octets)
    lines = [
        Line(say("words.receipt.container"), Tone.STRONG),
        Line(visible(container.doc_instance), label=say("words.receipt.document")),
        Line(str(len(container.signatures)), label=say("words.receipt.signatures")),
    ]
    yield Section(None, tuple(lines))
    for signature in parse_signed_xml(octets).signatures:
        for each in signature.references:
            if each.place == _RECEIPT and each.octets is not None:
                found = tuple(_facts(parse_receipt(each.octets), say))
                yield Section(say("words.receipt.title"), found)


def eec_value(checked: CheckedContainer, messages: Messages) -> dict[str, Any]:
    """Return what was found of a container's receipt as JSON values."""
    sub = checked.conclusion.sub_indication
    return {
        "receipt_version": 1,
        "language": messages.language,
        "indication": checked.conclusion.indication.value,
        "sub_indication": sub and sub.value,
        "confirms": checked.receipt.confirms,
        "number": checked.receipt.receipt_id,
        "document": checked.receipt.doc_id,
        "report": [
            {"reference": each.reference, "reason": each.reason, "text": each.text}
            for each in checked.receipt.report
        ],
        "findings": [
            {
                "code": each.rule.code,
                "severity": each.severity.value,
                "clause": each.rule.clause,
                "message": sentence(each, messages).text,
            }
            for each in checked.findings
        ],
    }
