"""What a policy demands of a signature beyond the processes: EN 319 102-1 V1.4.1, 5.1.4.4."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from zaruka.findings import Finding, Indication, Severity
from zaruka.validation import rules
from zaruka.validation.deciding import OPEN
from zaruka.validation.results import TimestampKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zaruka.findings import Conclusion, Rule
    from zaruka.signatures import Signature
    from zaruka.validation.policy import Policy
    from zaruka.validation.with_time import TimedResult

__all__ = ["check_demands"]

_ESS = ("1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47")  # RFC 5035 5


def check_demands(
    signature: Signature, timed: TimedResult, policy: Policy
) -> tuple[Conclusion, tuple[Finding, ...]]:
    """Return the conclusion with what the policy demands, and why.

    What passed is INDETERMINATE where a demand of level "fail" is not met. A policy that demands
    nothing costs nothing.
    """
    if not policy.levels:
        return timed.conclusion, ()
    missed = (each for each in _missed(signature, timed) if policy.governs(each.rule.code))
    findings = tuple(policy.weigh_all(missed))
    broken = next((each for each in findings if each.severity in OPEN), None)
    if broken is None or not timed.conclusion.passed:
        return timed.conclusion, findings
    conclusion = structs.replace(
        timed.conclusion, indication=Indication.INDETERMINATE, sub_indication=broken.sub_indication
    )
    return conclusion, findings


def _missed(signature: Signature, timed: TimedResult) -> Iterator[Finding]:
    """Find what is missing, as warnings; what the policy has no level of its own for is left."""
    if not any(signature.attributes(oid) for oid in _ESS) and not signature.signer_refs:
        yield _finding(rules.SIGNING_CERTIFICATE_MISSING, signature)
    if signature.signing_time is None:
        yield _finding(rules.SIGNING_TIME_MISSING, signature)
    if not timed.proven:
        yield _finding(rules.NO_PROVEN_TIME, signature)
    for stamp in timed.stamps:
        if not stamp.passed and stamp.result.kind is not TimestampKind.CONTENT:
            finding = _finding(rules.STAMP_REFUSED, signature)
            yield structs.replace(finding, actual=stamp.result.conclusion.sub_indication)


def _finding(rule: Rule, signature: Signature) -> Finding:
    return Finding(rule, Severity.WARN, signature.ref)
