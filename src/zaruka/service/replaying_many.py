"""Judging several reports again, each by its facts, and what was concluded of all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zaruka.errors import InputError, ZarukaError
from zaruka.findings import Conclusion, Indication, SubIndication
from zaruka.validation.replayed import Difference, Replay, Replayed, Replays
from zaruka.validation.results import TimestampResult, overall

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

__all__ = ["replay_all"]

_OPEN: Final = Indication.INDETERMINATE.value


def replay_all(reports: Mapping[str, Any], again: Callable[[Mapping[str, Any]], Replay]) -> Replays:
    """Judge each of several reports by `again`, and compare what was concluded of all.

    What cannot be judged again is an outcome too; what was no report stays as it was told. Raises
    InputError (replay.not-a-report).
    """
    try:
        return _replay_all(reports, again)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InputError("replay.not-a-report", reason="reports") from error


def _replay_all(
    reports: Mapping[str, Any], again: Callable[[Mapping[str, Any]], Replay]
) -> Replays:
    parts = tuple(_part(each, again) for each in reports["reports"])
    concluded = overall(
        conclusion
        for part, each in zip(parts, reports["reports"], strict=True)
        for conclusion in _concluded(part, each)
    )
    differences = []
    for place in ("indication", "sub_indication"):
        was, now = reports.get(place), getattr(concluded, place)
        # evidence in which there is no signature concludes nothing, however good it is
        if was != now and not (_holds_no_signature(parts) and reports["indication"] == _OPEN):
            differences.append(Difference(place, str(was or ""), str(now or "")))
    return Replays(parts, tuple(differences))


def _part(value: Mapping[str, Any], again: Callable[[Mapping[str, Any]], Replay]) -> Replayed:
    name, outcome = str(value["input"]), None
    if value.get("report") is not None:
        try:
            return Replayed(name, again(value["report"]))
        except ZarukaError as error:
            outcome = error
    return Replayed(name, outcome, unsigned=bool(value.get("unsigned")))


def _concluded(part: Replayed, value: Mapping[str, Any]) -> Iterator[Conclusion]:
    """Give what one part concludes: as judged again, else as it was told."""
    if isinstance(part.outcome, Replay):
        yield part.outcome.report.conclusion
    elif value.get("report") is not None:
        report = value["report"]
        sub = report["sub_indication"]
        yield Conclusion(Indication(report["indication"]), sub and SubIndication(sub))
    elif not part.unsigned:
        yield Conclusion(Indication.INDETERMINATE)


def _holds_no_signature(parts: Iterable[Replayed]) -> bool:
    reports = [each.outcome.report for each in parts if isinstance(each.outcome, Replay)]
    return not any(
        found.signatures or any(isinstance(each, TimestampResult) for each in found.objects)
        for found in reports
    )
