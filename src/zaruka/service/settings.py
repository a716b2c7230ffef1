"""The configuration file, `zaruka.toml`: the place of the store, the lists, whom to believe.

Every key has a default; a key that is not known is an error that names the nearest one. The file
is documented in docs/trust.md.
"""

from __future__ import annotations

import errno
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct, structs

from zaruka.errors import ConfigError
from zaruka.toml import NotTomlError, decode_toml, parse_toml
from zaruka.trust import Scheme
from zaruka.trust.lists import MAX_AGE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Fetching", "ListSource", "Settings", "load_settings", "store_place"]

_HEX: Final = frozenset("0123456789abcdef")
_SIZE_MAX: Final = 1 << 20
_MOST: Final = 1 << 40
_MOST_DAYS: Final = 36_500
LIMITS: Final = {
    "octets": 1,
    "seconds": 1,
    "silence_s": 1,
    "rate": 0,
    "redirects": 0,
    "tries": 1,
    "backoff_s": 0,
    "at_once": 1,
    "per_host": 1,
}
"""What may be configured of `zaruka.fetch.Limits`, and the least value of each."""
_TIMES: Final = frozenset({"seconds", "silence_s", "backoff_s"})


class ListSource(Struct, frozen=True):
    """A list that is taken in, and whom to believe that it is theirs.

    `url` is None where the list comes with Zaruka, or as a file only. `signers` are certificates
    of who may sign it, `roots` of those under whom its signer has to stand, by SHA-256; without
    `roots` the official ones of its country serve.
    """

    name: str
    scheme: Scheme
    url: str | None = None
    signers: frozenset[str] = frozenset()
    roots: frozenset[str] = frozenset()
    enabled: bool = True

    @property
    def territory(self) -> str | None:
        """Whose list it is, where a list of lists says so; None for any."""
        _, is_pointed, territory = self.name.partition("/")
        return territory if is_pointed and self.scheme is Scheme.ETSI else None


E_TRUST: Final = ListSource(
    "e-trust",
    Scheme.E_TRUST,
    url="https://e-trust.gosuslugi.ru/app/scc/portal/api/v1/portal/ca/getxml",
)
GOSSUOK: Final = ListSource("gossuok", Scheme.GOSSUOK)


class Fetching(Struct, frozen=True):
    """How servers are reached: hosts and networks off the public internet, a proxy, TLS roots.

    `limits` are those of `zaruka.fetch.Limits` that are not the usual ones, by name.
    """

    allow: tuple[str, ...] = ()
    proxy: str | None = None
    tls_roots: str | None = None
    limits: Mapping[str, Any] = {}


class Settings(Struct, frozen=True):
    """All that can be configured.

    `store` is the place of the store. `removed_max` is the share of trusted certificates (per
    cent) that an update may take away unasked: 100 accepts every list that is signed as it should
    be, None asks. `list_max_age`: after it a list that does not say when the next is due is called
    old. `bundle_signers` may sign what `zaruka trust import` takes, by SHA-256.
    `agreements` are files of rules of recognition (docs/recognition.md), `registry` is the address
    to ask how a power of attorney stands, with {number} in it (docs/powers.md).
    """

    store: str | None = None
    removed_max: int | None = None
    list_max_age: timedelta = MAX_AGE
    sources: tuple[ListSource, ...] = (E_TRUST, GOSSUOK)
    bundle_signers: frozenset[str] = frozenset()
    fetch: Fetching = Fetching()
    agreements: tuple[str, ...] = ()
    registry: str | None = None

    def source(self, name: str) -> ListSource:
        """Return the source of this name; ConfigError where there is none."""
        for each in self.sources:
            if each.name == name:
                return each
        nearest = _nearest(name, [each.name for each in self.sources])
        raise ConfigError("config.unknown-source", name=name, nearest=nearest)


def load_settings(environment: Mapping[str, str]) -> Settings:
    """Read the configuration file, if there is one.

    $ZARUKA_CONFIG, which has to be there; else $XDG_CONFIG_HOME/zaruka/zaruka.toml. Raises
    ConfigError: config.missing, config.unreadable, config.not-toml, config.unknown-key,
    config.wrong-value.
    """
    named = environment.get("ZARUKA_CONFIG")
    path = Path(named) if named else _home(environment, "XDG_CONFIG_HOME", ".config", "zaruka.toml")
    try:
        with path.open("rb") as file:
            octets = file.read(_SIZE_MAX)
    except FileNotFoundError as error:
        if named:
            raise ConfigError("config.missing", name=named) from error
        return Settings()
    except OSError as error:
        reason = errno.errorcode.get(error.errno or errno.EIO, "EIO")
        raise ConfigError("config.unreadable", name=path.name, reason=reason) from error
    try:
        return parse_settings(decode_toml(octets))
    except NotTomlError as error:
        raise ConfigError("config.not-toml", name=path.name, **error.details) from error


def store_place(
    option: str | None, settings: Settings, environment: Mapping[str, str]
) -> tuple[str, bool]:
    """Return where the store is, and whether somebody said so: then it has to be there.

    The option, else $ZARUKA_STORE, else the configuration, else
    $XDG_DATA_HOME/zaruka/zaruka.db.
    """
    said = option or environment.get("ZARUKA_STORE") or settings.store
    if said:
        return said, True
    return str(_home(environment, "XDG_DATA_HOME", ".local/share", "zaruka.db")), False


def _home(environment: Mapping[str, str], variable: str, usual: str, name: str) -> Path:
    """XDG Base Directory Specification: a relative path counts as if it were not set."""
    folder = Path(environment.get(variable, ""))
    if not folder.is_absolute():
        folder = Path(environment.get("HOME") or Path.home()) / usual
    return folder / "zaruka" / name


