"""Verify, recurring key and sign on every curve, against OpenSSL's GOST engine and bee2.

    python benchmarks/curves.py [--json FILE]

The peers are measured in the same run over their own API by `gost_engine.c` and `bee2.c`, which
are compiled here: the first where the engine is installed (Debian: libengine-gost-openssl,
libssl-dev), the second where BEE2_PREFIX names a place in which bee2 is installed. A peer that is
not there is said to be absent. CPU time, one thread; the best of ten short rounds in turn.

`portable` is `verify` in a process that may use nothing that only some processors have
(ZARUKA_WITHOUT).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zaruka import _native

HERE = Path(__file__).parent
BELT_HASH = bytes.fromhex("06092A7000020022651F51")
SPAN_S = 0.1
ROUNDS = 10
KEYS = 200
ENTROPY = os.urandom(32)


@dataclass(frozen=True)
class Line:
    """A curve: our identifier, the peer's name for it, and how many times faster to verify."""

    title: str
    oid: str
    peer: str
    aim: float

    @property
    def size(self) -> int:
        """Octets of a digest."""
        return 64 if "512" in self.title else 48 if "384" in self.title else 32

    @property
    def bign(self) -> bool:
        return self.oid == self.peer


LINES = [
    Line("CryptoPro-A", "1.2.643.2.2.35.1", "gost2012_256:A", 3),
    Line("CryptoPro-B", "1.2.643.2.2.35.2", "gost2012_256:B", 5),
    Line("CryptoPro-C", "1.2.643.2.2.35.3", "gost2012_256:C", 3),
    Line("TC26-256-A", "1.2.643.7.1.2.1.1.1", "gost2012_256:TCA", 2.2),
    Line("TC26-512-A", "1.2.643.7.1.2.1.2.1", "gost2012_512:A", 2.5),
    Line("TC26-512-B", "1.2.643.7.1.2.1.2.2", "gost2012_512:B", 6),
    Line("TC26-512-C", "1.2.643.7.1.2.1.2.3", "gost2012_512:C", 1.6),
    Line("bign-curve256v1", *["1.2.112.0.2.0.34.101.45.3.1"] * 2, 8),
    Line("bign-curve384v1", *["1.2.112.0.2.0.34.101.45.3.2"] * 2, 6),
    Line("bign-curve512v1", *["1.2.112.0.2.0.34.101.45.3.3"] * 2, 5),
]
SIGN_AIM = 0.8
RECURRING_AIM = 2  # times the aim of the line

Speeds = dict[str, dict[str, float]]


def compiled(folder: Path, source: str, *options: str) -> Path | None:
    program = folder / Path(source).stem
    command = ["cc", "-O2", str(HERE / source), *options, "-o", str(program)]
    done = subprocess.run(command, capture_output=True, check=False)
    return program if done.returncode == 0 else None


def turns(folder: Path) -> Iterator[tuple[list[str] | None, list[Line]]]:
    """Yield the command that measures a peer, None where it is not here, and its lines of ours.

    The engine is asked line by line: the clock of a shared machine does not stay the same for long.
    """
    engine = compiled(folder, "gost_engine.c", "-lcrypto")
    for line in LINES:
        if not line.bign:
            yield [str(engine), str(SPAN_S), line.peer] if engine else None, [line]
    yield bee2(folder), [line for line in LINES if line.bign]


def bee2(folder: Path) -> list[str] | None:
    prefix = os.environ.get("BEE2_PREFIX")
    if not prefix:
        return None
    paths = [f"-I{prefix}/include", f"-L{prefix}/lib", f"-Wl,-rpath,{prefix}/lib"]
    program = compiled(folder, "bee2.c", *paths, "-lbee2") or compiled(
        folder, "bee2.c", *paths, "-lbee2_static"
    )
    return [str(program), str(SPAN_S)] if program else None


def per_second(operation: Callable[[], object]) -> float:
    """Return how often the operation runs in a second of CPU time."""
    start, count = time.process_time(), 0
    while (spent := time.process_time() - start) < SPAN_S:
        operation()
        count += 1
    return count / spent


