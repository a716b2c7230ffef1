"""What a replay found, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zaruka.messages.visible import visible
from zaruka.reports.page import Line, Page, Section, Tone
from zaruka.validation.replayed import Ground

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zaruka.messages import Messages
    from zaruka.validation.replayed import Difference, Judged, Replay

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
    "recognition",
    "powers",
)
"""Parts of a report that have a name for people; the last of them in a place names it."""
_MOST: Final = 40  # differences shown
_TONES: Final = {
    Ground.FACTS: Tone.QUIET,
    Ground.RECORD: Tone.UNSURE,
    Ground.NOT_JUDGED: Tone.UNSURE,
    Ground.NOTHING: Tone.QUIET,
}


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
    lines += [line for each in found.judged for line in _judged(each, messages)]
    if found.unchecked:
        count = len({fact.sha256 for fact in found.unchecked})
        lines.append(Line(messages("words.replay.unchecked", count=count), Tone.UNSURE))
    lines += [
        Line(messages(f"words.replay.changed_{each.what}", was=each.was, now=each.now), Tone.UNSURE)
        for each in found.changes
    ]
    differences = Section(
        messages("words.replay.differences") if found.differences else None,
        tuple(line for each in found.differences[:_MOST] for line in _difference(each, messages)),
    )
    return Page("", (Section(None, tuple(lines)), differences))


def _judged(each: Judged, messages: Messages) -> Iterator[Line]:
    """Say whether a part was judged again, and what of it was taken as it is; lists are counted."""
    absent = [one for one in each.absent if one.what != "list"]
    ground = Ground.FACTS if each.ground is Ground.RECORD and not absent else each.ground
    tone = _TONES[ground]
    said = messages(f"words.replay_ground.{ground}")
    yield Line(said, tone, messages(f"words.replay_part.{each.part}"))
    for one in absent[:_MOST]:
        key = f"words.replay_absent.{one.what}"
        yield Line(messages(key, name=one.name, sha256=one.sha256), tone, depth=1)


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
        "judged": [
            {
                "part": each.part,
                "ground": each.ground.value,
                "absent": [one._asdict() for one in each.absent],
            }
            for each in found.judged
        ],
    }
