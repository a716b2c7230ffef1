"""Validation policies: the constraints of EN 319 102-1 V1.4.1, 5.1.4, as data.

A policy is a TOML file (docs/policies.md); the report names it and its SHA-256, so that it can be
judged again. Files are read by `zaruka.validation.policy_file`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from zaruka._native import lazy
from zaruka.findings import Severity
from zaruka.validation.constraints import CONSTRAINTS, Level
from zaruka.validation.proofs import ProofKind
from zaruka.x509 import PathInputs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime, timedelta

    from zaruka.findings import Finding, SubIndication
    from zaruka.validation.proofs import Proof
    from zaruka.validation.results import PolicyRef

__all__ = ["AlgorithmConstraint", "Holder", "Level", "Policy", "Weight", "weigh"]

_ANY_POLICY = "2.5.29.32.0"
_SEVERITIES = {Level.WARN: Severity.WARN, Level.INFORM: Severity.INFO}
_GOVERNED = frozenset({Severity.WARN, Severity.UNKNOWN, Severity.FAIL})


class Holder(StrEnum):
    """Whose certificate a constraint is about."""

    SIGNER = "signer"
    CA = "ca"
    TSA = "tsa"


def weigh(finding: Finding, level: Level, sub_indication: SubIndication) -> Finding | None:
    """Give what is broken the severity of a level; None to leave it out. The rest stays."""
    if finding.severity not in _GOVERNED:
        return finding
    if level is Level.IGNORE:
        return None
    if level is Level.FAIL:
        severity = finding.severity if finding.severity is Severity.FAIL else Severity.UNKNOWN
        sub = finding.sub_indication or sub_indication
        return structs.replace(finding, severity=severity, sub_indication=sub)
    return structs.replace(finding, severity=_SEVERITIES[level], sub_indication=None)


class AlgorithmConstraint(Struct, frozen=True):
    """Algorithms (any of `oids`) are reliable until `until` (aware UTC, exclusive).

    With `below_bits` only keys smaller than so many bits are meant. `source` is who ended them.
    """

    name: str
    oids: frozenset[str]
    until: datetime
    source: str
    level: Level = Level.FAIL
    below_bits: int | None = None


class Weight(Struct, frozen=True):
    """Since when, and until when, a kind of proof of existence counts; None is unbounded."""

    since: datetime | None = None
    until: datetime | None = None


class Policy(Struct, frozen=True, dict=True):
    """Constraints to validate by.

    `revocation` says what follows where a holder's revocation status is not known;
    `max_freshness` is the maximum accepted age of revocation information, None for nextUpdate -
    thisUpdate (5.2.5.4 step 1), `presumed_freshness` that of what has no nextUpdate, None for
    none; `past_until_stale`: what was said of a certificate counts in the past as long as it was
    fresh, not only until it was issued (5.6.2.2.4 step 2 c). `stamp_delay` bounds claimed signing
    time to best-signature-time (5.5.4 step 5), None for no bound. `levels` are those of
    `CONSTRAINTS` that differ from the default. `proofs` are the kinds of proofs of existence that
    count beside time-stamps. `initial_policies` and what follows it are X.509 validation
    constraints (5.1.4.2): the inputs (c), (e), (f) and (g) of RFC 5280 6.1.1.
    """

    ref: PolicyRef
    revocation: Mapping[Holder, Level]
    max_freshness: timedelta | None = None
    presumed_freshness: timedelta | None = None
    past_until_stale: bool = False
    stamp_delay: timedelta | None = None
    levels: Mapping[str, Level] = {}
    proofs: Mapping[ProofKind, Weight] = {}
    algorithms: tuple[AlgorithmConstraint, ...] = ()
    initial_policies: frozenset[str] = frozenset({_ANY_POLICY})
    inhibit_policy_mapping: bool = False
    explicit_policy: bool = False
    inhibit_any_policy: bool = False

    @lazy
    def revocation_required(self) -> frozenset[Holder]:
        """Whose revocation status has to be known."""
        return frozenset(h for h, level in self.revocation.items() if level is Level.FAIL)

    @lazy
    def by_oid(self) -> dict[str | None, tuple[AlgorithmConstraint, ...]]:
        """Index the constraints by algorithm."""
        index: dict[str | None, tuple[AlgorithmConstraint, ...]] = {}
        for constraint in self.algorithms:
            for oid in constraint.oids:
                index[oid] = (*index.get(oid, ()), constraint)
        return index

    @lazy
    def _by_rule(self) -> dict[str, tuple[Level, SubIndication]]:
        return {
            code: (level, CONSTRAINTS[name].sub_indication)
            for name, level in self.levels.items()
            for code in CONSTRAINTS[name].rules
        }

    def admits(self, proof: Proof) -> bool:
        """Whether a proof of existence of its kind counts, at the moment that it proves.

        A time-stamp that holds always does, and so do those of an evidence record.
        """
        if proof.kind in (ProofKind.TIME_STAMP, ProofKind.EVIDENCE_RECORD):
            return True
        weight = self.proofs.get(proof.kind)
        return (
            weight is not None
            and (weight.since is None or weight.since <= proof.time)
            and (weight.until is None or proof.time < weight.until)
        )

    def level(self, constraint: str) -> Level:
        """Return what follows where a constraint of `CONSTRAINTS` is broken."""
        return self.levels.get(constraint) or CONSTRAINTS[constraint].default

    def governs(self, code: str) -> bool:
        """Whether the policy has a level of its own, not the usual one, for a rule."""
        return self._governing(code) is not None

    def weigh(self, finding: Finding) -> Finding | None:
        """Give a finding the severity that the policy gives to its rule; None to leave it out."""
        if not self._by_rule or finding.severity not in _GOVERNED:
            return finding
        found = self._governing(finding.rule.code)
        if found is None:
            return finding
        return weigh(finding, *found)

    def weigh_all(self, findings: Iterable[Finding]) -> Iterable[Finding]:
        """Give each finding the severity that the policy gives to its rule."""
        if not self.levels:
            return findings
        weighed = map(self.weigh, findings)
        return [each for each in weighed if each is not None]

    def _governing(self, code: str) -> tuple[Level, SubIndication] | None:
        found = self._by_rule.get(code)
        if found is not None:
            return found
        return next(
            (
                value
                for rule, value in self._by_rule.items()
                if rule.endswith("*") and code.startswith(rule[:-1])
            ),
            None,
        )

    def path_inputs(self, at: datetime, processed: frozenset[str] = frozenset()) -> PathInputs:
        """Return what paths are validated by at the moment `at` (RFC 5280 6.1.1).

        `processed` are critical extensions that are read elsewhere.
        """
        return PathInputs(
            at,
            self.initial_policies,
            inhibit_policy_mapping=self.inhibit_policy_mapping,
            explicit_policy=self.explicit_policy,
            inhibit_any_policy=self.inhibit_any_policy,
            processed=processed,
        )
