"""What a person reads of a receipt that was checked: the answer, who, when, about what, why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zaruka.crypto import means
from zaruka.findings import Severity
from zaruka.messages import visible
from zaruka.reports.page import Line, Page, Section, Tone, reason_of, tone_of
from zaruka.reports.sentences import sentence
from zaruka.ttp.profiles import SERVICES
from zaruka.ttp.reading import Receipt, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zaruka.messages import Messages
    from zaruka.ttp.checking import CheckedReceipt

__all__ = ["about_receipts", "failure_of", "outcome_of", "receipt_page"]

_TONES: Final = {
    Severity.PASS: Tone.PLAIN,
    Severity.INFO: Tone.PLAIN,
    Severity.WARN: Tone.UNSURE,
    Severity.UNKNOWN: Tone.UNSURE,
    Severity.FAIL: Tone.BAD,
}
_SAID: Final = {
    Verdict.GRANTED: Tone.GOOD,
    Verdict.GRANTED_WITH_MODS: Tone.BAD,
    Verdict.REJECTION: Tone.BAD,
    Verdict.WAITING: Tone.UNSURE,
    Verdict.OTHER: Tone.UNSURE,
}


def outcome_of(checked: CheckedReceipt) -> str:
    """Name the outcome of receipts (EEC, KZ rules): granted, rejection, waiting, cannot-check.

    An error notice about the request itself tells nothing of the signatures.
    """
    receipt = checked.receipt
    if isinstance(receipt, Receipt):
        return receipt.verdict.value
    return "cannot-check" if receipt.failures else Verdict.REJECTION.value


def receipt_page(
    checked: CheckedReceipt, name: str, say: Messages, *, verbose: bool = False
) -> Page:
    """Say what a receipt amounts to; `name` is its file's."""
    return Page(visible(name), tuple(_sections(checked, say, verbose=verbose)))


def _sections(checked: CheckedReceipt, say: Messages, *, verbose: bool) -> Iterator[Section]:
    yield Section(None, tuple(_headline(checked, say)), answer=True)
    yield Section(None, tuple(_facts(checked, say)))
    for severity, heading in (
        (Severity.FAIL, "broken"),
        (Severity.UNKNOWN, "open"),
        (Severity.WARN, "noted"),
        (Severity.INFO, "noted_also"),
        (Severity.PASS, "kept"),
    ):
        if severity is Severity.PASS and not verbose:
            continue
        lines = tuple(_findings(checked, severity, say))
        if lines:
            yield Section(say(f"words.receipt.{heading}"), lines)
    for inner in checked.nested:
        lines = (*_headline(inner, say), *_facts(inner, say))
        yield Section(say("words.receipt.nested"), lines)
    yield about_receipts(say)


def about_receipts(say: Messages) -> Section:
    """Say what any receipt is good for, and by which means it was checked."""
    confirmed = all(conformity is not None for _, conformity in means())
    standing = say(f"words.standing.{'confirmed' if confirmed else 'reference'}")
    limits = say("words.receipt.limits")
    return Section(None, (Line(limits, Tone.QUIET), Line(standing, Tone.QUIET)))


def _headline(checked: CheckedReceipt, say: Messages) -> Iterator[Line]:
    """Say whether the receipt holds, then what it says: of one that does not hold, nothing."""
    conclusion = checked.conclusion
    said = say(f"words.receipt.state.{conclusion.indication}")
    reason = reason_of(conclusion, say)
    about = f"{said}: {reason}." if reason and not conclusion.passed else f"{said}."
    yield Line(about, tone_of(conclusion))
    if conclusion.passed:
        outcome = outcome_of(checked)
        tone = _SAID[checked.receipt.verdict]
        yield Line(say(f"words.receipt_verdict.{outcome}"), tone, say("words.receipt.says"))
    else:
        yield Line(say("words.receipt.does_not_count"), Tone.STRONG)


def _facts(checked: CheckedReceipt, say: Messages) -> Iterator[Line]:
    if checked.service is not None:
        yield Line(visible(checked.service.name), label=say("words.receipt.service"))
    receipt = checked.receipt
    if not isinstance(receipt, Receipt):
        for bit in receipt.failures:
            yield Line(failure_of(bit, say), label=say("words.receipt.refused"))
        return
    service = SERVICES.get(receipt.service, "")
    if service:
        yield Line(say(f"words.receipt_service.{service}"), label=say("words.receipt.kind"))
    yield Line(str(receipt.info.serial_number), label=say("words.receipt.number"))
    yield Line(say.moment(receipt.time), label=say("words.receipt.time"))
    imprint = receipt.info.message_imprint
    digest = f"{say.name_of(imprint.digest_algorithm.algorithm)} {imprint.digest.hex()}"
    yield Line(visible(digest), label=say("words.receipt.imprint"))
    if checked.sent is not None:
        form = say(f"words.receipt_form.{checked.sent.form}")
        yield Line(form, label=say("words.receipt.object"))


def failure_of(bit: int, say: Messages) -> str:
    """Name a bit of failInfo."""
    key = f"words.receipt_failure.{bit}"
    return say(key) if say.has(key) else str(bit)


def _findings(checked: CheckedReceipt, severity: Severity, say: Messages) -> Iterator[Line]:
    for each in checked.findings:
        if each.severity is not severity:
            continue
        said = sentence(each, say)
        yield Line(said.text, _TONES[severity])
        if said.remedy and severity is not Severity.PASS:
            yield Line(said.remedy, Tone.REMEDY, depth=1)