class Signer:
    """A key on the curve of a line, and what it signed."""

    def __init__(self, line: Line) -> None:
        self.bign, self.digest = line.bign, b"\x5a" * line.size
        self.private = _native.PrivateKey(line.oid, os.urandom(line.size - 1) + b"\x2a")
        self.public = _native.PublicKey(line.oid, self.private.public_key())
        self.signature = self.sign()

    def sign(self) -> bytes:
        if self.bign:
            return self.private.sign_bign(self.digest, BELT_HASH)
        return self.private.sign_gost(self.digest, ENTROPY)

    def verify(self) -> bool:
        if self.bign:
            return self.public.verify_bign(self.digest, BELT_HASH, self.signature)
        return self.public.verify_gost(self.digest, self.signature)


def first_uses(signers: list[Signer]) -> float:
    """Return verifications in a second by keys without a table: that comes with the fifth use."""
    start = time.process_time()
    assert all(signer.verify() for _ in range(3) for signer in signers)
    return 3 * len(signers) / (time.process_time() - start)


def ours(line: Line) -> dict[str, float]:
    signers = [Signer(line) for _ in range(KEYS)]
    first, signer = first_uses(signers), signers[0]
    assert all(signer.verify() for _ in range(10))
    return {
        "verify": first,
        "recurring": per_second(signer.verify),
        "sign": per_second(signer.sign),
        "portable": portable(line),
    }


def portable(line: Line) -> float:
    """Return what another process verifies in a second with nothing but portable code."""
    command = [sys.executable, __file__, "--first-uses", line.title]
    environment = {**os.environ, "ZARUKA_WITHOUT": "all"}
    done = subprocess.run(command, env=environment, capture_output=True, check=True)
    return float(done.stdout)


def best(rounds: list[Speeds]) -> Speeds:
    return {
        name: {what: max(speeds[name][what] for speeds in rounds) for what in first}
        for name, first in rounds[0].items()
    }


def measure() -> tuple[Speeds, Speeds]:
    """Return our speeds and the peers', by our titles and the peers' names."""
    own_rounds, peer_rounds = [], []
    with tempfile.TemporaryDirectory() as folder:
        commands = list(turns(Path(folder)))
        for _ in range(ROUNDS):
            own: Speeds = {}
            theirs: Speeds = {}
            for command, lines in commands:
                if command:
                    done = subprocess.run(command, capture_output=True, check=False)
                    if done.returncode == 0:
                        theirs |= json.loads(done.stdout)
                own |= {line.title: ours(line) for line in lines}
            own_rounds.append(own)
            peer_rounds.append(theirs)
    return best(own_rounds), best(peer_rounds)


def show(row: dict[str, Any]) -> str:
    mine, theirs, aim = row["ours"], row["peer"], row["aim"]
    text = f"{row['curve']:16} {row['what']:10} {mine:8.0f}"
    if theirs is None:
        return f"{text} peer absent"
    text += f" {theirs:8.0f} {mine / theirs:6.2f}"
    return f"{text} {aim:5.1f}" + ("" if mine / theirs >= aim else "  missed")


def rows(own: Speeds, peer: Speeds) -> Iterator[dict[str, Any]]:
    for line in LINES:
        theirs = peer.get(line.peer, {})
        aims = {
            "verify": line.aim,
            "portable": line.aim,
            "recurring": RECURRING_AIM * line.aim,
            "sign": SIGN_AIM,
        }
        for what, aim in aims.items():
            yield {
                "curve": line.title,
                "what": what,
                "ours": own[line.title][what],
                "peer": theirs.get("sign" if what == "sign" else "verify"),
                "aim": aim,
            }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="also write the results here")
    parser.add_argument("--first-uses", metavar="CURVE", help="only this, and only as a number")
    arguments = parser.parse_args()
    if arguments.first_uses:
        line = next(line for line in LINES if line.title == arguments.first_uses)
        assert Signer(line).verify()  # now there are tables of the generator
        print(max(first_uses([Signer(line) for _ in range(KEYS)]) for _ in range(3)))
        return
    results = list(rows(*measure()))
    print(f"{'curve':16} {'what':10} {'ours/s':>8} {'peer/s':>8} {'ratio':>6} {'aim':>5}")
    for row in results:
        print(show(row))
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
