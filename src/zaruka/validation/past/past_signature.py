"""Past signature validation: EN 319 102-1 V1.4.1, 5.6.2.4."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from zaruka.findings import Conclusion, Finding, Severity, SubIndication
from zaruka.validation import rules
from zaruka.validation.algorithms import algorithm_of, check_algorithm
from zaruka.validation.deciding import OPEN, failed, indeterminate, passed, unknown
from zaruka.validation.past.past_certificate import (
    PastCertificate,
    prospective_chains,
    validate_past_certificate,
)
from zaruka.validation.policy import Holder
from zaruka.x509 import Anchor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from zaruka.findings import ObjectRef, Rule
    from zaruka.trust import Statement
    from zaruka.validation.context import Context
    from zaruka.validation.past.revocation_history import RevocationHistory
    from zaruka.validation.proofs import ProofsOfExistence
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


class PastSignature(NamedTuple):
    """5.6.2.4.3: PASSED, FAILED (NOT_YET_VALID), or the status at the current time again."""

    conclusion: Conclusion
    certificate: PastCertificate


def validate_past_signature(  # noqa: PLR0913 - the inputs of 5.6.2.4.2
    subject: ObjectRef,
    target: Certificate,
    current: Conclusion,
    best: datetime,
    history: RevocationHistory,
    proofs: ProofsOfExistence,
    context: Context,
    holder: Holder = Holder.SIGNER,
) -> PastSignature:
    """Validate a signature, or a time-stamp's, whose status at the current time is `current`.

    `best` is the earliest moment at which it is proven to exist. The findings of the conclusion
    say how far it came.
    """
    chains = prospective_chains(target, context, holder)
    said = _said_of_target(chains, history)
    kept = {one.ref.sha256 for one in said if _issuer_was_valid(one, proofs)}  # step 1
    without = {one.ref.sha256 for one in said} - kept if kept else set[str]()
    past = validate_past_certificate(
        chains, history, proofs, context, holder, without=without
    )  # step 2
    findings = list(past.conclusion.findings)

    def conclude(conclusion: Conclusion) -> PastSignature:
        return PastSignature(conclusion._replace(findings=tuple(findings)), past)

    if not past.conclusion.passed or past.slide is None:
        findings.append(_about(rules.PAST_CERTIFICATE_OPEN, target, past.conclusion))
        return conclude(current)
    control = past.slide.control_time
    if best > control:  # neither step 3 nor what follows it
        findings.append(_compared(rules.NOT_PROVEN_BEFORE_CONTROL_TIME, subject, control, best))
        return conclude(current)
    findings.append(_compared(rules.PROVEN_BEFORE_CONTROL_TIME, subject, control, best))
    if best < target.not_before:
        sub = SubIndication.NOT_YET_VALID
        findings.append(
            Finding(
                rules.SIGNED_BEFORE_VALIDITY,
                Severity.FAIL,
                subject,
                expected=target.not_before.isoformat(),
                actual=best.isoformat(),
                sub_indication=sub,
            )
        )
        return conclude(failed(sub))
    if best > target.not_after:
        findings.append(_compared(rules.SIGNED_AFTER_VALIDITY, subject, target.not_after, best))
        return conclude(_out_of_bounds(current))
    findings.append(_compared(rules.SIGNED_WITHIN_VALIDITY, subject, target.not_after, best))
    aged = [*_aged_algorithms(past, proofs, context)]  # step 4
    findings.extend(aged)
    if any(each.severity in OPEN for each in aged):
        return conclude(indeterminate(SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE))
    if said and not kept:  # step 7
        sub = SubIndication.REVOCATION_OUT_OF_BOUNDS_NO_POE
        findings.append(unknown(rules.REVOCATION_ISSUER_EXPIRED, said[0].signer.ref, sub))
        return conclude(indeterminate(sub))
    return conclude(passed())


def _said_of_target(
    chains: list[tuple[Path, Statement]], history: RevocationHistory
) -> tuple[RevocationEvidence, ...]:
    """Return what lists and answers ever said of the certificate that the chains begin with."""
    found: dict[str, RevocationEvidence] = {}
    for path, _ in chains:
        if not path.is_direct:
            said = history.of(path.target, path.issuer_of(0), path.anchor)
            found.update((one.ref.sha256, one) for one in said)
    return tuple(found.values())


def _issuer_was_valid(one: RevocationEvidence, proofs: ProofsOfExistence) -> bool:
    """Step 1: whether the certificate of who issued it is proven to exist before it expired."""
    signer = one.signer
    return isinstance(signer, Anchor) or proofs.time_of(signer.sha256) <= signer.not_after


def _out_of_bounds(current: Conclusion) -> Conclusion:
    """Step 3: existing only after expiry, it is out of bounds, whatever else was said of it."""
    if current.sub_indication in _OUT_OF_BOUNDS:
        return current
    if current.sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND_NO_POE:
        return indeterminate(SubIndication.OUT_OF_BOUNDS_NO_POE)
    return indeterminate(SubIndication.OUT_OF_BOUNDS_NOT_REVOKED)


def _aged_algorithms(
    past: PastCertificate, proofs: ProofsOfExistence, context: Context
) -> Iterator[Finding]:
    """Step 4: all material whose algorithms ended is proven to be older than their end."""
    slide = past.slide
    assert slide is not None
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


def _compared(rule: Rule, subject: ObjectRef, limit: datetime, best: datetime) -> Finding:
    return Finding(
        rule,
        Severity.INFO,
        subject,
        expected=limit.isoformat(),
        actual=best.isoformat(),
        details={"limit": limit, "at": best},
    )


def _about(rule: Rule, target: Certificate, conclusion: Conclusion) -> Finding:
    return Finding(rule, Severity.INFO, target.ref, actual=conclusion.sub_indication)
