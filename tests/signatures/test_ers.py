"""What each time-stamp of an evidence record is over: RFC 4998 4.2, 4.3, 5.2, 5.3."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from bouncycastle import compiled
from evidence_records import SHA_256, SHA_512, STREEBOG, begin, branch, stamping
from judging import context
from zaruka.asn1.pkix import AlgorithmIdentifier
from zaruka.crypto import digest
from zaruka.crypto.algorithms import DIGESTS
from zaruka.errors import BudgetExceeded, InputError, UnsupportedError
from zaruka.lab import russia as ru
from zaruka.signatures.creation import answer_request
from zaruka.signatures.ers import check_record, parse_evidence_record
from zaruka.signatures.input.forms import Kind, recognise
from zaruka.signatures.input.opening import Input
from zaruka.validation.evidence_record import judge_evidence_record

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR, YEAR = timedelta(hours=1), timedelta(days=365)
LONG_AGO = NOW - 10 * YEAR  # BouncyCastle renews nothing from the future of its own clock
OBJECT, OTHERS = b"the object", (b"a neighbour", b"another", b"a third")


@pytest.fixture(scope="module")
def nation():
    return ru.russia(NOW, os.urandom)


@pytest.fixture(scope="module")
def by(nation):
    return stamping(nation)


@pytest.fixture(scope="module")
def renewed(by):
    """Three chains: of one, of three and of two time-stamps."""
    draft = begin(by, SHA_256, [OBJECT], NOW - 5 * YEAR, *OTHERS)
    draft = draft.rehashed(by, STREEBOG, OBJECT, NOW - 4 * YEAR, *OTHERS)
    draft = draft.renewed(by, NOW - 3 * YEAR, *OTHERS).renewed(by, NOW - 2 * YEAR, bare=True)
    return draft.rehashed(by, SHA_512, OBJECT, NOW - YEAR).renewed(by, NOW)


def of(octets):
    return lambda oid: digest(oid, octets)


def told(draft, octets=OBJECT):
    """Name the rules that are broken, and by which time-stamp."""
    der = draft if isinstance(draft, bytes) else draft.der
    found = check_record(parse_evidence_record(der), of(octets))
    return [(each.rule.code, each.details["number"]) for each in found]


# --- what holds


@pytest.mark.parametrize("oid", sorted(DIGESTS))
def test_every_digest_that_we_have_makes_trees(by, oid):
    draft = begin(by, oid, [OBJECT], NOW, *OTHERS)
    assert told(draft) == []
    assert told(draft.renewed(by, NOW)) == []


@given(count=st.integers(1, 33), own=st.integers(0, 32), size=st.integers(1, 4))
@settings(max_examples=40, deadline=None)
def test_a_branch_leads_to_the_root_of_its_tree(count, own, size):
    own %= count
    groups = [
        [digest(SHA_256, b"%d %d" % (n, m)) for m in range(size if n == own else 1)]
        for n in range(count)
    ]
    root, lists = branch(groups, SHA_256, own)
    found = parse_evidence_record(begin(_anything, SHA_256, [OBJECT], NOW).der).first
    found = structs.replace(found, tree=lists)
    assert found.root() == root
    assert all(found.holds(each) for each in groups[own])
    assert not found.holds(digest(SHA_256, b"none of them"))


_KNOWN: dict = {}


def _anything(oid, imprint, at):
    """Stamp with one authority for all examples."""
    if not _KNOWN:
        _KNOWN["by"] = stamping(ru.russia(NOW, os.urandom))
    return _KNOWN["by"](oid, imprint, at)


def test_the_tree_of_the_standard_is_computed_as_there(by):
    """RFC 4998 4.2, figures 1 and 2: groups d1; d2 of a, b and c; d3."""
    h1, h2a, h2b, h2c, h3 = (digest(SHA_256, each) for each in (b"1", b"a", b"b", b"c", b"3"))
    h2 = digest(SHA_256, b"".join(sorted((h2a, h2b, h2c))))
    h12 = digest(SHA_256, b"".join(sorted((h1, h2))))
    root = digest(SHA_256, b"".join(sorted((h12, h3))))
    token = by(SHA_256, root, NOW)
    for octets, lists in (
        (b"1", ((h1, h2), (h3,))),
        (b"c", ((h2b, h2c, h2a), (h1,), (h3,))),
        (b"3", ((h3, h12),)),
    ):
        draft = begin(by, SHA_256, [octets], NOW)
        assert told(draft.changed(0, 0, reduced_hashtree=lists, time_stamp=token), octets) == []


def test_a_stamp_over_the_object_alone_needs_no_tree(by):
    draft = begin(by, SHA_256, [OBJECT], NOW)
    for tree in (None, (), ((digest(SHA_256, OBJECT),),)):
        assert told(draft.changed(0, 0, reduced_hashtree=tree)) == []


def test_any_member_of_a_group_is_proven(by):
    draft = begin(by, SHA_256, [OBJECT, b"its document"], NOW, *OTHERS)
    assert told(draft) == told(draft, b"its document") == []
    assert told(draft, OTHERS[0]) == [("ers.tree", 1)]


def test_renewals_of_both_kinds_hold(renewed):
    assert told(renewed) == []
    assert [len(each) for each in renewed.chains] == [1, 3, 2]


def test_a_stated_digest_is_the_one_of_the_stamp(by):
    draft = begin(by, SHA_256, [OBJECT], NOW)
    stated = AlgorithmIdentifier(SHA_256)
    assert told(draft.changed(0, 0, digest_algorithm=stated)) == []
    stated = AlgorithmIdentifier(SHA_512)
    assert told(draft.changed(0, 0, digest_algorithm=stated)) == [("ers.algorithm", 1)]


# --- what does not


def test_another_object_is_held_by_no_stamp_over_objects(renewed):
    assert told(renewed, b"another object") == [
        ("ers.tree", 1),
        ("ers.hash-tree-renewal", 2),
        ("ers.hash-tree-renewal", 5),
    ]


def test_an_altered_hash_leads_to_another_root(renewed):
    lists = renewed.chains[0][0].reduced_hashtree
    for level in range(1, len(lists)):
        altered = list(lists)
        altered[level] = (digest(SHA_256, b"altered"),)
        broken = renewed.changed(0, 0, reduced_hashtree=tuple(altered))
        assert told(broken)[0] == ("ers.tree", 1)
        # and the chain is not the one that the later ones are over
        assert ("ers.hash-tree-renewal", 2) in told(broken)


def test_a_stamp_over_something_else_is_told(by, renewed):
    other = by(SHA_256, digest(SHA_256, b"something else"), NOW)
    alone = begin(by, SHA_256, [OBJECT], NOW, *OTHERS)
    assert told(alone.changed(0, 0, time_stamp=other)) == [("ers.tree", 1)]
    replaced = renewed.changed(1, 1, time_stamp=by(STREEBOG, bytes(32), NOW - 3 * YEAR))
    assert [code for code, _ in told(replaced)][:2] == ["ers.renewal", "ers.renewal"]


def test_a_renewal_that_skips_one_stamp_is_told(renewed):
    chain = renewed.chains[1]
    skipped = structs.replace(renewed, chains=(renewed.chains[0], (chain[0], chain[2])))
    assert told(skipped) == [("ers.renewal", 3)]


def test_stamps_and_chains_in_another_order_are_told(renewed):
    first, second, third = renewed.chains
    swapped = structs.replace(renewed, chains=(first, (second[1], second[0], second[2]), third))
    assert {("ers.hash-tree-renewal", 2), ("ers.renewal", 3), ("ers.order", 3)} <= {*told(swapped)}
    swapped = structs.replace(renewed, chains=(first, third, second))
    assert ("ers.order", 4) in told(swapped)
    assert ("ers.hash-tree-renewal", 2) in told(swapped)


def test_a_renewal_older_than_what_it_renews_is_told(by):
    draft = begin(by, SHA_256, [OBJECT], NOW).renewed(by, NOW - timedelta(seconds=1))
    assert told(draft) == [("ers.order", 2)]


def test_one_chain_has_one_digest(by):
    draft = begin(by, SHA_256, [OBJECT], NOW)
    mixed = structs.replace(draft, oids=(SHA_512,)).renewed(by, NOW)
    assert told(mixed) == [("ers.algorithm-mixed", 2)]


def test_hash_tree_renewal_is_over_the_object_and_all_chains(by):
    draft = begin(by, SHA_256, [OBJECT], NOW)
    assert told(draft.rehashed(by, SHA_512, b"not the object", NOW)) == [
        ("ers.hash-tree-renewal", 2)
    ]
    other = begin(by, SHA_256, [OBJECT], NOW)
    moved = other.rehashed(by, SHA_512, OBJECT, NOW)
    chains = (draft.chains[0], moved.chains[1])
    assert told(structs.replace(moved, chains=chains)) == [("ers.hash-tree-renewal", 2)]


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_hash_values_of_the_wrong_size_are_refused_though_the_root_were_right(by, size):
    own, other = digest(SHA_256, OBJECT), bytes(size)
    root = digest(SHA_256, b"".join(sorted((own, other))))
    draft = begin(by, SHA_256, [OBJECT], NOW)
    draft = draft.changed(0, 0, reduced_hashtree=((own, other),), time_stamp=by(SHA_256, root, NOW))
    assert told(draft) == [("ers.hash-length", 1)]


def test_an_unknown_digest_and_encrypted_data_leave_it_open(by):
    token = by("1.2.3.4", bytes(32), NOW)
    draft = begin(by, SHA_256, [OBJECT], NOW).changed(0, 0, time_stamp=token)
    (found,) = check_record(parse_evidence_record(draft.der), of(OBJECT))
    assert (found.rule.code, found.severity.value) == ("ers.digest", "unknown")
    draft = structs.replace(begin(by, SHA_256, [OBJECT], NOW), encryption=(b"\x05\x00",))
    (found,) = check_record(parse_evidence_record(draft.der), of(OBJECT))
    assert (found.rule.code, found.severity.value) == ("ers.encrypted", "unknown")


def test_an_object_of_which_a_digest_is_not_known_leaves_it_open(renewed):
    def some(oid):
        if oid == SHA_512:
            raise InputError("cms.no-content")
        return digest(oid, OBJECT)

    found = [*check_record(parse_evidence_record(renewed.der), some)]
    assert [(e.rule.code, e.details["number"]) for e in found] == [("ers.digest", 5)]


@given(place=st.integers(0, 1 << 20), bit=st.integers(0, 7))
@settings(max_examples=150, deadline=None)
def test_one_flipped_bit_is_refused_or_is_in_a_signature(place, bit):
    """What is over the object stays: only what time-stamps' own signatures guard may change."""
    if "record" not in _KNOWN:
        _KNOWN["record"] = begin(_anything, SHA_256, [OBJECT], NOW, *OTHERS)
    draft = _KNOWN["record"]
    whole = draft.der
    octets = bytearray(whole)
    octets[place % len(octets)] ^= 1 << bit
    try:
        found = parse_evidence_record(bytes(octets))
        broken = [*check_record(found, of(OBJECT))]
    except (InputError, UnsupportedError, BudgetExceeded):
        return
    if not broken:
        token, before = found.first.token, draft.chains[0][0].time_stamp
        is_marginal = found.digest_oids != draft.oids or found.version != 1
        assert token.der != before or is_marginal


