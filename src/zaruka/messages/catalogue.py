"""Catalogues: found, read and laid over one another.

A catalogue is a file of a language (`kinds.toml`) or a folder of files, one for each room or
subject (`findings/x509.toml`), which may add to the same tables but not say the same thing twice.
A package outside brings catalogues of the same shape (`add_catalogues`): they say what is not said
here, and never change what is.
"""

from __future__ import annotations

import os
import string
import tomllib
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from zaruka.messages.visible import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LANGUAGES", "Messages", "Sentence", "add_catalogues", "default_language", "messages"]

LANGUAGES: Final = ("ru", "ru-BY", "be", "en")

# Both countries keep UTC+3 the whole year round.
_ZONE: Final = timezone(timedelta(hours=3))
_HOME: Final = Path(__file__).parent
_brought: list[Path] = []  # folders of others, in the order in which they came


class Sentence(Struct, frozen=True):
    """What is so, and what to do about it (None where there is nothing to do)."""

    text: str
    remedy: str | None = None


def default_language(environment: Mapping[str, str] = os.environ) -> str:
    """Return the language that the locale variables ask for, Russian if they ask for none.

    LC_ALL, LC_MESSAGES and LANG, the first that is set (POSIX 8.2).
    """
    variables = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((environment[name] for name in variables if environment.get(name)), "")
    language, _, country = locale.partition(".")[0].partition("@")[0].partition("_")
    if language == "ru":
        return "ru-BY" if country == "BY" else "ru"
    return language if language in LANGUAGES else "ru"


def add_catalogues(folder: Path) -> None:
    """Add the catalogues of another package: `folder` has a folder for each language, as here.

    A country beyond Russia and Belarus calls this where it defines its rules
    (docs/adding-a-country.md). A language that it lacks names its findings by code and clause.
    """
    if folder not in _brought:
        _brought.append(folder)
        _read.cache_clear()


@cache
def messages(language: str) -> Messages:
    """Return the messages in `language`, one of `LANGUAGES`."""
    if language not in LANGUAGES:
        raise KeyError(language)
    return Messages(language)


class Messages:
    """The sentences of one language."""

    def __init__(self, language: str) -> None:
        """Read nothing yet."""
        self.language = language
        self._formatter = _Formatter(self)

    def about(self, country: str | None) -> Messages:
        """Return the messages that name objects of `country` by its own law.

        A Russian certificate is named by 63-ФЗ and a Belarusian one by the law 113-З, whoever
        reads. Only Russian has two vocabularies; headings and verdicts follow the reader.
        """
        if not self.language.startswith("ru"):
            return self
        return messages("ru-BY" if country == "BY" else "ru" if country == "RU" else self.language)

    def __call__(self, key: str, /, **values: object) -> str:
        """Return the text at `key`: file, table and name ("words.verdict.TOTAL_PASSED")."""
        found: Any = self._find(*key.split("."))
        if not isinstance(found, str):
            raise KeyError(key)
        return self.fill(found, values)

    def has(self, key: str) -> bool:
        """Whether there is a text at `key`."""
        try:
            return isinstance(self._find(*key.split(".")), str)
        except KeyError:
            return False

    def finding(
        self,
        code: str,
        clause: str,
        severity: str,
        values: Mapping[str, object],
        place: str | None = None,
    ) -> Sentence:
        """Return the sentence for a finding.

        An entry has a `text`, a `pass` where the rule can be kept, and a `remedy`, given unless
        it was; or `same`, the code whose entry serves. A rule without an entry, or kept without
        a sentence for that, is named by code and clause: nothing false is said of it. A table
        named `place` in an entry holds what is said differently there.
        """
        kept = severity == "pass"
        entry = self._entry("findings", code)
        if place is not None and place in entry:
            entry = {**entry, **entry[place]}
        text = entry.get("pass" if kept else "text")
        if text is None:
            return Sentence(self("words.rule.unnamed", code=code, clause=clause))
        remedy = None if kept else entry.get("remedy")
        return Sentence(self.fill(text, values), remedy and self.fill(remedy, values))

    def has_place(self, code: str, place: str | None) -> bool:
        """Whether the sentence for a finding has words of its own for `place`."""
        return place in self._entry("findings", code)

    def error(self, code: str, values: Mapping[str, object]) -> Sentence:
        """Return the sentence for an error code of `zaruka.errors`."""
        entry = self._entry("errors", code) or {"text": "{code}"}
        shown = {"code": code, **values}
        for name in ("found", "expected"):  # kinds of input, one or a list
            kinds = str(shown.get(name, "")).split(", ")
            if all(self.has(f"kinds.kind.{kind}") for kind in kinds):
                shown[name] = ", ".join(self(f"kinds.kind.{kind}") for kind in kinds)
        what = f"kinds.what.{shown.get('what')}"
        if self.has(what):
            shown["what"] = self(what)
            if "found" in values:
                shown["found"] = f"{shown['found']} ({shown['what']})"
        remedy = entry.get("remedy")
        return Sentence(self.fill(entry["text"], shown), remedy and self.fill(remedy, shown))

    def name_of(self, oid: str) -> str:
        """Name an object identifier; dotted where it has no name here."""
        return str(_read(self.language, "names").get(oid, oid))

    def moment(self, time: datetime) -> str:
        """Return an aware time as "23.11.2026 12:17:05 (UTC+3, Москва/Минск)"."""
        shown = _at_home(time).strftime("%d.%m.%Y %H:%M:%S")
        return f"{shown} ({self('words.zone')})"

    def day(self, time: datetime) -> str:
        """Return the day of an aware time in UTC+3 as "23.11.2026"."""
        return _at_home(time).strftime("%d.%m.%Y")

    def plural(self, number: int, forms: list[str]) -> str:
        """Return the form that fits `number`: (one, few, many), in English (one, many)."""
        if len(forms) == 2:
            return forms[number != 1]
        tens, ones = divmod(number % 100, 10)
        if tens == 1 or ones == 0 or ones >= 5:
            return forms[2]
        return forms[0] if ones == 1 else forms[1]

    def fill(self, text: str, values: Mapping[str, object]) -> str:
        """Put `values` into `text`; what text from outside could do to a terminal is undone."""
        return self._formatter.vformat(text, (), values)

    def _entry(self, file: str, code: str) -> Mapping[str, Any]:
        table = _read(self.language, file)
        entry: Mapping[str, Any] = table.get(code, {})
        return table[entry["same"]] if "same" in entry else entry

    def _find(self, file: str, *names: str) -> Any:  # noqa: ANN401 - a TOML value
        value: Any = _read(self.language, file)
        for name in names:
            value = value[name]
        return value


