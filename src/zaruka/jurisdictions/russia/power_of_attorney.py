"""Reading a machine-readable power of attorney (МЧД): the single format EMCHD_1, version 003.

The codes of ПрПередов, ВидДовер, ПрСовмПолн and ПолнЮЛ have no words in the schema; their meaning
here is that of practice: 1 forbids to delegate, 2 lets it be done once, 3 again and again; a
ВидДовер of 2 cannot be revoked; a ПрСовмПолн of 2 wants all representatives to sign, a ПолнЮЛ of 2
all heads.
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from msgspec import Struct, structs

from zaruka.errors import BudgetExceeded, InputError, UnsupportedError
from zaruka.findings import ObjectKind, ObjectRef
from zaruka.validation.powers import Power

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.etree import _Element as Element

__all__ = [
    "Delegation",
    "Party",
    "PartyKind",
    "Person",
    "PowerOfAttorney",
    "parse_power_of_attorney",
]

SIZE_MAX: Final = 4 << 20
_PARTIES_MAX: Final = 100
_POWERS_MAX: Final = 1000
_SPACE: Final = "{urn://x-artefacts/EMCHD_1}"
_ROOT: Final = f"{_SPACE}Доверенность"
_NUMBER: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class PartyKind(StrEnum):
    """What a principal or representative is."""

    ORGANISATION = "organisation"
    FOREIGN = "foreign"
    ENTREPRENEUR = "entrepreneur"
    PERSON = "person"


class Delegation(StrEnum):
    """ПрПередов: whether a representative may delegate."""

    FORBIDDEN = "1"
    ONCE = "2"
    ALLOWED = "3"


class Person(Struct, frozen=True):
    """A natural person by name, ИНН (12 digits) and СНИЛС (11 digits)."""

    name: str
    inn: str | None = None
    snils: str | None = None


class Party(Struct, frozen=True):
    """A principal, representative, or one who delegates.

    `inn` and `ogrn` are the organisation's, or ОГРНИП of an entrepreneur; `persons` are who acts
    for it without a power of attorney, or the person themself; `manager` is the company or
    entrepreneur that manages it. Where heads may act only together, `joint` has the party once for
    each of them, with that head alone.
    """

    kind: PartyKind
    name: str
    inn: str | None = None
    ogrn: str | None = None
    persons: tuple[Person, ...] = ()
    manager: Party | None = None
    joint: tuple[Party, ...] = ()

    @property
    def heads(self) -> str:
        """The names of those who act for it."""
        managers = () if self.manager is None else (self.manager.name,)
        return ", ".join((*(each.name for each in self.persons), *managers))


class PowerOfAttorney(Struct, frozen=True):
    """What a power of attorney says.

    `number` is its registered number; `previous` and `first` those of the one it was delegated
    under and of the first in the chain, None unless it is a передоверие. `issuers` have to sign
    it: the principals, or those who delegate. `issued` and `until` are days in Moscow, both
    included.
    """

    ref: ObjectRef
    number: str
    issued: date
    until: date
    delegation: Delegation
    irrevocable: bool
    issuers: tuple[Party, ...]
    representatives: tuple[Party, ...]
    powers: tuple[Power, ...]
    joint: bool
    previous: str | None = None
    first: str | None = None
    notarised: bool = False
    system: str | None = None

    @property
    def codes(self) -> frozenset[str]:
        """The codes of its powers that a machine can compare."""
        return frozenset(each.code for each in self.powers if each.code is not None)

    @property
    def has_text(self) -> bool:
        """Whether it has powers in words only, which nobody here judges."""
        return any(each.code is None for each in self.powers)


def parse_power_of_attorney(octets: bytes | memoryview, name: str) -> PowerOfAttorney:
    """Read a power of attorney; `name` is of its file.

    UnsupportedError (powers.version) for another format or version, InputError (powers.malformed,
    xml.*) where it is none, BudgetExceeded where it is too large.
    """
    from zaruka.signatures.xml.reading import parse_xml  # noqa: PLC0415 - slow to import

    if len(octets) > SIZE_MAX:
        raise BudgetExceeded("powers.too-large", name=name, limit=SIZE_MAX)
    root = parse_xml(octets)
    version = root.get("ВерсФорм", "")
    if root.tag != _ROOT or version != "EMCHD_1":
        shown = f"{root.tag} {version}".strip()
        raise UnsupportedError("powers.version", name=name, version=shown[:100])
    ref = ObjectRef(ObjectKind.DOCUMENT, sha256(octets).hexdigest(), name)
    try:
        return _read(root, ref)
    except _Missing as error:
        raise InputError("powers.malformed", name=name, what=str(error)) from error


class _Missing(Exception):  # noqa: N818 - never leaves this module
    pass


def _read(root: Element, ref: ObjectRef) -> PowerOfAttorney:
    document = _one(root, "Документ")
    original, delegated = _first(document, "Довер"), _first(document, "Передов")
    if original is not None:
        about, previous, first = _one(original, "СвДов"), None, None
        issuers = _inner(original, "СвДоверит", "Доверит")
        representatives = _inner(original, "СвУпПред", "Пред")
        body = original
    elif delegated is not None:
        body = delegated
        about = _one(body, "СвПереДовер")
        first = _number(_one(body, "СвПервДовер"), "НомДоверПерв")
        under = _first(body, "СвПередов")
        previous = first if under is None else _number(under, "НомДоверN")
        issuers = _inner(body, "СвПередПолн", "ПередПолн")
        representatives = _inner(body, "СвПолучПолн", "Пред")
    else:
        raise _Missing("Документ")
    powers = _one(body, "СвПолн")
    return PowerOfAttorney(
        ref=ref,
        number=_number(about, "НомДовер"),
        issued=_day(about, "ДатаВыдДовер"),
        until=_day(about, "СрокДейст"),
        delegation=_choice(about, "ПрПередов", Delegation),
        irrevocable=_attribute(about, "ВидДовер") == "2",
        issuers=tuple(_party(each) for each in issuers),
        representatives=tuple(_party(each) for each in representatives),
        powers=tuple(_powers(powers)),
        joint=_attribute(powers, "ПрСовмПолн") == "2",
        previous=previous,
        first=first,
        notarised=_first(body, "СвНотУд") is not None,
        system=_text(_first(about, "СведСист")),
    )


def _inner(parent: Element, outer: str, inner: str) -> list[Element]:
    found = [_one(each, inner) for each in parent.iterfind(_SPACE + outer)]
    if not found:
        raise _Missing(outer)
    if len(found) > _PARTIES_MAX:
        raise BudgetExceeded("powers.too-large", name=outer, limit=_PARTIES_MAX)
    return found


_ORGANISATIONS: Final = ("РосОргДовер", "РосОргПерПолн")
_FOREIGN: Final = ("ИнОргДовер", "ИнОргПерПолн", "СведИО")
_ENTREPRENEURS: Final = ("ИПДовер", "ИППерПолн", "СведИП")
_PERSONS: Final = ("ФЛДовер", "ФЛПерПолн", "СведФизЛ")
_PLAIN: Final = ("СведОрг", "СведФилиал")


def _party(parent: Element) -> Party:
    """Read the one child that says who it is: its name tells what it is."""
    for child in parent:
        name = str(child.tag).removeprefix(_SPACE)
        if name in _ORGANISATIONS:
            return _organisation(child)
        if name in _PLAIN:
            return _of_organisation(child, ())
        if name in _FOREIGN:
            return _foreign(child)
        if name in _ENTREPRENEURS:
            return _entrepreneur(child)
        if name in _PERSONS:
            person = _person(child)
            return Party(PartyKind.PERSON, person.name, inn=person.inn, persons=(person,))
    raise _Missing(str(parent.tag).removeprefix(_SPACE))


def _organisation(found: Element) -> Party:
    """Read РосОргДоверТип: the organisation and who acts for it, a managing company among them."""
    about = _one(found, "СвРосОрг")
    own: list[Person] = []
    manager, joint = None, []
    for acting in found.iterfind(f"{_SPACE}ЛицоБезДов"):
        persons, managing = _acting(acting)
        own += persons
        manager = managing or manager
        if acting.get("ПолнЮЛ") == "2":
            joint.append(_of_organisation(about, persons, managing))
    return structs.replace(_of_organisation(about, own, manager), joint=tuple(joint))


def _acting(found: Element) -> tuple[list[Person], Party | None]:
    """Read ЛицоБезДовТип: a head, or the company or entrepreneur that manages."""
    persons = [_person(each) for each in found.iterfind(f"{_SPACE}СвФЛ")]
    company, entrepreneur = _first(found, "СВЮЛ"), _first(found, "СвИП")
    if company is not None:
        heads = [_person(each) for each in company.iterfind(f"{_SPACE}СвФЛ")]
        return persons, _of_organisation(_one(company, "СвЮЛЕИО"), heads)
    return persons, None if entrepreneur is None else _entrepreneur(entrepreneur)


def _of_organisation(
    found: Element, persons: Iterable[Person], manager: Party | None = None
) -> Party:
    return Party(
        PartyKind.ORGANISATION,
        _attribute(found, "НаимОрг"),
        inn=_digits(found, "ИННЮЛ"),
        ogrn=_digits(found, "ОГРН"),
        persons=tuple(persons),
        manager=manager,
    )


def _foreign(found: Element) -> Party:
    organisation = _first(found, "СвИнОрг")
    about = found if organisation is None else organisation
    heads = tuple(_person(each) for each in found.iterfind(f"{_SPACE}СвРукОП"))
    inn = _digits(about, "ИННЮЛ")
    return Party(PartyKind.FOREIGN, _attribute(about, "НаимИО"), inn=inn, persons=heads)


def _entrepreneur(found: Element) -> Party:
    person = _person(found)
    return Party(
        PartyKind.ENTREPRENEUR,
        found.get("НаимИП") or person.name,
        inn=person.inn,
        ogrn=_digits(found, "ОГРНИП"),
        persons=(person,),
    )


def _person(found: Element) -> Person:
    full = _one(_one(found, "СведФЛ"), "ФИО")
    parts = (full.get(each) for each in ("Фамилия", "Имя", "Отчество"))
    name = " ".join(part for part in parts if part)
    return Person(name, inn=_digits(found, "ИННФЛ"), snils=_digits(found, "СНИЛС"))


def _powers(found: Element) -> Iterable[Power]:
    text = _text(_first(found, "ТекстПолн"))
    if text:
        yield Power(None, text)
    for count, each in enumerate(found.iterfind(f"{_SPACE}МашПолн")):
        if count >= _POWERS_MAX:
            raise BudgetExceeded("powers.too-large", name="МашПолн", limit=_POWERS_MAX)
        limits = tuple(_limit(one) for one in each.iterfind(f"{_SPACE}ОгрСвПолн"))
        yield Power(_attribute(each, "КодПолн"), _attribute(each, "НаимПолн"), limits)


def _limit(found: Element) -> str:
    value = found.get("НаимЗначОгр") or _text(found) or ""
    return f"{_attribute(found, 'НаимОгр')}: {value}"


def _first(parent: Element, name: str) -> Element | None:
    return parent.find(_SPACE + name)


def _one(parent: Element, name: str) -> Element:
    found = parent.findall(_SPACE + name)
    if len(found) != 1:
        raise _Missing(name)
    return found[0]


def _attribute(found: Element, name: str) -> str:
    value = found.get(name)
    if not value:
        raise _Missing(name)
    return str(value)


def _text(found: Element | None) -> str | None:
    return None if found is None else " ".join(str(found.xpath("string()")).split()) or None


def _digits(found: Element, name: str) -> str | None:
    """Read a number without its separators; one of zeros alone is nobody's."""
    digits = re.sub(r"[\s-]", "", found.get(name) or "")
    return digits if digits.strip("0") else None


def _number(found: Element, name: str) -> str:
    number = _attribute(found, name).lower()
    if not _NUMBER.fullmatch(number):
        raise _Missing(name)
    return number


def _day(found: Element, name: str) -> date:
    try:
        return date.fromisoformat(_attribute(found, name)[:10])
    except ValueError as error:
        raise _Missing(name) from error


def _choice(found: Element, name: str, kinds: type[Delegation]) -> Delegation:
    try:
        return kinds(_attribute(found, name))
    except ValueError as error:
        raise _Missing(name) from error
