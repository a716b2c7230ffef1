"""What judging again from the facts of a report gave."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

if TYPE_CHECKING:
    from zaruka.errors import ZarukaError
    from zaruka.facts import Fact
    from zaruka.validation.results import ValidationReport

__all__ = [
    "Change",
    "Difference",
    "Ground",
    "Judged",
    "Record",
    "Replay",
    "Replayed",
    "Replays",
]


class Difference(NamedTuple):
    """A place in the report, what it says there, and what follows from the facts."""

    place: str
    reported: str
    replayed: str


class Change(NamedTuple):
    """What is not as it was when the report was made: "policy", "version", "trust", "agreement"."""

    what: str
    was: str
    now: str


class Ground(StrEnum):
    """On what an answer about one part of a report rests."""

    FACTS = "facts"  # judged again, every signature in it too
    RECORD = "record"  # judged again, something in it taken from the record
    NOT_JUDGED = "not-judged"  # the report lacks what it rests on
    NOTHING = "nothing"  # the report says nothing of it


class Record(NamedTuple):
    """Something that is not at hand, by its name and its SHA-256.

    `what` it is: "list", "agreement", "receipt", "power-of-attorney", "message", "xml".
    """

    what: str
    name: str
    sha256: str


class Judged(Struct, frozen=True):
    """A part of a report ("verdict", "recognition", "powers"), and what of it is not at hand."""

    part: str
    ground: Ground
    absent: tuple[Record, ...] = ()


class Replay(Struct, frozen=True):
    """The outcome.

    `altered` are facts that are not what their digests say, `unchecked` lists of which the report
    keeps only what was found in them, so that who signed them is taken from the record. `judged`
    says of each part whether it was judged again.
    """

    report: ValidationReport
    differences: tuple[Difference, ...]
    changes: tuple[Change, ...]
    altered: tuple[Fact, ...]
    unchecked: tuple[Fact, ...]
    judged: tuple[Judged, ...]

    @property
    def is_same(self) -> bool:
        """Whether the report says what its facts say, as far as it was judged again."""
        return not self.differences and not self.altered

    @property
    def is_whole(self) -> bool:
        """Whether every part that the report has was judged again."""
        return all(each.ground is not Ground.NOT_JUDGED for each in self.judged)


class Replayed(Struct, frozen=True):
    """One of several reports: the name of its input, and what judging it again gave.

    `outcome` is the error that kept it from being judged again, or None where there was no report:
    the input could not be read then, or nothing signs it (`unsigned`).
    """

    name: str
    outcome: Replay | ZarukaError | None
    unsigned: bool = False


class Replays(Struct, frozen=True):
    """The outcomes of several reports, and what differs in what was concluded of all."""

    each: tuple[Replayed, ...]
    differences: tuple[Difference, ...]

    @property
    def is_same(self) -> bool:
        """Whether every report that was judged again says what its facts say."""
        return not self.differences and all(found.is_same for found in self.judged)

    @property
    def is_whole(self) -> bool:
        """Whether each of them was judged again, every part of it."""
        return not self.refused and all(found.is_whole for found in self.judged)

    @property
    def judged(self) -> tuple[Replay, ...]:
        """Those that were judged again."""
        return tuple(each.outcome for each in self.each if isinstance(each.outcome, Replay))

    @property
    def refused(self) -> tuple[ZarukaError, ...]:
        """Why others were not."""
        outcomes = (each.outcome for each in self.each)
        return tuple(e for e in outcomes if e is not None and not isinstance(e, Replay))
