"""`make bench`: every benchmark in turn, after a description of the machine.

Each is a program of its own that prints its table and exits with 1 if an aim is missed. Ratios of
one run are what counts; absolute numbers belong to the machine that is described above them.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
PROGRAMS = ("startup", "digests", "curves", "validation", "lists", "store", "warm", "crl")


def machine() -> str:
    """Describe processor, system and versions in one paragraph."""
    processor = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.is_file():
        lines = dict(
            line.split(":", 1) for line in information.read_text().splitlines() if ":" in line
        )
        fields = {name.strip(): value.strip() for name, value in lines.items()}
        flags = set(fields.get("flags", "").split())
        notable = flags & {"avx2", "bmi2", "adx", "avx512ifma", "gfni", "avx512vbmi"}
        processor = f"{fields.get('model name', processor)} ({' '.join(sorted(notable))})"
    python = f"Python {platform.python_version()}"
    return f"{processor}, {os.cpu_count()} cores; {platform.platform()}; {python}"


def main() -> int:
    """Run them all; 1 if any missed an aim."""
    print(machine(), flush=True)
    missed = 0
    for name in PROGRAMS:
        print(f"\n{name}", flush=True)
        missed |= subprocess.run([sys.executable, HERE / f"{name}.py"], check=False).returncode
    return int(missed != 0)


if __name__ == "__main__":
    sys.exit(main())
