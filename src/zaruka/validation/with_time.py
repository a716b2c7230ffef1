"""Validation process for signatures with time: EN 319 102-1 V1.4.1, 5.5.

Also for basic signatures: without a time-stamp, best-signature-time is the validation time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from zaruka.findings import Conclusion, Finding, Indication, Severity, SubIndication
from zaruka.signatures import check_imprint
from zaruka.validation import rules
from zaruka.validation.algorithms import check_algorithm
from zaruka.validation.basic import validate_basic
from zaruka.validation.blocks.revocation_freshness import check_freshness
from zaruka.validation.deciding import OPEN, failed, indeterminate, passed, unknown
from zaruka.validation.results import (
    Block,
    BlockResult,
    Process,
    RevocationState,
    TimestampKind,
)
from zaruka.validation.timestamp import (
    check_content_imprint,
    earliest_of,
    judge_timestamp,
    latest_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import timedelta

    from zaruka.facts import Fact
    from zaruka.findings import Rule
    from zaruka.signatures import Content, Signature, SignedDocument
    from zaruka.validation.basic import BasicResult
    from zaruka.validation.context import Context
    from zaruka.validation.past.past_signature import PastSignature
    from zaruka.validation.policy import Policy
    from zaruka.validation.proofs import Proof
    from zaruka.validation.results import ChainLink, Revocation
    from zaruka.validation.timestamp import JudgedStamp

__all__ = ["TimedResult", "check_delay", "check_order", "validate_with_time"]

# 5.5.4 step 2: what the basic process may return for the process to go on.
_CONTINUES = frozenset(
    {
        None,
        SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,
        SubIndication.REVOKED_NO_POE,
        SubIndication.REVOKED_CA_NO_POE,
        SubIndication.TRY_LATER,
        SubIndication.OUT_OF_BOUNDS_NO_POE,
        SubIndication.OUT_OF_BOUNDS_NOT_REVOKED,
    }
)

_REVOKED = frozenset({SubIndication.REVOKED_NO_POE, SubIndication.REVOKED_CA_NO_POE})

# What else in the chain the times just compared answer, by the basic process's sub-indication;
# TRY_LATER is asked again in any case. Where an authority was revoked, nothing is known of a
# signer's certificate that has expired since (OUT_OF_BOUNDS_NO_POE).
_FORGIVEN: dict[SubIndication | None, frozenset[SubIndication]] = {
    SubIndication.REVOKED_NO_POE: frozenset(
        {
            SubIndication.REVOKED_NO_POE,
            SubIndication.OUT_OF_BOUNDS_NO_POE,
            SubIndication.TRY_LATER,
        }
    ),
    SubIndication.REVOKED_CA_NO_POE: frozenset(
        {
            SubIndication.REVOKED_CA_NO_POE,
            SubIndication.REVOKED_NO_POE,
            SubIndication.OUT_OF_BOUNDS_NOT_REVOKED,
            SubIndication.TRY_LATER,
        }
    ),
    SubIndication.OUT_OF_BOUNDS_NOT_REVOKED: frozenset(
        {SubIndication.OUT_OF_BOUNDS_NOT_REVOKED, SubIndication.TRY_LATER}
    ),
    SubIndication.TRY_LATER: frozenset({SubIndication.TRY_LATER}),
}
_ASKED_AGAIN = frozenset({SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE})

# What a time-stamp made while all was well would have turned into PASSED.
_STAMP_SAVES = frozenset(
    {
        SubIndication.REVOKED_NO_POE,
        SubIndication.REVOKED_CA_NO_POE,
        SubIndication.OUT_OF_BOUNDS_NO_POE,
        SubIndication.OUT_OF_BOUNDS_NOT_REVOKED,
        SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,
    }
)


class TimedResult(Struct, frozen=True):
    """5.5.3, 5.6.3.3: the conclusion, the earliest moment at which the signature is known to exist.

    `proven` tells whether a time-stamp, or another proof, proves it; else it is the validation
    time. `latest_signature_time` is that moment with the accuracy of its time-stamp: what is
    compared. `past` is what 5.6.2.4 gave, where the signature passed by it;
    `dangling_references` counts references to evidence that is not at hand, None where not asked.
    """

    conclusion: Conclusion
    blocks: tuple[BlockResult, ...]
    basic: BasicResult
    best_signature_time: datetime
    latest_signature_time: datetime
    proven: bool
    process: Process
    stamps: tuple[JudgedStamp, ...] = ()
    past: PastSignature | None = None
    dangling_references: int | None = None

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Revocation evidence on the signer's chains, that of the past included."""
        return (*self.basic.facts, *(self.past.facts if self.past else ()))

    @property
    def chain(self) -> tuple[ChainLink, ...]:
        """The chain that counts: as it was, where the past was asked."""
        return self.past.certificate.links if self.past else self.basic.chain


