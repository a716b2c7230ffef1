"""Runs a fuzz target: mutates seeds for the time asked, or lets atheris follow the coverage.

A target is `check(octets)`, which raises for anything unforeseen, and its seeds::

    python tests/fuzz/fuzz_cms.py [--seconds N] [--seed N] [--atheris [OPTIONS OF LIBFUZZER]]
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["SHARED", "run", "shared_seeds"]

SHARED = Path(os.environ.get("ZARUKA_SHARED", Path(__file__).parents[3] / "shared"))
SLOW_S = 2.0  # processor time that one input may take
SMALL = 32 << 10  # larger seeds teach nothing new
LARGEST = 64 << 10
TELLING = (0x00, 0x30, 0x31, 0x7F, 0x80, 0x81, 0x84, 0xA0, 0xFF)  # tags and lengths


def shared_seeds(*patterns: str) -> list[bytes]:
    """Read the small files of the shared material that match."""
    paths = [path for pattern in patterns for path in sorted(SHARED.glob(pattern))]
    return [path.read_bytes() for path in paths if path.stat().st_size <= SMALL]


def mutate(octets: bytes, choice: random.Random, others: Sequence[bytes]) -> bytes:
    """Change a few octets or bits, cut, double, join with another."""
    changed = bytearray(octets)
    for _ in range(choice.randint(1, 5)):
        at = choice.randint(0, len(changed))
        match choice.randint(0, 5):
            case 0 if at < len(changed):
                changed[at] = choice.choice((*TELLING, choice.randrange(256)))
            case 1 if at < len(changed):
                changed[at] ^= 1 << choice.randrange(8)
            case 2:
                del changed[at : at + choice.randint(1, 40)]
            case 3:
                changed[at:at] = changed[at : at + choice.randint(1, 200)]
            case 4:
                changed[at:at] = choice.randbytes(choice.randint(1, 8))
            case 5 if choice.random() < 0.1:
                changed[at:] = choice.choice(others)
    return bytes(changed[:LARGEST])


def run(check: Callable[[bytes], None], seeds: list[bytes]) -> None:
    """Fuzz `check`; a failing input is left in the file `fuzz-failed-<target>.bin`."""
    name = Path(sys.argv[0]).stem
    if not seeds:
        sys.exit(f"{name}: no seeds; set ZARUKA_SHARED")
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 2**32)
    parser.add_argument("--atheris", action="store_true")
    options, rest = parser.parse_known_args()

    def bounded(octets: bytes) -> None:
        before = time.process_time()
        check(octets)
        assert time.process_time() - before < SLOW_S, f"{len(octets)} octets took too long"

    if options.atheris:
        import atheris  # noqa: PLC0415 - optional

        atheris.instrument_all()
        atheris.Setup([sys.argv[0], *rest], bounded)
        atheris.Fuzz()
        return
    choice, pool = random.Random(options.seed), list(seeds)
    end, count = time.monotonic() + options.seconds, 0
    while time.monotonic() < end:
        octets = mutate(choice.choice(pool), choice, pool)
        try:
            bounded(octets)
        except BaseException:
            Path(f"fuzz-failed-{name}.bin").write_bytes(octets)
            print(f"{name}: failed after {count} inputs, seed {options.seed}")  # noqa: T201
            raise
        if choice.random() < 0.001:  # go on from what came of a seed
            pool[choice.randrange(len(pool))] = octets
        count += 1
        if count % 20_000 == 0:
            pool = list(seeds)
    print(f"{name}: {count} inputs, seed {options.seed}: nothing found")  # noqa: T201
