"""Empty stores: a file of SQLite, a database of PostgreSQL; each contract holds on both."""

from __future__ import annotations

from itertools import count

import postgresql
import psycopg
import pytest

from zaruka.stores.database import Database

NUMBERS = count()


@pytest.fixture(scope="session")
def cluster():
    """Give the folder of a PostgreSQL server's socket."""
    if not postgresql.INSTALLED:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    with postgresql.cluster() as folder:
        yield folder


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request, tmp_path):
    """Give the place of a store that is not there yet."""
    if request.param == "sqlite":
        return str(tmp_path / "zaruka.db")
    folder, name = request.getfixturevalue("cluster"), f"zaruka{next(NUMBERS)}"
    with psycopg.connect(f"host={folder} user=zaruka dbname=postgres", autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    return f"postgresql+psycopg://zaruka@/{name}?host={folder}"


@pytest.fixture
def database(place):
    """Give an empty store."""
    with Database.open(place) as opened:
        yield opened
