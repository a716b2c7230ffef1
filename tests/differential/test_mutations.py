"""Hierarchies with one thing changed in each: we and other programs say the same of them."""

from __future__ import annotations

from functools import cache

import peers
import pytest
from chains import KINDS, MUTATIONS, Chain, Maker
from disagreements import CERTVALIDATOR, LIBRARY, OF_MUTATIONS, OPENSSL

maker = cache(Maker)


@cache
def chain(kind: str, label: str) -> Chain:
    return MUTATIONS[label].make(maker(kind))


def differing(kind: str, judge, asked=lambda _: True) -> set[str]:
    """Name the chains of which `judge` says otherwise than RFC 5280."""
    judged = {label: one.valid for label, one in MUTATIONS.items() if asked(chain(kind, label))}
    return {label for label, valid in judged.items() if judge(chain(kind, label)) is not valid}


def test_there_are_as_many_changes_as_one_thinks():
    verdicts = [one.valid for one in MUTATIONS.values()]
    assert (len(verdicts), sum(verdicts)) == (100, 45)


@pytest.mark.parametrize("kind", KINDS)
def test_we_judge_as_rfc_5280_does_and_others_differ_where_they_are_known_to(kind, request):
    """Ask all in one test for a kind of keys: the chains are dear to make."""
    assert differing(kind, peers.zaruka) == set()
    if not kind.startswith("gost"):
        known = {*OF_MUTATIONS[LIBRARY]}
        assert differing(kind, peers.library, peers.known_to_library) == known
        pytest.importorskip("pyhanko_certvalidator", reason="pip install pyhanko-certvalidator")
        assert differing(kind, peers.certvalidator) == {*OF_MUTATIONS[CERTVALIDATOR]}
    program = request.getfixturevalue("gost_openssl")
    folder = request.getfixturevalue("tmp_path")
    found = differing(kind, lambda one: peers.openssl(one, program, folder))
    assert found == {*OF_MUTATIONS[OPENSSL]}
