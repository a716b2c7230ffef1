"""Agreement files: TOML read into an `Agreement`, with every mistake named and its place.

Those that come with Zaruka hold what is public. What is not (the day of entry into force, the
third parties recognised, the algorithms and profiles admitted) an operator states in files of
their own: one with `extends = CODE` is laid over the built-in agreement of that code, table by
table; what it lists is added. A key or a word that is not known is an error, so that no end of a
term, and no condition, is lost to a slip of the pen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from hashlib import sha256
from importlib import resources
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from msgspec import Struct, structs

from zaruka.errors import ConfigError
from zaruka.recognition.act import Participant, Subject
from zaruka.recognition.agreement import (
    Admitted,
    AdmittedProfile,
    Agreement,
    CertificateForm,
    Demand,
    Departures,
    Effect,
    Exclusion,
    MeansClass,
    Placement,
    RecognisedParty,
    Span,
)
from zaruka.recognition.terms import table_of, terms_of
from zaruka.toml import NotTomlError, parse_toml
from zaruka.validation.results import Format, Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zaruka.recognition.terms import Terms

__all__ = [
    "agreement_on_record",
    "agreements",
    "lay_agreements",
    "load_agreements",
]


@cache
def agreements() -> tuple[Agreement, ...]:
    """Return the agreements that come with Zaruka, by code."""
    return load_agreements({})


def load_agreements(texts: Mapping[str, str]) -> tuple[Agreement, ...]:
    """Read an operator's agreements over the built-in ones; ordered by code.

    `texts` are TOML, by the names of their files. Raises ConfigError: agreement.unreadable with
    line and column where one is no TOML, agreement.unknown-key, agreement.missing-key,
    agreement.wrong-value with what fits, agreement.dates where a term ends before it begins,
    agreement.doubled where a code is taken, agreement.unknown-base where one extends what there is
    not, agreement.overlap where two of the same parties are in force at one moment with different
    effects.
    """
    found = lay_agreements(texts)
    _check_overlaps(found)
    return found


def lay_agreements(texts: Mapping[str, str]) -> tuple[Agreement, ...]:
    """Read an operator's agreements over the built-in ones, whatever they say of one moment."""
    drafts = {draft.code: draft for draft in _built_in()}
    for name, text in texts.items():
        draft = _Draft(name, text, _read(name, text), (sha256(text.encode()).hexdigest(),))
        base = draft.values.get("extends")
        if base is None:
            if draft.code in drafts:
                raise ConfigError("agreement.doubled", file=name, name=draft.code)
            drafts[draft.code] = draft
        elif base in drafts:
            drafts[base] = draft.over(drafts[base])
        else:
            known = ", ".join(sorted(drafts))
            raise ConfigError("agreement.unknown-base", file=name, name=base, known=known)
    return tuple(drafts[code].agreement() for code in sorted(drafts))


def agreement_on_record(terms: Terms, digest: str, files: Iterable[str]) -> Agreement:
    """Make an agreement of its terms, as the facts of a report hold them; ValueError: not such."""
    try:
        draft = _Draft("", "", _Values("").top(table_of(terms)), tuple(files))
        return structs.replace(draft.agreement(), sha256=digest)
    except (ConfigError, TypeError) as error:
        raise ValueError(str(error)) from error


def _built_in() -> Iterator[_Draft]:
    folder = resources.files("zaruka.recognition").joinpath("agreements")
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".toml"):
            text = file.read_text(encoding="utf-8")
            yield _Draft(file.name, text, _read(file.name, text))


# --- values


class _Wrong(Exception):  # noqa: N818 - never leaves this module
    """A value does not fit; `args` hold what does: words, or the name of a kind of value."""


_Reader: TypeAlias = Callable[[Any], Any]


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise _Wrong("text")
    return value


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise _Wrong("truth")
    return value


def _moment(value: object) -> datetime:
    """Read a date (its beginning in UTC+3, as both countries keep it) or a time with an offset."""
    try:
        if isinstance(value, datetime) and value.tzinfo is not None:
            return value.astimezone(UTC)
        if isinstance(value, date) and not isinstance(value, datetime):
            return datetime.combine(value, time(), tzinfo=UTC) - timedelta(hours=3)
    except OverflowError as error:  # before the first day of the calendar
        raise _Wrong("date") from error
    raise _Wrong("date")


def _fingerprint(value: object) -> str:
    digits = _text(value).replace(":", "").replace(" ", "").lower()
    if not re.fullmatch("[0-9a-f]{64}", digits):
        raise _Wrong("fingerprint")
    return digits


def _country(value: object) -> str:
    if not re.fullmatch("[A-Z]{2,3}", _text(value)):
        raise _Wrong("country")
    return str(value)


def _oid(value: object) -> str:
    if not re.fullmatch(r"[0-2](\.\d+)+", _text(value)):
        raise _Wrong("oid")
    return str(value)


