"""Validation context initialisation: EN 319 102-1 V1.4.1, 5.2.4."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zaruka.findings import Finding, Severity
from zaruka.validation import rules
from zaruka.validation.deciding import passed

if TYPE_CHECKING:
    from zaruka.findings import Conclusion
    from zaruka.signatures import Signature
    from zaruka.validation.context import Context

__all__ = ["initialise_context"]

_SIGNATURE_POLICY = "1.2.840.113549.1.9.16.2.15"  # id-aa-ets-sigPolicyId, EN 319 122-1 5.2.9


def initialise_context(signature: Signature, context: Context) -> Conclusion:
    """Name the constraints to validate by: always those of the caller's policy.

    A signature policy named in the signature has no mapping to a validation policy here; by
    5.2.4.4 the default then applies, and that is said.
    """
    name = context.policy.ref.name
    findings = [Finding(rules.POLICY, Severity.PASS, signature.ref, actual=name)]
    if signature.attributes(_SIGNATURE_POLICY):
        findings.append(Finding(rules.SIGNATURE_POLICY_IGNORED, Severity.INFO, signature.ref))
    return passed(findings)
