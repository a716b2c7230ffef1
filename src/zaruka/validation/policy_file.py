"""Policy files: TOML read into a `Policy`, with every mistake named (docs/policies.md).

A file may build on a policy that comes with Zaruka (`extends`): its tables add to and override
those, key by key; an algorithm or a proof of the same name replaces the one before. The SHA-256 of
such a policy is that of the SHA-256 below it, in hexadecimal, followed by the text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from difflib import get_close_matches
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import Any, Final

from zaruka.errors import ConfigError
from zaruka.toml import NotTomlError, parse_toml
from zaruka.validation.constraints import CONSTRAINTS, Level
from zaruka.validation.policy import AlgorithmConstraint, Holder, Policy, Weight
from zaruka.validation.proofs import ProofKind
from zaruka.validation.results import PolicyRef

__all__ = ["built_in", "built_in_names", "parse_policy", "tables", "text_of"]

Read = Callable[[Any], Any]

_HOLDERS: Final = {
    "signer": Holder.SIGNER,
    "authorities": Holder.CA,
    "time_stamps": Holder.TSA,
}


@cache
def built_in(name: str = "etsi") -> Policy:
    """Return a policy that comes with Zaruka; ConfigError("policy.unknown") if there is none."""
    return parse_policy(_text_of(name))


@cache
def built_in_names() -> tuple[str, ...]:
    """Name the policies that come with Zaruka, in the order of the alphabet."""
    files = resources.files("zaruka.validation").joinpath("policies").iterdir()
    return tuple(sorted(f.name.removesuffix(".toml") for f in files if f.name.endswith(".toml")))


def parse_policy(text: str) -> Policy:
    """Read a policy from TOML.

    ConfigError: policy.unreadable where it is no TOML, policy.unknown-key with the nearest known
    one, policy.missing-key, policy.wrong-value with what is expected; policy.unknown where it
    extends a policy that there is none of.
    """
    values = _load(text)
    digest = sha256(text.encode()).hexdigest()
    base = values.pop("extends", None)
    if base is not None:
        below = _text_of(_name(base, "extends"))
        digest = sha256((_digest_of(below) + text).encode()).hexdigest()
        values = _merged(_flattened(below), values)
    return _policy(values, digest)


def text_of(policy: Policy) -> str | None:
    """Return the text of a policy that comes with Zaruka; None for another one."""
    for name in built_in_names():
        if built_in(name).ref == policy.ref:
            return _text_of(name)
    return None


def tables() -> dict[str, tuple[str, ...]]:
    """Name the keys that a policy may have, by table; those of the top stand under ""."""
    return {
        "": ("name", "extends"),
        "revocation": tuple(_REVOCATION),
        "stamps": ("delay_s", *_keys_of("stamps")),
        "paths": tuple(_PATHS),
        **{table: tuple(_keys_of(table)) for table in ("certificates", "signature")},
    }


def _text_of(name: str) -> str:
    if name not in built_in_names():
        near = get_close_matches(name, built_in_names(), 1) or built_in_names()[:1]
        raise ConfigError("policy.unknown", name=name, nearest=near[0])
    file = resources.files("zaruka.validation").joinpath("policies", f"{name}.toml")
    return file.read_text(encoding="utf-8")


def _digest_of(text: str) -> str:
    return parse_policy(text).ref.sha256


def _flattened(text: str) -> dict[str, Any]:
    values = _load(text)
    base = values.pop("extends", None)
    return values if base is None else _merged(_flattened(_text_of(base)), values)


def _load(text: str) -> dict[str, Any]:
    try:
        return parse_toml(text)
    except NotTomlError as error:
        raise ConfigError("policy.unreadable", **error.details) from error


def _merged(below: dict[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Override key by key; entries of a list by their name or kind."""
    merged = dict(below)
    for key, value in above.items():
        known = merged.get(key)
        if isinstance(known, dict) and isinstance(value, dict):
            merged[key] = _merged(known, value)
        elif key in ("algorithms", "proofs") and isinstance(known, list):
            entries = {_label(each): each for each in [*known, *(value or ())]}
            merged[key] = list(entries.values())
        else:
            merged[key] = value
    return merged


def _label(entry: object) -> object:
    if isinstance(entry, Mapping):
        return str(entry.get("name", entry.get("kind", "")))
    return str(entry)


def _policy(values: Mapping[str, Any], digest: str) -> Policy:
    read = _table(values, "", _TOP)
    revocation, stamps = read.get("revocation", {}), read.get("stamps", {})
    levels = {
        key: table[key]
        for key, constraint in CONSTRAINTS.items()
        if key in (table := read.get(constraint.table, {})) and table[key] != constraint.default
    }
    return Policy(
        ref=PolicyRef(read["name"], digest),
        revocation={holder: revocation.get(key, Level.FAIL) for key, holder in _HOLDERS.items()},
        max_freshness=revocation.get("max_freshness_s"),
        presumed_freshness=revocation.get("without_next_update_s"),
        past_until_stale=revocation.get("past_until_stale", False),
        stamp_delay=stamps.get("delay_s"),
        levels=levels,
        proofs={each["kind"]: each["weight"] for each in read.get("proofs", ())},
        algorithms=tuple(read.get("algorithms", ())),
        **read.get("paths", {}),
    )