def _titles(value: object) -> dict[str, str]:
    if not isinstance(value, dict) or not value:
        raise _Wrong("table")
    return {_word(("ru", "be", "en"))(name): _text(title) for name, title in value.items()}


def _word(known: Iterable[str]) -> _Reader:
    words = {str(each): each for each in known}

    def read(value: object) -> str:
        if not isinstance(value, str) or value not in words:
            raise _Wrong(", ".join(words))
        return words[value]

    return read


def _means(value: object) -> str:
    """Read a class of means in Latin letters, or in the Cyrillic ones that look the same."""
    latin = str.maketrans("КСВА", "KCBA")
    return str(_word(MeansClass)(value.translate(latin) if isinstance(value, str) else value))


def _level(value: object) -> Level:
    return Level(_word(each for each in Level if each is not Level.CMS)(value))


def _set_of(read: _Reader) -> _Reader:
    """Read a list; an empty one would be a condition that nobody meets, or that asks nothing."""

    def every(value: object) -> frozenset[Any]:
        if not isinstance(value, list) or not value:
            raise _Wrong("list")
        return frozenset(read(each) for each in value)

    return every


# --- tables

_PARTICIPANTS: Final = _set_of(_word(Participant))
_SUBJECTS: Final = _set_of(_word(Subject))
_TERM: Final[Mapping[str, _Reader]] = {"since": _moment, "until": _moment}

_TOP: Final[Mapping[str, _Reader]] = {
    "code": _text,
    "extends": _text,
    "source": _text,
    "parties": _set_of(_country),
    "titles": _titles,
}
_TABLES: Final[Mapping[str, Mapping[str, _Reader]]] = {
    "effect": {"kind": _word(Effect), "pending": _moment, **_TERM},
    "participants": {
        "senders": _PARTICIPANTS,
        "receivers": _PARTICIPANTS,
        "subjects": _SUBJECTS,
    },
    "demands": {"time_evidence": _word(Demand), "home_receipt": _word(Demand)},
}


class _Listed(Struct, frozen=True):
    """A table of which there may be many: its keys, those that it has to have, what it becomes."""

    keys: Mapping[str, _Reader]
    required: tuple[str, ...]
    make: Callable[..., Any]


# A term has a start, since nothing holds from all times (R4).
_LISTS: Final[Mapping[str, _Listed]] = {
    "exclusions": _Listed(
        {
            "code": _text,
            "senders": _PARTICIPANTS,
            "receivers": _PARTICIPANTS,
            "subjects": _SUBJECTS,
        },
        ("code",),
        Exclusion,
    ),
    "third_parties": _Listed(
        {"country": _country, "name": _text, "certificate_sha256": _fingerprint, **_TERM},
        ("country", "name", "certificate_sha256", "since"),
        RecognisedParty,
    ),
    "algorithms": _Listed(
        {"country": _country, "name": _text, "oids": _set_of(_oid), **_TERM},
        ("country", "name", "oids", "since"),
        Admitted,
    ),
    "profiles": _Listed(
        {
            "country": _country,
            "name": _text,
            "formats": _set_of(_word(Format)),
            "level": _level,
            "content": _word(Placement),
            "certificates": _set_of(_word(CertificateForm)),
            "departures": _word(Departures),
            "means": _set_of(_means),
            "accredited": _truth,
            **_TERM,
        },
        ("name", "since"),
        AdmittedProfile,
    ),
}
_ABOUT_PROFILE: Final = frozenset({"country", "name", "since", "until"})


def _asks(profile: Mapping[str, Any]) -> bool:
    """Whether a profile wants anything: one that does not would admit all."""
    wanted = (value for key, value in profile.items() if key not in _ABOUT_PROFILE)
    return any(value not in (False, Departures.ADMITTED) for value in wanted)


def _read(name: str, text: str) -> dict[str, Any]:
    """Read every value of a file, each by the reader of its key."""
    try:
        table = parse_toml(text)
    except NotTomlError as error:
        raise ConfigError("agreement.unreadable", name=name, **error.details) from error
    return _Values(name).top(table)


