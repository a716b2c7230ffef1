"""A process that takes lists in and is killed, at any moment, leaves the old issue or the new."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from zaruka.stores.database import Database
from zaruka.stores.trust import TrustStore

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def killed():
    """Let a process take in so many issues and go on for so long (seconds), then kill it."""
    command = [sys.executable, HERE / "killed_writer.py"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **pipes) as writer:

        def kill(path, count, delay):
            writer.stdin.write(f"{path}\t{count}\t{delay}\n")
            writer.stdin.flush()
            assert writer.stdout.readline() == f"{signal.SIGKILL.value}\n"

        yield kill
        writer.stdin.close()


def test_a_kill_leaves_the_old_issue_or_the_new(killed, tmp_path):
    path, chance = tmp_path / "zaruka.db", random.Random(20261129)
    before = 0
    for _ in range(20):
        killed(path, 1, chance.uniform(0, 0.05))
        with Database.open(path) as database:
            store = TrustStore(database)
            issues = store.lists()
            assert [each.sequence for each in issues] == list(range(1, len(issues) + 1))
            assert len(issues) > before
            before = len(issues)
            for each in issues[-2:]:
                stated = store.stated_in(each)
                assert {one.name for one in stated} == {str(each.sequence)}
                assert len(stated) == 100
                assert store.octets(each) == b"octets of %d" % each.sequence


def test_a_kill_while_the_store_is_made_leaves_one_that_can_be_made(killed, tmp_path):
    chance = random.Random(20261129)
    for number in range(10):
        path = tmp_path / str(number) / "zaruka.db"
        killed(path, 0, chance.uniform(0, 0.2))
        with Database.open(path) as database:
            assert len(TrustStore(database).lists()) >= 0