def validate_with_time(
    signature: Signature, document: SignedDocument, content: Content | None, context: Context
) -> TimedResult:
    """Validate `signature`, taking its time-stamps into account: 5.5.4."""
    content_stamps = _judge_content_stamps(signature, content, context)
    basic = validate_basic(  # step 2
        signature,
        document,
        content,
        context,
        signed_after=_latest(content_stamps) if content_stamps else None,
    )
    stamps = _judge_stamps(signature, context)  # step 3
    given = context.earliest_proof(signature, document)
    best, proven = (context.at, False) if given is None else (given.time, True)
    latest = best  # what is compared: the standard says nothing of accuracy (docs/validation.md)
    for stamp in stamps:
        if stamp.passed and latest_of(stamp.result) < latest:
            best, latest, proven = stamp.result.time, latest_of(stamp.result), True
    process = _Comparison(signature, context, basic, stamps, content_stamps, latest)
    conclusion = process.conclude()
    findings = [
        *process.findings,
        *_say_time(signature, stamps, latest, conclusion, proven=proven),
        *_say_given(signature, given, best),
    ]
    timing = structs.replace(conclusion, findings=tuple(findings))
    holds = not [each for each in findings if each.severity in OPEN]
    return TimedResult(
        conclusion=structs.replace(conclusion, findings=()),
        blocks=(*basic.blocks, BlockResult(Block.SIGNATURE_TIME, timing, holds)),
        basic=basic,
        best_signature_time=best,
        latest_signature_time=latest,
        proven=proven,
        process=Process.WITH_TIME if stamps or content_stamps or proven else Process.BASIC,
        stamps=(*content_stamps, *(_marked(each, best) for each in stamps)),
    )


def _judge_content_stamps(
    signature: Signature, content: Content | None, context: Context
) -> list[JudgedStamp]:
    """Content-time-stamps, over the content: 5.2.8.4.2.5."""
    if content is None:
        return []
    return [
        judge_timestamp(
            token,
            context,
            kind=TimestampKind.CONTENT,
            imprint=(check_content_imprint(token, content),),
        )
        for token in signature.content_timestamps
    ]


def _judge_stamps(signature: Signature, context: Context) -> list[JudgedStamp]:
    """Signature-time-stamps, over the signature value: step 3."""
    return [
        judge_timestamp(
            token,
            context,
            kind=TimestampKind.SIGNATURE,
            imprint=(check_imprint(token, signature.stamped_octets(token)),),
        )
        for token in signature.timestamps
    ]


def _marked(stamp: JudgedStamp, best: datetime) -> JudgedStamp:
    at_best = stamp.passed and stamp.result.time == best
    return structs.replace(stamp, result=structs.replace(stamp.result, at_best=at_best))


