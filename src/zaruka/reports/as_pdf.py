"""A document as PDF: for everybody first, the details on the sheets after.

The same document has the same octets: no clock is read, and fonts are cut down to what is used.
"""

from __future__ import annotations

from itertools import islice, takewhile, zip_longest
from typing import TYPE_CHECKING, Final

from zaruka.reports.document import Commands, Table
from zaruka.reports.drawing import Align, Box, Dot, Drawing, Label, Stroke
from zaruka.reports.page import Section, Tone
from zaruka.reports.sheets import MONO, SANS, SANS_BOLD, Sheets

if TYPE_CHECKING:
    from collections.abc import Callable

    from zaruka.reports.document import Block, Document, Part
    from zaruka.reports.page import Line

__all__ = ["render_pdf"]

# Sizes of letters in millimetres, and of a line in sizes.
_TITLE: Final = 5.6
_ANSWER: Final = 4.6
_HEADING: Final = 4.4
_SUBHEADING: Final = 3.7
_TEXT: Final = 3.2
_SMALL: Final = 2.8
_EXACT: Final = 2.55
_LEADING: Final = 1.3

_MARKED: Final = {Tone.GOOD, Tone.BAD, Tone.UNSURE, Tone.REMEDY}
_COLOURED: Final = {Tone.BAD, Tone.UNSURE, Tone.QUIET}  # of the good only the mark is


def render_pdf(document: Document) -> bytes:
    """Lay a document out on A4 and return the PDF/A-3."""
    return _Layout(document).octets()


