"""The terms of an agreement as lines of a name and a text, for the facts of a report.

Names are those of the file (docs/recognition.md), joined by dots; entries of a list are numbered
from 1, words of a list stand side by side: "third_parties.1.since" = "2025-01-01".
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["Terms", "table_of", "terms_of"]

Terms = tuple[tuple[str, str], ...]

_WORDS: Final = frozenset(
    {"certificates", "formats", "means", "oids", "parties", "receivers", "senders", "subjects"}
)
_MOMENTS: Final = frozenset({"pending", "since", "until"})
_TRUTHS: Final = {"yes": True, "no": False}
_DAY: Final = len("2025-01-01")
_BEGINNING: Final = time(21)  # of the next day in UTC+3, in UTC


def terms_of(values: Mapping[str, Any]) -> Terms:
    """Write the values of an agreement as lines, in the order of their names."""
    return tuple(sorted(_lines("", values)))


def _lines(place: str, value: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - of any type
    match value:
        case dict():
            for name, inner in value.items():
                yield from _lines(f"{place}.{name}" if place else name, inner)
        case list():
            for number, each in enumerate(value, 1):
                yield from _lines(f"{place}.{number}", each)
        case frozenset():
            yield place, " ".join(sorted(map(str, value)))
        case datetime():
            is_day = value.time() == _BEGINNING and value.date() < date.max
            yield place, (value.date() + timedelta(1) if is_day else value).isoformat()
        case bool():
            yield place, "yes" if value else "no"
        case _:
            yield place, str(value)


def table_of(terms: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Read the lines back into a table of TOML.

    Raises ValueError for a date that is none, TypeError where names collide.
    """
    table: dict[str, Any] = {}
    for name, text in terms:
        *path, last = name.split(".")
        inner = table
        for part in path:
            inner = inner.setdefault(part, {})
            if not isinstance(inner, dict):
                raise TypeError(name)
        if last in inner:
            raise TypeError(name)
        inner[last] = _value(last, text)
    return {name: _listed(value) for name, value in table.items()}


def _value(name: str, text: str) -> object:
    if name in _WORDS:
        return text.split()
    if name in _MOMENTS:
        return date.fromisoformat(text) if len(text) == _DAY else datetime.fromisoformat(text)
    return _TRUTHS.get(text, text) if name == "accredited" else text


def _listed(value: object) -> object:
    """Make a list again of a table whose names are numbers."""
    if isinstance(value, dict) and value and all(name.isdigit() for name in value):
        return [value[name] for name in sorted(value, key=int)]
    return value