# --- reading


def parse_settings(text: str) -> Settings:
    """Read a configuration; ConfigError, or NotTomlError where it is no TOML."""
    values = parse_toml(text)
    known = ("store", "update", "sources", "bundles", "fetch", "recognition", "powers")
    _check_keys(values, known, "")
    update = _table(values, "update")
    _check_keys(update, ("policy", "max_age_days"), "update")
    bundles = _table(values, "bundles")
    _check_keys(bundles, ("signers",), "bundles")
    fetch = _table(values, "fetch")
    _check_keys(fetch, ("allow", "proxy", "tls_roots", *LIMITS), "fetch")
    recognition = _table(values, "recognition")
    _check_keys(recognition, ("agreements",), "recognition")
    powers = _table(values, "powers")
    _check_keys(powers, ("registry",), "powers")
    usual = Settings()
    return Settings(
        store=_value(values, "store", str, ""),
        removed_max=_policy(_value(update, "policy", str, "update") or "ask"),
        list_max_age=_days(update, usual.list_max_age),
        sources=tuple(_sources(_table(values, "sources"), usual.sources)),
        bundle_signers=_fingerprints(bundles, "signers", "bundles"),
        fetch=Fetching(
            allow=tuple(map(str, _value(fetch, "allow", list, "fetch") or ())),
            proxy=_value(fetch, "proxy", str, "fetch"),
            tls_roots=_value(fetch, "tls_roots", str, "fetch"),
            limits={key: _number(fetch, key) for key in LIMITS if key in fetch},
        ),
        agreements=tuple(map(str, _value(recognition, "agreements", list, "recognition") or ())),
        registry=_value(powers, "registry", str, "powers"),
    )


def _days(update: Mapping[str, Any], usual: timedelta) -> timedelta:
    value = update.get("max_age_days", usual.days)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _MOST_DAYS:
        key = "update.max_age_days"
        raise ConfigError("config.wrong-value", key=key, value=str(value)[:100])
    return timedelta(days=value)


def _number(fetch: Mapping[str, Any], key: str) -> int | float:
    """Read a limit: more than nothing, but for what may be done without."""
    value = fetch[key]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    is_of_kind = is_number and (key in _TIMES or isinstance(value, int))
    if not is_of_kind or not LIMITS[key] <= value <= _MOST:
        raise ConfigError("config.wrong-value", key=f"fetch.{key}", value=str(value)[:100])
    number: int | float = value
    return number


def _sources(tables: Mapping[str, Any], usual: tuple[ListSource, ...]) -> Iterable[ListSource]:
    """Lay the tables over the sources that come with Zaruka; a new one has to say its scheme."""
    known = {each.name: each for each in usual}
    keys = tuple(name for name in ListSource.__struct_fields__ if name != "name")
    for name in tables:
        place = f"sources.{name}"
        if "/" in name:  # such names are of what belongs to another list
            raise ConfigError("config.wrong-value", key=place, value=name[:100])
        table = _table(tables, name, "sources")
        _check_keys(table, keys, place)
        said = _value(table, "scheme", str, place)
        if said is None and name not in known:
            raise ConfigError("config.wrong-value", key=f"{place}.scheme", value="—")
        if said is not None and said not in set(Scheme):
            raise ConfigError("config.wrong-value", key=f"{place}.scheme", value=said)
        source = known.get(name) or ListSource(name, Scheme(str(said)))
        given = {
            "scheme": None if said is None else Scheme(said),
            "url": _value(table, "url", str, place),
            "enabled": _value(table, "enabled", bool, place),
            **{
                key: _fingerprints(table, key, place)
                for key in ("signers", "roots")
                if key in table
            },
        }
        known[name] = structs.replace(source, **{k: v for k, v in given.items() if v is not None})
    return [each for each in known.values() if each.enabled]


_PREFIX: Final = "accept-unless-removed-over-"


def _policy(said: str) -> int | None:
    """ask, accept, or accept-unless-removed-over-20-percent."""
    if said == "ask":
        return None
    if said == "accept":
        return 100
    number = said.removeprefix(_PREFIX).removesuffix("-percent")
    if said == f"{_PREFIX}{number}-percent" and number in {str(n) for n in range(101)}:
        return int(number)
    raise ConfigError("config.wrong-value", key="update.policy", value=said)


def _check_keys(table: Mapping[str, Any], known: tuple[str, ...], place: str) -> None:
    for key in table:
        if key not in known:
            shown = f"{place}.{key}" if place else key
            raise ConfigError("config.unknown-key", key=shown, nearest=_nearest(key, known))


def _nearest(word: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only where something is wrong

    every = list(known)
    return next(iter(get_close_matches(word, every, 1, 0.5)), ", ".join(every))


def _table(values: Mapping[str, Any], key: str, place: str = "") -> Mapping[str, Any]:
    return _value(values, key, dict, place) or {}


def _value(values: Mapping[str, Any], key: str, kind: type[Any], place: str) -> Any:  # noqa: ANN401
    value = values.get(key)
    if value is not None and not isinstance(value, kind):
        shown = f"{place}.{key}" if place else key
        raise ConfigError("config.wrong-value", key=shown, value=str(value)[:100])
    return value


def _fingerprints(table: Mapping[str, Any], key: str, place: str) -> frozenset[str]:
    """Read SHA-256 fingerprints as people write them: colons, spaces and capitals do not matter."""
    found = set()
    for value in _value(table, key, list, place) or ():
        digits = str(value).replace(":", "").replace(" ", "").lower()
        if len(digits) != 64 or not set(digits) <= _HEX:
            raise ConfigError("config.wrong-value", key=f"{place}.{key}", value=str(value)[:100])
        found.add(digits)
    return frozenset(found)
