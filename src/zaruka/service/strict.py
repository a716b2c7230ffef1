"""The strict mode: no deviation from the standards is tolerated, and each is named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import structs

from zaruka.findings import Conclusion, Indication, ObjectKind, Severity, SubIndication

if TYPE_CHECKING:
    from zaruka.findings import Finding
    from zaruka.validation.results import ValidationReport

__all__ = ["judge_strictly"]

# How certificates are encoded: tolerated by default, since real ones are so (docs/leniencies.md).
_DEPARTURES: Final = ("x509.deviation", "x509.profile-")


def judge_strictly(report: ValidationReport) -> ValidationReport:
    """Return the report as it is without tolerance: what was tolerated breaks its rule.

    The policy that the report names says so: "etsi-strict".
    """
    return structs.replace(
        report,
        policy=structs.replace(report.policy, name=f"{report.policy.name}-strict"),
        signatures=tuple(
            structs.replace(found, conclusion=_conclude(found.conclusion))
            for found in report.signatures
        ),
        objects=tuple(
            structs.replace(found, conclusion=_conclude(found.conclusion))
            for found in report.objects
        ),
    )


def _is_tolerated(finding: Finding) -> bool:
    """Whether a finding is a deviation; a list that was of no use is none."""
    if finding.subject.kind in {ObjectKind.CRL, ObjectKind.OCSP}:
        return False
    return finding.severity is Severity.WARN or finding.rule.code.startswith(_DEPARTURES)


def _conclude(conclusion: Conclusion) -> Conclusion:
    """EN 319 102-1 V1.4.1, 5.2.8: what breaks a signature constraint is INDETERMINATE."""
    broken = SubIndication.SIG_CONSTRAINTS_FAILURE
    findings = tuple(
        structs.replace(
            found, severity=Severity.FAIL, sub_indication=found.sub_indication or broken
        )
        if _is_tolerated(found)
        else found
        for found in conclusion.findings
    )
    if not conclusion.passed or findings == conclusion.findings:
        return conclusion
    return Conclusion(Indication.INDETERMINATE, broken, findings)
