"""The policy graph of RFC 9618 gives what the tree of RFC 5280 gives, and does not grow."""

from __future__ import annotations

import time

from zaruka.x509.policies import ANY_POLICY, PolicyGraph

GOLD, SILVER, RED, BLUE = "1.2.3.1", "1.2.3.2", "1.2.3.3", "1.2.3.4"
ANY = frozenset({ANY_POLICY})


def graph(*certificates: list[str] | None, any_policy_counts: bool = True) -> PolicyGraph:
    built = PolicyGraph()
    for policies in certificates:
        built.process(policies, any_policy_counts=any_policy_counts)
    return built


def test_a_policy_in_every_certificate_is_valid():
    built = graph([GOLD, SILVER], [GOLD], [GOLD, RED])
    assert built.valid_policies(ANY) == {GOLD}
    assert built.valid_policies(frozenset({GOLD, BLUE})) == {GOLD}
    assert built.valid_policies(frozenset({BLUE})) == frozenset()


def test_a_certificate_without_policies_ends_every_policy():
    assert graph([GOLD], None, [GOLD]).empty
    assert graph([GOLD], None, [GOLD]).valid_policies(ANY) == frozenset()


def test_policies_that_do_not_meet_leave_nothing():
    assert graph([GOLD], [SILVER]).empty


def test_any_policy_continues_every_policy_unless_inhibited():
    assert graph([ANY_POLICY], [GOLD]).valid_policies(ANY) == {GOLD}
    assert graph([GOLD], [ANY_POLICY]).valid_policies(ANY) == {GOLD}
    assert graph([ANY_POLICY], [ANY_POLICY]).valid_policies(frozenset({RED})) == {RED}
    assert graph([GOLD], [ANY_POLICY], any_policy_counts=False).empty


def test_a_mapped_policy_counts_under_its_name_at_the_anchor():
    built = graph([GOLD])
    built.map([(GOLD, RED), (GOLD, BLUE)], allowed=True)
    built.process([RED], any_policy_counts=True)
    assert built.valid_policies(ANY) == {GOLD}
    assert built.valid_policies(frozenset({RED})) == frozenset()


def test_mapping_from_any_policy_needs_any_policy_here_and_above():
    built = graph([ANY_POLICY])
    built.map([(GOLD, RED)], allowed=True)
    built.process([RED], any_policy_counts=True)
    assert built.valid_policies(frozenset({GOLD})) == {GOLD}


def test_inhibited_mapping_removes_the_policy():
    built = graph([GOLD, SILVER])
    built.map([(GOLD, RED)], allowed=False)
    built.process([GOLD, RED, SILVER], any_policy_counts=True)
    assert built.valid_policies(ANY) == {SILVER}


def test_a_tree_that_would_double_at_each_level_stays_small():
    started = time.process_time()
    built = PolicyGraph()
    for _ in range(64):  # a tree would have 2**64 leaves
        built.process([GOLD, SILVER], any_policy_counts=True)
        mappings = [(one, other) for one in (GOLD, SILVER) for other in (GOLD, SILVER)]
        built.map(mappings, allowed=True)
    built.process([GOLD, SILVER], any_policy_counts=True)
    assert built.valid_policies(ANY) == {GOLD, SILVER}
    assert time.process_time() - started < 1
