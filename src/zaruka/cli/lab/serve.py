"""`zaruka lab serve`: time-stamps, certificate status and lists for trial, on this machine."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from zaruka.cli.arguments import Option
from zaruka.errors import ConfigError

if TYPE_CHECKING:
    from argparse import Namespace

    from zaruka.messages import Messages

OPTIONS: Final = (
    Option("--folder", "folder", says="lab_folder"),
    Option("--port", "port"),
)

_FOLDER, _PORT = "zaruka-lab", 8318


def run(options: Namespace, say: Messages) -> int:
    """Serve until interrupted."""
    port = _PORT if options.port is None else _number(options.port)

    from zaruka.lab.server import LabServer  # noqa: PLC0415 - after wrong usage is said

    folder = Path(options.folder or _FOLDER)
    with LabServer(folder, port, lambda: datetime.now(UTC), os.urandom) as server:
        sys.stdout.write(say("command.lab.serving", address=server.address, folder=folder) + "\n")
        for code in server.services:
            for service in ("tsa", "ocsp", "root.cer", "ca.cer", "root.crl", "ca.crl"):
                sys.stdout.write(f"  {server.address}/{code}/{service}\n")
        sys.stdout.write(say("command.done.trial") + "\n")
        sys.stdout.flush()
        server.serve_forever()
    return 0


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 5:
        raise ConfigError("usage.number", option="--port", text=text)
    return int(text)
