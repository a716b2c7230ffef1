"""The Belarusian jurisdiction, as validation asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zaruka.findings import Finding, Severity
from zaruka.jurisdictions.belarus import identity as names
from zaruka.jurisdictions.belarus import oids, rules
from zaruka.jurisdictions.belarus.anchors import ROOTS
from zaruka.validation.naming import kind_by_role

if TYPE_CHECKING:
    from zaruka.trust import Statement
    from zaruka.validation.jurisdiction import Identity
    from zaruka.x509 import Certificate

__all__ = ["BELARUS", "Belarus"]

_COUNTRY = "2.5.4.6"


class Belarus:
    """Certificates issued under Belarusian law."""

    code: Final = "BY"

    def claims(self, certificate: Certificate) -> bool:
        """Whether the issuer is Belarusian; where it names no country, whether the key is."""
        country = certificate.issuer.get(_COUNTRY)
        if country is not None:
            return country.upper() == "BY"
        return certificate.key.algorithm.oid.startswith(oids.ARCS)

    def identity(self, certificate: Certificate) -> Identity:
        """Name the holder in Belarusian terms."""
        return names.identity(certificate)

    def findings(self, certificate: Certificate) -> tuple[Finding, ...]:
        """Apply STB 34.101.78 and appendix Г as far as identifiers and key usage; never FAIL."""
        subject = certificate.ref
        identifiers = self.identity(certificate).identifiers
        found = [
            Finding(
                rules.IDENTIFIER_INCORRECT,
                Severity.WARN,
                subject,
                actual=number.masked,
                details={"identifier": number.code},
            )
            for number in identifiers
            if number.correct is False
        ]
        if identifiers and not found:
            found.append(Finding(rules.IDENTIFIERS_CORRECT, Severity.PASS, subject))
        usage = certificate.key_usage
        if kind_by_role(certificate) is None and usage and "nonRepudiation" not in usage:
            found.append(Finding(rules.NO_NON_REPUDIATION, Severity.INFO, subject))
        return tuple(found)

    def anchors(self) -> tuple[Statement, ...]:
        """State the root of GosSUOK."""
        return ROOTS


BELARUS: Final = Belarus()
