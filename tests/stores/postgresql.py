"""A PostgreSQL cluster of one test run: private, on a socket, gone afterwards."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

INSTALLED = sorted(
    Path("/usr/lib/postgresql").glob("*/bin/initdb"),
    key=lambda path: int(re.search(r"\d+", str(path))[0]),
)


def _run(*command):
    """Run a program of the server; it refuses root, for whom Debian's package brings a user."""
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*user, *command], check=True, capture_output=True, cwd="/", timeout=120)


@contextmanager
def cluster():
    """Start a cluster and give the folder of its socket."""
    binaries = INSTALLED[-1].parent
    folder = Path(tempfile.mkdtemp(prefix="zaruka-pg-", dir="/tmp"))  # sockets have short names
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    data, log = folder / "data", folder / "log"
    options = f"-k {folder} -c listen_addresses='' -c fsync=off"
    control = [binaries / "pg_ctl", "-D", data, "-w", "-l", log]
    try:
        _run(
            binaries / "initdb",
            "-D",
            data,
            "-A",
            "trust",
            "--no-sync",
            "-U",
            "zaruka",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        )
        _run(*control, "-o", options, "start")
        try:
            yield folder
        finally:
            _run(*control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
