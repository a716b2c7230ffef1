"""How a power of attorney stands is asked of a registry over real HTTP; its answer is dated."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from hostile_server import good, serving, status
from zaruka.errors import ConfigError, FetchError, InputError
from zaruka.fetch import Fetcher, Limits, Settings, Surroundings
from zaruka.fetch.power_registry import PowerRegistry
from zaruka.jurisdictions.russia.power_status import Standing

NOW = datetime(2026, 11, 29, 9, tzinfo=UTC)
NUMBER = "00000000-0000-4000-8000-000000000001"
# An exchange as a gateway of an operator gave it, with another number in its place.
RECORDED = {
    "form": "zaruka-power-status-1",
    "number": NUMBER,
    "status": "revoked",
    "as_of": "2026-11-29T11:59:30+03:00",
    "revoked_at": "2026-11-20T10:00:00+03:00",
    "source": "whoever",
}


def ask(server, path=f"/powers/{NUMBER}", number=NUMBER):
    surroundings = Surroundings(lambda: NOW, lambda: 0.0, lambda _: None, lambda: 0.5)
    settings = Settings(allow=("127.0.0.0/8",), limits=Limits(seconds=5, silence_s=2, tries=1))
    address = server.at(path).replace(NUMBER, "{number}")
    return PowerRegistry(Fetcher(settings, surroundings), address).ask(number)


def answer(**change):
    return good(json.dumps({**RECORDED, **change}).encode(), Content_Type="application/json")


def test_an_answer_is_dated_and_its_source_is_who_answered():
    with serving({f"/powers/{NUMBER}": answer()}) as server:
        found = ask(server)
        assert found.standing is Standing.REVOKED
        assert found.revoked_at == datetime(2026, 11, 20, 7, tzinfo=UTC)
        assert found.as_of == NOW - timedelta(seconds=30)
        assert found.source == server.at(f"/powers/{NUMBER}")
        assert server.asked[0].fields["accept"].startswith("application/json")


@pytest.mark.parametrize(
    "reply",
    [
        answer(number="00000000-0000-4000-8000-000000000002"),
        answer(as_of="2026-11-29T12:00:01+03:00"),  # later than it came
        answer(as_of="2026-11-29T09:00:00"),
        answer(status="fine"),
        good(b"[]", Content_Type="application/json"),
    ],
)
def test_an_answer_that_is_none_is_not_taken(reply):
    with serving({f"/powers/{NUMBER}": reply}) as server, pytest.raises(InputError) as error:
        ask(server)
    assert error.value.code == "powers.status"


def test_what_does_not_come_is_an_error_of_fetching():
    lost = {f"/powers/{NUMBER}": status("404 Not Found")}
    with serving(lost) as server, pytest.raises(FetchError):
        ask(server)


def test_an_address_has_a_place_for_the_number():
    with pytest.raises(ConfigError) as error:
        PowerRegistry(None, "https://registry.example/")
    assert error.value.code == "powers.registry-address"