@dataclass(slots=True)
class _Comparison:
    """Steps 4 to 11: what best-signature-time makes of the basic process's conclusion.

    `best` is that time at its latest: with the accuracy of the stamp that it comes from.
    """

    signature: Signature
    context: Context
    basic: BasicResult
    stamps: list[JudgedStamp]
    content_stamps: list[JudgedStamp]
    best: datetime
    findings: list[Finding] = field(default_factory=list)

    def conclude(self) -> Conclusion:
        conclusion = self.basic.conclusion
        sub = conclusion.sub_indication
        if conclusion.indication is Indication.FAILED or sub not in _CONTINUES:
            return conclusion
        if conclusion.passed and self._has_one_moment():
            return conclusion
        steps = (self._compare_times, self._check_others, self._check_order, self._check_delay)
        for step in steps:
            stopped = step(sub)
            if stopped is not None:
                return stopped
        stopped = self._check_algorithms()  # steps 8 and 9
        return passed() if stopped is None else stopped

    def _has_one_moment(self) -> bool:
        """Whether nothing tells of another moment than the one that was judged at."""
        return self.best == self.context.at and not (self.stamps or self.content_stamps)

    def _compare_times(self, sub: SubIndication | None) -> Conclusion | None:
        """Take steps 4 a) to d), 6 and 7; None to go on."""
        signer = self._signer()
        if signer is None or sub is SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE:
            return None  # 4 c) is asked by _check_others and _check_algorithms
        if sub in _REVOKED:
            event = self._first_revocation()
            if event is None or event <= self.best:
                return self.basic.conclusion
            self._pass(rules.SIGNED_BEFORE_REVOCATION, event)
        if self.best < signer.certificate.not_before:
            self.findings.append(
                Finding(
                    rules.SIGNED_BEFORE_VALIDITY,
                    Severity.FAIL,
                    self.signature.ref,
                    expected=signer.certificate.not_before.isoformat(),
                    actual=self.best.isoformat(),
                    sub_indication=SubIndication.NOT_YET_VALID,
                )
            )
            return failed(SubIndication.NOT_YET_VALID)
        if sub is SubIndication.OUT_OF_BOUNDS_NO_POE:
            return self.basic.conclusion
        if sub in _REVOKED or sub is SubIndication.OUT_OF_BOUNDS_NOT_REVOKED:
            if self.best > signer.certificate.not_after:
                return indeterminate(SubIndication.OUT_OF_BOUNDS_NOT_REVOKED)
            self._pass(rules.SIGNED_WITHIN_VALIDITY, signer.certificate.not_after)
        return self._try_again()

    def _pass(self, rule: Rule, limit: datetime) -> None:
        self.findings.append(
            Finding(
                rule,
                Severity.PASS,
                self.signature.ref,
                expected=limit.isoformat(),
                actual=self.best.isoformat(),
            )
        )

    def _signer(self) -> ChainLink | None:
        return self.basic.chain[0] if self.basic.chain else None

    def _first_revocation(self) -> datetime | None:
        """When the first certificate of the chain was revoked for good."""
        revocations = (link.revocation for link in self.basic.chain)
        moments = [r.revoked_at for r in revocations if r.state is RevocationState.REVOKED]
        return min((moment for moment in moments if moment is not None), default=None)

    def _try_again(self) -> Conclusion | None:
        """Take steps 6 and 7: what is too old, or on hold, may have been fine then."""
        links = {link.ref.sha256: link.revocation for link in self.basic.chain}
        for finding in self._open_in_chain():
            if finding.sub_indication is SubIndication.TRY_LATER:
                revocation = links.get(finding.subject.sha256)
                if revocation is None or not self._was_fine(finding, revocation):
                    return indeterminate(SubIndication.TRY_LATER)
        return None

    def _was_fine(self, finding: Finding, revocation: Revocation) -> bool:
        """Whether what keeps a certificate's status open did not yet hold at the best time."""
        if finding.rule is rules.ON_HOLD and revocation.revoked_at is not None:
            return self.best < revocation.revoked_at
        if finding.rule is not rules.REVOCATION_NOT_FRESH:
            return False
        again = check_freshness(revocation, finding.subject, self.context.policy, at=self.best)
        self.findings.append(again)
        return again.severity not in OPEN

    def _open_in_chain(self) -> Iterator[Finding]:
        for block in self.basic.blocks:
            if block.block is Block.X509_VALIDATION:
                yield from (each for each in block.conclusion.findings if each.severity in OPEN)

    def _check_others(self, sub: SubIndication | None) -> Conclusion | None:
        """Step 10, and whatever else is open: a better time forgives one thing only.

        The standard stops at the first status of a chain; the steps after it still have to hold.
        """
        general = SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE
        forgiven = {
            Block.X509_VALIDATION: _FORGIVEN.get(sub, frozenset()),
            Block.SIGNATURE_ACCEPTANCE: _ASKED_AGAIN,  # by _check_algorithms
        }
        for block in self.basic.blocks:
            for finding in block.conclusion.findings if block.block in forgiven else ():
                if finding.severity in OPEN and finding.sub_indication not in forgiven[block.block]:
                    return indeterminate(finding.sub_indication or general)
        return None

    def _check_order(self, _: SubIndication | None) -> Conclusion | None:
        policy = self.context.policy
        return self._stop_at(check_order(self.content_stamps, self.stamps, policy))

    def _check_delay(self, _: SubIndication | None) -> Conclusion | None:
        policy = self.context.policy
        return self._stop_at(check_delay(self.signature, policy, self.best, self.stamps))

    def _stop_at(self, finding: Finding | None) -> Conclusion | None:
        if finding is None:
            return None
        self.findings.append(finding)
        if finding.severity not in OPEN:
            return None
        return indeterminate(finding.sub_indication or SubIndication.CUSTOM)

    def _check_algorithms(self) -> Conclusion | None:
        """Take steps 4 c), 8 and 9: the signature's own algorithms at best-signature-time."""
        finding = check_algorithm(
            self.context.policy, self.basic.algorithm, self.signature.ref, at=self.best
        )
        if finding.severity in OPEN:
            return indeterminate(SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE)
        if self.best != self.context.at:
            self.findings.append(structs.replace(finding, rule=rules.ALGORITHM_RELIABLE_THEN))
        return None


