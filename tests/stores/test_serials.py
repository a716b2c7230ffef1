"""Numbers of receipts rise strictly, in a file and on a server, however many ask at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from zaruka.errors import ConfigError
from zaruka.stores.database import Database
from zaruka.stores.serials import StoredSerials

NOW = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)
SERVICE, OTHER = "ab" * 32, "cd" * 32


def test_numbers_rise_by_one_for_each_service(database):
    numbers, others = StoredSerials(database, SERVICE), StoredSerials(database, OTHER)
    assert [numbers.take(NOW) for _ in range(3)] == [1, 2, 3]
    assert others.take(NOW) == 1
    assert numbers.take(NOW + timedelta(seconds=1)) == 4


def test_numbers_go_on_where_they_ended(place):
    for expected in (1, 2):
        with Database.open(place) as database:
            assert StoredSerials(database, SERVICE).take(NOW) == expected


def test_a_clock_that_goes_back_gets_no_number(database):
    numbers = StoredSerials(database, SERVICE)
    numbers.take(NOW)
    with pytest.raises(ConfigError) as raised:
        numbers.take(NOW - timedelta(microseconds=1))
    assert raised.value.code == "ttp.clock-back"
    assert numbers.take(NOW) == 2


def test_no_number_is_given_twice_to_many_that_ask_at_once(place):
    with Database.open(place):
        pass

    def take(_):
        with Database.open(place) as database:
            numbers = StoredSerials(database, SERVICE)
            return [numbers.take(NOW) for _ in range(5)]

    with ThreadPoolExecutor(6) as pool:
        taken = list(pool.map(take, range(6)))
    assert sorted(number for each in taken for number in each) == list(range(1, 31))
    assert all(each == sorted(each) for each in taken)
