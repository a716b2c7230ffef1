"""OCSP answers for one certificate: RFC 6960 3.2 and 4.2.2.2, as STB 34.101.26 repeats them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zaruka.facts import FactKind
from zaruka.findings import Finding, Rule, Severity
from zaruka.x509 import rules
from zaruka.x509.crl_checks import crl_evidence
from zaruka.x509.evidence import RevocationEvidence
from zaruka.x509.path_checks import unprocessed_extensions
from zaruka.x509.paths import Anchor
from zaruka.x509.signed import Outcome, verify_signed

if TYPE_CHECKING:
    from datetime import datetime

    from zaruka.x509.certificates import Certificate
    from zaruka.x509.evidence import RevocationMeans
    from zaruka.x509.ocsp import OcspResponse, SingleResponse

__all__ = ["authorised_responder", "ocsp_evidence"]

_OCSP_SIGNING = "1.3.6.1.5.5.7.3.9"
_RESPONDERS = 16  # certificates of one name that are tried as signers of one answer
_NOCHECK = "1.3.6.1.5.5.7.48.1.5"


def ocsp_evidence(
    certificate: Certificate,
    issuer: Certificate | Anchor,
    means: RevocationMeans,
    at: datetime,
) -> tuple[list[RevocationEvidence], list[Finding]]:
    """Return what usable answers say of `certificate`, and why others could not be used."""
    evidence: list[RevocationEvidence] = []
    findings: list[Finding] = []
    if not means.ocsps:
        return evidence, findings
    for count, response in enumerate(sorted(means.ocsps, key=lambda one: one.sha256)):
        if not means.tries.look():
            means.tries.is_spent = True
            findings.append(_note(response, rules.REVOCATION_BUDGET, str(count)))
            break
        if not response.is_successful:
            findings.append(_note(response, rules.OCSP_NOT_SUCCESSFUL, response.status_name))
            continue
        single = response.find(certificate, issuer)
        if single is None:
            continue
        if single.critical_extensions:
            oid = single.critical_extensions[0]
            findings.append(_note(response, rules.OCSP_UNKNOWN_CRITICAL_EXTENSION, oid))
            continue
        responder, problems = authorised_responder(response, issuer, means, at)
        findings.extend(problems)
        if responder is None:
            was_stopped = any(problem.rule is rules.REVOCATION_BUDGET for problem in problems)
            means.tries.is_spent |= was_stopped and single.entry is not None
            continue
        if single.status != "unknown":
            evidence.append(_evidence(response, single, responder, at))
        findings.extend(_timeliness(response, single, at))
    return evidence, findings


def authorised_responder(
    response: OcspResponse,
    issuer: Certificate | Anchor,
    means: RevocationMeans,
    at: datetime,
) -> tuple[Certificate | Anchor | None, list[Finding]]:
    """Find who signed `response` and may do so for `issuer`: RFC 6960 4.2.2.2.

    The issuer itself, or a certificate that it issued directly for id-kp-OCSPSigning.
    """
    for oid in response.unknown_critical_extensions:
        return None, [_note(response, rules.OCSP_UNKNOWN_CRITICAL_EXTENSION, oid)]
    if not means.tries.take(response.sha256, issuer.key.spki):
        return None, [_note(response, rules.REVOCATION_BUDGET, "")]
    if response.is_from(issuer) and verify_signed(response, issuer.key).outcome is Outcome.VALID:
        return issuer, []
    problems: list[Finding] = []
    responders = _named(response, means)
    for responder in responders[:_RESPONDERS]:
        if not means.tries.take(response.sha256, responder.key.spki):
            break
        problem = _refused(response, responder, issuer, means, at)
        if problem is None:
            return responder, []
        problems.append(problem)
    if len(problems) < len(responders):
        problems.append(_note(response, rules.REVOCATION_BUDGET, str(len(responders))))
    if not problems:
        rule = rules.OCSP_SIGNATURE if response.is_from(issuer) else rules.OCSP_RESPONDER_UNKNOWN
        problems.append(_note(response, rule, response.responder_name))
    return None, problems


def _named(response: OcspResponse, means: RevocationMeans) -> list[Certificate]:
    """Return the certificates that responderID means, in the order of SHA-256."""
    known = {one.sha256: one for one in (*response.certificates, *means.candidates)}
    return [one for _, one in sorted(known.items()) if response.is_from(one)]


def _refused(
    response: OcspResponse,
    responder: Certificate,
    issuer: Certificate | Anchor,
    means: RevocationMeans,
    at: datetime,
) -> Finding | None:
    """Why an answer does not count as the word of `responder`; None if it does."""
    if verify_signed(response, responder.key).outcome is not Outcome.VALID:
        return _note(response, rules.OCSP_SIGNATURE, responder.ref.name)
    problem = _not_authorised(responder, issuer, means, at)
    if problem is None and _is_revoked(responder, issuer, means, at) is not None:
        problem = "revoked"
    return None if problem is None else _note(response, rules.OCSP_NOT_AUTHORISED, problem)


def _not_authorised(
    responder: Certificate, issuer: Certificate | Anchor, means: RevocationMeans, at: datetime
) -> str | None:
    """Why a certificate may not answer for `issuer`; None if it may."""
    name = issuer.name if isinstance(issuer, Anchor) else issuer.subject
    if responder.issuer != name:
        return responder.issuer.display()
    if verify_signed(responder, issuer.key).outcome is not Outcome.VALID:
        return "signature"
    if _OCSP_SIGNING not in (responder.extended_key_usage or ()):
        return "extKeyUsage"
    usage = responder.key_usage
    if usage is not None and not usage & {"digitalSignature", "nonRepudiation"}:
        return "keyUsage"
    if not responder.not_before <= at <= responder.not_after:
        return "validity"
    broken = unprocessed_extensions(responder, means.processed)
    return broken[0] if broken else None


def _is_revoked(
    responder: Certificate, issuer: Certificate | Anchor, means: RevocationMeans, at: datetime
) -> RevocationEvidence | None:
    """Look a responder up in the lists given, unless nocheck says not to: 4.2.2.2.1."""
    if _NOCHECK in responder.extensions:
        return None
    evidence, _, _ = crl_evidence(responder, issuer, means, at)
    return next((one for one in evidence if one.entry and one.entry.revocation_date <= at), None)


def _evidence(
    response: OcspResponse,
    single: SingleResponse,
    responder: Certificate | Anchor,
    at: datetime,
) -> RevocationEvidence:
    return RevocationEvidence(
        kind=FactKind.OCSP,
        ref=response.ref,
        signer=responder,
        this_update=single.this_update,
        next_update=single.next_update,
        is_fresh=single.this_update <= at
        and (single.next_update is None or at <= single.next_update),
        entry=single.entry,
        der=response.der,
    )


def _timeliness(response: OcspResponse, single: SingleResponse, at: datetime) -> list[Finding]:
    if single.status == "unknown":
        return [_note(response, rules.OCSP_NO_ANSWER, "unknown")]
    if single.this_update > at:
        return [_note(response, rules.OCSP_TOO_NEW, single.this_update.isoformat(), Severity.INFO)]
    if single.next_update is not None and single.next_update < at:
        return [_note(response, rules.OCSP_STALE, single.next_update.isoformat())]
    return []


def _note(
    response: OcspResponse, rule: Rule, actual: str, severity: Severity = Severity.WARN
) -> Finding:
    return Finding(rule, severity, response.ref, actual=actual)