# --- budgets


def hostile(by):
    draft = begin(by, SHA_256, [OBJECT], NOW)
    stamp = draft.chains[0][0]
    value = digest(SHA_256, OBJECT)
    yield structs.replace(draft, chains=((stamp,),) * 1000)
    yield structs.replace(draft, chains=((stamp,) * 1000,))
    yield structs.replace(draft, chains=((stamp,),) * 64)
    yield structs.replace(draft, chains=((stamp,) * 64,))
    yield draft.changed(0, 0, reduced_hashtree=((value,) * 60_000,))
    yield draft.changed(0, 0, reduced_hashtree=((value,),) * 30_000)
    yield draft.changed(0, 0, reduced_hashtree=((value,), *((),) * 60_000))
    yield draft.changed(0, 0, reduced_hashtree=((value,) * 200_000,))
    wide = draft.changed(0, 0, reduced_hashtree=((bytes(60_000),),)).chains[0][0]
    yield structs.replace(draft, chains=((wide,),) * 64)


def test_whatever_its_size_a_record_is_answered(by):
    for draft in hostile(by):
        octets = draft.der
        with suppress(BudgetExceeded):
            assert told(octets) or octets.count(b"\x30\x00") > 1000  # empty lists do no harm


def test_too_many_stamps_and_too_many_octets_are_refused(by):
    draft = begin(by, SHA_256, [OBJECT], NOW)
    many = structs.replace(draft, chains=draft.chains * 65)
    with pytest.raises(BudgetExceeded, match=r"ers\.too-many-stamps"):
        parse_evidence_record(many.der)
    huge = draft.changed(0, 0, attributes=(b"\x04\x84\x00\x50\x00\x00" + bytes(0x500000),))
    with pytest.raises(BudgetExceeded, match=r"asn1\.too-large"):
        parse_evidence_record(huge.der)


