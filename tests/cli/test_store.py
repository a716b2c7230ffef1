"""`zaruka store`: what is kept is counted, compared with its digests, and tidied."""

from __future__ import annotations

import json
import os
import sqlite3

import pytest

from hierarchy import NOW, Authority
from zaruka.facts import FactKind
from zaruka.fetch import Fetched
from zaruka.stores.database import Database
from zaruka.stores.evidence import EvidenceStore

CRL = Authority("list of the store").crl()


@pytest.fixture
def zaruka(run, tmp_path):
    """A store with a list of trust and one revocation list."""
    assert run("trust", "update", "--source", "gossuok", "--yes", "--store", "s.db").returncode == 0
    der = bytes(CRL.der)
    got = Fetched("http://ca.example/1.crl", "", NOW, CRL.sha256, len(der), der)
    with Database.open(tmp_path / "s.db") as database:
        evidence = EvidenceStore(database, tmp_path / "s.evidence")
        evidence.keep(FactKind.CRL, got, until=CRL.next_update)
    return lambda *words, **more: run("store", *words, "--store", "s.db", **more)


def files(tmp_path):
    return [path for path in (tmp_path / "s.evidence").rglob("*") if path.is_file()]


def test_what_is_whole_is_counted(zaruka):
    done = zaruka("check")
    assert done.returncode == 0, done.stderr
    assert "Списков: 1, выпусков: 1." in done.stdout
    assert "Всё цело." in done.stdout
    value = json.loads(zaruka("check", "--json").stdout)
    size = len(bytes(CRL.der))
    assert value["evidence"] == {"objects": 1, "octets": size, "damaged": []}


def test_what_is_damaged_is_named_and_pruned(zaruka, tmp_path):
    (path,) = files(tmp_path)
    path.write_bytes(b"damaged")
    done = zaruka("check", lang="be_BY.UTF-8")
    assert done.returncode == 1
    assert CRL.sha256 in done.stdout
    assert zaruka("prune").returncode == 64
    assert files(tmp_path)
    assert zaruka("prune", "--yes").returncode == 0
    assert not files(tmp_path)
    assert zaruka("check").returncode == 0


def test_a_damaged_list_of_trust_is_named(zaruka, tmp_path):
    with sqlite3.connect(tmp_path / "s.db") as connection:
        connection.execute("UPDATE trust_lists SET octets = ?", (b"nothing",))
    connection.close()
    value = json.loads(zaruka("check", "--json").stdout)
    assert [each.split()[0] for each in value["lists"]["damaged"]] == ["gossuok"]


def test_nothing_that_may_be_needed_goes_unless_a_moment_is_named(zaruka, tmp_path):
    stray = tmp_path / "s.evidence" / ".fetch-cut-off"
    stray.write_bytes(b"half")
    os.utime(stray, (0, 0))
    assert zaruka("prune", "--yes").returncode == 0
    assert [path.name for path in files(tmp_path)] == [CRL.sha256]
    done = zaruka("prune")
    assert (done.returncode, "Убирать нечего." in done.stdout) == (0, True)
    done = zaruka("prune", "--before", "2099-01-01", "--yes", "--json")
    assert [each["sha256"] for each in json.loads(done.stdout)["objects"]] == [CRL.sha256]
    assert not files(tmp_path)
