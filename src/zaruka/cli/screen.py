"""A page in a terminal: 80 columns unless the terminal is wider, colour only where it belongs.

NO_COLOR is respected; redirected output is plain text. Where the encoding of the output lacks a
mark, an ASCII one stands in.
"""

from __future__ import annotations

import sys
from typing import IO, TYPE_CHECKING, Final

from rich.console import Console
from rich.text import Text

from zaruka.reports.page import Tone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zaruka.reports.page import Line, Page, Section

__all__ = ["Screen"]

_WIDEST: Final = 100
_PLAIN_WIDTH: Final = 80
_UNBROKEN: Final = "\ue000"  # one column wide and no space, while lines are broken

_STYLES: Final = {
    Tone.PLAIN: "",
    Tone.STRONG: "bold",
    Tone.QUIET: "dim",
    Tone.GOOD: "green",
    Tone.BAD: "red",
    Tone.UNSURE: "yellow",
    Tone.REMEDY: "",
}
_MARKS: Final = {Tone.GOOD: "✓", Tone.BAD: "✗", Tone.UNSURE: "?", Tone.REMEDY: "→"}
_ASCII_MARKS: Final = {Tone.GOOD: "+", Tone.BAD: "x", Tone.UNSURE: "?", Tone.REMEDY: ">"}


class _Console(Console):
    """A console whose reader may go away: that is said, and is not an exit status of a verdict."""

    def on_broken_pipe(self) -> None:
        """Let the command's own ending deal with it."""
        raise BrokenPipeError


class Screen:
    """Writes pages to a stream."""

    def __init__(self, stream: IO[str] | None = None) -> None:
        """Measure the terminal, if there is one."""
        self._console = _Console(
            file=stream or sys.stdout, highlight=False, markup=False, emoji=False
        )
        width = self._console.width if self._console.is_terminal else _PLAIN_WIDTH
        self._console.width = min(width, _WIDEST)
        self._marks = _MARKS if _can_write("✓✗→", self._console.encoding) else _ASCII_MARKS

    def page(self, page: Page) -> None:
        """Write a page: its title, then its sections."""
        if page.title:
            self.text(page.title, "bold")
        for section in page.sections:
            self.section(section)

    def section(self, section: Section) -> None:
        """Write a section under its heading."""
        if section.heading:
            self._console.print()
            self.text(section.heading, "bold")
        for line in section.lines:
            self._line(line)

    def text(self, text: str, style: str = "") -> None:
        """Write one paragraph."""
        for part in self._wrap(Text(text, style), self._console.width):
            self._console.print(part, soft_wrap=True)

    def plain(self, line: str) -> None:
        """Write a line as it is, however long."""
        self._console.file.write(line + "\n")

    def rule(self) -> None:
        """Write a line across."""
        line = "─" if self._marks is _MARKS else "-"
        self._console.print(Text(line * self._console.width, "dim"))

    def _wrap(self, text: Text, width: int) -> Iterator[Text]:
        """Break a text into lines that end in no space; a no-break space is kept whole."""
        text.plain = text.plain.replace("\u00a0", _UNBROKEN)
        for part in text.wrap(self._console, width):
            part.rstrip()
            part.plain = part.plain.replace(_UNBROKEN, "\u00a0")
            yield part

    def _line(self, line: Line) -> None:
        """Write a line with its mark; what does not fit goes on below its beginning."""
        mark = self._marks.get(line.tone, " ")
        style = _STYLES[line.tone]
        margin = " " * (1 + 2 * line.depth)
        text = Text(line.text, style)
        if line.label:
            text = Text.assemble((f"{line.label}: ", "dim"), text)
        room = self._console.width - len(margin) - 2
        for number, part in enumerate(self._wrap(text, room)):
            before = Text(margin) + Text(f"{mark} " if number == 0 else "  ", style)
            self._console.print(before + part, soft_wrap=True)


def _can_write(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
