"""The search for a path: names, key identifiers, loops, cross-certificates, budgets."""

from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hierarchy import END, NOW, START, Authority
from zaruka.x509 import rules
from zaruka.x509.path_checks import PathInputs, find_path
from zaruka.x509.paths import Anchor, CertificatePool, SearchBudget, build_paths


def find(target, candidates, anchors, **options):
    return find_path(target, CertificatePool(candidates), anchors, PathInputs(NOW), **options)


def names(path):
    return [certificate.subject.display() for certificate in path.certificates]


@pytest.fixture(scope="module")
def chain():
    root, middle, leaf = Authority("root"), Authority("middle"), Authority("leaf")
    return {
        "anchor": root.anchor(),
        "middle": root.issue(middle),
        "leaf": middle.issue(leaf, ca=False),
        "authorities": (root, middle, leaf),
    }


def test_a_chain_is_found_from_the_target_to_the_anchor(chain):
    outcome = find(chain["leaf"], [chain["middle"]], [chain["anchor"]])
    assert names(outcome.valid.path) == ["leaf", "middle"]
    assert outcome.valid.path.anchor is chain["anchor"]
    assert outcome.failed == ()


def test_a_missing_issuer_is_named(chain):
    outcome = find(chain["leaf"], [], [chain["anchor"]])
    assert outcome.valid is None
    (end,) = outcome.dead_ends
    assert end.finding.rule is rules.NO_ISSUER
    assert end.finding.expected == "middle"
    assert end.finding.subject == chain["leaf"].ref


def test_a_root_that_nobody_trusts_is_told_from_a_missing_issuer(chain):
    root = chain["authorities"][0].certificate()
    outcome = find(chain["leaf"], [chain["middle"], root], [Authority("other").anchor()])
    assert outcome.valid is None
    assert [end.finding.rule for end in outcome.dead_ends] == [rules.UNTRUSTED_ROOT]
    assert outcome.dead_ends[0].certificates[-1] == root


def test_the_anchor_itself_is_a_path(chain):
    anchor = chain["anchor"]
    outcome = find(anchor.certificate, [], [anchor])
    assert outcome.valid.path.is_direct
    leaf = Anchor.of(chain["leaf"])
    assert find(chain["leaf"], [], [leaf]).valid.path.is_direct


def test_of_several_keys_of_one_name_the_one_that_signed_is_found():
    root = Authority("root")
    keys = [Authority("middle", secret=str(n)) for n in range(6)]
    leaf = keys[4].issue(Authority("leaf"), ca=False)
    middles = [root.issue(key) for key in keys]
    outcome = find(leaf, middles, [root.anchor()])
    assert outcome.valid.path.certificates == (leaf, middles[4])
    (noted,) = [f for f in outcome.findings if f.rule is rules.ISSUER_KEY_DIFFERS]
    assert noted.details["count"] == 5


def test_an_issuer_without_key_identifiers_is_found_by_trying_all():
    root = Authority("root")
    keys = [Authority("middle", secret=str(n)) for n in range(4)]
    leaf = keys[2].issue(Authority("leaf"), ca=False, identified=False)
    bare = [root.issue(key, identified=False) for key in keys]
    outcome = find(leaf, reversed(bare), [root.anchor()])
    assert outcome.valid.path.certificates[1] == bare[2]


def test_a_cross_certificate_leads_to_the_other_anchor():
    ours, theirs, leaf = Authority("ours"), Authority("theirs"), Authority("leaf")
    target = theirs.issue(leaf, ca=False)
    cross, own = ours.issue(theirs), theirs.certificate()
    assert names(find(target, [cross, own], [ours.anchor()]).valid.path) == ["leaf", "theirs"]
    assert names(find(target, [cross, own], [theirs.anchor()]).valid.path) == ["leaf"]


def test_an_expired_cross_certificate_does_not_hide_the_way_that_is_open():
    root, other, middle = Authority("root"), Authority("other"), Authority("middle")
    leaf = middle.issue(Authority("leaf"), ca=False)
    expired = other.issue(middle, not_after=START.replace(year=2021))
    outcome = find(leaf, [expired, root.issue(middle)], [other.anchor(), root.anchor()])
    assert outcome.valid.path.anchor.name == root.issuer.name


