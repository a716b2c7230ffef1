"""From a verdict to an answer: what a receipt may say of signatures that were judged.

By the crosswalk (validation/crosswalk.py): `granted` only where all signatures are valid;
`waiting` only where time or fetching can cure (D6); what recognition cannot tell makes no receipt
but a notice; where the parties' results differ nothing is granted (D5).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, structs

from zaruka.findings import Severity, SubIndication
from zaruka.recognition import Outcome
from zaruka.recognition import rules as recognition
from zaruka.signatures import rules as signature_rules
from zaruka.ttp import rules
from zaruka.ttp.reading import Verdict
from zaruka.validation.crosswalk import DvcsStatus, place_of
from zaruka.validation.deciding import OPEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from zaruka.recognition import Decision
    from zaruka.validation.results import SignatureResult, ValidationReport

__all__ = ["Answer", "Judged", "decide_answer"]


class Judged(Struct, frozen=True):
    """What is answered of one signature, and the codes of the reasons against it."""

    result: SignatureResult
    verdict: Verdict
    reasons: tuple[str, ...] = ()


class Answer(Struct, frozen=True):
    """What is answered of a document; without `verdict` it cannot be checked here.

    `reasons` are codes: sub-indications, rules of recognition, rules about the whole.
    """

    verdict: Verdict | None
    judged: tuple[Judged, ...]
    reasons: tuple[str, ...] = ()


_VERDICTS = {
    DvcsStatus.GRANTED: Verdict.GRANTED,
    DvcsStatus.WAITING: Verdict.WAITING,
    DvcsStatus.REJECTION: Verdict.REJECTION,
}
# What an agreement asks and nobody can answer here: the third party is not registered, or not
# known to be (crosswalk, last row).
_CANNOT_CHECK = frozenset(
    {
        recognition.THIRD_PARTY,
        recognition.THIRD_PARTIES_NOT_STATED,
        recognition.START_NOT_STATED,
        recognition.HOME_RECEIPT_BAD,
    }
)


def decide_answer(
    report: ValidationReport,
    decisions: Mapping[str, Decision] | None = None,
    *,
    may_wait: bool = False,
    partial: bool = True,
    tells: bool = True,
) -> Answer:
    """Decide what to answer of every signature in `report`, and of all.

    `decisions` on recognition are by SHA-256 of the signature. `may_wait` tells that the moment
    set for waiting has not come; `partial` whether the profile can say that some are valid,
    `tells` whether it can say why: without that, nobody would learn that the content was not
    shown (D4), so nothing is granted then.
    """
    about = decisions or {}
    own = [_judge_alone(each, unseen=tells) for each in report.signatures]
    refuted = any(each.verdict is Verdict.REJECTION for each in own)
    if not refuted and any(_cannot_check(each) for each in about.values()):
        return Answer(None, (), _codes(about.values()))
    judged = tuple(_weigh(each, about.get(each.result.ref.sha256)) for each in own)
    if not may_wait:
        judged = tuple(_no_longer(each) for each in judged)
    whole = tuple(each.rule.code for each in report.findings if each.severity in OPEN)
    reasons = (*dict.fromkeys([*whole, *(code for each in judged for code in each.reasons)]),)
    verdict = _overall([each.verdict for each in judged], whole, partial=partial)
    return Answer(verdict, judged, reasons)


def _judge_alone(result: SignatureResult, *, unseen: bool) -> Judged:
    """Say what the verdict on a signature amounts to, recognition left aside."""
    place = place_of(result.conclusion)
    sub = result.conclusion.sub_indication
    if unseen and _holds_over_attributes(result):
        return Judged(result, Verdict.GRANTED, (rules.CONTENT_NOT_SHOWN.code,))
    return Judged(result, _VERDICTS[place.dvcs], (sub.value,) if sub else ())


def _weigh(judged: Judged, decision: Decision | None) -> Judged:
    """Take recognition into account: it can take a confirmation away, and never gives one."""
    if decision is None or decision.outcome in {Outcome.RECOGNISED, Outcome.NOT_CROSS_BORDER}:
        return judged
    codes = (*judged.reasons, *(each.rule.code for each in decision.open))
    waits = decision.outcome is Outcome.CANNOT_VERIFY and recognition.CONFLICT.code not in codes
    verdict = judged.verdict
    if verdict is Verdict.GRANTED and waits:
        verdict = Verdict.WAITING
    elif not waits:
        verdict = Verdict.REJECTION
    return Judged(judged.result, verdict, codes)


def _holds_over_attributes(result: SignatureResult) -> bool:
    """Whether nothing lacks but the content: the value is right over the signed attributes (D4)."""
    if result.conclusion.sub_indication is not SubIndication.SIGNED_DATA_NOT_FOUND:
        return False
    findings = [found for block in result.blocks for found in block.conclusion.findings]
    verified = any(
        each.rule is signature_rules.SIGNATURE and each.severity is Severity.PASS
        for each in findings
    )
    lacking = {each.rule for each in findings if each.severity in OPEN}
    return verified and lacking == {signature_rules.CONTENT_ABSENT}


def _no_longer(judged: Judged) -> Judged:
    """D6: what was waited for did not come."""
    if judged.verdict is Verdict.WAITING:
        return structs.replace(judged, verdict=Verdict.REJECTION)
    return judged


def _overall(verdicts: list[Verdict], whole: tuple[str, ...], *, partial: bool) -> Verdict:
    """STB 34.101.81 7.3: granted only if all are; a document without signatures is not."""
    if not verdicts:
        return Verdict.REJECTION
    if all(each is Verdict.GRANTED for each in verdicts):
        return Verdict.REJECTION if whole else Verdict.GRANTED
    if Verdict.WAITING in verdicts and Verdict.REJECTION not in verdicts:
        return Verdict.WAITING
    if partial and not whole and Verdict.GRANTED in verdicts and Verdict.WAITING not in verdicts:
        return Verdict.GRANTED_WITH_MODS
    return Verdict.WAITING if partial and Verdict.WAITING in verdicts else Verdict.REJECTION


def _cannot_check(decision: Decision) -> bool:
    return any(each.rule in _CANNOT_CHECK for each in decision.open)


def _codes(decisions: Iterable[Decision]) -> tuple[str, ...]:
    codes = [each.rule.code for decision in decisions for each in decision.open]
    return (*dict.fromkeys(codes),)
