"""The Belarusian jurisdiction, as validation asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zaruka.jurisdictions.belarus import identity as names
from zaruka.jurisdictions.belarus import oids, profile
from zaruka.jurisdictions.belarus.anchors import ROOTS
from zaruka.jurisdictions.belarus.links import explain_links

if TYPE_CHECKING:
    from datetime import datetime

    from zaruka.findings import Finding
    from zaruka.trust import Statement, TrustBase
    from zaruka.validation.jurisdiction import Identity
    from zaruka.x509 import Certificate, Path

__all__ = ["BELARUS", "Belarus"]

_COUNTRY = "2.5.4.6"


class Belarus:
    """Certificates issued under Belarusian law."""

    code: Final = "BY"
    processed: Final = oids.EXTENSIONS

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
        """Compare with the form that the certificate has, BPKI or GosSUOK; never FAIL."""
        return profile.findings(certificate)

    def standing_findings(self, path: Path, trust: TrustBase, _at: datetime) -> tuple[Finding, ...]:
        """Explain link certificates; GosSUOK has one operator, whom no list of others names."""
        return tuple(explain_links(path, trust))

    def anchors(self) -> tuple[Statement, ...]:
        """State the root of GosSUOK."""
        return ROOTS


BELARUS: Final = Belarus()