def test_a_record_cut_short_or_lying_about_its_length_is_refused(renewed):
    whole = renewed.der
    for size in range(0, len(whole), 97):
        with pytest.raises(InputError):
            parse_evidence_record(whole[:size])
    assert recognise(Input.of(whole[:-1], "x.ers")).missing == 1
    for place in range(40):
        octets = bytearray(whole)
        octets[place] = 0x84
        try:
            parse_evidence_record(bytes(octets))
        except (InputError, UnsupportedError, BudgetExceeded):
            continue


def test_a_record_without_a_time_stamp_is_none(by):
    draft = begin(by, SHA_256, [OBJECT], NOW)
    for chains in ((), ((),)):
        with pytest.raises((InputError, ValueError)):
            parse_evidence_record(structs.replace(draft, chains=chains).der)


# --- another program


SOURCE = Path(__file__).with_name("Ers.java")


@pytest.fixture(scope="module")
def bouncy(tmp_path_factory):
    """Compile once; give what runs BouncyCastle and returns the words that it says."""
    run = compiled(SOURCE, tmp_path_factory.mktemp("classes"))
    return lambda *words: run(*words).strip()


@pytest.fixture(scope="module")
def rsa():
    """Give a nation with keys that BouncyCastle verifies."""
    return ru.russia(LONG_AGO, os.urandom, root_key="rsa-2048", key="rsa-2048")


