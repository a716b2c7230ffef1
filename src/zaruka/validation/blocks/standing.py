"""How an issuer stood with its state: an X.509 constraint of EN 319 102-1 V1.4.1, 5.2.6.4(5).

It is of the day on which the certificate was issued, so no proof of existence cures it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from zaruka.findings import Severity, SubIndication
from zaruka.validation.policy import Level, weigh
from zaruka.validation.record import facts_of_standing, facts_of_statements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zaruka.facts import Fact
    from zaruka.findings import Finding
    from zaruka.validation.context import Context
    from zaruka.validation.jurisdiction import Jurisdiction
    from zaruka.x509 import Path

__all__ = ["check_standing", "facts_on_standing"]


def check_standing(path: Path, country: Jurisdiction | None, context: Context) -> Iterator[Finding]:
    """Ask the country that claims the signer's certificate; the policy says what follows."""
    if country is None or path.is_direct:
        return
    found = country.standing_findings(path, context.trust, context.at)
    level = context.policy.level("accreditation")
    for finding in found:
        is_open = finding.severity is Severity.UNKNOWN
        if level is Level.WARN and is_open:  # a question without an answer is no warning
            yield structs.replace(finding, severity=Severity.INFO)
        else:
            weighed = weigh(finding, level, SubIndication.CHAIN_CONSTRAINTS_FAILURE)
            if weighed is not None:
                yield weighed


def facts_on_standing(path: Path, country: Jurisdiction | None, context: Context) -> Iterator[Fact]:
    """Keep what the answer rests on: what lists say of the issuers, or which did not know one."""
    if country is not None and not path.is_direct:
        issuer, above = path.issuer_of(0).ref.sha256, path.certificates[2:]
        yield from facts_of_standing(issuer, country.code, context.trust)
        for each in above:
            yield from facts_of_statements(each.sha256, context.trust)
