"""The report on a document with the decision on each of its signatures beside the verdict.

Where signers of both countries signed one document, each has its own decision (D2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from zaruka.facts import Fact, FactKind
from zaruka.recognition.act import Act
from zaruka.recognition.decision import Outcome, decide_recognition
from zaruka.validation.results import ValidationReport

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from zaruka.recognition.act import Participant, Subject
    from zaruka.recognition.agreement import Agreement
    from zaruka.recognition.decision import Decision, HomeReceipt
    from zaruka.validation.results import SignatureResult

__all__ = ["CrossBorderReport", "Question", "decide_report", "fact_of_agreement"]

_OTHER = {"BY": "RU", "RU": "BY"}


class Question(Struct, frozen=True):
    """What is asked of every signature; what was not stated is None.

    Without a `country` it is the other of the two than the signer's.
    """

    agreements: tuple[Agreement, ...]
    country: str | None = None
    sender: Participant | None = None
    receiver: Participant | None = None
    subject: Subject | None = None
    receipts: tuple[HomeReceipt, ...] = ()

    def act_of(self, found: SignatureResult) -> Act:
        """Ask the question of one signature: by the rules of its proven time, else of now."""
        home = found.signer.country if found.signer else None
        return Act(
            country=self.country or _OTHER.get(home or ""),
            at=found.best_signature_time,
            sender=self.sender,
            receiver=self.receiver,
            subject=self.subject,
            proven=found.proven,
            assumed=self.country is None,
        )

    def receipt_for(self, found: SignatureResult) -> HomeReceipt | None:
        """Choose the latest word of the signer's own third party; of none of them, any other."""
        home = found.signer.country if found.signer else None
        own = [each for each in self.receipts if each.country == home]
        return max(own or self.receipts, key=lambda each: (each.sound, each.time), default=None)


class CrossBorderReport(ValidationReport, frozen=True):
    """A report, and in `decisions` whether each of its signatures counts, in their order.

    None stands for a signature of a trusted third party on its receipt, or on a request to it:
    that is no document that could count.
    """

    decisions: tuple[Decision | None, ...] = ()

    @property
    def countries(self) -> Mapping[str, Outcome]:
        """Whether the document counts in each country asked about: its worst signature there."""
        worst: dict[str, Outcome] = {}
        for decision in filter(None, self.decisions):
            country = decision.act.country or ""
            known = worst.get(country, Outcome.NOT_CROSS_BORDER)
            worst[country] = max(known, decision.outcome, key=_GRAVITY.index)
        return dict(sorted(worst.items()))


_GRAVITY = (
    Outcome.NOT_CROSS_BORDER,
    Outcome.RECOGNISED,
    Outcome.CANNOT_VERIFY,
    Outcome.NOT_RECOGNISED,
)


def decide_report(report: ValidationReport, question: Question) -> CrossBorderReport:
    """Set the decisions beside a report, and the agreements asked among its facts."""
    decisions = tuple(
        decide_recognition(
            found, question.act_of(found), question.agreements, question.receipt_for(found)
        )
        if found.signs_document
        else None
        for found in report.signatures
    )
    kept = {name: getattr(report, name) for name in ValidationReport.__struct_fields__}
    asked = _asked(report, decisions, question.agreements)
    kept["facts"] = tuple(dict.fromkeys((*report.facts, *map(fact_of_agreement, asked))))
    return CrossBorderReport(**kept, decisions=decisions)


def _asked(
    report: ValidationReport,
    decisions: Iterable[Decision | None],
    agreements: Iterable[Agreement],
) -> list[Agreement]:
    """Return the agreements between the countries that some decision is about."""
    between = {
        frozenset({found.signer.country, decision.act.country})
        for found, decision in zip(report.signatures, decisions, strict=True)
        if decision and found.signer and decision.outcome is not Outcome.NOT_CROSS_BORDER
    }
    return [each for each in agreements if any(pair <= each.parties for pair in between)]


def fact_of_agreement(agreement: Agreement) -> Fact:
    """Keep an agreement by the SHA-256 of its text, with its terms.

    `files` are the SHA-256 of the files of an operator, where it rests on such.
    """
    files, extract = agreement.files, agreement.terms
    if files:
        extract = (*extract, ("files", " ".join(files)))
    source = "given" if files else "zaruka"
    return Fact(FactKind.AGREEMENT, agreement.sha256, source, extract=extract)
