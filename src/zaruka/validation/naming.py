"""Names for people of what certificates are: shared by all countries, and used without one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from zaruka.asn1 import schema as s
from zaruka.errors import InputError
from zaruka.validation.jurisdiction import HolderKind, Identity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zaruka.validation.jurisdiction import Jurisdiction
    from zaruka.x509 import Certificate

__all__ = [
    "SemanticsIdentifier",
    "claiming",
    "identify",
    "identity_in",
    "kind_by_role",
    "processed_extensions",
    "semantics_of",
    "text_of",
]

_ORGANISATION = "2.5.4.10"
_TIME_STAMPING = "1.3.6.1.5.5.7.3.8"
_OCSP_SIGNING = "1.3.6.1.5.5.7.3.9"
_SEMANTICS: Final = re.compile(r"([A-Z]{3})([A-Z]{2})-(\S.*)", re.IGNORECASE | re.ASCII)


class SemanticsIdentifier(Struct, frozen=True):
    """A number that says itself what it is: its type ("PNO"), its country ("BY"), the rest."""

    type: str
    country: str
    number: str


def semantics_of(text: str | None) -> SemanticsIdentifier | None:
    """Read a number written after ETSI EN 319 412-1 5.1.3 (persons) or 5.1.4 (organisations).

    Three letters of the type (PAS, IDC, PNO, TAX, TIN; VAT, NTR), two of the country, "-" and the
    number: "PNOBY-...", "TAXBY-..."; None where the text is not of that form.
    """
    found = _SEMANTICS.fullmatch(text.strip()) if text else None
    if found is None:
        return None
    kind, country, number = found.groups()
    return SemanticsIdentifier(kind.upper(), country.upper(), number)


def kind_by_role(certificate: Certificate) -> HolderKind | None:
    """Tell a certificate of a service from one of a signer: by CA flag and extended key usage."""
    constraints = certificate.basic_constraints
    if constraints is not None and constraints.ca:
        return HolderKind.ROOT_CA if certificate.is_self_issued else HolderKind.CA
    usage = certificate.extended_key_usage or ()
    if _TIME_STAMPING in usage:
        return HolderKind.TSA
    if _OCSP_SIGNING in usage:
        return HolderKind.OCSP_RESPONDER
    return None


def text_of(certificate: Certificate, oid: str) -> str | None:
    """Return the text of an extension whose value is one string of any type, else None."""
    extension = certificate.extensions.get(oid)
    if extension is None:
        return None
    try:
        text = s.decode(s.STRING, extension.extn_value)
    except InputError:
        return None
    return text.text.strip()


def claiming(
    certificate: Certificate, jurisdictions: Iterable[Jurisdiction]
) -> Jurisdiction | None:
    """Return the first country that claims the certificate."""
    for each in jurisdictions:
        if each.claims(certificate):
            return each
    return None


def processed_extensions(
    certificate: Certificate, jurisdictions: Iterable[Jurisdiction]
) -> frozenset[str]:
    """Return the extensions that the country of a certificate reads (RFC 5280 4.2)."""
    country = claiming(certificate, jurisdictions)
    return frozenset() if country is None else country.processed


def identify(certificate: Certificate, jurisdictions: Iterable[Jurisdiction]) -> Identity:
    """Name the holder in the terms of the first country that claims the certificate."""
    return identity_in(claiming(certificate, jurisdictions), certificate)


def identity_in(country: Jurisdiction | None, certificate: Certificate) -> Identity:
    """Name the holder in the terms of `country`, which claims the certificate if any does."""
    if country is not None:
        return country.identity(certificate)
    return Identity(
        country=None,
        kind=kind_by_role(certificate) or HolderKind.UNKNOWN,
        name=certificate.subject.display(),
        organisation=certificate.subject.get(_ORGANISATION),
    )
