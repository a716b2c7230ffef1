"""Validation time sliding process: EN 319 102-1 V1.4.1, 5.6.2.2.

From the anchor down, control-time goes back to each revocation, to each list or answer that is
not fresh, and to the end of each algorithm; at the time where it stops, the chain was good.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from zaruka.findings import Conclusion, Finding, Severity, SubIndication
from zaruka.validation import rules
from zaruka.validation.algorithms import algorithm_of, check_algorithm
from zaruka.validation.blocks.revocation_freshness import check_freshness, fresh_until
from zaruka.validation.deciding import OPEN, indeterminate, passed, unknown
from zaruka.validation.past.expired_coverage import covers_expired
from zaruka.validation.policy import Holder
from zaruka.validation.results import Revocation, RevocationState
from zaruka.x509 import Anchor

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from zaruka.findings import Rule
    from zaruka.trust import Statement
    from zaruka.validation.context import Context
    from zaruka.validation.past.inputs import PastInputs
    from zaruka.validation.proofs import ProofsOfExistence
    from zaruka.validation.results import Algorithm
    from zaruka.x509 import Certificate, Path, RevocationEvidence

__all__ = ["Slide", "slide_time", "speaks_of"]

_CERTIFICATE_HOLD = 6  # RFC 5280 5.3.1
_FIRST = datetime.min.replace(tzinfo=UTC)
_INSTANT = timedelta.resolution  # what counts is before a revocation or an end, not at it


@dataclass(slots=True)
class Slide:
    """Table 24: the conclusion, and on PASSED `control_time`; what was selected on the way.

    `revocations` and `evidence` are by certificate, the target first; None where none was needed.
    """

    path: Path
    control_time: datetime
    conclusion: Conclusion = field(default_factory=passed)
    findings: list[Finding] = field(default_factory=list)
    revocations: list[Revocation] = field(default_factory=list)
    evidence: list[RevocationEvidence | None] = field(default_factory=list)


def slide_time(
    path: Path, statement: Statement, inputs: PastInputs, *, without: Container[str] = ()
) -> Slide:
    """Slide along `path`: PASSED with control-time, or INDETERMINATE with NO_POE.

    `without` are lists and answers about the target, by SHA-256, that 5.6.2.4.4 step 1 removed.
    """
    return _Sliding(path, inputs, without).run(statement)


@dataclass(slots=True)
class _Sliding:
    path: Path
    inputs: PastInputs
    without: Container[str]
    believed: datetime = field(init=False)  # until when the authorities' word counts

    @property
    def context(self) -> Context:
        return self.inputs.context

    @property
    def proofs(self) -> ProofsOfExistence:
        return self.inputs.proofs

    def run(self, statement: Statement) -> Slide:
        at, until = self.context.at, statement.until
        slide = Slide(self.path, until if until is not None and until < at else at)  # step 1
        self.believed = slide.control_time
        if self.path.is_direct:
            return slide
        for index in reversed(range(len(self.path.certificates))):  # step 2
            if not self._step(index, slide):
                sub = SubIndication.NO_POE
                slide.conclusion = indeterminate(sub)
                break
        slide.revocations.reverse()
        slide.evidence.reverse()
        return slide

    def _step(self, index: int, slide: Slide) -> bool:
        """Take steps 2 a) to d) for one certificate; whether a control-time is left."""
        certificate = self.path.certificates[index]
        selected = self._select(index, slide.control_time)  # a)
        if not selected and (self.inputs.holder if index == 0 else Holder.CA) in self._required:
            slide.findings.append(
                unknown(
                    rules.NO_PROOF_OF_REVOCATION_STATUS,
                    certificate.ref,
                    SubIndication.NO_POE,
                    expected=slide.control_time.isoformat(),
                )
            )
            return False
        used = None
        if selected:
            used = self._slide_by_status(certificate, selected, slide)  # b), c)
            self._slide_by_later_word(index, slide)
        else:
            slide.revocations.append(Revocation(RevocationState.UNKNOWN))
        slide.evidence.append(used)
        self._slide_by_algorithms(index, used, slide)  # d)
        return True

    @property
    def _required(self) -> frozenset[Holder]:
        return self.context.policy.revocation_required

    def _select(self, index: int, control: datetime) -> list[RevocationEvidence]:
        """Step 2 a): in scope, issued before control-time, proven to exist by then; newest first.

        The issuer of what is selected was not revoked when it is proven to have issued it.
        """
        certificate, issuer = self.path.certificates[index], self.path.issuer_of(index)
        if self.proofs.time_of(certificate.sha256) > control:
            return []
        found = self.inputs.history.of(certificate, issuer, self.path.anchor)
        if self.inputs.history.is_spent:
            return []
        return [
            one
            for one in found
            if one.this_update < control
            and self.proofs.time_of(one.ref.sha256) <= control
            and not (index == 0 and one.ref.sha256 in self.without)
            and speaks_of(one, certificate, issuer, self.context)
            and self._issuer_holds(one)
        ]

    def _issuer_holds(self, one: RevocationEvidence) -> bool:
        signer = one.signer
        if isinstance(signer, Anchor) or signer in self.path.certificates:
            return True  # control-time slides to its revocation by itself
        revoked = self.inputs.history.revoked_at(signer, self.path.anchor)
        return revoked is None or self.proofs.time_of(one.ref.sha256) < revoked

    def _slide_by_status(
        self, certificate: Certificate, selected: Sequence[RevocationEvidence], slide: Slide
    ) -> RevocationEvidence:
        """Take steps 2 b) and c), in the shell model; return what was used."""
        revoking = next((one for one in selected if _revokes(one, selected)), None)
        if revoking is not None:
            assert revoking.entry is not None
            slide.revocations.append(_revocation(revoking))
            moved = min(slide.control_time, _before(revoking.entry.revocation_date))
            when = revoking.entry.revocation_date
            self._move(slide, moved, rules.SLID_TO_REVOCATION, certificate, when)
            return revoking
        latest, policy = selected[0], self.context.policy
        revocation = _revocation(latest)
        slide.revocations.append(revocation)
        fresh = check_freshness(
            revocation, certificate.ref, self.context.policy, at=slide.control_time
        )
        if fresh.severity in OPEN:
            last = latest.this_update
            if policy.past_until_stale:
                last = fresh_until(revocation, policy) or last
            moved = min(slide.control_time, last)
            self._move(slide, moved, rules.SLID_TO_STATUS, certificate)
        return latest

    def _slide_by_later_word(self, index: int, slide: Slide) -> None:
        """Slide to a revocation that is known, though from after control-time.

        Control-time goes back too where a list of an authority above is merely old. What those
        below have said since is their word still: only an authority's own revocation, or an
        algorithm's end, takes that away. The standard asks for what is before control-time only.
        """
        later = self._select(index, self.believed)
        for one in later:
            if _revokes(one, later) and one.entry is not None:
                when = one.entry.revocation_date
                if when <= slide.control_time:
                    slide.revocations[-1] = _revocation(one)
                    certificate, rule = self.path.certificates[index], rules.SLID_TO_REVOCATION
                    self._move(slide, _before(when), rule, certificate, when)

    def _slide_by_algorithms(
        self, index: int, used: RevocationEvidence | None, slide: Slide
    ) -> None:
        """Step 2 d): the latest moment at which all their algorithms were reliable."""
        certificate = self.path.certificates[index]
        key = self.path.issuer_of(index).key
        signed: list[tuple[Algorithm, Certificate]] = [
            (algorithm_of(certificate.signature_algorithm, key), certificate)
        ]
        source = used and self.context.evidence.revocation(used.ref.sha256)
        if used is not None and source:
            signed.append((algorithm_of(source.signature_algorithm, used.signer.key), certificate))
        for algorithm, about in signed:
            at = slide.control_time
            found = check_algorithm(self.context.policy, algorithm, about.ref, at=at)
            until = found.details.get("until")
            if found.severity in OPEN and isinstance(until, datetime):
                self._move(slide, _before(until), rules.SLID_TO_ALGORITHM, about, until)

    def _move(
        self,
        slide: Slide,
        moved: datetime,
        rule: Rule,
        certificate: Certificate,
        when: datetime | None = None,
    ) -> None:
        """Set control-time, and say why; `when` is what it goes back to, in the words of people."""
        slide.control_time = moved
        if rule is not rules.SLID_TO_STATUS:
            self.believed = min(self.believed, moved)
        details: dict[str, str | int | datetime] = {"at": when or moved}
        actual = moved.isoformat()
        slide.findings.append(
            Finding(rule, Severity.INFO, certificate.ref, actual=actual, details=details)
        )


def _before(when: datetime) -> datetime:
    """Give the last moment before another; of the first that there is, itself."""
    return when - _INSTANT if when > _FIRST else _FIRST


def speaks_of(
    one: RevocationEvidence,
    certificate: Certificate,
    issuer: Certificate | Anchor,
    context: Context,
) -> bool:
    """Whether revocation information is about a certificate (note 3 of 5.6.2.2.4).

    What came after the certificate expired says nothing of it, unless it promises to, or has it.
    """
    if one.entry is not None or one.this_update <= certificate.not_after:
        return True
    return covers_expired(context.evidence.revocation(one.ref.sha256), certificate, issuer)


def _revokes(one: RevocationEvidence, selected: Sequence[RevocationEvidence]) -> bool:
    """Whether it revokes for good, or holds and nothing newer has lifted that."""
    if one.entry is None:
        return False
    is_hold = one.entry.reason == _CERTIFICATE_HOLD
    return not is_hold or one.this_update == selected[0].this_update


def _revocation(one: RevocationEvidence) -> Revocation:
    """Keep of evidence what a report shows."""
    entry = one.entry
    if entry is None:
        state = RevocationState.GOOD
    elif entry.reason == _CERTIFICATE_HOLD:
        state = RevocationState.ON_HOLD
    else:
        state = RevocationState.REVOKED
    return Revocation(
        state=state,
        source=one.ref,
        this_update=one.this_update,
        next_update=one.next_update,
        revoked_at=entry.revocation_date if entry else None,
        reason=entry.reason if entry else None,
        invalidity_date=entry.invalidity_date if entry else None,
    )