def answered(nation, folder, at):
    answer = answer_request(
        (folder / "request").read_bytes(),
        nation.time_stamps.signer,
        time=at,
        serial_number=int.from_bytes(os.urandom(8)) >> 1,
        policy=nation.profile.time_stamp_policy,
        entropy=os.urandom,
    )
    (folder / "answer").write_bytes(answer)
    return folder / "answer"


@pytest.mark.parametrize("oid", [SHA_256, STREEBOG])
def test_records_of_bouncycastle_hold_here_with_their_renewals(bouncy, rsa, tmp_path, oid):
    names = [tmp_path / f"{n}.txt" for n in range(5)]
    for name in names:
        name.write_bytes(os.urandom(100))
    data = [names[0], names[1], f"{names[2]},{names[3]}", names[4]]
    bouncy("ask", oid, tmp_path / "request", *data)
    bouncy("make", oid, answered(rsa, tmp_path, LONG_AGO - 9 * HOUR), tmp_path, *data)
    for number, group in enumerate((names[:1], names[1:2], names[2:4], names[4:])):
        octets = (tmp_path / f"{number}.ers").read_bytes()
        assert recognise(Input.of(octets, "0.ers")).kind is Kind.EVIDENCE_RECORD
        for name in names:
            assert (told(octets, name.read_bytes()) == []) is (name in group)
    record, own = tmp_path / "0.ers", names[0].read_bytes()
    bouncy("ask-again", record, tmp_path / "request")
    bouncy("renew", record, answered(rsa, tmp_path, LONG_AGO - 8 * HOUR), record)
    assert told(record.read_bytes(), own) == []
    for hours, other in ((7, SHA_512), (6, "2.16.840.1.101.3.4.2.2")):
        bouncy("ask-rehash", record, other, names[0], tmp_path / "request")
        bouncy(
            "rehash",
            record,
            other,
            names[0],
            answered(rsa, tmp_path, LONG_AGO - hours * HOUR),
            record,
        )
        assert told(record.read_bytes(), own) == []
        assert told(record.read_bytes(), names[1].read_bytes())
    found = parse_evidence_record(record.read_bytes())
    assert [len(each.stamps) for each in found.chains] == [2, 1, 1]
    known = {"anchors": [rsa.root.certificate], "certificates": [rsa.authority.certificate]}
    by = context(LONG_AGO, **known, crls=rsa.lists())
    judged = judge_evidence_record(found, of(own), by)
    assert judged.conclusion.passed
    assert judged.time == LONG_AGO - 9 * HOUR


def test_bouncycastle_finds_in_our_records_what_we_find(bouncy, rsa, tmp_path):
    by = stamping(rsa)
    (tmp_path / "own").write_bytes(OBJECT)
    (tmp_path / "other").write_bytes(b"another object")
    draft = begin(by, SHA_256, [OBJECT], LONG_AGO, *OTHERS)
    at = int(LONG_AGO.timestamp() * 1000)
    for made in (draft, draft.renewed(by, LONG_AGO), draft.rehashed(by, SHA_512, OBJECT, LONG_AGO)):
        (tmp_path / "record").write_bytes(made.der)
        assert bouncy("check", tmp_path / "record", tmp_path / "own", at) == "holds true"
        assert bouncy("check", tmp_path / "record", tmp_path / "other", at) != "holds true"
