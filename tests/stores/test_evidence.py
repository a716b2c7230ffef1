"""Evidence that is kept: whole, named by its octets, opened again without being read."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime, timedelta

import pytest

from hierarchy import Authority
from zaruka.errors import InputError, StoreError
from zaruka.facts import FactKind
from zaruka.fetch import Fetched
from zaruka.stores import evidence
from zaruka.stores.evidence import EvidenceStore
from zaruka.x509 import signed
from zaruka.x509.crls import RevokedEntry
from zaruka.x509.signed import Outcome, verify_signed

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ADDRESS = "http://ca.example/ca.crl"
CA = Authority("evidence of a store")
REVOKED = [RevokedEntry(serial * 3, NOW - DAY) for serial in range(1, 600)]


@pytest.fixture
def store(database, tmp_path):
    return EvidenceStore(database, tmp_path / "evidence")


def fetched(octets: bytes, *, at: datetime = NOW, etag: str = "", path=None) -> Fetched:
    return Fetched(
        ADDRESS,
        "http://mirror.example/ca.crl",
        at,
        sha256=hashlib.sha256(octets).hexdigest(),
        size=len(octets),
        octets=b"" if path else octets,
        path=path,
        etag=etag,
    )


def keep(store, octets: bytes, **values):
    return store.keep(FactKind.CRL, fetched(octets, **values), until=NOW + DAY)


def files(store):
    return [path for path in store.folder.rglob("*") if path.is_file()]


def test_what_is_kept_is_found_by_where_it_came_from(store):
    assert store.newest(ADDRESS) is None
    kept = keep(store, b"list", etag='"1"')
    assert store.newest(ADDRESS) == kept
    assert (kept.kind, kept.size, kept.until) == (FactKind.CRL, 4, NOW + DAY)
    assert (kept.source, kept.obtained) == ("http://mirror.example/ca.crl", NOW)
    assert bytes(store.octets(kept)) == b"list"
    assert store.newest(ADDRESS, "of a question") is None


def test_files_are_their_owners_only_and_stand_under_their_digest(store):
    kept = keep(store, b"list")
    (file,) = files(store)
    assert file.name == kept.sha256
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_a_fetched_file_is_moved_not_copied(store):
    store.folder.mkdir()
    path = store.folder / ".fetch-1"
    path.write_bytes(b"big")
    kept = keep(store, b"big", path=path)
    assert not path.exists()
    assert bytes(store.octets(kept)) == b"big"


def test_the_newest_counts_and_older_ones_stay(store):
    first = keep(store, b"one")
    second = keep(store, b"two", at=NOW + DAY)
    assert store.newest(ADDRESS) == second
    assert bytes(store.octets(first)) == b"one"
    again = keep(store, b"one", at=NOW + 2 * DAY)
    assert store.newest(ADDRESS) == again
    assert store.usage().objects == 2


def test_what_a_server_confirms_is_good_from_then_on(store):
    kept = keep(store, b"list", etag='"1"')
    answer = Fetched(ADDRESS, ADDRESS, NOW + DAY, etag='"1"', fresh_until=NOW + 2 * DAY)
    confirmed = store.confirm(kept, answer)
    assert confirmed == store.newest(ADDRESS)
    assert (confirmed.obtained, confirmed.confirmed) == (NOW, NOW + DAY)
    assert confirmed.fresh_until == NOW + 2 * DAY


@pytest.mark.parametrize("change", [lambda path: path.write_bytes(b"lost"), os.unlink])
def test_a_file_that_was_damaged_is_not_given(store, change):
    kept = keep(store, b"list")
    assert store.damaged() == ()
    change(files(store)[0])
    with pytest.raises(InputError, match=r"store\.damaged"):
        store.octets(kept)
    assert store.damaged() == (kept.sha256,)


def test_a_folder_that_cannot_be_written_is_said(database, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError, match=r"store\.cannot-keep"):
        keep(EvidenceStore(database, tmp_path / "file"), b"list")


def test_what_ended_long_ago_goes_and_what_may_be_needed_stays(store):
    keep(store, b"old")
    new = store.keep(FactKind.CRL, fetched(b"new"), until=NOW + 90 * DAY)
    stray = store.folder / ".fetch-cut-off"
    stray.write_bytes(b"half")
    os.utime(stray, (0, 0))
    assert store.useless(NOW - DAY).objects == ()
    assert store.useless(NOW - DAY, NOW).objects == ()
    useless = store.useless(NOW - DAY, NOW + 30 * DAY)
    assert len(useless.objects) == 1
    assert (len(useless.files), useless.octets) == (2, 7)
    store.remove(useless)
    assert [path.name for path in files(store)] == [new.sha256]
    assert store.usage() == (1, 3)


# --- lists with an index


@pytest.fixture
def indexed(store, monkeypatch):
    """Keep a list for which the bounds of large ones were lowered."""
    monkeypatch.setattr(evidence, "_INDEXED", 1000)
    monkeypatch.setattr(evidence, "_MAPPED", 1000)
    return keep(store, bytes(CA.crl(REVOKED).der))


def again(store) -> EvidenceStore:
    """Open the same store in another process, as it were."""
    return EvidenceStore(store._database, store.folder)


def test_a_list_is_opened_again_by_its_index(store, indexed, monkeypatch):
    def read(*_):
        pytest.fail("the list was read")

    first = store.crl(indexed)
    assert store.crl(indexed) is first
    monkeypatch.setattr(EvidenceStore, "octets", read)
    second = again(store).crl(indexed)
    assert (second, len(second), second.number) == (first, 599, 1)
    for serial in range(1, 2000):
        assert second.find(serial) == first.find(serial)
    assert second.faulty_entry is None


def test_a_signature_that_was_verified_is_not_verified_again(store, indexed, monkeypatch):
    store.note_signer(store.crl(indexed), CA.key)
    store.note_signer(store.crl(indexed), Authority("another").key)
    signed._memory.clear()
    monkeypatch.setattr(signed, "verify", lambda *_, **__: pytest.fail("verified again"))
    found = again(store).crl(indexed)
    assert verify_signed(found, CA.key).outcome is Outcome.VALID


def index_of(store, kept):
    (path,) = [path for path in files(store) if path.name == kept.sha256 + ".index"]
    return path


def change(path, at):
    octets = bytearray(path.read_bytes())
    octets[at] ^= 1
    path.write_bytes(octets)


@pytest.mark.parametrize("octet", [0, 20, 50, 100])
def test_a_damaged_index_is_made_anew(store, indexed, octet):
    first = store.crl(indexed)
    whole = index_of(store, indexed).read_bytes()
    change(index_of(store, indexed), octet)
    assert again(store).crl(indexed).find(300) == first.find(300)
    assert index_of(store, indexed).read_bytes() == whole


def test_a_missing_or_foreign_index_is_made_anew(store, indexed):
    store.crl(indexed)
    path = index_of(store, indexed)
    other, _ = CA.crl(REVOKED[:300]).to_index()
    for octets in (other, b"", b"zaruka crl idx 1" + b"\xff" * 100):
        path.write_bytes(octets)
        assert again(store).crl(indexed).find(300) is not None
    path.unlink()
    assert again(store).crl(indexed).find(300) is not None


def test_a_block_damaged_later_hides_nothing(store, indexed):
    store.crl(indexed)
    change(index_of(store, indexed), -1)
    found = again(store).crl(indexed)
    answers = 0
    for entry in REVOKED:
        try:
            assert found.find(entry.serial) is not None
        except InputError:
            answers += 1
    assert answers > 0


def test_a_list_damaged_later_hides_nothing(store, indexed):
    """Each octet of an entry's number, and all that stands before and after the entries."""
    crl = store.crl(indexed)
    path = store._path(indexed.sha256)
    whole = path.read_bytes()
    serial = REVOKED[100].serial
    number = b"\x02\x02" + serial.to_bytes(2, "big")
    at = whole.index(number)
    for place in (at + 2, at + 3, whole.index(b"\x17\x0d") + 4, len(whole) - 1):
        path.write_bytes(whole)
        change(path, place)
        with pytest.raises(InputError):
            again(store).crl(indexed).find(serial)
    path.write_bytes(whole)
    assert again(store).crl(indexed).find(serial) == crl.find(serial)


def test_real_lists_of_gossuok_are_opened_by_their_index(store, shared):
    for path in sorted((shared / "real" / "by").glob("*.crl")):
        octets = path.read_bytes()
        kept = keep(store, octets)
        first = store.crl(kept)
        second = again(store).crl(kept)
        assert len(first) == len(second)
        for entry in list(first.entries())[::500]:
            assert second.find(entry.serial) == first.find(entry.serial)
            assert second.find(entry.serial + 1) == first.find(entry.serial + 1)
        assert store._path(kept.sha256 + ".index").exists() == (len(octets) > 1 << 18)
