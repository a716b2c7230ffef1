"""The Russian jurisdiction, as validation asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zaruka.findings import Finding, Severity
from zaruka.jurisdictions.russia import identity as names
from zaruka.jurisdictions.russia import oids, rules
from zaruka.jurisdictions.russia.anchors import ROOTS
from zaruka.validation.naming import kind_by_role

if TYPE_CHECKING:
    from zaruka.trust import Statement
    from zaruka.validation.jurisdiction import Identity
    from zaruka.x509 import Certificate

__all__ = ["RUSSIA", "Russia"]

_COUNTRY = "2.5.4.6"


class Russia:
    """Certificates issued under Russian law."""

    code: Final = "RU"

    def claims(self, certificate: Certificate) -> bool:
        """Whether the issuer is Russian; where it names no country, whether the key is.

        All 2375 accredited certificates have C=RU in the issuer; one has no country in the
        subject. A foreigner's certificate of a Russian authority is Russian.
        """
        country = certificate.issuer.get(_COUNTRY)
        if country is not None:
            return country.upper() == "RU"
        return certificate.key.algorithm.oid.startswith(oids.ARC)

    def identity(self, certificate: Certificate) -> Identity:
        """Name the holder in Russian terms."""
        return names.identity(certificate)

    def findings(self, certificate: Certificate) -> tuple[Finding, ...]:
        """Apply FSB order 795 as far as identifiers, classes and means; never FAIL."""
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
        if kind_by_role(certificate) is None:
            if not set(certificate.policies) & set(oids.MEANS_CLASSES):
                found.append(Finding(rules.MEANS_CLASS_MISSING, Severity.INFO, subject))
            if oids.SUBJECT_SIGN_TOOL not in certificate.extensions:
                found.append(Finding(rules.SIGN_TOOL_MISSING, Severity.INFO, subject))
        return tuple(found)

    def anchors(self) -> tuple[Statement, ...]:
        """State the roots of the Ministry of Digital Development."""
        return ROOTS


RUSSIA: Final = Russia()
