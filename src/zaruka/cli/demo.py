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

    from zaruka.cli.screen import Screen
    from zaruka.lab.scenario import Case
    from zaruka.messages import Messages
    from zaruka.recognition import CrossBorderReport

__all__ = ["OPTIONS", "run"]

OPTIONS: Final = (Option("folder", says="folder"),)

_UNEXPECTED: Final = 70  # an answer other than the one the case is there to show


def run(options: Namespace, say: Messages) -> int:
    """Make the files, ask every question, show the answers; 0 if each is as it must be."""
    from zaruka.cli.screen import Screen  # noqa: PLC0415 - slow to import
    from zaruka.lab.scenario import make_scenario  # noqa: PLC0415
    from zaruka.reports.report_page import report_page  # noqa: PLC0415

    folder = Path(options.folder or "demo")
    now = datetime.now(UTC).replace(microsecond=0)
    try:
        cases = make_scenario(folder, now, os.urandom)
    except OSError as error:
        raise ConfigError("demo.cannot-write", name=str(folder)) from error
    screen = Screen()
    screen.text(say("demo.intro", folder=folder))
    wrong = 0
    for number, case in enumerate(cases, 1):
        screen.rule()
        screen.text(f"{number}. {say(f'demo.{case.name}.title')}", "bold")
        screen.text(say(f"demo.{case.name}.text"))
        screen.text(f"$ {shlex.join(_command(case, folder))}", "dim")
        report = _ask(case, folder)
        screen.page(report_page(report, say))
        wrong += not _is_as_told(case, report)
    wrong += not _show_receipt(cases[0], folder, screen, say)
    screen.rule()
    screen.text(say("demo.next.title"), "bold")
    for step in ("verbose", "language", "json", "folder", "sign", "real"):
        screen.text(say(f"demo.next.{step}", folder=shlex.quote(str(folder))))
    if wrong:
        sys.stderr.write(say("demo.wrong", count=wrong) + "\n")
    return _UNEXPECTED if wrong else 0


def _command(case: Case, folder: Path) -> list[str]:
    """Return the command that asks the question of a case."""
    to_kind, about = case.act
    given = [
        ("--anchor", folder / "trust"),
        ("--crl", folder / "lists"),
        *([("--cert", folder / "keys")] if case.is_shown_more else []),
        ("--in", case.side),
        ("--to-kind", to_kind),
        ("--about", about),
        ("--agreement", folder / "agreement.toml"),
        *(("--powers", each) for each in case.shown),
        *(("--receipt", each) for each in case.receipts),
    ]
    words = (str(word) for pair in given for word in pair)
    return ["zaruka", "verify", str(case.signature), *words]


def _ask(case: Case, folder: Path) -> CrossBorderReport:
    """Ask it."""
    from zaruka.service import Zaruka, question  # noqa: PLC0415 - slow to import

    to_kind, about = case.act
    asked = question(
        recognise_in=case.side,
        to_kind=to_kind,
        about=about,
        agreement_files=[folder / "agreement.toml"],
    )
    zaruka = Zaruka(
        anchors=[folder / "trust"],
        crls=[folder / "lists"],
        certificates=[folder / "keys"] if case.is_shown_more else [],
        recognition=asked,
        powers=case.shown,
        receipts=case.receipts,
    )
    return zaruka.verify(case.signature)


def _show_receipt(case: Case, folder: Path, screen: Screen, say: Messages) -> bool:
    """Check the receipt of a case as whoever keeps it would, and print it; whether it is good."""
    from zaruka.reports.receipt_document import receipt_pdf  # noqa: PLC0415 - slow to import
    from zaruka.reports.receipt_page import receipt_page  # noqa: PLC0415
    from zaruka.service import Zaruka  # noqa: PLC0415
    from zaruka.service.receipts import ask, verify_receipt  # noqa: PLC0415

    (receipt,) = case.receipts
    trust, keys, lists = (folder / name for name in ("trust", "keys", "lists"))
    words = ["--anchor", str(trust), "--cert", str(keys), "--crl", str(lists)]
    command = ["zaruka", "receipt", "verify", str(receipt), str(case.signature), *words]
    screen.rule()
    screen.text(say("demo.receipt.title"), "bold")
    screen.text(say("demo.receipt.text"))
    screen.text(f"$ {shlex.join(command)}", "dim")
    zaruka = Zaruka(anchors=[trust], certificates=[keys], crls=[lists])
    checked = verify_receipt(receipt, zaruka.context, case.signature)
    screen.page(receipt_page(checked, receipt.name, say))
    printed = receipt.with_name(receipt.name + ".pdf")
    _, shown = ask(case.signature)
    printed.write_bytes(receipt_pdf(checked, shown, receipt.name, say))
    screen.text(say("demo.receipt.printed", name=printed))
    return checked.conclusion.passed and checked.confirms is True


def _is_as_told(case: Case, report: CrossBorderReport) -> bool:
    """Whether an answer is the one that the case is there to show."""
    abroad = next(
        (signature, decision)
        for signature, decision in zip(report.signatures, report.decisions, strict=True)
        if decision is not None and signature.signer and signature.signer.country != case.side
    )
    signature, decision = abroad
    return (
        status_of(report.conclusion) == case.status
        and decision.outcome is case.recognition
        and signature.powers is not None
        and signature.powers.outcome is case.powers
    )
