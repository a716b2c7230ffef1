"""Evidence records (RFC 4998 5.3): EN 319 102-1 V1.4.1, 5.6.3.4 step 1.

A record that verifies whole proves that its data object existed at the time of its first archive
time-stamp. The last time-stamp has to hold at the validation time, each earlier one at the moment
of the next: that one proves that it existed, with the certificates, lists and answers inside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, structs

from zaruka.findings import SubIndication
from zaruka.signatures.ers import check_record
from zaruka.validation import rules
from zaruka.validation.algorithms import check_algorithm
from zaruka.validation.context import Evidence
from zaruka.validation.deciding import OPEN, decide, unknown
from zaruka.validation.past.coverage import objects_in_token
from zaruka.validation.past.inputs import PastInputs
from zaruka.validation.past.past_timestamp import settle_timestamp
from zaruka.validation.past.revocation_history import RevocationHistory
from zaruka.validation.policy import Holder
from zaruka.validation.process import evidence_of
from zaruka.validation.proofs import Proof, ProofKind, ProofsOfExistence
from zaruka.validation.results import Algorithm
from zaruka.validation.timestamp import judge_timestamp, latest_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from zaruka.findings import Conclusion, Finding
    from zaruka.signatures import TimeStampToken
    from zaruka.signatures.ers import EvidenceRecord
    from zaruka.validation.context import Context
    from zaruka.validation.timestamp import JudgedStamp

__all__ = ["JudgedRecord", "judge_evidence_record"]


class JudgedRecord(Struct, frozen=True):
    """The conclusion on a record; its time-stamps as judged, newest first, where it came to that.

    `time` is that of the first time-stamp at its latest: what the record proves, where it passed.
    """

    conclusion: Conclusion
    stamps: tuple[JudgedStamp, ...] = ()
    time: datetime | None = None


def judge_evidence_record(
    record: EvidenceRecord, digest_of: Callable[[str], bytes], context: Context
) -> JudgedRecord:
    """Verify a record over a data object, of which `digest_of` gives digests by their OID.

    Time-stamps are judged only where each is over what it should be over.
    """
    structure = decide(check_record(record, digest_of))
    if not structure.passed:
        return JudgedRecord(structure)
    return _Judging(record, context).run()


class _Judging:
    """Step 2 and 3 of RFC 4998 5.3, and its last paragraph, from the newest time-stamp back."""

    def __init__(self, record: EvidenceRecord, context: Context) -> None:
        brought = Evidence()
        for stamp in record.stamps:
            brought += evidence_of(stamp.token.signed, "time-stamp")
        context = context.of_one_question(brought)
        proofs = ProofsOfExistence(context.at)
        self._record = record
        self._inputs = PastInputs(context, proofs, RevocationHistory(context), Holder.TSA)
        self._left = len(record.stamps)  # how many are still to be judged
        self._findings: list[Finding] = []
        self._judged: list[JudgedStamp] = []

    def run(self) -> JudgedRecord:
        chains, needed_until = self._record.chains, self._inputs.context.at
        for position in reversed(range(len(chains))):
            self._check_algorithm(chains[position].stamps[0].digest_oid, needed_until)
            for stamp in reversed(chains[position].stamps):
                judged = self._judge(stamp.token)
            needed_until = latest_of(judged.result)
        conclusion = decide(self._findings)
        return JudgedRecord(conclusion, tuple(self._judged), needed_until)

    def _check_algorithm(self, oid: str, at: datetime) -> None:
        """Step 2: the digest of a chain is reliable when the next one begins, the last one now."""
        context, stamp = self._inputs.context, self._record.stamps[self._left - 1]
        found = check_algorithm(context.policy, Algorithm(oid, oid), stamp.token.ref, at=at)
        if found.severity in OPEN:
            self._say(structs.replace(found, rule=rules.RECORD_ALGORITHM), at=at)

    def _judge(self, token: TimeStampToken) -> JudgedStamp:
        """Judge the newest one that is left, and add what it proves of those before it."""
        judged = judge_timestamp(token, self._inputs.context)
        at = self._inputs.proofs.time_of(token.sha256)  # of the last one now: it is held
        if self._judged and not judged.passed:
            judged = settle_timestamp(judged, self._inputs)
        self._judged.append(judged)
        if not judged.passed:
            sub = judged.result.conclusion.sub_indication or SubIndication.CUSTOM
            self._say(unknown(rules.RECORD_STAMP, token.ref, sub, actual=sub.value), at=at)
        self._left -= 1
        if judged.passed:
            self._prove(judged)
        return judged

    def _prove(self, judged: JudgedStamp) -> None:
        """Step 5 b) of 5.6.3.4: all time-stamps before it existed at its time."""
        time, ref = latest_of(judged.result), judged.result.ref
        for stamp in self._record.stamps[: self._left]:
            for sha256 in objects_in_token(stamp.token):
                self._inputs.proofs.add(Proof(sha256, time, ProofKind.TIME_STAMP, ref))

    def _say(self, finding: Finding, **more: datetime) -> None:
        told = {"number": self._left, "count": len(self._record.stamps), **more}
        self._findings.append(structs.replace(finding, details={**finding.details, **told}))
