"""Whether whoever issued a certificate was accredited on the day of its issue: 63-FZ 18.1(1)1.

A qualified certificate is one that an accredited authority issued while its accreditation was in
force (63-FZ 11(1)). The day of issue is the beginning of the certificate's validity: the accredited
authorities write none other, and an authority that dated a certificate back is caught by nothing
but its revocation. What came later than that day changes nothing in this question; that the
accreditation has ended since is told beside the answer, since certificates then end too (17(5)).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import structs

from zaruka.findings import Finding, Severity
from zaruka.jurisdictions.russia import rules
from zaruka.trust import Purpose, Standing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from zaruka.findings import Rule
    from zaruka.trust import Statement, TrustBase
    from zaruka.x509 import Certificate

__all__ = ["check_accreditation"]

_COUNTRY: Final = "RU"
_RULES: Final = {
    Standing.GRANTED: rules.ACCREDITED,
    Standing.SUSPENDED: rules.ACCREDITATION_SUSPENDED,
    Standing.ENDED: rules.ACCREDITATION_ENDED,
    Standing.ANNULLED: rules.ACCREDITATION_ANNULLED,
}
_OVER: Final = frozenset({Standing.ENDED, Standing.ANNULLED})


def check_accreditation(
    certificate: Certificate, issuer_sha256: str, trust: TrustBase, at: datetime
) -> tuple[Finding, ...]:
    """Find how the issuer's accreditation stood when `certificate` was issued.

    `issuer_sha256` is of the issuer's certificate in the path. PASS only
    where a list says that the accreditation was in force then, WARN where lists say otherwise or
    do not know the issuer, UNKNOWN where there is no list.
    """
    lists = trust.lists(_COUNTRY)
    if not lists:
        return (Finding(rules.ACCREDITATION_NOT_CHECKED, Severity.UNKNOWN, certificate.ref),)
    about = [
        each
        for each in trust.about(issuer_sha256)
        if not each.anchor and each.source_sha256 and each.country == _COUNTRY
    ]
    if not about:
        shown = ", ".join([*lists][:3])
        found = Finding(rules.ISSUER_NOT_LISTED, Severity.WARN, certificate.ref, actual=shown)
        return (structs.replace(found, expected=certificate.issuer.display()),)
    return tuple(_stand(certificate, about, at))


def _stand(certificate: Certificate, about: list[Statement], at: datetime) -> Iterator[Finding]:
    then = [each for each in about if each.covers(Purpose.SIGNATURES, certificate.not_before)]
    # One key may be listed under two authorities, where one took over from the other.
    granted = next((each for each in then if each.standing is Standing.GRANTED), None)
    if granted is not None:
        yield _finding(rules.ACCREDITED, Severity.PASS, certificate, granted)
        yield from _since_then(certificate, about, at)
    elif then:
        yield _finding(_rule(then[0]), Severity.WARN, certificate, then[0])
    else:
        first = min(about, key=lambda each: each.since.timestamp() if each.since else 0.0)
        yield _finding(rules.ACCREDITED_LATER, Severity.WARN, certificate, first)


def _since_then(
    certificate: Certificate, about: list[Statement], at: datetime
) -> Iterator[Finding]:
    """Tell of an accreditation that was in force at the issue and is over at the moment `at`."""
    now = [each for each in about if each.covers(Purpose.SIGNATURES, at)]
    if now and all(each.standing in _OVER for each in now):
        yield _finding(rules.ACCREDITATION_OVER_SINCE, Severity.INFO, certificate, now[0])


def _rule(statement: Statement) -> Rule:
    details = dict(statement.details)
    if "STATUS_UNKNOWN" in details:
        return rules.ACCREDITATION_UNKNOWN
    if statement.standing is Standing.ENDED and "HANDED_OVER_TO" in details:
        return rules.ACCREDITATION_HANDED_OVER
    return _RULES[statement.standing]


def _finding(
    rule: Rule, severity: Severity, certificate: Certificate, statement: Statement
) -> Finding:
    """Say what stood in which list: its name holds its number and date."""
    said = dict(statement.details)
    details: dict[str, str | int | datetime] = {
        "list": statement.source,
        "list_sha256": statement.source_sha256 or "",
        "authority": statement.name,
        "issued": certificate.not_before,
        "status": said.get("STATUS", statement.standing.value),
        "successor": said.get("HANDED_OVER_TO", ""),
    }
    if statement.since is not None:
        details["since"] = statement.since
    if statement.until is not None:
        details["until"] = statement.until
    return Finding(rule, severity, certificate.ref, actual=statement.source, details=details)