def test_every_failed_candidate_keeps_its_reason_and_the_closest_comes_first():
    root, other, middle = Authority("root"), Authority("other"), Authority("middle")
    leaf = middle.issue(Authority("leaf"), ca=False)
    expired = root.issue(middle, not_after=START.replace(year=2021))
    no_ca = other.issue(middle, ca=False)
    outcome = find(leaf, [no_ca, expired], [root.anchor(), other.anchor()])
    assert outcome.valid is None
    broken = [{f.rule for f in one.findings if f.severity == "fail"} for one in outcome.failed]
    assert broken == [{rules.EXPIRED}, {rules.NOT_A_CA}]


def test_a_loop_of_authorities_without_anchor_ends():
    a, b, c = Authority("a"), Authority("b"), Authority("c")
    loop = [a.issue(b), b.issue(a), a.issue(a), b.issue(c), c.issue(b), c.issue(a)]
    leaf = c.issue(Authority("leaf"), ca=False)
    outcome = find(leaf, loop, [Authority("root").anchor()])
    assert outcome.valid is None
    assert outcome.failed == ()


def test_a_mesh_of_cross_certificates_is_searched_within_its_budget():
    authorities = [Authority(f"mesh {n}") for n in range(12)]
    mesh = [one.issue(other) for one, other in itertools.permutations(authorities, 2)]
    leaf = authorities[0].issue(Authority("leaf"), ca=False)
    root = Authority("root")
    started = time.process_time()
    assert find(leaf, mesh, [root.anchor()]).valid is None
    way = root.issue(authorities[-1])
    assert find(leaf, [*mesh, way], [root.anchor()]).valid is not None
    expired = root.issue(authorities[-1], not_after=START.replace(year=2021))
    outcome = find(leaf, [*mesh, expired], [root.anchor()])
    assert outcome.valid is None
    assert rules.SEARCH_BUDGET in {f.rule for f in outcome.findings}
    assert time.process_time() - started < 5


def test_a_chain_that_is_too_long_is_said_to_be():
    links = [Authority(f"link {n}") for n in range(60)]
    chain = [one.issue(other) for one, other in itertools.pairwise(links)]
    outcome = find(chain[-1], chain[:-1], [links[0].anchor()])
    assert outcome.valid is None
    assert [(f.rule, f.actual) for f in outcome.findings] == [(rules.CHAIN_TOO_LONG, "20")]
    generous = SearchBudget(certificates=100)
    assert find(chain[-1], chain[:-1], [links[0].anchor()], budget=generous).valid


def test_a_bag_of_ten_thousand_certificates_is_searched_quickly(chain):
    decoys = Authority("decoys")
    same_name = Authority("middle", secret="another")
    bag = [decoys.issue(Authority(f"decoy {n % 50}")) for n in range(7_000)]
    bag += [decoys.issue(same_name, serial=10_000 + n) for n in range(3_000)]
    assert len(CertificatePool(bag)) == 10_000
    started = time.process_time()
    outcome = find(chain["leaf"], [*bag, chain["middle"]], [chain["anchor"]])
    assert outcome.valid is not None
    assert find(chain["leaf"], bag, [chain["anchor"]]).valid is None
    assert time.process_time() - started < 10


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_what_is_given_changes_nothing(random):
    root, other = Authority("root"), Authority("other")
    keys = [Authority("middle", secret=str(n)) for n in range(3)]
    given_ = [
        *(one.issue(key) for one in (root, other) for key in keys),
        root.issue(keys[0], not_after=START.replace(year=2021), serial=77),
        root.issue(other),
        other.issue(root),
    ]
    anchors = [root.anchor(), other.anchor()]
    leaf = keys[0].issue(Authority("leaf"), ca=False)
    expected = find(leaf, given_, anchors)
    shuffled, mixed = list(given_), list(anchors)
    random.shuffle(shuffled)
    random.shuffle(mixed)
    outcome = find(leaf, [*shuffled, *shuffled[:3]], mixed)
    assert outcome == expected
    assert build_paths(leaf, CertificatePool(shuffled), mixed, at=NOW).paths == (
        build_paths(leaf, CertificatePool(given_), anchors, at=NOW).paths
    )
    assert END > NOW
