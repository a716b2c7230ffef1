"""The revocation status of one certificate of a chain: EN 319 102-1 V1.4.1, 5.2.6.4, step 4."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, structs

from zaruka.facts import FactKind, Need
from zaruka.findings import Finding, Severity, SubIndication
from zaruka.validation import rules
from zaruka.validation.blocks.revocation_freshness import check_freshness
from zaruka.validation.deciding import OPEN, unknown
from zaruka.validation.policy import Holder, Level
from zaruka.validation.results import Revocation, RevocationState
from zaruka.x509 import Anchor, Status, revocation_status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from zaruka.trust import TrustBase
    from zaruka.validation.context import Standpoint
    from zaruka.x509 import Certificate, RevocationEvidence, RevocationMeans, RevocationStatus

__all__ = ["JudgedStatus", "judge_status"]

_CERTIFICATE_HOLD = 6  # RFC 5280 5.3.1


class JudgedStatus(Struct, frozen=True):
    """What is known of a certificate's revocation, and what follows from it.

    `used` is the evidence that it rests on; `revoked` what b) to d) find, None where it is not
    revoked; `known` what a) finds, and `needs` what lacks for it.
    """

    status: RevocationStatus
    revocation: Revocation
    used: RevocationEvidence | None
    revoked: Finding | None
    known: Sequence[Finding]
    needs: tuple[Need, ...]


def judge_status(  # noqa: PLR0913 - whose status, and by what it is judged
    certificate: Certificate,
    issuer: Certificate | Anchor,
    means: RevocationMeans,
    standpoint: Standpoint,
    holder: Holder,
    *,
    is_target: bool,
) -> JudgedStatus:
    """Establish the status of a certificate below `issuer`; the target's may be out of bounds."""
    status = revocation_status(certificate, issuer, means, standpoint.at)
    used = _used(status)
    revocation = _revocation(status, used)
    known: list[Finding] = []
    needs: tuple[Need, ...] = ()
    if status.status is not Status.REVOKED:
        if holder not in standpoint.policy.revocation_required:
            known = _not_required(certificate, status, standpoint.policy.revocation[holder])
        elif not is_target or certificate.covers(standpoint.at):  # else step 7 says what follows
            known, needs = _known(certificate, status, revocation, standpoint)
    return JudgedStatus(
        status,
        revocation,
        used,
        _revoked(certificate, revocation, is_target=is_target),
        known,
        _with_addresses(needs, issuer, standpoint.trust) if needs else needs,
    )


def _used(status: RevocationStatus) -> RevocationEvidence | None:
    """Pick what a status rests on: of a revocation the newest that has it, else the newest."""
    if status.status is Status.REVOKED:
        return next((each for each in status.evidence if each.entry is not None), None)
    return status.evidence[0] if status.evidence else None


def _revocation(status: RevocationStatus, evidence: RevocationEvidence | None) -> Revocation:
    """Keep of a status what a report shows."""
    if status.status is Status.REVOKED:
        on_hold = status.reason == _CERTIFICATE_HOLD
        state = RevocationState.ON_HOLD if on_hold else RevocationState.REVOKED
    else:
        good = status.status is Status.GOOD
        state = RevocationState.GOOD if good else RevocationState.UNKNOWN
    if evidence is None:
        return Revocation(state)
    return Revocation(
        state=state,
        source=evidence.ref,
        this_update=evidence.this_update,
        next_update=evidence.next_update,
        revoked_at=status.revoked_at,
        reason=status.reason,
        invalidity_date=evidence.entry.invalidity_date if evidence.entry else None,
    )


def _revoked(
    certificate: Certificate, revocation: Revocation, *, is_target: bool
) -> Finding | None:
    """Take b), c), d)."""
    if revocation.state not in _NOT_IN_FORCE:
        return None
    if not is_target:
        rule, sub = rules.CA_REVOKED, SubIndication.REVOKED_CA_NO_POE
    elif revocation.state is RevocationState.ON_HOLD:
        rule, sub = rules.ON_HOLD, SubIndication.TRY_LATER
    else:
        rule, sub = rules.REVOKED, SubIndication.REVOKED_NO_POE
    details: dict[str, str | int | datetime] = {}
    if revocation.revoked_at is not None:
        details["at"] = revocation.revoked_at
    if revocation.next_update is not None:
        details["try_at"] = revocation.next_update
    return Finding(
        rule,
        Severity.UNKNOWN,
        certificate.ref,
        actual=None if revocation.reason is None else str(revocation.reason),
        details=details,
        sub_indication=sub,
    )


def _known(
    certificate: Certificate,
    status: RevocationStatus,
    revocation: Revocation,
    standpoint: Standpoint,
) -> tuple[list[Finding], tuple[Need, ...]]:
    """Take a): the status is known, and from information that is fresh; else say what lacks."""
    if revocation.source is None:
        urls = ", ".join(certificate.crl_urls) or None
        return [_lacking(certificate, urls)], status.needs
    freshness = check_freshness(revocation, certificate.ref, standpoint.policy, at=standpoint.at)
    if freshness.severity in OPEN:
        return [freshness], status.needs or _needs(certificate)
    if status.status is Status.GOOD:
        actual = revocation.source.name
        good = Finding(rules.NOT_REVOKED, Severity.PASS, certificate.ref, actual=actual)
        return [good, freshness], ()
    return [_lacking(certificate)], status.needs  # fresh, but it does not speak of every reason


def _lacking(certificate: Certificate, urls: str | None = None) -> Finding:
    rule, sub = rules.NO_REVOCATION_EVIDENCE, SubIndication.TRY_LATER
    return unknown(rule, certificate.ref, sub, expected=urls)


def _not_required(
    certificate: Certificate, status: RevocationStatus, level: Level
) -> list[Finding]:
    """Say that a status is not known, as loud as the policy wants it."""
    if level is Level.IGNORE or (level is Level.WARN and status.status is Status.GOOD):
        return []
    severity = Severity.WARN if level is Level.WARN else Severity.INFO
    return [Finding(rules.REVOCATION_NOT_REQUIRED, severity, certificate.ref)]


def _with_addresses(
    needs: Iterable[Need], issuer: Certificate | Anchor, trust: TrustBase
) -> tuple[Need, ...]:
    """Where a certificate names no list, take the addresses of a statement on its issuer."""
    certificate = issuer.certificate if isinstance(issuer, Anchor) else issuer
    about = trust.about(certificate.sha256 if certificate else "")
    urls = tuple(dict.fromkeys(url for statement in about for url in statement.crl_urls))
    return tuple(
        need
        if need.addresses or need.kind is not FactKind.CRL
        else structs.replace(need, addresses=urls)
        for need in needs
    )


def _needs(certificate: Certificate) -> tuple[Need, ...]:
    return (Need(FactKind.CRL, certificate.sha256, certificate.ref.name, certificate.crl_urls),)


_NOT_IN_FORCE = frozenset({RevocationState.REVOKED, RevocationState.ON_HOLD})