def check_order(
    content_stamps: Iterable[JudgedStamp], stamps: Iterable[JudgedStamp], policy: Policy
) -> Finding | None:
    """Step 4 e): signature-time-stamps are not earlier than content-time-stamps."""
    earliest = _latest(content_stamps)
    if earliest is None:
        return None
    for stamp in stamps:
        if stamp.passed and latest_of(stamp.result) < earliest:
            return policy.weigh(
                unknown(
                    rules.STAMP_ORDER,
                    stamp.result.ref,
                    SubIndication.TIMESTAMP_ORDER_FAILURE,
                    expected=earliest.isoformat(),
                    actual=stamp.result.time.isoformat(),
                )
            )
    return None


def _latest(content_stamps: Iterable[JudgedStamp]) -> datetime | None:
    """Return the latest moment at which a valid content-time-stamp was made at the earliest."""
    return max([earliest_of(each.result) for each in content_stamps if each.passed], default=None)


def check_delay(
    signature: Signature, policy: Policy, best: datetime, stamps: Iterable[JudgedStamp]
) -> Finding | None:
    """Step 5: where the policy bounds the time from claimed signing to the stamp."""
    delay, claimed = policy.stamp_delay, signature.signing_time
    if delay is None or not any(each.passed for each in stamps):
        return None
    until = None if claimed is None else _later(claimed, delay)
    holds = until is not None and until > best
    return policy.weigh(
        Finding(
            rules.STAMP_DELAY,
            Severity.PASS if holds else Severity.UNKNOWN,
            signature.ref,
            expected=until.isoformat() if until else None,
            actual=best.isoformat(),
            sub_indication=None if holds else SubIndication.SIG_CONSTRAINTS_FAILURE,
        )
    )


def _later(moment: datetime, span: timedelta) -> datetime:
    """Add, up to the last moment that there is."""
    try:
        return moment + span
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)


def _say_time(
    signature: Signature,
    stamps: list[JudgedStamp],
    best: datetime,
    conclusion: Conclusion,
    *,
    proven: bool,
) -> list[Finding]:
    """Say what proves the time, or that nothing does and whether that would have helped."""
    if proven:
        return [
            Finding(
                rules.SIGNATURE_TIME_PROVEN,
                Severity.PASS,
                signature.ref,
                actual=best.isoformat(),
                details={"at": best},
            )
        ]
    said = [] if stamps else [Finding(rules.NO_STAMP, Severity.INFO, signature.ref)]
    if conclusion.sub_indication in _STAMP_SAVES:
        said.append(Finding(rules.STAMP_WOULD_HAVE_SAVED, Severity.INFO, signature.ref))
    return said


def _say_given(signature: Signature, given: Proof | None, best: datetime) -> list[Finding]:
    """Say by what it is proven, where that lies beside the signature."""
    if given is None or given.time != best:
        return []
    name = given.source.name if given.source else ""
    return [
        Finding(
            rules.EXISTENCE_PROVEN,
            Severity.INFO,
            signature.ref,
            actual=given.kind.value,
            details={"at": given.time, "name": name},
        )
    ]
