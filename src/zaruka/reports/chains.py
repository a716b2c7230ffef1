"""Chains of certificates as a drawing: who issued whose, and how each stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zaruka.messages import visible
from zaruka.reports.drawing import Box, Drawing, Label, Stroke, cut
from zaruka.reports.page import Tone
from zaruka.reports.told import standing_of, tone_of_link

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zaruka.messages import Messages
    from zaruka.reports.drawing import Shape
    from zaruka.validation.results import ChainLink

__all__ = ["draw_chain"]

_WIDTH: Final = 178.0
_HEIGHT: Final = 17.5
_GAP: Final = 6.0
_EDGE: Final = 3.0


def draw_chain(links: tuple[ChainLink, ...], say: Messages) -> Drawing:
    """Draw a chain, its root above."""
    shapes: list[Shape] = []
    y = 0.5
    for number, link in enumerate(reversed(links)):
        if number:
            shapes += _arrow(y)
            y += _GAP
        shapes += _box(link, y, say)
        y += _HEIGHT
    names = ", ".join(visible(link.ref.name) for link in reversed(links))
    return Drawing(
        _WIDTH + 1, y + 0.5, tuple(shapes), say("words.protocol.chain_says", names=names)
    )


def _box(link: ChainLink, y: float, say: Messages) -> Iterator[Shape]:
    room = _WIDTH - 2 * _EDGE
    tone = Tone.GOOD if link.anchor else tone_of_link(link)
    said = standing_of(link, say)
    yield Box(0.5, y, _WIDTH, _HEIGHT, tone)
    name = cut(visible(link.ref.name), 3.3, room, bold=True)
    yield Label(0.5 + _EDGE, y + 5, name, 3.3, Tone.PLAIN, bold=True)
    word = say.about(link.identity.country)(f"words.holder.{link.identity.kind.value}")
    certificate = link.certificate
    span = say("words.label.valid_span", start=certificate.not_before, end=certificate.not_after)
    line = cut(f"{span}; {word}", 2.7, room)
    yield Label(0.5 + _EDGE, y + 9.6, line, 2.7, Tone.QUIET)
    if said:
        yield Label(0.5 + _EDGE, y + 14, cut(said, 2.7, room), 2.7, tone)


def _arrow(y: float) -> Iterator[Shape]:
    """Point from the issuer down to what it issued."""
    x = 0.5 + _WIDTH / 2
    yield Stroke(((x, y), (x, y + _GAP)), Tone.QUIET, thick=0.3)
    head = ((x - 1.3, y + _GAP - 2), (x, y + _GAP), (x + 1.3, y + _GAP - 2))
    yield Stroke(head, Tone.QUIET, thick=0.3)
