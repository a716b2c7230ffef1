"""Validation policies: the constraints of EN 319 102-1 V1.4.1, 5.1.4, as data.

A policy is a TOML file; the report names it and its SHA-256, so that it can be judged again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import TYPE_CHECKING, Any

from zaruka.errors import ConfigError
from zaruka.validation.results import PolicyRef

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "AlgorithmConstraint",
    "Holder",
    "Level",
    "Policy",
    "built_in",
    "parse_policy",
]


class Holder(StrEnum):
    """Whose certificate a constraint is about."""

    SIGNER = "signer"
    CA = "ca"
    TSA = "tsa"


class Level(StrEnum):
    """What becomes of material that breaks a constraint."""

    FAIL = "fail"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class AlgorithmConstraint:
    """Algorithms (any of `oids`) are reliable until `until` (aware UTC, exclusive).

    With `below_bits` only keys smaller than so many bits are meant. `source` is who ended them.
    """

    name: str
    oids: frozenset[str]
    until: datetime
    source: str
    level: Level = Level.FAIL
    below_bits: int | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """Constraints to validate by.

    `revocation_required` names whose revocation status must be known; `max_freshness` is the
    maximum accepted age of revocation information, None for nextUpdate - thisUpdate
    (5.2.5.4 step 1); `stamp_delay` bounds claimed signing time to best-signature-time
    (5.5.4 step 5), None for no bound.
    """

    ref: PolicyRef
    revocation_required: frozenset[Holder]
    max_freshness: timedelta | None
    stamp_delay: timedelta | None
    algorithms: tuple[AlgorithmConstraint, ...]
    _by_oid: dict[str, tuple[AlgorithmConstraint, ...]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        """Index the constraints by algorithm."""
        for constraint in self.algorithms:
            for oid in constraint.oids:
                self._by_oid[oid] = (*self._by_oid.get(oid, ()), constraint)

    def constraints_on(self, oid: str | None) -> tuple[AlgorithmConstraint, ...]:
        """Return the constraints on one algorithm."""
        return self._by_oid.get(oid, ()) if oid else ()


def parse_policy(text: str) -> Policy:
    """Read a policy from TOML; ConfigError("policy.unreadable") names what is wrong and where."""
    import tomllib  # noqa: PLC0415 - only who validates needs it

    try:
        return _policy(tomllib.loads(text), sha256(text.encode()).hexdigest())
    except KeyError as error:
        raise ConfigError("policy.unreadable", reason=f"missing {error}") from error
    except (ValueError, TypeError) as error:  # tomllib.TOMLDecodeError is a ValueError
        raise ConfigError("policy.unreadable", reason=str(error)) from error


@cache
def built_in(name: str = "etsi") -> Policy:
    """Return a policy that comes with Zaruka; ConfigError("policy.unknown") if there is none."""
    for file in resources.files("zaruka.validation").joinpath("policies").iterdir():
        if file.name == f"{name}.toml":
            return parse_policy(file.read_text(encoding="utf-8"))
    raise ConfigError("policy.unknown", name=name)


def _policy(values: Mapping[str, Any], digest: str) -> Policy:
    revocation = values["revocation"]
    return Policy(
        ref=PolicyRef(str(values["name"]), digest),
        revocation_required=frozenset(Holder(name) for name in revocation["required"]),
        max_freshness=_seconds(revocation.get("max_freshness_s")),
        stamp_delay=_seconds(values.get("stamps", {}).get("delay_s")),
        algorithms=tuple(_constraint(entry) for entry in values.get("algorithms", ())),
    )


def _constraint(entry: Mapping[str, Any]) -> AlgorithmConstraint:
    until = entry["until"]
    if not isinstance(until, datetime) or until.tzinfo is None:
        raise TypeError("until must be a date-time with an offset")
    return AlgorithmConstraint(
        name=str(entry["name"]),
        oids=frozenset(entry["oids"]),
        until=until,
        source=str(entry["source"]),
        level=Level(entry.get("level", "fail")),
        below_bits=entry.get("below_bits"),
    )


def _seconds(value: int | None) -> timedelta | None:
    return None if value is None else timedelta(seconds=value)
