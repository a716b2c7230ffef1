"""Digests against their peers: MB/s and ratios of one run, CPU time of one thread.

    python benchmarks/digests.py

Peers: OpenSSL's GOST engine over EVP; bee2 where BEE2_PREFIX names an installed one (build it with
-DBASH_PLATFORM=BASH_AVX512 or BASH_AVX2 for its fastest bash). A peer that is absent is said to be
absent, and nothing is claimed. Exit status 1 if an aim is missed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from zaruka import _native

SOURCE = Path(__file__).with_name("digest_peers.c")
AIM = 0.95  # speed.md: one message, the best peer
SIZE = 1 << 16  # octets of a message
SLICE_S = 0.2
ROUNDS = 3

PEERS = {
    "streebog256": "md_gost12_256",
    "streebog512": "md_gost12_512",
    "gost3411_94": "md_gost94",
    "belt-hash": "belt-hash",
    "bash256": "bash256",
    "bash384": "bash384",
    "bash512": "bash512",
}


def build(folder: str, prefix: str | None) -> Path | None:
    """Compile the harness, with bee2 if it is there; None without compiler or OpenSSL headers."""
    compiler = shutil.which("cc")
    if compiler is None:
        return None
    program = Path(folder) / "digest_peers"
    command = [compiler, "-O2", "-o", str(program)]
    libraries = ["-lcrypto"]
    if prefix is not None:
        command += ["-DWITH_BEE2", f"-I{prefix}/include"]
        library = next(Path(prefix, "lib").glob("libbee2*"))
        libraries = [str(library), f"-Wl,-rpath,{prefix}/lib", "-lpthread", *libraries]
    command += [str(SOURCE), *libraries]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return program if done.returncode == 0 else None


def peer_speed(program: Path, name: str) -> float | None:
    """MB/s of the peer; None where it is absent."""
    command = [str(program), name, str(SIZE), str(SLICE_S)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return float(done.stdout) if done.returncode == 0 else None


def our_speed(name: str) -> float:
    """MB/s of ours, through Python: the best of ten slices, as the harness takes it."""
    data, best = bytes(SIZE), 0.0
    for _ in range(10):
        octets, start = 0, time.process_time()
        while (spent := time.process_time() - start) < SLICE_S / 10:
            _native.digest(name, data)
            octets += SIZE
        best = max(best, octets / spent)
    return best / 1e6


def main() -> int:
    """Print one line for each digest; 1 if an aim is missed."""
    missed = False
    prefix = os.environ.get("BEE2_PREFIX")
    with tempfile.TemporaryDirectory() as folder:
        program = build(folder, prefix)
        print(f"{'digest':12} {'ours MB/s':>10} {'peer MB/s':>10} {'ratio':>6}  aim {AIM}")
        for name, peer_name in PEERS.items():
            ours, peers = [], []
            for _ in range(ROUNDS):  # in turn, so that a busy machine disturbs both
                ours.append(our_speed(name))
                if program is not None:
                    peers.append(peer_speed(program, peer_name))
            known = [speed for speed in peers if speed is not None]
            if not known:
                print(f"{name:12} {max(ours):10.0f} {'peer absent':>17}")
                continue
            ratio = max(ours) / max(known)
            missed |= ratio < AIM
            verdict = "" if ratio >= AIM else "  MISSED"
            print(f"{name:12} {max(ours):10.0f} {max(known):10.0f} {ratio:6.2f}{verdict}")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
