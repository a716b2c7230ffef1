"""The Russian jurisdiction, as validation asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zaruka.jurisdictions.russia import identity as names
from zaruka.jurisdictions.russia import oids, profile
from zaruka.jurisdictions.russia.accreditation import check_accreditation
from zaruka.jurisdictions.russia.anchors import ROOTS

if TYPE_CHECKING:
    from datetime import datetime

    from zaruka.findings import Finding
    from zaruka.trust import Statement, TrustBase
    from zaruka.validation.jurisdiction import Identity
    from zaruka.x509 import Certificate, Path

__all__ = ["RUSSIA", "Russia"]

_COUNTRY = "2.5.4.6"


class Russia:
    """Certificates issued under Russian law."""

    code: Final = "RU"
    processed: Final = frozenset(
        {oids.SUBJECT_SIGN_TOOL, oids.ISSUER_SIGN_TOOL, oids.IDENTIFICATION_KIND}
    )

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
        """Compare with the form of a qualified certificate; never FAIL."""
        return profile.findings(certificate)

    def standing_findings(self, path: Path, trust: TrustBase, at: datetime) -> tuple[Finding, ...]:
        """Look the issuer's accreditation up: 63-FZ 18.1(1)1."""
        return check_accreditation(path.target, path.issuer_of(0).ref.sha256, trust, at)

    def anchors(self) -> tuple[Statement, ...]:
        """State the roots of the Ministry of Digital Development."""
        return ROOTS


RUSSIA: Final = Russia()
