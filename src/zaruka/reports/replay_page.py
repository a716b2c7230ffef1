"""What a replay found, for people and for programs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from zaruka.errors import ZarukaError
from zaruka.messages.visible import visible
from zaruka.reports.as_json import error_value
from zaruka.reports.page import Line, Page, Section, Tone
from zaruka.validation.replayed import Ground, Replay

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zaruka.messages import Messages
    from zaruka.validation.replayed import Difference, Judged, Replayed, Replays

__all__ = ["PLACES", "replay_page", "replay_value", "replays_page", "replays_value"]

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
_SAME: Final = {True: "same", False: "open"}
_COUNTED: Final = {
    "same": Tone.GOOD,
    "other": Tone.BAD,
    "open": Tone.UNSURE,
    "refused": Tone.BAD,
    "nothing": Tone.QUIET,
}
_TONES: Final = {
    Ground.FACTS: Tone.QUIET,
    Ground.RECORD: Tone.UNSURE,
    Ground.NOT_JUDGED: Tone.UNSURE,
    Ground.NOTHING: Tone.QUIET,
}


def replay_page(found: Replay, messages: Messages) -> Page:
    """Say whether the report says what its facts say, and what is not as it was."""
    lines = (*_outcome(found, messages), *_grounds(found, messages))
    return Page("", (Section(None, lines), _differing(found.differences, messages)))


def replays_page(found: Replays, messages: Messages) -> Page:
    """Say it of several reports, each under the name of its input, and count them."""
    sections = [
        Section(visible(each.name), tuple(_replayed(each, messages))) for each in found.each
    ]
    counted = Counter(_state(each) for each in found.each)
    lines = [
        Line(messages(f"words.replay_count.{state}", count=counted[state]), tone)
        for state, tone in _COUNTED.items()
        if counted[state]
    ]
    total = messages("words.summary.files", count=len(found.each))
    sections.append(Section(total, tuple(lines)))
    if found.differences:
        sections.append(_differing(found.differences, messages))
    return Page("", tuple(sections))


def _state(found: Replayed) -> str:
    match found.outcome:
        case None:
            return "nothing"
        case Replay():
            return "other" if not found.outcome.is_same else _SAME[found.outcome.is_whole]
    return "refused"


def _replayed(found: Replayed, messages: Messages) -> Iterator[Line]:
    """Say what came of one report; of one that says what its facts say, only that."""
    match found.outcome:
        case None:
            key = "unsigned" if found.unsigned else "unread"
            yield Line(messages(f"words.replay.{key}"), Tone.QUIET)
        case Replay():
            yield from _outcome(found.outcome, messages)
            if not found.outcome.is_same or not found.outcome.is_whole:
                yield from _grounds(found.outcome, messages)
            yield from _lines_of(found.outcome.differences, messages)
        case ZarukaError() as error:
            said = messages.error(error.code, error.details)
            yield Line(said.text, Tone.BAD)
            if said.remedy:
                yield Line(said.remedy, Tone.REMEDY, depth=1)


def _outcome(found: Replay, messages: Messages) -> Iterator[Line]:
    verdict = "same" if found.is_same else "other"
    tone = Tone.GOOD if found.is_same else Tone.BAD
    yield Line(messages(f"words.replay.{verdict}"), tone)
    for each in found.altered:
        said = messages("words.replay.altered", name=each.source, sha256=each.sha256)
        yield Line(said, Tone.BAD)


def _grounds(found: Replay, messages: Messages) -> Iterator[Line]:
    """Say on what the answer rests, and what is not as it was."""
    for each in found.judged:
        yield from _judged(each, messages)
    if found.unchecked:
        count = len({fact.sha256 for fact in found.unchecked})
        yield Line(messages("words.replay.unchecked", count=count), Tone.UNSURE)
    for change in found.changes:
        key = f"words.replay.changed_{change.what}"
        yield Line(messages(key, was=change.was, now=change.now), Tone.UNSURE)


def _differing(differences: tuple[Difference, ...], messages: Messages) -> Section:
    heading = messages("words.replay.differences") if differences else None
    return Section(heading, tuple(_lines_of(differences, messages)))


def _lines_of(differences: tuple[Difference, ...], messages: Messages) -> Iterator[Line]:
    for each in differences[:_MOST]:
        yield from _difference(each, messages)


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


def replays_value(found: Replays, messages: Messages) -> dict[str, Any]:
    """Return the outcomes of several reports as JSON values."""
    return {
        "same": found.is_same,
        "differences": [each._asdict() for each in found.differences],
        "replays": [{"input": each.name, **_value(each, messages)} for each in found.each],
    }


def _value(found: Replayed, messages: Messages) -> dict[str, Any]:
    match found.outcome:
        case None:
            return {"unsigned": True} if found.unsigned else {"unread": True}
        case Replay():
            return {"replay": replay_value(found.outcome)}
    return {"error": error_value(found.outcome, messages)["error"]}


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
