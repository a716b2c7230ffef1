"""Stores are opened, made and migrated; a transaction is kept whole or not at all."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, select, text

import zaruka.stores.evidence
import zaruka.stores.serials  # noqa: F401 - both declare tables
from zaruka.errors import StoreError
from zaruka.stores import HEAD, tables
from zaruka.stores.database import METADATA, Database
from zaruka.stores.encoding import moment_of, moment_text

ROW = {
    "sha256": "ab" * 32,
    "subject": "cd" * 32,
    "key_identifier": None,
    "serial_number": "1",
    "der": b"\x30\x00",
}


def held(database):
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(tables.CERTIFICATES)).scalar()


def test_a_store_is_made_once_and_found_again(place):
    with Database.open(place) as database, database.writing() as connection:
        connection.execute(tables.CERTIFICATES.insert(), [ROW])
    with Database.open(place, create=False) as database:
        assert held(database) == 1


def test_the_migrations_make_the_tables_that_the_code_declares(database):
    with database.reading() as connection:
        assert "receipt_numbers" in METADATA.tables
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_an_error_in_a_transaction_undoes_all_of_it(database):
    def fail_halfway():
        with database.writing() as connection:
            connection.execute(tables.CERTIFICATES.insert(), [ROW])
            raise KeyError

    with pytest.raises(KeyError):
        fail_halfway()
    assert held(database) == 0


def test_the_database_keeps_what_belongs_together(database):
    orphan = {"source": "x", "content": "c", "position": 0, "certificate_sha256": "ab" * 32}
    orphan |= {"name": "n", "folded": "n", "purposes": "", "standing": "granted", "anchor": True}
    orphan |= {"crl_urls": "[]", "details": "[]", "first_list": 77}
    with pytest.raises(StoreError) as raised, database.writing() as connection:
        connection.execute(tables.STATEMENTS.insert(), [orphan])
    assert raised.value.code == "store.failed"


def test_readers_see_what_was_before_while_another_writes(database):
    with database.writing() as connection:
        connection.execute(tables.CERTIFICATES.insert(), [ROW])
        assert held(database) == 0
    assert held(database) == 1


def test_many_that_open_a_new_store_at_once_all_can(place):
    start = threading.Barrier(6)

    def open_it(_):
        start.wait()
        with Database.open(place) as database:
            return held(database)

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(open_it, range(6))) == [0] * 6


def test_a_store_of_a_newer_zaruka_is_left_alone(place):
    with Database.open(place) as database, database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError) as raised:
        Database.open(place)
    assert raised.value.code == "store.newer"
    assert raised.value.details["expected"] == HEAD


# --- files


def test_a_store_is_for_its_owner_only(tmp_path):
    path = tmp_path / "deep" / "zaruka.db"
    with Database.open(path) as database, database.writing() as connection:
        connection.execute(tables.CERTIFICATES.insert(), [ROW])
        made = sorted(path.parent.iterdir())
        assert [each.name for each in made] == ["zaruka.db", "zaruka.db-shm", "zaruka.db-wal"]
        assert {stat.S_IMODE(each.stat().st_mode) for each in made} == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_store_that_is_not_there_is_not_made_unasked(tmp_path):
    with pytest.raises(StoreError) as raised:
        Database.open(tmp_path / "zaruka.db", create=False)
    assert raised.value.code == "store.missing"
    assert not list(tmp_path.iterdir())


def test_an_empty_file_left_by_a_kill_becomes_a_store(tmp_path):
    path = tmp_path / "zaruka.db"
    path.touch()
    with Database.open(path) as database:
        assert held(database) == 0


def test_a_file_of_something_else_stays_as_it_is(tmp_path):
    path = tmp_path / "zaruka.db"
    path.write_bytes(b"no database " * 1000)
    with pytest.raises(StoreError) as raised:
        Database.open(path)
    assert raised.value.code == "store.not-a-database"
    assert path.read_bytes() == b"no database " * 1000


def test_the_database_of_another_program_stays_as_it_is(tmp_path):
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE letters (text)")
    other.close()
    with pytest.raises(StoreError) as raised:
        Database.open(path)
    assert raised.value.code == "store.foreign"
    with sqlite3.connect(path) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("letters",)]
    other.close()


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StoreError) as raised:
        Database.open(tmp_path / "file" / "zaruka.db")
    assert raised.value.code == "store.cannot-make"


@pytest.mark.parametrize("url", ["nonsense://x/y", "postgresql+nosuchdriver://x/y", "mysql://x/y"])
def test_an_address_of_no_supported_database_is_named(url):
    with pytest.raises(StoreError) as raised:
        Database.open(url)
    assert raised.value.code == "store.no-driver"


def test_a_password_in_an_address_is_never_said():
    with pytest.raises(StoreError) as raised:
        Database.open("postgresql+psycopg://operator:secret@/zaruka?host=/nonexistent")
    assert raised.value.code == "store.failed"
    assert "secret" not in str(raised.value)


# --- times


def test_times_are_kept_in_their_order():
    here = timezone(timedelta(hours=3))
    times = [
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(1999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(2026, 11, 23, 12, tzinfo=here),
        datetime(2026, 11, 23, 10, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
    ]
    kept = [moment_text(time) for time in times]
    assert sorted(kept) == kept
    assert [moment_of(each) for each in kept] == times


def test_a_time_without_zone_is_no_moment():
    with pytest.raises(ValueError, match="zone"):
        moment_text(datetime(2026, 1, 1))  # noqa: DTZ001 - that is the point


def test_help_and_verification_do_not_load_the_database():
    code = "import sys, zaruka.cli.verify, zaruka.service; sys.exit('sqlalchemy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
