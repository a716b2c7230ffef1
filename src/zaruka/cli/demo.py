"""`zaruka demo [FOLDER]`: two invented countries' files made, checked and explained."""

from __future__ import annotations

import os
import shlex
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from zaruka.cli.arguments import Option
from zaruka.cli.verify import status_of
from zaruka.errors import ConfigError

if TYPE_CHECKING:
    from argparse import Namespace

    from zaruka.messages import Messages

__all__ = ["OPTIONS", "run"]

OPTIONS: Final = (Option("folder", says="folder"),)

_UNEXPECTED: Final = 70  # an answer other than the one the case is there to show


def run(options: Namespace, say: Messages) -> int:
    """Make the files, ask every question, show the answers; 0 if each is as it must be."""
    from zaruka.cli.screen import Screen  # noqa: PLC0415 - slow to import
    from zaruka.lab.scenario import make_scenario  # noqa: PLC0415
    from zaruka.reports.report_page import report_page  # noqa: PLC0415
    from zaruka.service import Zaruka  # noqa: PLC0415

    folder = Path(options.folder or "demo")
    now = datetime.now(UTC).replace(microsecond=0)
    try:
        cases = make_scenario(folder, now, os.urandom)
    except OSError as error:
        raise ConfigError("demo.cannot-write", name=str(folder)) from error
    screen = Screen()
    screen.text(say("demo.intro", folder=folder))
    trust, lists = folder / "trust", folder / "lists"
    zaruka = Zaruka(anchors=[trust], crls=[lists])
    wrong = 0
    for number, case in enumerate(cases, 1):
        screen.rule()
        screen.text(f"{number}. {say(f'demo.{case.name}.title')}", "bold")
        screen.text(say(f"demo.{case.name}.text"))
        words = ["zaruka", "verify", case.signature, "--anchor", trust, "--crl", lists]
        screen.text(f"$ {shlex.join(map(str, words))}", "dim")
        report = zaruka.verify(case.signature)
        screen.page(report_page(report, say))
        wrong += status_of(report.conclusion) != case.status
    screen.rule()
    screen.text(say("demo.next.title"), "bold")
    for step in ("verbose", "language", "json", "folder", "sign", "real"):
        screen.text(say(f"demo.next.{step}", folder=shlex.quote(str(folder))))
    if wrong:
        sys.stderr.write(say("demo.wrong", count=wrong) + "\n")
    return _UNEXPECTED if wrong else 0
