"""Sheets of paper: PDF/A-3 with embedded fonts, tags, and nothing that changes from run to run.

ISO 19005-3, level U: every letter can be copied out. fpdf2 claims no more for it, and neither do
we, though the text is tagged in its order of reading (ISO 32000-1, 14.7 and 14.8).
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from fpdf import FPDF
from fpdf.fonts import CoreFont
from fpdf.prefs import ViewerPreferences

from zaruka.reports.page import Tone

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from fpdf.fonts import TTFFont

    from zaruka.reports.document import Document

__all__ = ["MONO", "SANS", "SANS_BOLD", "Sheets"]

SANS: Final = "sans"
SANS_BOLD: Final = "strong"
MONO: Final = "mono"

_FOLDER: Final = Path(__file__).with_name("fonts")
_FONTS: Final = {SANS: "PTS55F.ttf", SANS_BOLD: "PTS75F.ttf", MONO: "PTM55F.ttf"}

_INKS: Final = {
    Tone.PLAIN: (31, 35, 40),
    Tone.STRONG: (31, 35, 40),
    Tone.QUIET: (89, 96, 105),
    Tone.GOOD: (26, 105, 48),
    Tone.BAD: (170, 28, 28),
    Tone.UNSURE: (134, 84, 0),
    Tone.REMEDY: (9, 75, 160),
}
_RULE: Final = (160, 167, 175)  # of quiet lines, that they do not cut through the page
_ANEW: Final = 254  # a grey that nothing is written in
_POINT: Final = 25.4 / 72


class Sheets:
    """A4 sheets that are written on from above; positions and sizes in millimetres."""

    width: Final = 210.0
    height: Final = 297.0
    left: Final = 16.0
    right: Final = 14.0
    top: Final = 13.0
    bottom: Final = 17.0

    def __init__(self, document: Document) -> None:
        """Begin the first sheet."""
        pdf = FPDF(format="A4", unit="mm", enforce_compliance="PDF/A-3U")
        pdf.set_auto_page_break(auto=False)
        pdf.alias_nb_pages("")  # what is written is what was meant
        pdf.set_lang(document.language)
        pdf.set_title(document.title)
        pdf.set_creation_date(document.at)
        pdf.set_xmp_metadata(_metadata(document))
        pdf.viewer_preferences = ViewerPreferences(display_doc_title=True)
        for name, file in _FONTS.items():
            pdf.add_font(name, fname=_FOLDER / file)
        self._widths = {name: _widths_of(pdf.fonts[name]) for name in _FONTS}
        self._pdf = pdf
        self._marked: Counter[int] = Counter()  # elements of the text on each sheet
        self.y = self.top
        self.next_sheet()

    # --- sheets

    @property
    def room(self) -> float:
        """Width between the margins."""
        return self.width - self.left - self.right

    @property
    def count(self) -> int:
        """How many sheets there are."""
        return self._pdf.pages_count

    def left_below(self) -> float:
        """Return the height that is left on this sheet."""
        return self.height - self.bottom - self.y

    def next_sheet(self) -> None:
        """Go on at the top of another sheet."""
        self._pdf.add_page()
        self.y = self.top

    def turn_to(self, number: int) -> None:
        """Go back to a sheet, to write at its edge; font and inks are set there anew."""
        pdf = self._pdf
        pdf.page = number
        pdf.current_font_is_set_on_page = False
        pdf.set_draw_color(_ANEW)
        pdf.set_fill_color(_ANEW)

    def bookmark(self, title: str, level: int = 0) -> None:
        """Let readers jump here from the outline."""
        self._pdf.set_y(self.y)
        self._pdf.start_section(title, level, strict=False)

    # --- tags

    @contextmanager
    def tagged(self, kind: str, says: str | None = None) -> Iterator[None]:
        """Mark what is written inside as one element of the text: "H1", "P", "Figure", "Code"."""
        pdf = self._pdf
        number = self._marked[pdf.page]
        self._marked[pdf.page] += 1
        pdf._add_marked_content(struct_type=f"/{kind}", mcid=number, alt_text=says)  # noqa: SLF001
        pdf._out(f"/{kind} <</MCID {number}>> BDC")  # noqa: SLF001 - fpdf2 tags figures only
        yield
        pdf._out("EMC")  # noqa: SLF001

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Mark what is written inside as no part of the text: marks, rules, footers."""
        self._pdf._out("/Artifact BMC")  # noqa: SLF001
        yield
        self._pdf._out("EMC")  # noqa: SLF001

    # --- text

    def text(self, x: float, y: float, said: str, font: str, size: float, tone: Tone) -> None:  # noqa: PLR0913, PLR0917 - where, what and how
        """Write on the base line `y`; letters that a font lacks come from another."""
        self._pdf.set_text_color(*_INKS[tone])
        self._pdf.set_fill_color(*_INKS[tone])  # the same, or every word would be a state apart
        for part, chosen in self._runs(said, font):
            self._pdf.set_font(chosen, size=round(size / _POINT, 2))
            self._pdf.text(x, y, part)
            x += self._measure(part, chosen, size)

    def width_of(self, said: str, font: str, size: float) -> float:
        """Return the width of a text."""
        return sum(self._measure(part, chosen, size) for part, chosen in self._runs(said, font))

    def lines(self, said: str, font: str, size: float, room: float) -> list[str]:
        """Break a text into lines of at most `room`; a word that is longer is broken too."""
        done: list[str] = []
        line, used = "", 0.0
        space = self.width_of(" ", font, size)
        for word in self._shown(said, font).split(" "):
            width = self.width_of(word, font, size)
            if line and used + space + width <= room:
                line, used = f"{line} {word}", used + space + width
                continue
            if line:
                done.append(line)
            while width > room:
                fits = self._fitting(word, font, size, room)
                done.append(word[:fits])
                word = word[fits:]  # noqa: PLW2901 - what is left of it
                width = self.width_of(word, font, size)
            line, used = word, width
        return [*done, line]

    def _fitting(self, word: str, font: str, size: float, room: float) -> int:
        used = 0.0
        for number, letter in enumerate(word):
            used += self.width_of(letter, font, size)
            if used > room:
                return max(1, number)
        return len(word)

    def _shown(self, said: str, font: str) -> str:
        """Write what none of the fonts has by its number."""
        known = self._widths[font].keys()
        if known >= set(said):
            return said
        spare = self._widths[MONO].keys()
        return "".join(c if c in known or c in spare else _numbered(c) for c in said)

    def _runs(self, said: str, font: str) -> Iterator[tuple[str, str]]:
        """Part a text where the font has to change."""
        known = self._widths[font].keys()
        said = self._shown(said, font)
        if known >= set(said):
            yield said, font
            return
        run, chosen = "", font
        for letter in said:
            of = font if letter in known else MONO
            if of != chosen and run:
                yield run, chosen
                run = ""
            run, chosen = run + letter, of
        yield run, chosen

    def _measure(self, said: str, font: str, size: float) -> float:
        widths = self._widths[font]
        return sum(widths[letter] for letter in said) * size / 1000

    # --- lines and boxes

    def stroke(
        self,
        points: tuple[tuple[float, float], ...],
        tone: Tone,
        thick: float = 0.25,
        *,
        dashed: bool = False,
    ) -> None:
        """Draw a line through points."""
        pdf = self._pdf
        pdf.set_draw_color(*(_RULE if tone is Tone.QUIET else _INKS[tone]))
        pdf.set_line_width(thick)
        if dashed:
            pdf.set_dash_pattern(dash=1.0, gap=0.8)
        pdf.polyline(list(points))
        if dashed:
            pdf.set_dash_pattern()

    def box(  # noqa: PLR0913 - where, how large and how
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        tone: Tone,
        *,
        filled: bool = False,
        solid: bool = False,
        pale: bool = False,
    ) -> None:
        """Draw a rectangle; `pale` fills it with a breath of its tone."""
        pdf, ink = self._pdf, (0, 0, 0) if solid else _INKS[tone]
        pdf.set_draw_color(*ink)
        pdf.set_line_width(0.25)
        fill = tuple(255 - (255 - part) // 14 for part in ink) if pale else ink
        pdf.set_fill_color(*fill)
        style = "F" if filled or solid or pale else "D"
        pdf.rect(x, y, width, height, style=style)

    def polygon(self, points: tuple[tuple[float, float], ...], tone: Tone) -> None:
        """Draw a filled polygon."""
        self._pdf.set_fill_color(*_INKS[tone])
        self._pdf.polygon(list(points), style="F")

    # --- the end

    def attach(self, name: str, octets: bytes, media_type: str, says: str) -> None:
        """Let a file travel inside."""
        self._pdf.embed_file(
            bytes=octets,
            basename=name,
            mime_type=media_type,
            desc=says,
            associated_file_relationship="Data",
            modification_date=self._pdf.creation_date,
            creation_date=self._pdf.creation_date,
            compress=True,
        )

    def octets(self) -> bytes:
        """Return the finished file."""
        return bytes(self._pdf.output())


def _widths_of(font: CoreFont | TTFFont) -> dict[str, float]:
    """Return the letters that a font has, each with its width in thousandths of the size."""
    if isinstance(font, CoreFont):
        raise TypeError("fonts of the reader are not embedded")
    return {chr(point): font.cw[point] for point in font.cmap}


def _numbered(letter: str) -> str:
    number = ord(letter)
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def _metadata(document: Document) -> str:
    """Write XMP (ISO 19005-3, 6.6): fpdf2's own would hold the hour of the clock."""
    made = _moment(document.at)
    title, subject = escape(document.title), escape(document.subject)
    return f"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<rdf:Description rdf:about="" xmp:CreatorTool="Zaruka" pdf:Producer="fpdf2"
 xmp:CreateDate="{made}" xmp:ModifyDate="{made}" xmp:MetadataDate="{made}">
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>{escape(document.language)}</rdf:li></rdf:Bag></dc:language>
</rdf:Description></rdf:RDF></x:xmpmeta>"""


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
