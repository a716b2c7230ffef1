"""Whether a certificate is revoked: all lists and answers given, weighed together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zaruka.facts import FactKind, Need
from zaruka.findings import Finding, Severity
from zaruka.x509 import rules
from zaruka.x509.crl_checks import crl_evidence
from zaruka.x509.evidence import (
    CrlPool,
    RevocationEvidence,
    RevocationMeans,
    RevocationStatus,
    Status,
    Tries,
)
from zaruka.x509.ocsp_checks import ocsp_evidence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from zaruka.x509.certificates import Certificate
    from zaruka.x509.paths import Anchor

__all__ = [
    "CrlPool",
    "RevocationEvidence",
    "RevocationMeans",
    "RevocationStatus",
    "Status",
    "Tries",
    "revocation_status",
]

_CERTIFICATE_HOLD = 6


def revocation_status(
    certificate: Certificate,
    issuer: Certificate | Anchor,
    means: RevocationMeans,
    at: datetime,
) -> RevocationStatus:
    """Establish the status of `certificate` at the moment `at` (aware UTC).

    `issuer` stands above it in a path. A revocation counts from its date; one that no hold can
    lift counts even where newer evidence does not repeat it. Only evidence that is fresh at `at`
    (or newer, while the certificate had not expired) proves that a certificate is good, and only
    where none was left untried.
    """
    answers, answer_findings = ocsp_evidence(certificate, issuer, means, at)
    lists, list_findings, covered = crl_evidence(certificate, issuer, means, at)
    evidence = [*answers, *lists]
    if len(evidence) > 1:
        evidence.sort(key=lambda one: (-one.this_update.timestamp(), one.ref.sha256))
    findings = (*answer_findings, *list_findings)
    revoking = [one for one in evidence if one.entry and one.entry.revocation_date <= at]
    revoked = _in_force(revoking, evidence[0]) if revoking else None
    if revoked is not None and revoked.entry is not None:
        entry = revoked.entry
        finding = Finding(
            rules.ON_HOLD if entry.reason == _CERTIFICATE_HOLD else rules.REVOKED,
            Severity.FAIL,
            certificate.ref,
            actual=None if entry.reason is None else str(entry.reason),
            details={"at": entry.revocation_date, "evidence": revoked.ref.sha256},
        )
        return RevocationStatus(
            Status.REVOKED,
            certificate.ref,
            entry.revocation_date,
            entry.reason,
            tuple(evidence),
            (*findings, finding, *_disagreeing(revoked, evidence, certificate)),
        )
    usable = [] if means.tries.is_spent else [*answers, *(lists if covered else ())]
    proofs = [one for one in usable if _proves(one, certificate, at)]
    if proofs:
        proof = proofs[0]
        finding = Finding(
            rules.NOT_REVOKED,
            Severity.PASS,
            certificate.ref,
            details={"evidence": proof.ref.sha256, "this_update": proof.this_update},
        )
        return RevocationStatus(
            Status.GOOD, certificate.ref, evidence=tuple(evidence), findings=(*findings, finding)
        )
    finding = Finding(rules.NO_REVOCATION_EVIDENCE, Severity.UNKNOWN, certificate.ref)
    return RevocationStatus(
        Status.UNKNOWN,
        certificate.ref,
        evidence=tuple(evidence),
        findings=(*findings, finding),
        needs=_needs(certificate),
    )


def _in_force(
    revoking: Sequence[RevocationEvidence], newest: RevocationEvidence
) -> RevocationEvidence | None:
    """Find the evidence of a revocation in force; `revoking` is sorted newest first.

    A hold counts only in the newest evidence: it may have been lifted since.
    """
    for one in revoking:
        assert one.entry is not None
        if one.entry.reason != _CERTIFICATE_HOLD or one.this_update == newest.this_update:
            return one
    return None


def _disagreeing(
    revoked: RevocationEvidence, evidence: Sequence[RevocationEvidence], certificate: Certificate
) -> Iterator[Finding]:
    """Name what does not know of a revocation though it is no older than what does.

    Lists may drop a certificate that has expired.
    """
    for one in evidence:
        is_newer = revoked.this_update <= one.this_update <= certificate.not_after
        if one.entry is None and is_newer:
            expected, actual = revoked.ref.name, one.ref.name
            details = {"evidence": one.ref.sha256}
            rule, ref = rules.EVIDENCE_DISAGREES, certificate.ref
            yield Finding(rule, Severity.WARN, ref, expected, actual, details)
            return


def _proves(one: RevocationEvidence, certificate: Certificate, at: datetime) -> bool:
    """Whether the evidence shows that the certificate was not revoked at `at`."""
    newer = one.this_update > at and one.this_update <= certificate.not_after
    return one.is_fresh or newer


def _needs(certificate: Certificate) -> tuple[Need, ...]:
    ref = certificate.ref
    needs = []
    if certificate.ocsp_urls:
        needs.append(Need(FactKind.OCSP, ref.sha256, ref.name, certificate.ocsp_urls))
    needs.append(Need(FactKind.CRL, ref.sha256, ref.name, certificate.crl_urls))
    return tuple(needs)