def _table(values: object, place: str, keys: Mapping[str, tuple[Read, bool]]) -> dict[str, Any]:
    """Read a table whose `keys` are known: how each is read, and whether it has to be there."""
    if not isinstance(values, Mapping):
        raise _wrong(place, "table")
    for key in values:
        if key not in keys:
            near = get_close_matches(key, keys, 1, cutoff=0.4)
            raise ConfigError(
                "policy.unknown-key", key=_at(place, key), nearest=near[0] if near else ""
            )
    found = {}
    for key, (read, is_required) in keys.items():
        if key in values:
            found[key] = _value(read, values[key], _at(place, key))
        elif is_required:
            raise ConfigError("policy.missing-key", key=_at(place, key))
    return found


def _value(read: Read, value: object, place: str) -> object:
    try:
        return read(value)
    except TypeError as error:
        raise _wrong(place, str(error)) from error
    except ConfigError as error:
        if "key" not in error.details:
            raise
        inner = error.details["key"]
        error.details["key"] = f"{place}.{inner}" if inner else place
        raise


def _at(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key


def _wrong(place: str, expected: str) -> ConfigError:
    return ConfigError("policy.wrong-value", key=place, expected=expected)


def _name(value: object, place: str) -> str:
    if not isinstance(value, str):
        raise _wrong(place, "text")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError("text")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("true, false")
    return value


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError("0, 1, 2 …")
    return value


def _seconds(value: object) -> timedelta:
    try:
        return timedelta(seconds=_count(value))
    except OverflowError as error:
        raise TypeError("0, 1, 2 …") from error


def _moment(value: object) -> datetime:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise TypeError("2020-01-01T00:00:00Z")
    return value


def _level(value: object) -> Level:
    found: Level = _one_of(Level, value)
    return found


def _kind(value: object) -> ProofKind:
    kind: ProofKind = _one_of(ProofKind, value)
    if kind in (ProofKind.HELD, ProofKind.TIME_STAMP, ProofKind.EVIDENCE_RECORD):
        raise TypeError("receipt, journal, operator, caller")
    return kind


def _one_of(kinds: Any, value: object) -> Any:  # noqa: ANN401 - any StrEnum
    if value not in tuple(kinds):
        raise TypeError(", ".join(kinds))
    return kinds(value)


def _oids(value: object) -> frozenset[str]:
    if not isinstance(value, list) or not all(
        isinstance(each, str) and each.replace(".", "").isdigit() for each in value
    ):
        raise TypeError('["1.2.643.…"]')
    return frozenset(value)


def _tables(read: Callable[[object], object]) -> Read:
    def read_all(value: object) -> list[object]:
        if not isinstance(value, list):
            raise TypeError("[[…]]")
        found = []
        for number, each in enumerate(value, 1):
            try:
                found.append(read(each))
            except ConfigError as error:
                error.details["key"] = f"{number}.{error.details['key']}"
                raise
        return found

    return read_all


def _algorithm(value: object) -> AlgorithmConstraint:
    return AlgorithmConstraint(**_table(value, "", _ALGORITHM))


def _proof(value: object) -> dict[str, Any]:
    found = _table(value, "", _PROOF)
    return {"kind": found["kind"], "weight": Weight(found.get("since"), found.get("until"))}


def _keys_of(table: str) -> dict[str, tuple[Read, bool]]:
    return {key: (_level, False) for key, each in CONSTRAINTS.items() if each.table == table}


def _sub_table(keys: Mapping[str, tuple[Read, bool]]) -> Read:
    return lambda value: _table(value, "", keys)


_ALGORITHM: Final = {
    "name": (_text, True),
    "oids": (_oids, True),
    "until": (_moment, True),
    "source": (_text, True),
    "level": (_level, False),
    "below_bits": (_count, False),
}
_PROOF: Final = {"kind": (_kind, True), "since": (_moment, False), "until": (_moment, False)}
_REVOCATION: Final = {
    **dict.fromkeys(_HOLDERS, (_level, False)),
    "max_freshness_s": (_seconds, False),
    "without_next_update_s": (_seconds, False),
    "past_until_stale": (_flag, False),
}
_PATHS: Final = {
    "initial_policies": (_oids, False),
    "inhibit_policy_mapping": (_flag, False),
    "explicit_policy": (_flag, False),
    "inhibit_any_policy": (_flag, False),
}
_TOP: Final = {
    "name": (_text, True),
    "revocation": (_sub_table(_REVOCATION), False),
    "certificates": (_sub_table(_keys_of("certificates")), False),
    "signature": (_sub_table(_keys_of("signature")), False),
    "stamps": (_sub_table({"delay_s": (_seconds, False), **_keys_of("stamps")}), False),
    "paths": (_sub_table(_PATHS), False),
    "proofs": (_tables(_proof), False),
    "algorithms": (_tables(_algorithm), False),
}
