"""Certificate policies along a path: RFC 5280 6.1 as RFC 9618 rewrites it over a graph.

The tree of RFC 5280 can double at each certificate; the graph has one node for each policy and
depth, so its size is linear in the certificates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

__all__ = ["ANY_POLICY", "PolicyGraph", "PolicyStep"]

ANY_POLICY = "2.5.29.32.0"


class PolicyStep(Struct, frozen=True):
    """What one certificate of a path says of policies.

    `any_policy_counts`: inhibit_anyPolicy > 0, or self-issued and not the last certificate.
    `mappings` are (issuerDomainPolicy, subjectDomainPolicy) pairs.
    """

    policies: tuple[str, ...]
    any_policy_counts: bool
    mappings: tuple[tuple[str, str], ...] = ()
    mapping_allowed: bool = True


@dataclass(slots=True, eq=False)
class _Node:
    """One valid policy at one depth: RFC 9618 5.2."""

    valid_policy: str
    expected_policies: frozenset[str]
    parents: tuple[_Node, ...]


class PolicyGraph:
    """valid_policy_graph of RFC 9618; starts at depth 0 with anyPolicy alone."""

    __slots__ = ("_level", "_previous")

    def __init__(self) -> None:
        """RFC 5280 6.1.2(a)."""
        self._previous: dict[str, _Node] = {}
        self._level = {ANY_POLICY: _Node(ANY_POLICY, frozenset({ANY_POLICY}), ())}

    @classmethod
    def along(cls, steps: Iterable[PolicyStep]) -> PolicyGraph:
        """Go down a path; most never ask what policies are valid, so this is done when one does."""
        graph = cls()
        for step in steps:
            graph.process(step.policies, any_policy_counts=step.any_policy_counts)
            if step.mappings:
                graph.map(step.mappings, allowed=step.mapping_allowed)
        return graph

    @property
    def empty(self) -> bool:
        """Whether no policy is valid for the path so far (the graph is NULL)."""
        return not self._level

    def process(self, policies: Collection[str], *, any_policy_counts: bool) -> None:
        """Add the policies of the next certificate, if it has any: 6.1.3(d) and (e).

        `any_policy_counts`: inhibit_anyPolicy > 0, or self-issued and not the last certificate.
        """
        above, self._previous, self._level = self._level, self._level, {}
        if not policies or not above:
            return
        expecting: dict[str, list[_Node]] = {}
        for node in above.values():
            for policy in node.expected_policies:
                expecting.setdefault(policy, []).append(node)
        any_node = above.get(ANY_POLICY)
        asserted = set(policies)
        for policy in asserted - {ANY_POLICY}:  # (d)(1)(i), (ii)
            parents = tuple(expecting.get(policy, ())) or ((any_node,) if any_node else ())
            if parents:
                self._level[policy] = _Node(policy, frozenset({policy}), parents)
        if ANY_POLICY in asserted and any_policy_counts:  # (d)(2)
            for policy, nodes in expecting.items():
                if policy not in self._level:
                    self._level[policy] = _Node(policy, frozenset({policy}), tuple(nodes))

    def map(self, mappings: Sequence[tuple[str, str]], *, allowed: bool) -> None:
        """Apply (issuerDomainPolicy, subjectDomainPolicy) pairs: 6.1.4(b)."""
        targets: dict[str, set[str]] = {}
        for issuer_policy, subject_policy in mappings:
            targets.setdefault(issuer_policy, set()).add(subject_policy)
        any_here = ANY_POLICY in self._level
        any_above = self._previous.get(ANY_POLICY)
        for policy, expected in targets.items():
            if not allowed:  # (b)(2)
                self._level.pop(policy, None)
            elif policy in self._level:  # (b)(1)
                self._level[policy].expected_policies = frozenset(expected)
            elif any_here and any_above is not None:
                self._level[policy] = _Node(policy, frozenset(expected), (any_above,))

    def valid_policies(self, wanted: frozenset[str]) -> frozenset[str]:
        """Policies valid for the whole path among `wanted`, the user-initial-policy-set.

        6.1.5(g) as RFC 9618 5.6: policies are counted where they leave anyPolicy, in terms of the
        anchor's domain. {anyPolicy} is returned where every policy is valid.
        """
        at_authority: set[str] = set()
        seen: set[int] = set()
        stack = list(self._level.values())
        while stack:
            node = stack.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            if any(parent.valid_policy == ANY_POLICY for parent in node.parents):
                at_authority.add(node.valid_policy)
            stack.extend(node.parents)
        if ANY_POLICY in self._level:
            return wanted
        at_authority.discard(ANY_POLICY)
        return frozenset(at_authority) if ANY_POLICY in wanted else frozenset(at_authority & wanted)
