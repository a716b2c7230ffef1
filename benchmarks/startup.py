"""How long `import zaruka` and `zaruka --help` take: wall time of a whole process, best of many.

    python benchmarks/startup.py

The aims of speed.md are absolute (0.15 s and 0.25 s); beside them stands the ratio to a peer in
the same run, `import cryptography.x509`.
"""

from __future__ import annotations

import subprocess
import sys
import time

RUNS = 15
CASES = {
    "python -c pass": ([sys.executable, "-c", "pass"], None),
    "import cryptography.x509": ([sys.executable, "-c", "import cryptography.x509"], None),
    "import zaruka": ([sys.executable, "-c", "import zaruka"], 0.15),
    "zaruka --help": ([sys.executable, "-m", "zaruka", "--help"], 0.25),
}


def seconds(command: list[str]) -> float:
    """Wall time of one run."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> int:
    """Print one line for each case; 1 if an aim is missed."""
    best = {
        name: min(seconds(command) for _ in range(RUNS)) for name, (command, _) in CASES.items()
    }
    peer = best["import cryptography.x509"]
    missed = False
    for name, (_, aim) in CASES.items():
        late = aim is not None and best[name] > aim
        missed |= late
        wanted = "" if aim is None else f"  aim {aim} s{'  MISSED' if late else ''}"
        print(f"{name:26} {best[name]:6.3f} s  {best[name] / peer:5.2f}x the peer{wanted}")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
