"""How an issuer stood with its state: an X.509 constraint of EN 319 102-1 V1.4.1, 5.2.6.4(5).

It is of the day on which the certificate was issued, so no proof of existence cures it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zaruka.findings import Severity, SubIndication
from zaruka.validation.policy import Level, weigh
from zaruka.x509 import Anchor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zaruka.findings import Finding
    from zaruka.validation.context import Context
    from zaruka.validation.jurisdiction import Jurisdiction
    from zaruka.x509 import Path

__all__ = ["check_standing"]


def check_standing(path: Path, country: Jurisdiction | None, context: Context) -> Iterator[Finding]:
    """Ask the country that claims the signer's certificate; the policy says what follows."""
    if country is None or path.is_direct:
        return
    issuer = path.issuer_of(0)
    certificate = issuer.certificate if isinstance(issuer, Anchor) else issuer
    sha256 = certificate.sha256 if certificate else ""
    found = country.standing_findings(path.target, sha256, context.trust, context.at)
    level = context.policy.level("accreditation")
    for finding in found:
        is_open = finding.severity is Severity.UNKNOWN
        if level is Level.WARN and is_open:  # a question without an answer is no warning
            yield finding._replace(severity=Severity.INFO)
        else:
            weighed = weigh(finding, level, SubIndication.CHAIN_CONSTRAINTS_FAILURE)
            if weighed is not None:
                yield weighed
