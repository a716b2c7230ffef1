"""Past signature validation: EN 319 102-1 V1.4.1, 5.6.2.4."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from zaruka.findings import Conclusion, Finding, Severity, SubIndication
from zaruka.validation import rules
from zaruka.validation.algorithms import algorithm_of, check_algorithm
from zaruka.validation.deciding import OPEN, failed, indeterminate, passed, unknown
from zaruka.validation.past.past_certificate import (
    PastCertificate,
    prospective_chains,
    validate_past_certificate,
)
from zaruka.validation.past.time_sliding import speaks_of
from zaruka.x509 import Anchor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from zaruka.facts import Fact
    from zaruka.findings import ObjectRef, Rule
    from zaruka.trust import Statement
    from zaruka.validation.past.inputs import PastInputs
    from zaruka.validation.past.time_sliding import Slide
    from zaruka.x509 import Certificate, Path, RevocationEvidence

__all__ = ["PAST", "PastSignature", "validate_past_signature"]

# 5.6.3.4 steps 3 and 5 c): what proofs of existence may still turn into PASSED.
PAST = frozenset(
    {
        SubIndication.REVOKED_NO_POE,
        SubIndication.REVOKED_CA_NO_POE,
        SubIndication.OUT_OF_BOUNDS_NO_POE,
        SubIndication.OUT_OF_BOUNDS_NOT_REVOKED,
        SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,
        SubIndication.REVOCATION_OUT_OF_BOUNDS_NO_POE,
        SubIndication.NO_CERTIFICATE_CHAIN_FOUND_NO_POE,
        SubIndication.TRY_LATER,
    }
)

_OUT_OF_BOUNDS = frozenset(
    {SubIndication.OUT_OF_BOUNDS_NO_POE, SubIndication.OUT_OF_BOUNDS_NOT_REVOKED}
)


class PastSignature(Struct, frozen=True):
    """5.6.2.4.3: PASSED, FAILED (NOT_YET_VALID), or the status at the current time again."""

    conclusion: Conclusion
    certificate: PastCertificate
    facts: tuple[Fact, ...] = ()


def validate_past_signature(
    subject: ObjectRef,
    target: Certificate,
    current: Conclusion,
    best: datetime,
    inputs: PastInputs,
) -> PastSignature:
    """Validate a signature, or a time-stamp's, whose status at the current time is `current`.

    `best` is the earliest moment at which it is proven to exist. The findings of the conclusion
    say how far it came.
    """
    chains = prospective_chains(target, inputs)
    said = _said_of_target(chains, inputs)
    kept = {one.ref.sha256 for one in said if _issuer_was_valid(one, inputs)}  # step 1
    without = {one.ref.sha256 for one in said} - kept if kept else set[str]()
    past = validate_past_certificate(chains, inputs, without=without)  # step 2
    findings = [*_within_validity(subject, target, best), *past.conclusion.findings]
    if past.slide is None or not past.conclusion.passed:
        reason = past.conclusion.sub_indication
        findings.append(
            Finding(rules.PAST_CERTIFICATE_OPEN, Severity.INFO, target.ref, actual=reason)
        )
        conclusion = current
    else:
        compared = _Compared(subject, target, current, best, past.slide.control_time)
        conclusion = compared.conclude()
        findings.extend(compared.findings)
        if conclusion.passed:
            aged = [*_aged_algorithms(past.slide, inputs)]  # step 4
            findings.extend(aged)
            if any(each.severity in OPEN for each in aged):
                conclusion = indeterminate(SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE)
            elif said and not kept:  # step 7
                sub = SubIndication.REVOCATION_OUT_OF_BOUNDS_NO_POE
                rule = rules.REVOCATION_ISSUER_EXPIRED
                findings.append(unknown(rule, said[0].signer.ref, sub))
                conclusion = indeterminate(sub)
    if conclusion.passed:  # how it came to that is no remark, but what was checked
        findings = [_as_passed(each) for each in findings]
    facts = tuple(past.facts(inputs.context))
    return PastSignature(structs.replace(conclusion, findings=tuple(findings)), past, facts)


def _within_validity(subject: ObjectRef, target: Certificate, best: datetime) -> Iterator[Finding]:
    """Say that the proven time lies within the term: then expiry alone is no trouble."""
    if target.not_before <= best <= target.not_after:
        end, actual = target.not_after.isoformat(), best.isoformat()
        rule = rules.SIGNED_WITHIN_VALIDITY
        yield Finding(rule, Severity.PASS, subject, expected=end, actual=actual)


def _as_passed(finding: Finding) -> Finding:
    is_remark = finding.severity is Severity.INFO
    return structs.replace(finding, severity=Severity.PASS) if is_remark else finding


@dataclass(slots=True)
class _Compared:
    """Step 3 (and 5, which it implies): the proven time, control-time and the term."""

    subject: ObjectRef
    target: Certificate
    current: Conclusion
    best: datetime
    control: datetime
    findings: list[Finding] = field(default_factory=list)

    def conclude(self) -> Conclusion:
        if self.best > self.control:
            rule, sub = rules.NOT_PROVEN_BEFORE_CONTROL_TIME, self.current.sub_indication
            self._say(rule, self.control, Severity.UNKNOWN, sub)
            return self.current
        self._say(rules.PROVEN_BEFORE_CONTROL_TIME, self.control)
        begin, end = self.target.not_before, self.target.not_after
        if self.best < begin:
            sub = SubIndication.NOT_YET_VALID
            self._say(rules.SIGNED_BEFORE_VALIDITY, begin, Severity.FAIL, sub)
            return failed(sub)
        if self.best > end:
            self._say(rules.SIGNED_AFTER_VALIDITY, end)
            return self._out_of_bounds()
        return passed()

    def _out_of_bounds(self) -> Conclusion:
        """Existing only after expiry, it is out of bounds, whatever else was said of it."""
        sub = self.current.sub_indication
        if sub in _OUT_OF_BOUNDS:
            return self.current
        if sub is SubIndication.NO_CERTIFICATE_CHAIN_FOUND_NO_POE:
            return indeterminate(SubIndication.OUT_OF_BOUNDS_NO_POE)
        return indeterminate(SubIndication.OUT_OF_BOUNDS_NOT_REVOKED)

    def _say(
        self,
        rule: Rule,
        limit: datetime,
        severity: Severity = Severity.INFO,
        sub: SubIndication | None = None,
    ) -> None:
        details: dict[str, str | int | datetime] = {"limit": limit, "at": self.best}
        expected, actual = limit.isoformat(), self.best.isoformat()
        self.findings.append(Finding(rule, severity, self.subject, expected, actual, details, sub))


def _said_of_target(
    chains: list[tuple[Path, Statement]], inputs: PastInputs
) -> tuple[RevocationEvidence, ...]:
    """Return what lists and answers ever said of the certificate that the chains begin with."""
    found: dict[str, RevocationEvidence] = {}
    for path, _ in chains:
        if not path.is_direct:
            target, issuer = path.target, path.issuer_of(0)
            for one in inputs.history.of(target, issuer, path.anchor):
                if speaks_of(one, target, issuer, inputs.context):
                    found[one.ref.sha256] = one
    return tuple(found.values())


def _issuer_was_valid(one: RevocationEvidence, inputs: PastInputs) -> bool:
    """Step 1: whether the certificate of who issued it is proven to exist before it expired."""
    signer = one.signer
    return isinstance(signer, Anchor) or inputs.proofs.time_of(signer.sha256) <= signer.not_after


def _aged_algorithms(slide: Slide, inputs: PastInputs) -> Iterator[Finding]:
    """Step 4: all material whose algorithms ended is proven to be older than their end."""
    context, proofs = inputs.context, inputs.proofs
    path = slide.path
    if path.is_direct:
        return
    for index, certificate in enumerate(path.certificates):
        key = path.issuer_of(index).key
        algorithm = algorithm_of(certificate.signature_algorithm, key)
        at = proofs.time_of(certificate.sha256)
        yield check_algorithm(context.policy, algorithm, certificate.ref, at=at)
    for one in slide.evidence:
        source = one and context.evidence.revocation(one.ref.sha256)
        if one is not None and source:
            algorithm = algorithm_of(source.signature_algorithm, one.signer.key)
            at = proofs.time_of(one.ref.sha256)
            yield check_algorithm(context.policy, algorithm, one.ref, at=at)
