"""A drawing in millimetres: lines, boxes and labels in tones, for a page or a printed sheet.

What is drawn knows no output: `as_html` writes it as SVG, `as_pdf` with the operators of PDF.
Widths of text are taken from above, so that a label fits in whatever font stands in for ours.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, TypeAlias

from msgspec import Struct

from zaruka.reports.page import Tone

__all__ = ["WIDTH", "Align", "Box", "Dot", "Drawing", "Label", "Shape", "Stroke", "cut", "width_of"]

WIDTH: Final = 180.0
"""Width of a drawing that fills the sheet (A4 less its margins)."""


class Align(StrEnum):
    """Where the text of a label stands to its point."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


class Box(Struct, frozen=True):
    """A rectangle, filled with its tone or only bordered; `solid` is black whoever looks."""

    x: float
    y: float
    width: float
    height: float
    tone: Tone = Tone.PLAIN
    filled: bool = False
    solid: bool = False


class Stroke(Struct, frozen=True):
    """A line through its points."""

    points: tuple[tuple[float, float], ...]
    tone: Tone = Tone.PLAIN
    dashed: bool = False
    thick: float = 0.25


class Dot(Struct, frozen=True):
    """A moment: a diamond around its point."""

    x: float
    y: float
    tone: Tone = Tone.PLAIN
    radius: float = 1.5


class Label(Struct, frozen=True):
    """Text on its base line, `size` millimetres high."""

    x: float
    y: float
    text: str
    size: float = 3.0
    tone: Tone = Tone.PLAIN
    bold: bool = False
    align: Align = Align.START


Shape: TypeAlias = "Box | Stroke | Dot | Label"


class Drawing(Struct, frozen=True):
    """Shapes on a sheet of `width` by `height`; `says` tells those who cannot see it."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    says: str


# Widths in parts of the size: of the widest of the fonts that browsers put in (DejaVu Sans).
_NARROW: Final = frozenset("il.,:;'|!()[] jItrf-\u00a0·іїІ")
_WIDE: Final = frozenset("mwMWЖШЩЮЫФМжшщюыфм@%№—…QОДДЯ")


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """Return a width that `text` does not exceed."""
    parts = 0.0
    for character in text:
        if character in _NARROW:
            parts += 0.42
        elif character in _WIDE:
            parts += 0.98
        else:
            parts += 0.76 if character.isupper() else 0.64
    return parts * size * (1.1 if bold else 1.0)


def cut(text: str, size: float, room: float, *, bold: bool = False) -> str:
    """Return `text`, or as much of it as fits into `room` and an ellipsis."""
    if width_of(text, size, bold=bold) <= room:
        return text
    kept = text
    while kept and width_of(kept + "…", size, bold=bold) > room:
        kept = kept[:-1]
    return kept.rstrip() + "…"
