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
from zaruka.x509 import PathInputs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "AlgorithmConstraint",
    "Holder",
    "IssuerStanding",
    "Level",
    "Policy",
    "built_in",
    "parse_policy",
]

_ANY_POLICY = "2.5.29.32.0"


class Holder(StrEnum):
    """Whose certificate a constraint is about."""

    SIGNER = "signer"
    CA = "ca"
    TSA = "tsa"


class Level(StrEnum):
    """What becomes of material that breaks a constraint."""

    FAIL = "fail"
    WARN = "warn"


class IssuerStanding(StrEnum):
    """What becomes of a certificate whose issuer did not stand well with its state, or may not."""

    TELL = "tell"  # beside the verdict
    REQUIRE = "require"  # INDETERMINATE, CHAIN_CONSTRAINTS_FAILURE


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
    (5.5.4 step 5), None for no bound. `initial_policies` and what follows it are X.509 validation
    constraints (5.1.4.2): the inputs (c), (e), (f) and (g) of RFC 5280 6.1.1. `issuer_standing`
    is what follows where a national list does not say that the issuer was accredited.
    """

    ref: PolicyRef
    revocation_required: frozenset[Holder]
    max_freshness: timedelta | None
    stamp_delay: timedelta | None
    algorithms: tuple[AlgorithmConstraint, ...]
    initial_policies: frozenset[str] = frozenset({_ANY_POLICY})
    inhibit_policy_mapping: bool = False
    explicit_policy: bool = False
    inhibit_any_policy: bool = False
    issuer_standing: IssuerStanding = IssuerStanding.TELL
    _by_oid: dict[str, tuple[AlgorithmConstraint, ...]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        """Index the constraints by algorithm."""
        for constraint in self.algorithms:
            for oid in constraint.oids:
                self._by_oid[oid] = (*self._by_oid.get(oid, ()), constraint)

    def path_inputs(self, at: datetime) -> PathInputs:
        """Return what paths are validated by at the moment `at` (RFC 5280 6.1.1)."""
        return PathInputs(
            at,
            self.initial_policies,
            inhibit_policy_mapping=self.inhibit_policy_mapping,
            explicit_policy=self.explicit_policy,
            inhibit_any_policy=self.inhibit_any_policy,
        )

    def constraints_on(self, oids: Iterable[str | None]) -> list[AlgorithmConstraint]:
        """Return the constraints on any of several algorithms, one after the other."""
        return [each for oid in oids if oid for each in self._by_oid.get(oid, ())]


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
    revocation, paths = values["revocation"], values.get("paths", {})
    return Policy(
        ref=PolicyRef(str(values["name"]), digest),
        revocation_required=frozenset(Holder(name) for name in revocation["required"]),
        max_freshness=_seconds(revocation.get("max_freshness_s")),
        stamp_delay=_seconds(values.get("stamps", {}).get("delay_s")),
        algorithms=tuple(_constraint(entry) for entry in values.get("algorithms", ())),
        initial_policies=frozenset(paths.get("initial_policies", (_ANY_POLICY,))),
        inhibit_policy_mapping=bool(paths.get("inhibit_policy_mapping", False)),
        explicit_policy=bool(paths.get("explicit_policy", False)),
        inhibit_any_policy=bool(paths.get("inhibit_any_policy", False)),
        issuer_standing=IssuerStanding(values.get("issuers", {}).get("standing", "tell")),
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
