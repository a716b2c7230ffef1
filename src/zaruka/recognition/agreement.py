"""Agreements on recognition as dated data: what they say stands in TOML files, not in code.

Those that come with Zaruka hold what is public. What is not (the day of entry into force, the
third parties recognised, the algorithms admitted) an operator states in files of their own: one
with `extends = CODE` is laid over the built-in agreement of that code, table by table; what it
lists of exclusions, third parties and algorithms is added. A word that is not known is an error,
so that no end of a term is lost to a slip of the pen.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from functools import cache
from hashlib import sha256
from importlib import resources
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

from zaruka.errors import ConfigError
from zaruka.recognition.act import Participant, Subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "Admitted",
    "Agreement",
    "Demand",
    "Effect",
    "Exclusion",
    "RecognisedParty",
    "Span",
    "agreements",
    "load_agreements",
]


class Effect(StrEnum):
    """What an agreement does for a signature."""

    RECOGNITION = "recognition"
    NONE = "none"  # nothing is recognised: the time before an agreement


class Demand(StrEnum):
    """How much an agreement wants something."""

    REQUIRED = "required"
    WANTED = "wanted"  # said where it lacks
    NOT_ASKED = "not-asked"


@dataclass(frozen=True, slots=True)
class Span:
    """From `since` (inclusive) to `until` (exclusive), aware UTC; None is unbounded."""

    since: datetime | None = None
    until: datetime | None = None

    def covers(self, at: datetime) -> bool:
        """Whether the moment lies within."""
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)

    def meets(self, other: Span) -> bool:
        """Whether the two have a moment in common."""
        return _before(self.since, other.until) and _before(other.since, self.until)


def _before(since: datetime | None, until: datetime | None) -> bool:
    return since is None or until is None or since < until


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Relations to which the agreement does not apply; an empty set means any."""

    code: str
    senders: frozenset[Participant]
    receivers: frozenset[Participant]
    subjects: frozenset[Subject]


@dataclass(frozen=True, slots=True)
class RecognisedParty:
    """A trusted third party recognised by its certificate (SHA-256, 64 hex digits)."""

    country: str
    name: str
    certificate_sha256: str
    span: Span


@dataclass(frozen=True, slots=True)
class Admitted:
    """Signature or key algorithms (OIDs) of one country that the agreement admits."""

    country: str
    name: str
    oids: frozenset[str]
    span: Span


@dataclass(frozen=True, slots=True)
class Agreement:
    """One agreement.

    `titles` are by language. `span` is None where the day of entry into force is not stated;
    `pending` is then the last day of which it is known that it was not in force yet. `parties`
    are ISO 3166 alpha-2 codes. It is about `subjects` alone where there are any; empty `senders`
    or `receivers` mean any.
    """

    code: str
    sha256: str
    titles: Mapping[str, str]
    source: str
    parties: frozenset[str]
    effect: Effect
    span: Span | None
    pending: datetime | None = None
    senders: frozenset[Participant] = frozenset()
    receivers: frozenset[Participant] = frozenset()
    subjects: frozenset[Subject] = frozenset()
    exclusions: tuple[Exclusion, ...] = ()
    time_evidence: Demand = Demand.WANTED
    home_receipt: Demand = Demand.REQUIRED
    third_parties: tuple[RecognisedParty, ...] = ()
    algorithms: tuple[Admitted, ...] = ()


_ADDED: Final = frozenset({"algorithms", "exclusions", "third_parties"})
_KEYS: Final = {
    "": (
        "algorithms code demands effect exclusions extends participants parties source "
        "third_parties titles"
    ),
    "effect": "kind pending since until",
    "participants": "senders receivers subjects",
    "demands": "time_evidence home_receipt",
    "exclusions": "code senders receivers subjects",
    "third_parties": "country name certificate_sha256 since until",
    "algorithms": "country name oids since until",
}


@cache
def agreements() -> tuple[Agreement, ...]:
    """Return the agreements that come with Zaruka, by code."""
    return load_agreements(())


def load_agreements(texts: Iterable[str]) -> tuple[Agreement, ...]:
    """Read an operator's agreements (TOML) over the built-in ones; ordered by code.

    Raises ConfigError: "agreement.unreadable" with the file's code and the reason,
    "agreement.doubled" where a code is taken, "agreement.overlap" where two of the same parties
    are in force at one moment with different effects, "agreement.unknown-base" where one extends
    what there is not.
    """
    tables = {table["code"]: (table, text) for table, text in _built_in()}
    for text in texts:
        table = _parse(text)
        base = table.get("extends")
        if base is None:
            if _code(table) in tables:
                raise ConfigError("agreement.doubled", name=_code(table))
            tables[_code(table)] = (table, text)
        elif base in tables:
            under, before = tables[base]
            tables[base] = ({**_lay_over(under, table), "code": base}, before + text)
        else:
            raise ConfigError("agreement.unknown-base", name=str(base))
    found = tuple(_agreement(*tables[code]) for code in sorted(tables))
    _check_overlaps(found)
    return found


def _built_in() -> Iterable[tuple[dict[str, Any], str]]:
    folder = resources.files("zaruka.recognition").joinpath("agreements")
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".toml"):
            text = file.read_text(encoding="utf-8")
            yield _parse(text), text


