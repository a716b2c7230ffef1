"""A store, lists of the laboratory, and a moment to take them in at."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "trust"))
sys.path.insert(0, str(Path(__file__).parents[1] / "validation"))

import minted_lists as minted

from zaruka.service.settings import ListSource
from zaruka.service.taking import Taking
from zaruka.stores.database import Database
from zaruka.stores.trust import TrustStore
from zaruka.trust import Scheme

NOW = minted.ISSUED + timedelta(days=1)


def nothing_there(address):
    raise AssertionError(address)


@pytest.fixture
def store(tmp_path):
    with Database.open(tmp_path / "zaruka.db") as database:
        yield TrustStore(database)


@pytest.fixture
def source():
    """The list of accredited authorities, under the root of the laboratory."""
    root = minted.root().certificate.sha256
    return ListSource("e-trust", Scheme.E_TRUST, "http://list.example/", roots=frozenset({root}))


@pytest.fixture
def taking(store):
    return Taking(store, NOW, nothing_there)
