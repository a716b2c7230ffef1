"""Who a Belarusian certificate names: STB 34.101.78 and GosSUOK's own forms (appendix Г)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from zaruka.jurisdictions.belarus import numbers, oids
from zaruka.validation.jurisdiction import HolderKind, Identifier, Identity, Quality
from zaruka.validation.naming import kind_by_role, semantics_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zaruka.x509 import Certificate

__all__ = ["identity"]

_COMMON_NAME = "2.5.4.3"
_SURNAME = "2.5.4.4"
_SERIAL_NUMBER = "2.5.4.5"
_LOCALITY = "2.5.4.7"
_ORGANISATION = "2.5.4.10"
_DEPARTMENT = "2.5.4.11"
_TITLE = "2.5.4.12"
_NAME = "2.5.4.41"
_GIVEN_NAME = "2.5.4.42"
_ORGANISATION_IDENTIFIER = "2.5.4.97"
_EMAIL = "1.2.840.113549.1.9.1"

# STB 34.101.78 7.3: what a serialNumber holds, before the country and "-".
_DOCUMENTS = {"PNO": "PERSONAL_NUMBER", "PAS": "PASSPORT", "IDC": "ID_CARD"}
# ETSI EN 319 412-1 5.1.4: a taxpayer of Belarus has one number for every tax.
_ORGANISATIONS = {"TAX": "UNP", "TIN": "UNP", "VAT": "UNP"}


@lru_cache(maxsize=1024)  # the same few authorities stand in every chain
def identity(certificate: Certificate) -> Identity:
    """Name the holder of a certificate in the terms of STB 34.101.78 and GosSUOK."""
    subject = certificate.subject
    organisation = subject.get(_ORGANISATION)
    person = _person(certificate)
    return Identity(
        country="BY",
        kind=_kind(certificate),
        name=subject.get(_COMMON_NAME) or organisation or person or subject.display(),
        person=person,
        organisation=organisation,
        position=_either(certificate, oids.POSITION, _TITLE),
        department=_either(certificate, oids.DEPARTMENT, _DEPARTMENT),
        locality=subject.get(_LOCALITY),
        email=subject.get(_EMAIL),
        identifiers=_identifiers(certificate),
        qualities=_qualities(certificate),
    )


def _either(certificate: Certificate, oid: str, attribute_oid: str) -> str | None:
    """Read GosSUOK's extension, or the same OID as an attribute, or the usual attribute."""
    subject = certificate.subject
    return text_of(certificate, oid) or subject.get(oid) or subject.get(attribute_oid)


def _person(certificate: Certificate) -> str | None:
    """Join surname, name and patronymic.

    STB 34.101.78 table 3 has both in `givenName`, and the organisation's full name in `name`. In
    GosSUOK (appendix Г) a representative has them in `name`, without `givenName`; a natural
    person's `name` is the first name and `givenName` the patronymic. Where both languages stand
    as "Belarusian/Russian", the Russian is taken.
    """
    subject = certificate.subject
    surname, name, given = (subject.get(oid) for oid in (_SURNAME, _NAME, _GIVEN_NAME))
    if not surname:
        return None
    if subject.get(_ORGANISATION) and given:
        name = None
    parts = (surname, name, given)
    return " ".join(part.rsplit("/", 1)[-1].strip() for part in parts if part)


def _kind(certificate: Certificate) -> HolderKind:
    role = kind_by_role(certificate)
    if role is not None:
        return role
    subject = certificate.subject
    if subject.get(_ORGANISATION):
        return HolderKind.REPRESENTATIVE if subject.get(_SURNAME) else HolderKind.ORGANISATION
    return HolderKind.PERSON if subject.get(_SURNAME) else HolderKind.UNKNOWN


def _identifiers(certificate: Certificate) -> tuple[Identifier, ...]:
    found = []
    subject = certificate.subject
    for oid, code in ((oids.UNP, "UNP"), (oids.UNPF, "UNPF")):
        written = text_of(certificate, oid)
        if written:
            found.append(_of_organisation(code, written, oid))
    personal = _either(certificate, oids.PERSONAL_NUMBER, oids.PERSONAL_NUMBER)
    if personal:
        found.append(_personal("PERSONAL_NUMBER", personal, personal, oids.PERSONAL_NUMBER))
    found.extend(_of_organisation_identifier(subject.get(_ORGANISATION_IDENTIFIER)))
    document = subject.get(_SERIAL_NUMBER)
    if document:
        found.append(_document(document))
    unique: dict[tuple[str, str], Identifier] = {}
    for each in found:  # the same number may stand in an extension and in the subject
        unique.setdefault((each.code, each.value), each)
    return tuple(unique.values())


def _of_organisation(code: str, value: str, oid: str, written: str | None = None) -> Identifier:
    """Name an organisation's number; УНПФ has no check digit that is published."""
    return Identifier(
        code=code,
        value=value,
        personal=False,
        correct=numbers.unp_is_correct(value) if code == "UNP" else None,
        as_written=written or value,
        oid=oid,
    )


def _of_organisation_identifier(written: str | None) -> Iterator[Identifier]:
    """Read organizationIdentifier: STB 34.101.78 7.3 has TAXBY-, ETSI EN 319 412-1 others."""
    semantics = semantics_of(written)
    if semantics is None:
        return
    belarusian = semantics.country == "BY"
    code = _ORGANISATIONS.get(semantics.type, "REGISTER_NUMBER") if belarusian else "FOREIGN_NUMBER"
    value = semantics.number if belarusian else f"{semantics.country}-{semantics.number}"
    yield _of_organisation(code, value, _ORGANISATION_IDENTIFIER, written)


def _document(written: str) -> Identifier:
    """Read serialNumber: a document of a person (STB 34.101.78 7.3), or a number of its own."""
    semantics = semantics_of(written)
    code = _DOCUMENTS.get(semantics.type) if semantics else None
    if semantics is None or code is None:
        return _personal("SERIAL_NUMBER", written, written, _SERIAL_NUMBER)
    belarusian = semantics.country == "BY"
    return _personal(code, semantics.number, written, _SERIAL_NUMBER, belarusian=belarusian)


def _personal(
    code: str, value: str, written: str, oid: str, *, belarusian: bool = True
) -> Identifier:
    """Name a person's number; that of a foreigner follows rules of another country."""
    checked = code == "PERSONAL_NUMBER" and belarusian
    correct = numbers.personal_number_is_correct(value) if checked else None
    return Identifier(
        code=code, value=value, personal=True, correct=correct, as_written=written, oid=oid
    )


def _qualities(certificate: Certificate) -> tuple[Quality, ...]:
    found = []
    for policy in certificate.policies:
        if policy in oids.ROLES:
            found.append(Quality("role", oids.ROLES[policy], policy))
        elif policy in oids.GOSSUOK_POLICIES:
            found.append(Quality("gossuok-policy", oids.GOSSUOK_POLICIES[policy], policy))
    form = text_of(certificate, oids.CARD_FORM)
    if form:
        found.append(Quality("card-form", form, oids.CARD_FORM))
    return tuple(found)
