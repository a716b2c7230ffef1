"""Forks processes that write to a store and kills each, so long after so many issues.

A line of stdin has the path, the number of issues and the delay in seconds. Run by
test_killed.py: what takes long, importing, is done once.
"""

from __future__ import annotations

import os
import signal
import sys
import time

from msgspec import structs
from trust_samples import issue, stated

from zaruka.stores.database import Database
from zaruka.stores.trust import TrustStore

BASE = stated("A")
ISSUE = issue(0)[0]


def write(path: str, done: int) -> None:
    """Take in issue after issue, each of which replaces every statement of the one before.

    A byte into `done` tells of each.
    """
    with Database.open(path) as database:
        store = TrustStore(database)
        number = max((each.sequence for each in store.lists()), default=0)
        while True:
            number += 1
            statements = tuple(
                structs.replace(BASE, name=str(number), certificate_sha256=f"{n:064x}")
                for n in range(100)
            )
            store.take(
                "e-trust",
                structs.replace(ISSUE, sequence=number, statements=statements),
                b"octets of %d" % number,
                signer=None,
                place="x",
                obtained=ISSUE.issued,
            )
            os.write(done, b".")


for line in sys.stdin:
    where, count, delay = line.rstrip("\n").split("\t")
    told, done = os.pipe()
    child = os.fork()
    if not child:
        write(where, done)
    for _ in range(int(count)):
        os.read(told, 1)
    time.sleep(float(delay))
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    os.close(told)
    os.close(done)
    print(os.WTERMSIG(status), flush=True)  # noqa: T201 - that is how it answers
