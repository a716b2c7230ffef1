"""The store of lists, on SQLite and on PostgreSQL: issue after issue, and every past moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs
from trust_samples import AGAIN, BEGIN, PAUSE, authority, issue, stated, take

from zaruka.errors import InputError, StoreError
from zaruka.stores.database import Database
from zaruka.stores.lookup import open_lookup
from zaruka.stores.trust import TrustStore
from zaruka.trust import Purpose, Standing, TrustBase


@pytest.fixture
def store(database):
    return TrustStore(database)


def test_what_was_taken_in_is_given_back(store):
    statement = stated("А", crl_urls=("http://a.example/a.crl",), until=PAUSE)
    kept = take(store, 5, statement)
    assert store.lists() == (kept,)
    found, octets = issue(5, statement)
    assert store.octets(kept) == octets
    assert store.signer(kept) == authority("Министерство")
    (back,) = store.stated_in(kept)
    assert back == structs.replace(
        statement, source="Перечень 5 2026-01-01", source_sha256=found.sha256
    )
    assert store.certificate(authority("А").sha256) == authority("А")


def test_a_list_that_nobody_signed_has_no_signer(store):
    found, octets = issue(1, stated("А"))
    at = datetime(2026, 1, 1, tzinfo=UTC)
    kept = store.take("gossuok", found, octets, signer=None, place="zaruka", obtained=at)
    assert store.signer(kept) is None
    assert store.lists() == (kept,)


@pytest.mark.parametrize("sequence", [4, 5])
def test_an_older_or_equal_issue_changes_nothing(store, sequence):
    kept = take(store, 5, stated("А"))
    with pytest.raises(InputError) as raised:
        take(store, sequence, stated("Б"))
    assert raised.value.code == "trust.older"
    assert store.lists() == (kept,)
    assert store.about([authority("Б").sha256]) == ()


def test_numbers_of_one_list_do_not_bind_another(store):
    take(store, 5, stated("А"))
    take(store, 3, stated("Б"), source="other")
    assert {name: each.sequence for name, each in store.newest().items()} == {
        "e-trust": 5,
        "other": 3,
    }


def test_a_statement_that_stays_is_kept_once_and_rests_on_the_newest_issue(store):
    first = take(store, 5, stated("А"), stated("Б"), day=1)
    last = take(store, 6, stated("А"), stated("В"), day=2)
    (about_a,) = store.about([authority("А").sha256])
    assert (about_a.first, about_a.last, about_a.is_current) == (first, last, True)
    assert about_a.statement.source_sha256 == last.sha256
    (about_b,) = store.about([authority("Б").sha256])
    assert (about_b.first, about_b.last, about_b.is_current) == (first, first, False)
    (about_c,) = store.about([authority("В").sha256])
    assert (about_c.first, about_c.last, about_c.is_current) == (last, last, True)


def test_every_issue_can_be_read_again(store):
    issues = {
        5: (stated("А"), stated("Б")),
        6: (stated("Б"),),
        7: (stated("А"), stated("Б", Standing.SUSPENDED, PAUSE)),
        9: (),
    }
    kept = [take(store, n, *each, day=n) for n, each in issues.items()]
    for one in kept:
        wanted = {(s.name, s.standing) for s in issues[one.sequence]}
        assert {(s.name, s.standing) for s in store.stated_in(one)} == wanted


def test_a_statement_that_comes_back_is_a_new_one(store):
    take(store, 5, stated("А"))
    take(store, 6)
    take(store, 7, stated("А"))
    assert [(e.first.sequence, e.last.sequence) for e in store.about([authority("А").sha256])] == [
        (5, 5),
        (7, 7),
    ]


def test_the_newest_issue_known_at_a_moment_is_found(store):
    take(store, 5, day=1)
    take(store, 6, day=3)
    noon = datetime(2026, 1, 2, 12, tzinfo=UTC)
    assert store.newest(known=noon)["e-trust"].sequence == 5
    assert store.newest(known=noon.replace(year=2025)) == {}
    assert store.newest()["e-trust"].sequence == 6


def test_statements_come_oldest_first(store):
    take(
        store,
        5,
        stated("А", since=AGAIN),
        stated("А", Standing.SUSPENDED, PAUSE, AGAIN),
        stated("А", since=None, until=PAUSE),
    )
    since = [each.statement.since for each in store.about([authority("А").sha256])]
    assert since == [None, PAUSE, AGAIN]


@pytest.mark.parametrize(
    ("text", "found"),
    [("альфа", {"Альфа"}), ("АЛЬФ", {"Альфа"}), ("777", {"Бета"}), ("%", set()), ("_", set())],
)
def test_a_search_knows_no_case_and_no_patterns(store, text, found):
    take(store, 5, stated("Альфа"), stated("Бета", ogrn="777"))
    assert {each.statement.name for each in store.search(text)} == found


def test_thousands_of_certificates_can_be_asked_about_at_once(store):
    take(store, 5, stated("А"))
    others = [f"{number:064x}" for number in range(3000)]
    assert len(store.about([*others, authority("А").sha256])) == 1


def test_of_many_that_take_in_the_same_issue_one_does(store):
    def attempt(_):
        try:
            return take(store, 5, stated("А")).sequence
        except InputError as error:
            return error.code

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(map(str, pool.map(attempt, range(4))))
    assert outcomes == ["5", "trust.older", "trust.older", "trust.older"]
    assert len(store.about([authority("А").sha256])) == 1


# --- looking up for a validation


@pytest.fixture
def lookup(store, place):
    take(store, 5, stated("А"), stated("Б"), day=1)
    take(
        store,
        6,
        stated("А", until=PAUSE),
        stated("А", Standing.SUSPENDED, PAUSE, AGAIN),
        stated("А", since=AGAIN),
        day=2,
    )
    found = open_lookup(place)
    yield found
    found.close()


def test_a_validation_rests_on_the_newest_issue(lookup, store):
    about = lookup.about(authority("А").sha256)
    newest = store.newest()["e-trust"]
    assert [each.standing for each in about] == [
        Standing.GRANTED,
        Standing.SUSPENDED,
        Standing.GRANTED,
    ]
    assert {(each.source, each.source_sha256) for each in about} == {(newest.title, newest.sha256)}
    assert lookup.about(authority("Б").sha256) == ()
    assert lookup.lists("RU") == {newest.title: newest.sha256}
    assert lookup.lists("BY") == {}


def test_kept_statements_come_after_the_others(lookup):
    given = structs.replace(stated("А"), source="given")
    base = TrustBase((given,), lookup)
    sha256 = authority("А").sha256
    assert base.about(sha256) == (given, *lookup.about(sha256))
    assert base.find(sha256, Purpose.SIGNATURES, BEGIN) is given
    pausing = PAUSE + (AGAIN - PAUSE) / 2
    standing = TrustBase((), lookup).standing(sha256, Purpose.SIGNATURES, pausing)
    assert standing.standing is Standing.SUSPENDED


def test_certificates_are_found_by_all_that_names_them(lookup):
    wanted = authority("А")
    assert lookup.certificate(wanted.sha256) == wanted
    assert lookup.with_subject(wanted.subject) == (wanted,)
    assert lookup.with_serial_number(wanted.serial_number) == (wanted,)
    assert lookup.with_key_identifier(wanted.subject_key_identifier) == (wanted,)
    assert lookup.source_of(wanted.sha256) == "list:e-trust"
    stranger = authority("Чужой")
    assert lookup.certificate(stranger.sha256) is None
    assert lookup.with_subject(stranger.subject) == ()
    assert lookup.source_of(stranger.sha256) is None


def test_a_lookup_keeps_its_view_while_a_list_is_taken_in(lookup, store, place):
    take(store, 7, stated("Б"), day=3)
    assert lookup.about(authority("Б").sha256) == ()
    newer = open_lookup(place)
    assert len(newer.about(authority("Б").sha256)) == 1
    newer.close()


def test_several_threads_may_look_up(lookup):
    names = [authority(name) for name in ("А", "Б", "В")] * 20
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda c: lookup.with_subject(c.subject), names))
    assert [len(each) for each in found] == [1, 1, 0] * 20


# --- files


def test_an_empty_store_answers_nothing(tmp_path):
    Database.open(tmp_path / "zaruka.db").close()
    found = open_lookup(tmp_path / "zaruka.db")
    assert found.about("ab" * 32) == ()
    found.close()


def test_a_lookup_makes_no_store(tmp_path):
    with pytest.raises(StoreError) as raised:
        open_lookup(tmp_path / "zaruka.db")
    assert raised.value.code == "store.missing"


@pytest.mark.parametrize("octets", [b"no database " * 1000, b"SQLite format 3\0" + bytes(84)])
def test_a_file_that_is_no_store_is_named(tmp_path, octets):
    (tmp_path / "zaruka.db").write_bytes(octets)
    with pytest.raises(StoreError):
        open_lookup(tmp_path / "zaruka.db")
    assert (tmp_path / "zaruka.db").read_bytes() == octets


def test_a_store_in_a_folder_that_may_not_be_written_is_read(tmp_path):
    path = tmp_path / "folder with ? and %" / "zaruka.db"
    with Database.open(path) as database:
        take(TrustStore(database), 5, stated("А"))
    path.parent.chmod(0o500)
    path.chmod(0o400)
    try:
        found = open_lookup(path)
        assert len(found.about(authority("А").sha256)) == 1
        found.close()
    finally:
        path.parent.chmod(0o700)


# --- dropped by the list of lists


def test_a_list_that_is_named_no_longer_counts_until_that_day(store, place):
    since = datetime(2026, 1, 3, tzinfo=UTC)
    end = since - timedelta(microseconds=1)
    take(store, 1, source="eu", day=1)
    take(store, 5, stated("А"), stated("Б", since=since), source="eu/LV", day=2)
    by = take(store, 2, source="eu", day=3, dropped=["eu/LV"])
    assert list(store.newest()) == ["eu"]
    assert list(store.relied()) == ["eu", "eu/LV"]
    assert (store.dropped(), store.forgotten()) == ({"eu/LV": by}, {})
    (about_a,) = store.about([authority("А").sha256])
    assert (about_a.statement.until, about_a.is_current, about_a.dropped_by) == (end, True, by)
    (about_b,) = store.about([authority("Б").sha256])
    assert (about_b.statement.until, about_b.is_current) == (None, False)
    # what was known before is as it was
    assert list(store.newest(known=datetime(2026, 1, 2, 20, tzinfo=UTC))) == ["eu", "eu/LV"]
    lookup = open_lookup(place)
    (kept,) = lookup.about(authority("А").sha256)
    assert kept.until == end
    assert lookup.about(authority("Б").sha256) == ()
    assert list(lookup.lists("RU")) == [by.title]


def test_a_dropped_list_is_relied_on_again_when_it_is_taken_in(store):
    take(store, 1, source="eu", day=1)
    take(store, 5, stated("А"), source="eu/LV", day=2)
    take(store, 2, source="eu", day=3, dropped=["eu/LV"])
    store.rely("eu/LV", datetime(2026, 1, 4, tzinfo=UTC))
    assert list(store.newest()) == ["eu", "eu/LV"]
    (about,) = store.about([authority("А").sha256])
    assert about.statement.until is None


def test_a_dropped_list_can_be_forgotten(store):
    take(store, 5, stated("А"), source="eu/LV", day=2)
    take(store, 2, source="eu", day=3, dropped=["eu/LV"])
    store.forget("eu/LV", datetime(2026, 1, 4, tzinfo=UTC))
    assert (store.dropped(), list(store.forgotten())) == ({}, ["eu/LV"])
    (about,) = store.about([authority("А").sha256])
    assert (about.is_current, about.statement.until) == (False, None)
