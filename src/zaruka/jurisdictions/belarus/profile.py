"""The form that a Belarusian certificate has, and what it departs from in that form.

There are two. STB 34.101.78 8.1 and 8.3 prescribe one (BPKI, in `bpki`). GosSUOK issues another,
which appendix Г of the same standard describes and which its real certificates only partly
follow: none has an address of revocation lists, none an organizationIdentifier. A certificate of
GosSUOK is judged by what it has to say of its holder, and by nothing that GosSUOK never writes.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from zaruka.findings import Finding, Severity
from zaruka.jurisdictions.belarus import bpki, oids, rules
from zaruka.jurisdictions.belarus.identity import identity
from zaruka.jurisdictions.profile import check_missing, check_numbers, departure
from zaruka.validation.jurisdiction import HolderKind
from zaruka.validation.naming import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zaruka.findings import Rule
    from zaruka.x509 import Certificate

__all__ = ["findings"]

_COMMON_NAME, _SURNAME, _SERIAL_NUMBER, _COUNTRY = "2.5.4.3", "2.5.4.4", "2.5.4.5", "2.5.4.6"
_ORGANISATION, _NAME, _ORGANISATION_IDENTIFIER = "2.5.4.10", "2.5.4.41", "2.5.4.97"

# Appendix Г, tables of attributes and extensions: what says whose the certificate is.
_UNP = (oids.UNP, _ORGANISATION_IDENTIFIER)
_PERSONAL_NUMBER = (oids.PERSONAL_NUMBER, _SERIAL_NUMBER)
_AUTHORITY = ((_COMMON_NAME,), (_COUNTRY,), (_ORGANISATION,))
_REQUIRED: Final = {
    HolderKind.ROOT_CA: _AUTHORITY,
    HolderKind.CA: _AUTHORITY,
    HolderKind.PERSON: ((_SURNAME,), (_NAME,), _PERSONAL_NUMBER, (_COUNTRY,)),
    HolderKind.REPRESENTATIVE: (
        (_SURNAME,),
        (_NAME,),
        _PERSONAL_NUMBER,
        (_COUNTRY,),
        (_ORGANISATION,),
        _UNP,
    ),
    HolderKind.ORGANISATION: ((_COUNTRY,), (_ORGANISATION,), _UNP),
}

_SERVICES = frozenset(
    {HolderKind.ROOT_CA, HolderKind.CA, HolderKind.TSA, HolderKind.OCSP_RESPONDER}
)


@lru_cache(maxsize=1024)  # the same few authorities stand in every chain
def findings(certificate: Certificate) -> tuple[Finding, ...]:
    """Name the form of a certificate and what departs from it; never FAIL."""
    return tuple(_findings(certificate))


def _findings(certificate: Certificate) -> Iterator[Finding]:
    who = identity(certificate)
    yield from check_numbers(
        certificate, who, rules.IDENTIFIERS_CORRECT, rules.IDENTIFIER_INCORRECT
    )
    if role := bpki.role_of(certificate):
        yield _form(rules.FORM_BPKI, certificate, oids.ROLE_OIDS[role])
        yield from bpki.check(certificate, role)
    elif marks := _marks_of_gossuok(certificate):
        known = [oid for oid in certificate.policies if oid in oids.GOSSUOK_POLICIES]
        named = " ".join(known) or text_of(certificate, oids.CARD_FORM) or marks[0]
        yield _form(rules.FORM_GOSSUOK, certificate, named)
        yield from _as_gossuok(certificate, who.kind)
    else:
        yield departure(rules.FORM_UNKNOWN, certificate)


def _form(rule: Rule, certificate: Certificate, known_by: str) -> Finding:
    return Finding(rule, Severity.PASS, certificate.ref, actual=known_by)


def _marks_of_gossuok(certificate: Certificate) -> tuple[str, ...]:
    """Return the OIDs of GosSUOK that a certificate bears, wherever they stand."""
    borne = (
        *certificate.extensions,
        *certificate.policies,
        *(attribute.oid for attribute in certificate.subject.attributes),
    )
    return tuple(oid for oid in borne if oid.startswith(oids.GOSSUOK_ARC))


def _as_gossuok(certificate: Certificate, kind: HolderKind) -> Iterator[Finding]:
    is_attribute_service = oids.ATTRIBUTE_SERVICE in certificate.policies
    required = _AUTHORITY if is_attribute_service else _REQUIRED.get(kind, ())
    present = (*certificate.extensions, *(each.oid for each in certificate.subject.attributes))
    yield from check_missing(rules.ATTRIBUTE_MISSING, certificate, required, present, Severity.WARN)
    usage = certificate.key_usage or frozenset()
    serves = kind in _SERVICES or is_attribute_service
    if not serves and usage and "nonRepudiation" not in usage:
        yield departure(rules.NO_NON_REPUDIATION, certificate)
    if not certificate.is_self_issued and not certificate.crl_urls:
        yield departure(rules.NO_CRL_ADDRESS, certificate)