class _Layout:
    """Writes blocks below one another, on as many sheets as they need."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._sheets = Sheets(document)

    def octets(self) -> bytes:
        document, sheets = self._document, self._sheets
        self._paragraph(document.title, SANS_BOLD, _TITLE, tag="H1")
        self._paragraph(document.subject, SANS, _TEXT, Tone.QUIET)
        folded = False
        for part in document.parts:
            if part.folded and not folded:
                sheets.next_sheet()
            folded = part.folded
            self._part(part)
        for number in range(1, sheets.count + 1):
            sheets.turn_to(number)
            self._footer(number)
        for file in document.attachments:
            sheets.attach(file.name, file.octets, file.media_type, file.says)
        return sheets.octets()

    def _part(self, part: Part) -> None:
        if part.heading:
            self._keep(24)
            self._sheets.y += 4
            self._sheets.bookmark(part.heading)
            self._paragraph(part.heading, SANS_BOLD, _HEADING, tag="H2")
            self._rule()
        for block, following in zip_longest(part.blocks, part.blocks[1:]):
            if isinstance(block, Section) and isinstance(following, Drawing):
                self._keep(self._height_of(block) + following.height * self._scale_of(following))
            elif isinstance(block, Section) and not block.lines:
                self._keep(32)  # a heading and the beginning of what is below it
            self._block(block)

    def _height_of(self, section: Section) -> float:
        """Return about what a section takes."""
        sheets = self._sheets
        rows = (sheets.lines(line.text, SANS, _TEXT, sheets.room - 20) for line in section.lines)
        return 10 + sum(len(row) * _TEXT * (_LEADING + 0.16) for row in rows)

    def _scale_of(self, drawing: Drawing) -> float:
        """Return by how much a drawing is made smaller to fit on a sheet below its heading."""
        sheets = self._sheets
        highest = sheets.height - sheets.top - sheets.bottom - 24
        return min(1.0, sheets.room / drawing.width, highest / drawing.height)

    def _block(self, block: Block) -> None:
        match block:
            case Table():
                self._table(block)
            case Drawing():
                self._drawing(block)
            case Commands():
                self._commands(block)
            case _:
                self._section(block)

    # --- text

    def _section(self, section: Section) -> None:
        if section.answer:
            self._answer(section)
            return
        if section.heading:
            self._keep(12)
            self._sheets.y += 1.8
            self._paragraph(section.heading, SANS_BOLD, _SUBHEADING, tag="H3")
        for number, line in enumerate(section.lines):
            below = takewhile(lambda each: each.depth > line.depth, section.lines[number + 1 :])  # noqa: B023 - used at once
            self._keep(_TEXT * _LEADING * (1 + len([*islice(below, 3)])))
            self._line(line)

    def _answer(self, section: Section) -> None:
        """Set the answer large, with a bar of its tone beside it."""
        sheets = self._sheets
        self._keep(26)
        sheets.y += 3
        if section.heading:
            self._paragraph(section.heading, SANS_BOLD, _SUBHEADING, tag="H2")
        start, page = sheets.y, sheets.count
        for number, line in enumerate(section.lines):
            if number == 0:
                self._line(line, font=SANS_BOLD, size=_ANSWER, indent=4)
                sheets.y += 0.8
            else:
                self._line(line, indent=4)
        if page == sheets.count:
            with sheets.apart():
                tone = section.lines[0].tone if section.lines else Tone.QUIET
                height = sheets.y - start + 0.6
                sheets.box(sheets.left, start, 1.3, height, tone, filled=True)
        sheets.y += 1.5

    def _line(
        self, line: Line, *, font: str | None = None, size: float = _TEXT, indent: float = 0.0
    ) -> None:
        """Write a line of a section: its mark, its label, its text."""
        sheets = self._sheets
        font = font or (SANS_BOLD if line.tone is Tone.STRONG else SANS)
        x = sheets.left + indent + 4.5 * line.depth
        marked = line.tone in _MARKED
        if line.tone is Tone.QUIET and not indent:
            size = _SMALL
        height = size * _LEADING
        text_x = x + (size * 1.25 if marked else 0)
        label = f"{line.label}: " if line.label else ""
        tone = line.tone if size == _ANSWER or line.tone in _COLOURED else Tone.PLAIN
        room = sheets.width - sheets.right - text_x
        parts = sheets.lines(label + line.text, font, size, room)

        def write(part: str, number: int) -> None:
            self._labelled(part, "" if number else label, (text_x, font, size, tone))

        if marked:
            self._keep(height)
            with sheets.apart():
                self._mark(line.tone, x, sheets.y + size * 1.02, size)
        self._flow(parts, height, "P", write)
        sheets.y += size * 0.16

    def _labelled(self, part: str, label: str, how: tuple[float, str, float, Tone]) -> None:
        """Write a label in a quiet tone, then the text after it."""
        x, font, size, tone = how
        y = self._sheets.y + size * 1.02
        if label and part.startswith(label.rstrip()):
            begun = part[: len(label)]
            self._sheets.text(x, y, begun, font, size, Tone.QUIET)
            x += self._sheets.width_of(begun, font, size)
            part = part[len(label) :]
        self._sheets.text(x, y, part, font, size, tone)

    def _mark(self, tone: Tone, x: float, y: float, size: float) -> None:
        """Draw the mark of a tone: a tick, a cross, a question mark, an arrow."""
        sheets, s = self._sheets, size
        if tone is Tone.UNSURE:
            sheets.text(x + 0.15 * s, y, "?", SANS_BOLD, size, tone)
            return
        marks = {
            Tone.GOOD: (((0.05, -0.35), (0.3, -0.05), (0.8, -0.7)),),
            Tone.BAD: (((0.1, -0.05), (0.7, -0.65)), ((0.1, -0.65), (0.7, -0.05))),
            Tone.REMEDY: (
                ((0.0, -0.33), (0.85, -0.33)),
                ((0.5, -0.62), (0.85, -0.33), (0.5, -0.04)),
            ),
        }
        for points in marks[tone]:
            moved = tuple((x + a * s, y + b * s) for a, b in points)
            sheets.stroke(moved, tone, 0.13 * s)

    def _paragraph(
        self,
        said: str,
        font: str,
        size: float,
        tone: Tone = Tone.PLAIN,
        *,
        tag: str = "P",
    ) -> None:
        sheets = self._sheets

        def write(part: str, _: int) -> None:
            sheets.text(sheets.left, sheets.y + size * 1.02, part, font, size, tone)

        self._flow(sheets.lines(said, font, size, sheets.room), size * _LEADING, tag, write)

    def _flow(
        self, parts: list[str], height: float, tag: str, write: Callable[[str, int], None]
    ) -> None:
        """Write lines of one height below one another: one element of the text on each sheet."""
        sheets, done = self._sheets, 0
        while done < len(parts):
            self._keep(height)
            fit = max(1, int(sheets.left_below() / height))
            with sheets.tagged(tag):
                for number, part in enumerate(parts[done : done + fit], done):
                    write(part, number)
                    sheets.y += height
            done += fit

    # --- tables, commands, drawings

    def _table(self, table: Table) -> None:
        share = self._sheets.room / sum(table.widths)
        widths = [share * width for width in table.widths]
        self._sheets.y += 1.5
        self._row(table.head, widths, [SANS_BOLD] * len(widths))
        fonts = [MONO if n in table.exact else SANS for n in range(len(widths))]
        for row in table.rows:
            self._row(row, widths, fonts)
        self._sheets.y += 1.5

    def _row(self, cells: tuple[str, ...], widths: list[float], fonts: list[str]) -> None:
        """Write one row; a row higher than a sheet goes on upon the next."""
        sheets = self._sheets
        sizes = [_EXACT if font == MONO else _SMALL for font in fonts]
        broken = [
            sheets.lines(cell, font, size, width - 2)
            for cell, font, size, width in zip(cells, fonts, sizes, widths, strict=True)
        ]
        rows = max(map(len, broken))
        height = _SMALL * _LEADING
        self._keep(min(rows * height + 1.4, 120))
        for number in range(rows):
            self._keep(height)
            x = sheets.left
            for column, width in enumerate(widths):
                part = broken[column][number : number + 1]
                if part and part[0]:
                    with sheets.tagged("P"):
                        y = sheets.y + _SMALL * 1.05
                        sheets.text(x, y, part[0], fonts[column], sizes[column], Tone.PLAIN)
                x += width
            sheets.y += height
        sheets.y += 0.7
        self._rule()
        sheets.y += 0.7

    def _commands(self, commands: Commands) -> None:
        sheets = self._sheets
        sheets.y += 1.2
        self._keep(14)
        self._paragraph(commands.says, SANS, _TEXT)
        sheets.y += 0.6
        height = _EXACT * 1.4
        room = sheets.room - 5
        parts = [p for line in commands.text.splitlines() for p in _typed(line, room, sheets)]

        def write(part: str, _: int) -> None:
            sheets.text(sheets.left + 2, sheets.y + _EXACT * 1.05, part, MONO, _EXACT, Tone.PLAIN)

        self._flow(parts, height, "Code", write)
        sheets.y += 1.2

    def _drawing(self, drawing: Drawing) -> None:
        sheets, scale = self._sheets, self._scale_of(drawing)
        self._keep(drawing.height * scale + 2)
        sheets.y += 1
        left, top = sheets.left, sheets.y
        with sheets.tagged("Figure", drawing.says):
            for shape in drawing.shapes:
                self._shape(shape, left, top, scale)
        sheets.y += drawing.height * scale + 1

    def _shape(self, shape: Box | Stroke | Dot | Label, x: float, y: float, scale: float) -> None:
        sheets = self._sheets
        match shape:
            case Box():
                where = (x + shape.x * scale, y + shape.y * scale)
                size = (shape.width * scale, shape.height * scale)
                sheets.box(*where, *size, shape.tone, filled=shape.filled, solid=shape.solid)
            case Stroke():
                points = tuple((x + a * scale, y + b * scale) for a, b in shape.points)
                sheets.stroke(points, shape.tone, shape.thick * scale, dashed=shape.dashed)
            case Dot():
                a, b, r = x + shape.x * scale, y + shape.y * scale, shape.radius * scale
                sheets.polygon(((a, b - r), (a + r, b), (a, b + r), (a - r, b)), shape.tone)
            case Label():
                self._label(shape, x, y, scale)

    def _label(self, label: Label, x: float, y: float, scale: float) -> None:
        font, size = SANS_BOLD if label.bold else SANS, label.size * scale
        width = self._sheets.width_of(label.text, font, size)
        back = {Align.START: 0.0, Align.MIDDLE: width / 2, Align.END: width}[label.align]
        at = (x + label.x * scale - back, y + label.y * scale)
        self._sheets.text(*at, label.text, font, size, label.tone)

    # --- the sheet

    def _keep(self, height: float) -> None:
        """Go to the next sheet unless `height` is left on this one."""
        if self._sheets.left_below() < height:
            self._sheets.next_sheet()

    def _rule(self) -> None:
        sheets = self._sheets
        ends = ((sheets.left, sheets.y), (sheets.width - sheets.right, sheets.y))
        with sheets.apart():
            sheets.stroke(ends, Tone.QUIET, 0.08)

    def _footer(self, number: int) -> None:
        """Write what stands on every sheet, and which sheet it is."""
        sheets, document = self._sheets, self._document
        sheets.y = sheets.height - sheets.bottom + 3
        pages = document.page_of.format(page=number, pages=sheets.count)
        end = sheets.width - sheets.right - sheets.width_of(pages, SANS, _SMALL)
        with sheets.apart():
            sheets.stroke(
                ((sheets.left, sheets.y), (sheets.width - sheets.right, sheets.y)), Tone.QUIET, 0.1
            )
            y = sheets.y + 4
            sheets.text(end, y, pages, SANS, _SMALL, Tone.QUIET)
            room = end - sheets.left - 4
            for line in sheets.lines(document.footer, SANS, _SMALL - 0.3, room)[:2]:
                sheets.text(sheets.left, y, line, SANS, _SMALL - 0.3, Tone.QUIET)
                y += _SMALL * 1.25


def _typed(line: str, room: float, sheets: Sheets) -> list[str]:
    """Break a line that is to be typed; what goes on below stands further in.

    Spaces at its beginning are kept: no-break ones take their place while it is broken.
    """
    bare = line.lstrip(" ")
    held = "\u00a0" * (len(line) - len(bare)) + bare
    first, *rest = sheets.lines(held, MONO, _EXACT, room)
    below = sheets.lines(" ".join(rest), MONO, _EXACT, room - 8) if rest else []
    return [each.replace("\u00a0", " ") for each in (first, *("    " + part for part in below))]
