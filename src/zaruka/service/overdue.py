"""Lists whose next issue should have come: they serve, and that they are old is said.

Only of lists that an answer leans on, or would if they said something of its certificates: those
of the countries of these certificates, and the lists of lists that name them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zaruka.findings import Finding, ObjectKind, ObjectRef, Severity
from zaruka.trust.lists import next_due
from zaruka.trust.rules import LIST_OVERDUE
from zaruka.validation.results import CrlResult, OcspResult

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime, timedelta

    from zaruka.stores.lookup import Issue
    from zaruka.validation.results import (
        ChainLink,
        ObjectResult,
        SignatureResult,
        ValidationReport,
    )

__all__ = ["overdue_lists"]

_COUNTRY: Final = "2.5.4.6"


def overdue_lists(
    issues: dict[str, Issue], report: ValidationReport, at: datetime, max_age: timedelta
) -> Iterator[Finding]:
    """Name the lists that `report` leans on whose next issue was due before the moment `at`."""
    leaned_on = _leaned_on(issues, report)
    for source, issue in issues.items():
        due = next_due(issue.scheme, issue.issued, issue.next_update, max_age)
        is_overdue = due is not None and due < at and issue.ended is None
        if is_overdue and any(f"{each}/".startswith(f"{source}/") for each in leaned_on):
            yield Finding(
                LIST_OVERDUE,
                Severity.WARN,
                ObjectRef(ObjectKind.DOCUMENT, issue.sha256, issue.name),
                expected=due.isoformat() if due else None,
                actual=at.isoformat(),
                details={
                    "source": source,
                    "number": issue.sequence,
                    "issued": issue.issued,
                    "due": due or at,
                },
            )


def _leaned_on(issues: dict[str, Issue], report: ValidationReport) -> list[str]:
    links = list(_links(report))
    titles = {link.anchor.source for link in links if link.anchor is not None}
    territories = {country for link in links for country in _countries(link)}
    return [
        source
        for source, issue in issues.items()
        if issue.title in titles or issue.territory in territories
    ]


def _countries(link: ChainLink) -> Iterator[str]:
    if link.identity.country is not None:
        yield link.identity.country
    written = link.certificate.issuer.get(_COUNTRY)
    if written is not None:
        yield written.upper()


def _links(report: ValidationReport) -> Iterator[ChainLink]:
    """Give every certificate of every path that was looked at."""
    stamps = (stamp for each in report.signatures for stamp in each.timestamps)
    judged: list[SignatureResult | ObjectResult]
    judged = [*report.signatures, *stamps, *report.objects]
    for found in judged:
        yield from found.chain
        for path in () if isinstance(found, CrlResult | OcspResult) else found.paths:
            yield from path.links
