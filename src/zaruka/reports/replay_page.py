"""What a replay found, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zaruka.messages.visible import visible
from zaruka.reports.page import Line, Page, Section, Tone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zaruka.messages import Messages
    from zaruka.validation.replayed import Difference, Replay

__all__ = ["PLACES", "replay_page", "replay_value"]

PLACES: Final = (
    "indication",
    "sub_indication",
    "level",
    "process",
    "signer",
    "signing_time",
    "best_signature_time",
    "proven",
    "chain",
    "paths",
    "timestamps",
    "blocks",
    "revocation",
    "findings",
)
"""Parts of a report that have a name for people; the last of them in a place names it."""
_MOST: Final = 40  # differences shown


def replay_page(found: Replay, messages: Messages) -> Page:
    """Say whether the report says what its facts say, and what is not as it was."""
    verdict = "same" if found.is_same else "other"
    tone = Tone.GOOD if found.is_same else Tone.BAD
    lines = [Line(messages(f"words.replay.{verdict}"), tone)]
    lines += [
        Line(
            messages("words.replay.altered", name=each.source, sha256=each.sha256),
            Tone.BAD,
        )
        for each in found.altered
    ]
    if found.unchecked:
        count = len({fact.sha256 for fact in found.unchecked})
        lines.append(Line(messages("words.replay.unchecked", count=count), Tone.UNSURE))
    lines += [
        Line(messages(f"words.replay.changed_{each.what}", was=each.was, now=each.now), Tone.UNSURE)
        for each in found.changes
    ]
    lines.append(Line(messages("words.replay.beside"), Tone.QUIET))
    differences = Section(
        messages("words.replay.differences") if found.differences else None,
        tuple(line for each in found.differences[:_MOST] for line in _difference(each, messages)),
    )
    return Page("", (Section(None, tuple(lines)), differences))


def _difference(each: Difference, messages: Messages) -> Iterator[Line]:
    names = [part for part in each.place.split(".") if part in PLACES]
    what = messages(f"words.replay_place.{names[-1] if names else 'other'}")
    yield Line(f"{what} ({each.place})", Tone.BAD)
    for side, value in (("reported", each.reported), ("replayed", each.replayed)):
        text = visible(value) if value else messages("words.replay.nothing")
        yield Line(text, label=messages(f"words.replay.{side}"), depth=1)


def replay_value(found: Replay) -> dict[str, Any]:
    """Return the outcome as JSON values."""
    return {
        "same": found.is_same,
        "differences": [each._asdict() for each in found.differences],
        "changes": [each._asdict() for each in found.changes],
        "altered": [{"kind": f.kind.value, "sha256": f.sha256} for f in found.altered],
        "unchecked": sorted({fact.sha256 for fact in found.unchecked}),
    }