def _parse(text: str) -> dict[str, Any]:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError("agreement.unreadable", name="", reason=str(error)) from error
    try:
        _check_keys("", table)
    except (TypeError, ValueError) as error:
        raise ConfigError("agreement.unreadable", name=_code(table), reason=str(error)) from error
    return table


def _check_keys(place: str, table: Mapping[str, Any]) -> None:
    """Refuse a key that nobody reads, at any depth."""
    for name, value in table.items():
        if name not in _KEYS[place].split():
            raise ValueError(f"{place}.{name}?" if place else f"{name}?")
        if name not in _KEYS:
            continue
        listed = name in _ADDED
        if listed is not isinstance(value, list):
            raise TypeError(f"{name}: [[{name}]]" if listed else f"{name}: [{name}]")
        for inner in value if listed else (value,):
            if not isinstance(inner, dict):
                raise TypeError(f"{name}: {inner!r}")
            _check_keys(name, inner)


def _code(table: Mapping[str, Any]) -> str:
    return str(table.get("code") or table.get("extends") or "")


def _lay_over(under: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(under)
    for name, value in above.items():
        below = merged.get(name)
        if name in _ADDED:
            merged[name] = [*(below or ()), *value]
        elif isinstance(value, dict) and isinstance(below, dict):
            merged[name] = {**below, **value}
        else:
            merged[name] = value
    return merged


def _agreement(table: Mapping[str, Any], text: str) -> Agreement:
    try:
        return _read(table, sha256(text.encode()).hexdigest())
    except KeyError as error:
        raise ConfigError(
            "agreement.unreadable", name=_code(table), reason=f"missing {error}"
        ) from error
    except (AttributeError, TypeError, ValueError) as error:
        raise ConfigError("agreement.unreadable", name=_code(table), reason=str(error)) from error


def _read(table: Mapping[str, Any], digest: str) -> Agreement:
    effect, who = table["effect"], table.get("participants", {})
    demands = table.get("demands", {})
    pending = effect.get("pending")
    return Agreement(
        code=str(table["code"]),
        sha256=digest,
        titles=dict(table["titles"]),
        source=str(table["source"]),
        parties=frozenset(table["parties"]),
        effect=Effect(effect["kind"]),
        span=_span(effect) if "since" in effect or "until" in effect else None,
        pending=None if pending is None else _moment(pending),
        senders=_kinds(who.get("senders")),
        receivers=_kinds(who.get("receivers")),
        subjects=frozenset(Subject(name) for name in who.get("subjects", ())),
        exclusions=tuple(_exclusion(entry) for entry in table.get("exclusions", ())),
        time_evidence=Demand(demands.get("time_evidence", Demand.WANTED)),
        home_receipt=Demand(demands.get("home_receipt", Demand.REQUIRED)),
        third_parties=tuple(_party(entry) for entry in table.get("third_parties", ())),
        algorithms=tuple(
            Admitted(
                str(entry["country"]), str(entry["name"]), frozenset(entry["oids"]), _term(entry)
            )
            for entry in table.get("algorithms", ())
        ),
    )


def _kinds(names: Iterable[str] | None) -> frozenset[Participant]:
    return frozenset(Participant(name) for name in names or ())


def _exclusion(entry: Mapping[str, Any]) -> Exclusion:
    return Exclusion(
        code=str(entry["code"]),
        senders=_kinds(entry.get("senders")),
        receivers=_kinds(entry.get("receivers")),
        subjects=frozenset(Subject(name) for name in entry.get("subjects", ())),
    )


def _party(entry: Mapping[str, Any]) -> RecognisedParty:
    digest = str(entry["certificate_sha256"]).lower()
    if len(bytes.fromhex(digest)) != 32:
        raise ValueError("certificate_sha256: 64 hex digits")
    return RecognisedParty(str(entry["country"]), str(entry["name"]), digest, _term(entry))


def _term(entry: Mapping[str, Any]) -> Span:
    """Read the term of an entry: it has a start, since nothing holds from all times (R4)."""
    if "since" not in entry:
        raise KeyError("since")
    return _span(entry)


def _span(entry: Mapping[str, Any]) -> Span:
    """Read a span; its start may not come after its end."""
    since, until = (None if entry.get(n) is None else _moment(entry[n]) for n in ("since", "until"))
    if since is not None and until is not None and since >= until:
        raise ValueError(f"since {since:%Y-%m-%d} is not before until {until:%Y-%m-%d}")
    return Span(since, until)


def _moment(value: object) -> datetime:
    """Read a date (its beginning in UTC+3, as both countries keep it) or a time with an offset."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"{value} needs an offset")
        return value.astimezone(UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(), tzinfo=UTC) - _OFFSET
    raise TypeError(f"{value!r} is no date")


_OFFSET: Final = datetime(2000, 1, 1, 3) - datetime(2000, 1, 1)  # noqa: DTZ001 - a difference


def _check_overlaps(found: Iterable[Agreement]) -> None:
    """Refuse two agreements of the same parties that say different things of one moment."""
    dated = [each for each in found if each.span is not None]
    for one, other in combinations(dated, 2):
        if one.parties == other.parties and one.effect is not other.effect:
            assert one.span is not None and other.span is not None  # noqa: PT018 - chosen above
            if one.span.meets(other.span):
                raise ConfigError("agreement.overlap", name=one.code, other=other.code)
