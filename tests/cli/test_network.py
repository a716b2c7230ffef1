"""What leaves the machine, and what is said where nothing may."""

from __future__ import annotations

import json

import pytest

from hostile_server import serving
from online_world import World


@pytest.fixture
def world(tmp_path):
    with serving({}) as server:
        made = World(server, tmp_path)
        (tmp_path / "it's signed.p7s").write_bytes(made.signature)
        yield made


WORDS = ("verify", "it's signed.p7s", "--anchor", "root.cer", "--at", "2026-06-01T00:00:00Z")


def test_nothing_leaves_the_machine_unasked(run, world):
    done = run(*WORDS)
    assert (done.returncode, world.asked()) == (2, [])
    assert world.server.at("/ca.cer") in done.stdout
    assert "curl" not in done.stdout


def test_offline_says_what_to_type_elsewhere(run, world):
    done = run(*WORDS, "--offline")
    assert (done.returncode, world.asked()) == (2, [])
    address = world.server.at("/ca.cer")
    assert f"curl --fail --location --output need-1.cer {address}\n" in done.stdout
    again = [line for line in done.stdout.splitlines() if line.startswith("zaruka verify")]
    assert again == ["""zaruka verify 'it'"'"'s signed.p7s' --anchor root.cer --cert need-1.cer"""]


def test_offline_and_plain_use_what_was_kept(run, world, tmp_path):
    """The network was there once; what it gave lies beside the store."""
    (tmp_path / "zaruka.toml").write_text('[fetch]\nallow = ["127.0.0.0/8"]\n')
    here = {"ZARUKA_CONFIG": "zaruka.toml", "ZARUKA_STORE": "zaruka.db"}
    assert run(*WORDS, "--online", **here).returncode == 0
    asked = world.asked()
    assert asked
    for more in ((), ("--offline",)):
        done = run(*WORDS, *more, **here)
        assert (done.returncode, world.asked()) == (0, asked), done.stdout
        assert "curl" not in done.stdout


def test_online_asks_and_says_what_could_not_be_had(run, world):
    """A server on this very machine is private, and was not allowed."""
    assert "сервер стоит во внутренней сети" in run(*WORDS, "--online").stdout.replace("\n   ", " ")
    done = run(*WORDS, "--online", "--json")
    assert (done.returncode, world.asked()) == (2, [])
    (said,) = json.loads(done.stdout)["findings"]
    assert said["code"] == "online.not-obtained"
    assert said["details"] == {"address": world.server.at("/ca.cer"), "reason": "private"}


@pytest.mark.usefixtures("world")
def test_online_and_offline_exclude_each_other(run):
    assert run(*WORDS, "--online", "--offline").returncode == 64
