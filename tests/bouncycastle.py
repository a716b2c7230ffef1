"""BouncyCastle, where it is installed (Debian: libbcpkix-java and a JVM), as a second opinion."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

__all__ = ["compiled"]

JARS = [Path(f"/usr/share/java/{name}.jar") for name in ("bcpkix", "bcprov", "bcutil")]


def compiled(source: Path, classes: Path):
    """Compile a program of one class into a folder; give what runs it and returns what it says."""
    java, javac = shutil.which("java"), shutil.which("javac")
    if java is None or not all(jar.is_file() for jar in JARS):
        pytest.skip("BouncyCastle is not installed: apt-get install default-jdk libbcpkix-java")
    path = ":".join(map(str, JARS))
    start = [java, "-cp", path, str(source)]
    if javac is not None:
        subprocess.run([javac, "-d", classes, "-cp", path, source], check=True, timeout=300)
        start = [java, "-cp", f"{classes}:{path}", source.stem]

    def run(*words) -> str:
        done = subprocess.run(
            [*start, *map(str, words)], capture_output=True, text=True, check=False, timeout=300
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run
