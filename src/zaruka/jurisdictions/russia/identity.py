"""Who a Russian certificate names: FSB order 795 as the accredited authorities apply it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from zaruka.asn1 import schema as s
from zaruka.errors import InputError
from zaruka.jurisdictions.russia import numbers, oids
from zaruka.validation.jurisdiction import HolderKind, Identifier, Identity, Quality
from zaruka.validation.naming import kind_by_role, semantics_of, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from zaruka.x509 import Certificate

__all__ = ["identification_kind", "identity"]

_COMMON_NAME = "2.5.4.3"
_SURNAME = "2.5.4.4"
_SERIAL_NUMBER = "2.5.4.5"
_LOCALITY = "2.5.4.7"
_ORGANISATION = "2.5.4.10"
_DEPARTMENT = "2.5.4.11"
_TITLE = "2.5.4.12"
_GIVEN_NAME = "2.5.4.42"
_ORGANISATION_IDENTIFIER = "2.5.4.97"
_EMAIL = "1.2.840.113549.1.9.1"

_NUMBERS: dict[str, tuple[str, Callable[[str], bool]]] = {
    oids.INNLE: ("INNLE", numbers.innle_is_correct),
    oids.OGRN: ("OGRN", numbers.ogrn_is_correct),
    oids.OGRNIP: ("OGRNIP", numbers.ogrnip_is_correct),
    oids.SNILS: ("SNILS", numbers.snils_is_correct),
}
# ETSI EN 319 412-1 5.1.3, 5.1.4: types of numbers that Russia gives, where one is written so.
_SEMANTICS: dict[str, tuple[str, Callable[[str], bool] | None, bool]] = {
    "NTR": ("OGRN", numbers.ogrn_is_correct, False),
    "VAT": ("INNLE", numbers.innle_is_correct, False),
    "TIN": ("INN", numbers.inn_is_correct, True),
    "TAX": ("INN", numbers.inn_is_correct, True),
    "PNO": ("SNILS", numbers.snils_is_correct, True),
    "PAS": ("PASSPORT", None, True),
    "IDC": ("PASSPORT", None, True),
}


@lru_cache(maxsize=1024)  # the same few authorities stand in every chain
def identity(certificate: Certificate) -> Identity:
    """Name the holder of a certificate in the terms of 63-FZ and FSB order 795."""
    subject = certificate.subject
    kind = _kind(certificate)
    person = " ".join(filter(None, (subject.get(_SURNAME), subject.get(_GIVEN_NAME)))) or None
    organisation = subject.get(_ORGANISATION)
    return Identity(
        country="RU",
        kind=kind,
        name=subject.get(_COMMON_NAME) or organisation or person or subject.display(),
        person=person,
        organisation=organisation,
        position=subject.get(_TITLE),
        department=subject.get(_DEPARTMENT),
        locality=subject.get(_LOCALITY),
        email=subject.get(_EMAIL),
        identifiers=_identifiers(certificate, kind),
        qualities=_qualities(certificate),
    )


def _kind(certificate: Certificate) -> HolderKind:
    subject = certificate.subject
    role = kind_by_role(certificate)
    if role is not None:
        return role
    if subject.get(oids.OGRNIP):
        return HolderKind.ENTREPRENEUR
    if subject.get(oids.OGRN) or subject.get(oids.INNLE) or subject.get(_ORGANISATION):
        return HolderKind.REPRESENTATIVE if subject.get(_SURNAME) else HolderKind.ORGANISATION
    if subject.get(_SURNAME) or subject.get(oids.SNILS):
        return HolderKind.PERSON
    return HolderKind.UNKNOWN


def _identifiers(certificate: Certificate, kind: HolderKind) -> tuple[Identifier, ...]:
    found = []
    for attribute in certificate.subject.attributes:
        written = attribute.value.strip()
        if attribute.oid == oids.INN:
            found.append(_inn(written, kind))
        elif attribute.oid in _NUMBERS:
            code, check = _NUMBERS[attribute.oid]
            number = Identifier(
                code=code,
                value=written,
                personal=attribute.oid == oids.SNILS,
                correct=check(written),
                as_written=written,
                oid=attribute.oid,
            )
            found.append(number)
    for oid in (_SERIAL_NUMBER, _ORGANISATION_IDENTIFIER):
        found.extend(_by_semantics(certificate.subject.get(oid), oid))
    return tuple(found)


def _by_semantics(written: str | None, oid: str) -> Iterator[Identifier]:
    """Read a number that says itself what it is; a foreigner's is of another country."""
    semantics = semantics_of(written)
    if written is None or semantics is None or semantics.type not in _SEMANTICS:
        return
    code, check, personal = _SEMANTICS[semantics.type]
    russian = semantics.country == "RU"
    if not russian:
        code = "SERIAL_NUMBER" if personal else "FOREIGN_NUMBER"
    yield Identifier(
        code=code,
        value=semantics.number if russian else written,
        personal=personal and not (code == "INN" and len(semantics.number) == 10),
        correct=check(semantics.number) if check and russian else None,
        as_written=written,
        oid=oid,
    )


def _inn(written: str, kind: HolderKind) -> Identifier:
    """Read ИНН: a person's 12 digits, or an organisation's 10 behind two zeros.

    An entrepreneur's ИНН stands in a public register; that of any other person is personal.
    """
    value = numbers.inn_of_organisation(written) or written
    natural = kind in {HolderKind.PERSON, HolderKind.REPRESENTATIVE}
    return Identifier(
        code="INN",
        value=value,
        personal=natural and len(value) != 10,
        correct=numbers.inn_is_correct(value),
        as_written=written,
        oid=oids.INN,
    )


def identification_kind(certificate: Certificate) -> int | None:
    """Return how the holder was identified, as the INTEGER says it; None where there is none."""
    extension = certificate.extensions.get(oids.IDENTIFICATION_KIND)
    if extension is None:
        return None
    try:
        return s.decode(s.INTEGER, extension.extn_value)
    except InputError:
        return None


def _qualities(certificate: Certificate) -> tuple[Quality, ...]:
    found = [
        Quality("means-class", oids.MEANS_CLASSES[policy], policy)
        for policy in certificate.policies
        if policy in oids.MEANS_CLASSES
    ]
    kind = identification_kind(certificate)
    if kind in oids.IDENTIFICATION_KINDS:
        found.append(Quality("identification-kind", str(kind), oids.IDENTIFICATION_KIND))
    tool = text_of(certificate, oids.SUBJECT_SIGN_TOOL)
    if tool:
        found.append(Quality("sign-tool", tool, oids.SUBJECT_SIGN_TOOL))
    return tuple(found)
