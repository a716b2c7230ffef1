"""`zaruka inspect`: what a file holds, even a damaged one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from zaruka.cli.arguments import Option, require
from zaruka.messages import visible
from zaruka.reports.page import Line, Page, Section, Tone

if TYPE_CHECKING:
    from argparse import Namespace

    from typing_extensions import Buffer

    from zaruka.cli.screen import Screen
    from zaruka.messages import Messages

OPTIONS: Final = (Option("file"), Option("--tree"))

_SHOWN: Final = 20  # objects of one file shown one by one


def run(options: Namespace, say: Messages) -> int:
    """Show what is in the file."""
    require(options, "inspect", "file")

    from zaruka.cli.screen import Screen  # noqa: PLC0415 - after wrong usage is said
    from zaruka.reports.inspection import inspect_form  # noqa: PLC0415
    from zaruka.signatures.input.forms import objects  # noqa: PLC0415
    from zaruka.signatures.input.opening import Input  # noqa: PLC0415

    source = Input.open(Path(options.file))
    forms = list(objects(source))
    screen = Screen()
    screen.page(Page(source.title, ()))
    for number, form in enumerate(forms[:_SHOWN], 1):
        if len(forms) > 1:
            screen.section(Section(say("kinds.show.objects", index=number), ()))
        for section in inspect_form(form, say):
            screen.section(section)
        if options.tree:
            _show_tree(form.data if form.length else source.octets, screen, say)
    if len(forms) > _SHOWN:
        more = say("kinds.show.more", count=len(forms) - _SHOWN)
        screen.section(Section(None, (Line(more, Tone.QUIET),)))
    screen.text("")
    screen.text(say("kinds.show.unchecked"), "dim")
    return 0


def _show_tree(octets: Buffer, screen: Screen, say: Messages) -> None:
    """Write the ASN.1 values one a line: offset, name, what it says, what is wrong with it."""
    from zaruka.asn1.tree import walk  # noqa: PLC0415 - only when asked for

    screen.section(Section(say("words.heading.tree"), ()))
    for node in walk(octets):
        line = f"{node.offset:>8}  {'  ' * node.depth}{node.name}"
        if node.value:
            said = node.value
            dotted = said.partition(" ")[0]
            named = say.name_of(dotted)
            if node.name == "OBJECT IDENTIFIER" and named != dotted:
                said = f"{dotted} ({named})"
            line += f" {visible(said)}"
        if node.error:
            line += f"  ! {say.error(node.error, {'offset': node.offset}).text}"
        screen.plain(line)
