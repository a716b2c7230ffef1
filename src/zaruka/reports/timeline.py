"""One axis of time: how long certificates and lists were valid, and when what happened.

Every row has its words beside the axis, so that nothing on the axis can collide.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from zaruka.messages import visible
from zaruka.reports.drawing import WIDTH, Align, Box, Dot, Drawing, Label, Stroke, cut
from zaruka.reports.page import Tone, tone_of
from zaruka.reports.told import links_of
from zaruka.validation.results import RevocationState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zaruka.messages import Messages
    from zaruka.reports.drawing import Shape
    from zaruka.validation.results import ChainLink, SignatureResult, TimestampResult

__all__ = ["draw_timeline"]

_WORDS: Final = 78.0  # width of the column of words
_ROW: Final = 8.0
_HEAD: Final = 8.0
_MOST: Final = 30  # rows: what comes after is counted
_REACH: Final = timedelta(days=4 * 365)  # before the first event and after the last


class _Span(Struct, frozen=True):
    """A row: what it is, when, and on the axis from when to when; a moment has no end."""

    name: str
    says: str
    start: datetime
    end: datetime | None
    tone: Tone
    broken: datetime | None = None  # from when a certificate was revoked
    across: bool = False  # whether its moment is drawn through all rows
    evidence: bool = False  # whether it is a list or an answer, not a certificate


def draw_timeline(found: SignatureResult, at: datetime, say: Messages) -> Drawing:
    """Draw the time of a signature that was judged at `at`."""
    rows = [*_certificates(found, say), *_lists(found, say), *_moments(found, at, say)]
    left_out = max(0, len(rows) - _MOST)
    kept = rows[left_out:]  # the moments stand last, and matter most
    start, end = _bounds(kept, found)
    axis = _Axis(start, end)
    height = _HEAD + _ROW * (len(kept) + bool(left_out)) + 2
    shapes = [*_grid(axis, height, say)]
    for number, row in enumerate(kept):
        shapes += _row(row, _HEAD + _ROW * number, axis, height)
    if left_out:
        said = say("words.more", count=left_out)
        shapes.append(Label(0, height - 4, said, 2.7, Tone.QUIET))
    return Drawing(
        WIDTH, height, tuple(shapes), say("words.protocol.timeline_says", rows=len(kept))
    )


# --- rows


def _certificates(found: SignatureResult, say: Messages) -> Iterator[_Span]:
    for link in _every_link(found):
        certificate, revoked = link.certificate, link.revocation
        broken = (
            revoked.revoked_at
            if revoked.state in {RevocationState.REVOKED, RevocationState.ON_HOLD}
            else None
        )
        span = say(
            "words.label.valid_span", start=certificate.not_before, end=certificate.not_after
        )
        word = say(f"words.holder.{link.identity.kind.value}")
        yield _Span(
            visible(link.ref.name),
            f"{span}, {word}",
            certificate.not_before,
            certificate.not_after,
            Tone.QUIET,
            broken,
        )


def _lists(found: SignatureResult, say: Messages) -> Iterator[_Span]:
    """Yield the lists and answers that were used, once each."""
    told = set()
    for link in _every_link(found):
        used = link.revocation
        if used.source is None or used.this_update is None or used.source.sha256 in told:
            continue
        told.add(used.source.sha256)
        key = f"words.protocol.row.{used.source.kind.value}"
        name = say.about(link.identity.country)(key, name=used.source.name)
        if used.next_update is None:
            span = say("words.protocol.issued", time=used.this_update)
        else:
            span = say("words.label.valid_span", start=used.this_update, end=used.next_update)
        yield _Span(name, span, used.this_update, used.next_update, Tone.REMEDY, evidence=True)


def _moments(found: SignatureResult, at: datetime, say: Messages) -> Iterator[_Span]:
    if found.signing_time is not None:
        name = say("words.protocol.row.claimed")
        moment = found.signing_time
        yield _Span(name, say.moment(moment), moment, None, Tone.QUIET)
    for stamp in found.timestamps:
        words = say.about(stamp.tsa.country if stamp.tsa else None)
        kind = words(f"words.stamp.{stamp.kind.value}")
        yield _Span(
            words("words.protocol.row.stamp", kind=kind),
            say.moment(stamp.time),
            stamp.time,
            None,
            tone_of(stamp.conclusion),
        )
    if found.proven:
        moment = found.best_signature_time
        name = say("words.protocol.row.proven")
        yield _Span(name, say.moment(moment), moment, None, Tone.GOOD, across=True)
    yield _Span(
        say("words.label.validation_time"), say.moment(at), at, None, Tone.STRONG, across=True
    )


def _every_link(found: SignatureResult) -> Iterator[ChainLink]:
    """Yield every certificate of the signature and of its stamps, once."""
    told = set()
    owners: tuple[SignatureResult | TimestampResult, ...] = (found, *found.timestamps)
    for owner in owners:
        for link in links_of(owner):
            if link.ref.sha256 not in told:
                told.add(link.ref.sha256)
                yield link


# --- the axis


class _Axis:
    """Places moments between its edges; what lies beyond stands at the edge."""

    left: Final = _WORDS + 4
    right: Final = WIDTH - 2

    def __init__(self, start: datetime, end: datetime) -> None:
        self.start, self.end = start, end
        self._scale = (self.right - self.left) / max(1.0, (end - start).total_seconds())

    def place(self, moment: datetime) -> float:
        held = min(max(moment, self.start), self.end)
        return self.left + (held - self.start).total_seconds() * self._scale


def _bounds(rows: list[_Span], found: SignatureResult) -> tuple[datetime, datetime]:
    """Return the ends of the axis: what happened, and some time before and after it.

    The term of the signer's certificate is shown whole where it is not far longer; what goes on
    beyond the ends is marked there, and its days stand in its words.
    """
    events = [row.start for row in rows if row.end is None or row.evidence]
    events += [row.broken for row in rows if row.broken is not None]
    first, last = min(events), max(events)
    events += [row.end for row in rows if row.end is not None and row.end < last]
    first = min(events)
    for link in links_of(found)[:1]:
        term = (link.certificate.not_before, link.certificate.not_after)
        events += [t for t in term if _moved(first, -_REACH) < t < _moved(last, _REACH)]
    first, last = min(events), max(events)
    margin = max((last - first) / 5, timedelta(days=10))
    return _moved(first, -margin), _moved(last, margin)


def _moved(moment: datetime, by: timedelta) -> datetime:
    try:
        return moment + by
    except OverflowError:
        return moment


def _ticks(axis: _Axis) -> Iterator[tuple[datetime, str]]:
    """Yield round moments, no more than seven, with the form in which they are said."""
    years = (axis.end - axis.start).days / 365
    days = max(1, (axis.end - axis.start).days)
    if years > 3:
        step = next((s for s in (1, 2, 5, 10, 20, 50) if years / s <= 7), 1000)
        for year in range(axis.start.year + 1, axis.end.year + 1):
            if year % step == 0:
                yield datetime(year, 1, 1, tzinfo=UTC), "%Y"
    elif days > 120:
        step = next(s for s in (1, 2, 3, 6, 12) if days / (30 * s) <= 6 or s == 12)
        for month in range(axis.start.year * 12, axis.end.year * 12 + 12, step):
            yield datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC), "%m.%Y"
    else:
        step = next(s for s in (1, 2, 5, 10, 20) if days / s <= 5 or s == 20)
        first = datetime(axis.start.year, axis.start.month, axis.start.day, tzinfo=UTC)
        for day in range(0, days + 2, step):
            yield _moved(first, timedelta(days=day)), "%d.%m.%Y"


def _grid(axis: _Axis, height: float, say: Messages) -> Iterator[Shape]:
    yield Stroke(((axis.left, _HEAD - 2), (axis.right, _HEAD - 2)), Tone.QUIET, thick=0.2)
    free = axis.left - 20.0
    for moment, form in _ticks(axis):
        if not axis.start <= moment <= axis.end:
            continue
        x = axis.place(moment)
        yield Stroke(((x, _HEAD - 3), (x, height - 2)), Tone.QUIET, thick=0.06)
        if x - free > 14 and x < axis.right - 4:
            yield Label(x, _HEAD - 4, moment.strftime(form), 2.5, Tone.QUIET, align=Align.MIDDLE)
            free = x
    yield Label(0, _HEAD - 4, say("words.protocol.axis"), 2.5, Tone.QUIET)


def _row(row: _Span, y: float, axis: _Axis, height: float) -> Iterator[Shape]:
    bold = row.across
    yield Label(0, y + 3, cut(row.name, 2.8, _WORDS, bold=bold), 2.8, _ink(row), bold=bold)
    yield Label(0, y + 6.3, cut(row.says, 2.4, _WORDS), 2.4, Tone.QUIET)
    middle = y + 3.4
    x = axis.place(row.start)
    if row.end is None and not row.across:
        yield Dot(x, middle, row.tone, 1.7)
    elif row.end is None:
        yield Stroke(((x, _HEAD - 2), (x, height - 2)), row.tone, dashed=True, thick=0.3)
        yield Dot(x, middle, row.tone, 1.7)
    else:
        thick = 1.6 if row.evidence else 3.0
        yield from _bar(axis, row.start, row.end, middle, thick, row.tone)
        if row.broken is not None and row.broken < row.end:
            yield from _bar(axis, row.broken, row.end, middle, thick, Tone.BAD)


def _bar(  # noqa: PLR0913, PLR0917 - from when to when, where and how
    axis: _Axis, start: datetime, end: datetime, y: float, thick: float, tone: Tone
) -> Iterator[Shape]:
    """Draw a term; an arrow at an end of the axis says that it goes on beyond."""
    left, right = axis.place(start), axis.place(end)
    if start < axis.end and end > axis.start:
        yield Box(left, y - thick / 2, max(0.6, right - left), thick, tone, filled=True)
    if start < axis.start:
        yield _arrow(axis.left, y, -1)
    if end > axis.end:
        yield _arrow(axis.right, y, 1)


def _arrow(x: float, y: float, way: int) -> Stroke:
    x += 0.5 * way
    return Stroke(((x, y - 1), (x + way, y), (x, y + 1)), Tone.QUIET, thick=0.35)


def _ink(row: _Span) -> Tone:
    """Return the tone of a row's words: of a moment its own."""
    return row.tone if row.end is None else Tone.PLAIN