class _Formatter(string.Formatter):
    """`{name}`, `{count:one|few|many}`; times as people read them; a missing value as a dash."""

    def __init__(self, owner: Messages) -> None:
        self._owner = owner

    def get_field(self, field_name: str, args: Any, kwargs: Mapping[str, Any]) -> Any:  # noqa: ANN401, ARG002
        return kwargs.get(field_name), field_name

    def format_field(self, value: Any, format_spec: str) -> str:  # noqa: ANN401
        say = self._owner
        if "|" in format_spec:
            return say.plural(int(value), format_spec.split("|"))
        if format_spec == "oid":
            return "; ".join(visible(say.name_of(oid)) for oid in str(value or "—").split())
        if "." in format_spec:  # a table of words, for one or for several with commas
            words = ["none"] if value is None else str(value).split(", ")
            keys = [f"{format_spec}.{word}" for word in words]
            said = [say(k) if say.has(k) else visible(w) for k, w in zip(keys, words, strict=True)]
            return ", ".join(said)
        if isinstance(value, datetime):
            return say.day(value) if format_spec == "day" else say.moment(value)
        if format_spec == "moment":
            return _moment_in(str(value), say)
        return "—" if value is None else visible(str(value))


def _at_home(time: datetime) -> datetime:
    """Bring a time into UTC+3; the end of all times (RFC 5280 4.1.2.5) stays as it is written."""
    try:
        return time.astimezone(_ZONE)
    except OverflowError:
        return time


def _moment_in(text: str, say: Messages) -> str:
    """Write a time given as RFC 3339 as people read it; other text stays as it is."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return visible(text)
    return say.moment(time) if time.tzinfo else visible(text)


@cache
def _read(language: str, file: str) -> Mapping[str, Any]:
    """Return one catalogue of a language, with what `ru-BY` overrides laid over `ru`."""
    base, _, country = language.partition("-")
    table: dict[str, Any] = {}
    for spoken in (base, language) if country else (base,):
        for folder in (*_brought, _HOME):
            table = _lay_over(table, _parse(folder / spoken / file))
    return table


def _parse(catalogue: Path) -> dict[str, Any]:
    """Read a catalogue, whole; one that is not there is empty."""
    single = catalogue.with_suffix(".toml")
    paths = [single] if single.is_file() else sorted(catalogue.glob("*.toml"))
    table: dict[str, Any] = {}
    for path in paths:
        table = _lay_over(table, tomllib.loads(path.read_text(encoding="utf-8")))
    return table


def _lay_over(base: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for name, value in above.items():
        under = merged.get(name)
        if isinstance(value, dict) and isinstance(under, dict):
            merged[name] = _lay_over(under, value)
        else:
            merged[name] = value
    return merged
