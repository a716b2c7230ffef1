"""Validation process for signatures with long-term availability and integrity of evidence: 5.6.3.

EN 319 102-1 V1.4.1. Runs after the process for signatures with time, for what that left open and
for time-stamps on references and archives. Evidence records that lie beside the signature (step 1)
are judged before, by `evidence_record`, and are among the proofs of the context.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec import structs

from zaruka.findings import Finding, Indication, Severity, SubIndication
from zaruka.signatures.stamped import stamps_of
from zaruka.validation import rules
from zaruka.validation.archive_stamps import check_stamped
from zaruka.validation.blocks.signature_acceptance import accept_signature
from zaruka.validation.deciding import OPEN, failed, indeterminate
from zaruka.validation.past.coverage import Covering
from zaruka.validation.past.inputs import PastInputs
from zaruka.validation.past.past_signature import PAST, PastSignature, validate_past_signature
from zaruka.validation.past.past_timestamp import settle_timestamp
from zaruka.validation.past.poe_extraction import extract_proofs
from zaruka.validation.past.revocation_history import RevocationHistory
from zaruka.validation.proofs import Proof, ProofKind, ProofsOfExistence
from zaruka.validation.results import Block, BlockResult, Process, TimestampKind
from zaruka.validation.timestamp import judge_timestamp, latest_of
from zaruka.validation.with_time import check_delay, check_order

if TYPE_CHECKING:
    from datetime import datetime

    from zaruka.findings import Conclusion, Rule
    from zaruka.signatures import Content, Signature, SignedDocument
    from zaruka.signatures.stamped import Stamp
    from zaruka.validation.context import Context
    from zaruka.validation.results import TimestampResult
    from zaruka.validation.timestamp import JudgedStamp
    from zaruka.validation.with_time import TimedResult

__all__ = ["validate_long_term"]

_STAMPS = 64  # on references and archives; each may be over the whole document

_KINDS = {
    "cades-c-time-stamp": TimestampKind.CADES_C,
    "certs-crls-references-time-stamp": TimestampKind.REFERENCES,
    "archive-time-stamp": TimestampKind.ARCHIVE,
    "archive-time-stamp-v2": TimestampKind.ARCHIVE_V2,
    "archive-time-stamp-v3": TimestampKind.ARCHIVE_V3,
}
_REACH = (
    TimestampKind.ARCHIVE,
    TimestampKind.ARCHIVE_V3,
    TimestampKind.ARCHIVE_V2,
    TimestampKind.CADES_C,
    TimestampKind.REFERENCES,
    TimestampKind.SIGNATURE,
    TimestampKind.CONTENT,
)
_REFERRING = frozenset({"complete-certificate-references", "complete-revocation-references"})
_NO_LONGER = frozenset({rules.STAMP_WOULD_HAVE_SAVED, rules.NO_STAMP})


def validate_long_term(
    signature: Signature,
    document: SignedDocument,
    content: Content | None,
    context: Context,
    timed: TimedResult,
) -> TimedResult:
    """Go on from `timed`, the process for signatures with time: 5.6.3.4 from step 3 on.

    Returned as it is where the signature has no evidence of the past that could say more.
    """
    stamps = stamps_of(signature)
    has_more = stamps or _refers(signature)
    if not has_more and not (_is_open(timed) and (timed.stamps or timed.proven)):
        return timed
    return _LongTerm(signature, document, content, context, timed, stamps).run()


def _refers(signature: Signature) -> bool:
    """Whether the signature claims level C or above: references to evidence."""
    return any(each.kind in _REFERRING for each in signature.evidence)


def _is_open(timed: TimedResult) -> bool:
    conclusion = timed.conclusion
    return conclusion.indication is Indication.INDETERMINATE and conclusion.sub_indication in PAST


@dataclass(slots=True)
class _LongTerm:
    signature: Signature
    document: SignedDocument
    content: Content | None
    context: Context
    timed: TimedResult
    stamps: tuple[Stamp, ...]
    inputs: PastInputs = field(init=False)
    covering: Covering = field(init=False)
    findings: list[Finding] = field(default_factory=list)

    def __post_init__(self) -> None:
        given = self.context.admitted_proofs(self.signature, self.document)
        proofs = ProofsOfExistence(self.context.at, given)  # step 2
        self.inputs = PastInputs(self.context, proofs, RevocationHistory(self.context))
        self.covering = Covering(
            self.document,
            self.signature,
            self.timed.basic.certificate,
            self.context.evidence,
        )

    def run(self) -> TimedResult:
        timed = self.timed
        judged = self._judge_stamps()
        proof = self.inputs.proofs.of(self.signature.sha256)  # step 6
        proven = proof.kind is not ProofKind.HELD
        conclusion, past = self._conclude(proof.time, judged)
        best = self._best_time(judged, proof)
        if conclusion.passed and proven and past is not None:
            self._say_existed(proof, past)
        said = structs.replace(conclusion, findings=tuple(self.findings))
        blocks = (_without(each, _NO_LONGER) if proven else each for each in timed.blocks)
        return structs.replace(
            timed,
            conclusion=conclusion,
            blocks=(*blocks, BlockResult.of(Block.LONG_TERM, said)),
            best_signature_time=best,
            latest_signature_time=proof.time,
            proven=proven,
            stamps=tuple(structs.replace(each, result=_marked(each, best)) for each in judged),
            process=Process.ARCHIVAL if self.stamps or past else timed.process,
            past=past,
            dangling_references=self.covering.dangling_references,
        )

    def _conclude(
        self, best: datetime, judged: list[JudgedStamp]
    ) -> tuple[Conclusion, PastSignature | None]:
        """Take steps 3 and 7 to 10."""
        timed, target = self.timed, self.timed.basic.certificate
        if target is None or not _is_open(timed):
            return self._check_begin(best), None
        past = validate_past_signature(  # step 7
            self.signature.ref,
            target,
            timed.conclusion,
            best,
            self.inputs,
        )
        self.findings.extend(past.conclusion.findings)
        if not past.conclusion.passed:
            return structs.replace(past.conclusion, findings=()), None
        content_stamps = [e for e in judged if e.result.kind is TimestampKind.CONTENT]
        others = [e for e in judged if e.result.kind is TimestampKind.SIGNATURE]
        for stopping in (
            check_order(content_stamps, others, self.context.policy),
            check_delay(self.signature, self.context.policy, best, others),  # step 8
        ):
            if stopping is not None:
                self.findings.append(stopping)
                if stopping.severity in OPEN:
                    return indeterminate(stopping.sub_indication or SubIndication.CUSTOM), None
        chain = past.certificate.links
        accepted = accept_signature(  # step 9
            self.signature, timed.basic.algorithm, chain, self.context.policy, at=best
        )
        self.findings.extend(each for each in accepted.findings if each.severity in OPEN)
        return structs.replace(accepted, findings=()), past if accepted.passed else None

    def _check_begin(self, best: datetime) -> Conclusion:
        """5.5.4 step 4 b), once more where a time-stamp that was dropped there holds after all."""
        timed, target = self.timed, self.timed.basic.certificate
        if timed.conclusion.passed and target is not None and best < target.not_before:
            sub = SubIndication.NOT_YET_VALID
            self.findings.append(
                Finding(
                    rules.SIGNED_BEFORE_VALIDITY,
                    Severity.FAIL,
                    self.signature.ref,
                    expected=target.not_before.isoformat(),
                    actual=best.isoformat(),
                    sub_indication=sub,
                )
            )
            return failed(sub)
        return timed.conclusion

    def _judge_stamps(self) -> list[JudgedStamp]:
        """Step 5: every time-stamp, newest first, each proving what it covers."""
        waiting: list[tuple[JudgedStamp, Stamp | None]] = [(e, None) for e in self.timed.stamps]
        if len(self.stamps) > _STAMPS:
            self._say(rules.STAMP_BUDGET, Severity.WARN, actual=str(len(self.stamps)))
        for stamp in self.stamps[:_STAMPS]:
            checked = check_stamped(stamp, self.covering, self.signature, self.content)
            kind = _KINDS[stamp.kind]
            judged = judge_timestamp(stamp.token, self.context, kind=kind, imprint=checked)
            waiting.append((judged, stamp))
        settled = []
        for judged, over in sorted(waiting, key=_newest_first):
            after = judged if judged.passed else settle_timestamp(judged, self.inputs)
            if after.passed:
                self._extract(after, over)
            settled.append(after)
        return settled

    def _extract(self, judged: JudgedStamp, over: Stamp | None) -> None:
        """Step 5 b): add what a time-stamp that holds proves."""
        result, proofs = judged.result, self.inputs.proofs
        if over is not None:
            coverage = self.covering.of_stamp(over)
        elif result.kind is TimestampKind.CONTENT:
            return  # what is signed, not the signature
        else:
            coverage = self.covering.of_signature_stamp()
        time, policy = latest_of(result), self.context.policy
        for proof in list(extract_proofs(coverage, result.ref, time, proofs, policy)):
            proofs.add(proof)

    def _best_time(self, judged: list[JudgedStamp], proof: Proof) -> datetime:
        """Name the time in the stamp that proves it, as stamps say it, or the proof's own."""
        times = [
            each.result.time
            for each in judged
            if proof.source is not None and each.result.ref == proof.source
        ]
        if times:
            return min(times)
        timed = self.timed
        return (
            timed.best_signature_time if proof.time == timed.latest_signature_time else proof.time
        )

    def _say_existed(self, proof: Proof, past: PastSignature) -> None:
        """Say why a signature counts although its certificate is no longer good."""
        slide = past.certificate.slide
        details: dict[str, str | int | datetime] = {"at": proof.time}
        if slide is not None:
            details["limit"] = slide.control_time
        self.findings.append(
            Finding(
                rules.GOOD_THEN,
                Severity.INFO,
                self.signature.ref,
                expected=slide.control_time.isoformat() if slide else None,
                actual=proof.time.isoformat(),
                details=details,
            )
        )

    def _say(self, rule: Rule, severity: Severity, *, actual: str | None = None) -> None:
        self.findings.append(Finding(rule, severity, self.signature.ref, actual=actual))


def _newest_first(waiting: tuple[JudgedStamp, Stamp | None]) -> tuple[float, int, str]:
    """Order time-stamps: of one moment, those that may cover others come before them."""
    result = waiting[0].result
    return -result.time.timestamp(), _REACH.index(result.kind), result.ref.sha256


def _marked(judged: JudgedStamp, best: datetime) -> TimestampResult:
    at_best = (
        judged.passed
        and judged.result.kind is not TimestampKind.CONTENT
        and judged.result.time == best
    )
    return structs.replace(judged.result, at_best=at_best)


def _without(block: BlockResult, dropped: frozenset[Rule]) -> BlockResult:
    conclusion = block.conclusion
    kept = tuple(each for each in conclusion.findings if each.rule not in dropped)
    return structs.replace(block, conclusion=structs.replace(conclusion, findings=kept))