class _Values:
    """Reads the values of one file."""

    def __init__(self, name: str) -> None:
        self._name = name

    def top(self, table: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in table.items():
            if key in _TABLES:
                found[key] = self._table(key, value, _TABLES[key])
                _check_term(self._name, f"[{key}]", found[key])
            elif key in _LISTS:
                found[key] = [*self._listed(key, value)]
            else:
                found[key] = self._value(key, value, self._reader("", key, _TOP))
        return found

    def _listed(self, key: str, value: object) -> Iterator[dict[str, Any]]:
        if not isinstance(value, list):
            raise self._wrong(key, value, "tables")
        for number, each in enumerate(value, 1):
            place = f"[[{key}]] {number}"
            found = self._table(place, each, _LISTS[key].keys)
            for required in _LISTS[key].required:
                if required not in found:
                    raise ConfigError(
                        "agreement.missing-key", name=self._name, key=f"{place}: {required}"
                    )
            if key == "profiles" and not _asks(found):
                known = ", ".join(each for each in _LISTS[key].keys if each not in _ABOUT_PROFILE)
                raise ConfigError(
                    "agreement.profile-empty", name=self._name, key=place, known=known
                )
            _check_term(self._name, place, found)
            yield found

    def _table(self, place: str, table: object, keys: Mapping[str, _Reader]) -> dict[str, Any]:
        if not isinstance(table, dict):
            raise self._wrong(place, table, "table")
        where = place if place.startswith("[") else f"[{place}]"
        return {
            key: self._value(f"{where}: {key}", value, self._reader(f"{where}: ", key, keys))
            for key, value in table.items()
        }

    def _reader(self, place: str, key: str, keys: Mapping[str, _Reader]) -> _Reader:
        if key not in keys:
            known = ", ".join(keys if place else (*keys, *_TABLES, *_LISTS))
            raise ConfigError(
                "agreement.unknown-key", name=self._name, key=f"{place}{key}", known=known
            )
        return keys[key]

    def _value(self, key: str, value: object, read: _Reader) -> Any:  # noqa: ANN401
        try:
            return read(value)
        except _Wrong as wrong:
            raise self._wrong(key, value, str(wrong)) from wrong

    def _wrong(self, key: str, value: object, what: str) -> ConfigError:
        shown = _shown(value)[:100]
        return ConfigError(
            "agreement.wrong-value", name=self._name, key=key, value=shown, what=what
        )


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    try:
        return str(value)
    except ValueError:  # a number of which Python would not write the digits
        return "…"


def _check_term(name: str, place: str, found: Mapping[str, Any]) -> None:
    """Refuse a term that ends before it begins."""
    since, until = found.get("since"), found.get("until")
    if since is not None and until is not None and since >= until:
        raise ConfigError("agreement.dates", name=name, key=place)


# --- an agreement


class _Draft(Struct, frozen=True):
    """What one or several files say of an agreement, the last laid over the others."""

    name: str
    text: str
    values: Mapping[str, Any]
    files: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """Its own code."""
        return str(self._required("code", self.values))

    def over(self, below: _Draft) -> _Draft:
        """Lay it over another: lists are added, tables laid over key by key."""
        merged = dict(below.values)
        above = {key: value for key, value in self.values.items() if key != "extends"}
        for key, value in above.items():
            under = merged.get(key)
            if key in _LISTS:
                merged[key] = [*(under or ()), *value]
            elif key in _TABLES:
                merged[key] = {**(under or {}), **value}
            else:
                merged[key] = value
        merged["code"] = below.code
        return _Draft(self.name, below.text + self.text, merged, (*below.files, *self.files))

    def agreement(self) -> Agreement:
        """Make the agreement."""
        values = self.values
        parties = self._required("parties", values)
        effect = self._required("effect", values)
        _check_term(self.name, "[effect]", effect)
        dated = "since" in effect or "until" in effect
        listed: dict[str, Any] = {
            key: tuple(self._made(key, each, parties) for each in values.get(key, ()))
            for key in _LISTS
        }
        return Agreement(
            code=self.code,
            sha256=sha256(self.text.encode()).hexdigest(),
            titles=self._required("titles", values),
            source=self._required("source", values),
            parties=parties,
            effect=self._required("kind", effect, "[effect]: "),
            span=Span(effect.get("since"), effect.get("until")) if dated else None,
            pending=effect.get("pending"),
            **values.get("participants", {}),
            **values.get("demands", {}),
            **listed,
            files=self.files,
            terms=terms_of(values),
        )

    def _made(self, key: str, entry: Mapping[str, Any], parties: frozenset[str]) -> object:
        """Make an entry of a list; one of a country that is no party would never count."""
        country = entry.get("country")
        if country is not None and country not in parties:
            raise ConfigError(
                "agreement.wrong-value",
                name=self.name,
                key=f"[[{key}]]: country",
                value=country,
                what=", ".join(sorted(parties)),
            )
        own = {name: value for name, value in entry.items() if name not in _TERM}
        if "since" in _LISTS[key].required:
            own["span"] = Span(entry["since"], entry.get("until"))
        return _LISTS[key].make(**own)

    def _required(self, key: str, values: Mapping[str, Any], place: str = "") -> Any:  # noqa: ANN401
        if key not in values:
            raise ConfigError("agreement.missing-key", name=self.name, key=f"{place}{key}")
        return values[key]


def _check_overlaps(found: Iterable[Agreement]) -> None:
    """Refuse two agreements of the same parties that say different things of one moment."""
    dated = [each for each in found if each.span is not None]
    for one, other in combinations(dated, 2):
        if one.parties == other.parties and one.effect is not other.effect:
            assert one.span is not None and other.span is not None  # noqa: PT018 - chosen above
            if one.span.meets(other.span):
                raise ConfigError("agreement.overlap", name=one.code, other=other.code)
