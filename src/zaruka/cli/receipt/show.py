"""`zaruka receipt show`: what a receipt, a request or a refusal says, in words."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from zaruka.cli.arguments import Option, require

if TYPE_CHECKING:
    from argparse import Namespace

    from zaruka.messages import Messages
    from zaruka.reports.page import Section as Shown

OPTIONS: Final = (Option("file", says="receipt"), Option("--json"))


def run(options: Namespace, say: Messages) -> int:
    """Show what the file says; nothing is checked."""
    require(options, "receipt show", "file")

    from zaruka.reports.as_json import dump  # noqa: PLC0415 - after wrong usage is said
    from zaruka.reports.page import Line, Page, Section, Tone  # noqa: PLC0415
    from zaruka.reports.receipt_inspection import inspect_receipt_file  # noqa: PLC0415
    from zaruka.signatures.input.opening import Input  # noqa: PLC0415

    source = Input.open(Path(options.file))
    sections = tuple(inspect_receipt_file(source, say))
    if options.json:
        value = {"language": say.language, "shown": [_section(each) for each in sections]}
        sys.stdout.write(dump(value))
        return 0
    from zaruka.cli.screen import Screen  # noqa: PLC0415

    unchecked = Section(None, (Line(say("words.receipt.unchecked"), Tone.QUIET),))
    Screen().page(Page(source.title, (*sections, unchecked)))
    return 0


def _section(section: Shown) -> dict[str, object]:
    lines = [{"label": line.label, "text": line.text} for line in section.lines]
    return {"heading": section.heading, "lines": lines}
