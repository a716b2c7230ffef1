"""What judging again from the facts of a report gave."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from zaruka.facts import Fact
    from zaruka.validation.results import ValidationReport

__all__ = ["Change", "Difference", "Replay"]


class Difference(NamedTuple):
    """A place in the report, what it says there, and what follows from the facts."""

    place: str
    reported: str
    replayed: str


class Change(NamedTuple):
    """What is not as it was when the report was made: "policy", "version" or "trust"."""

    what: str
    was: str
    now: str


class Replay(NamedTuple):
    """The outcome.

    `altered` are facts that are not what their digests say, `unchecked` lists of which the report
    keeps only what was found in them, so that who signed them is taken from the record.
    """

    report: ValidationReport
    differences: tuple[Difference, ...]
    changes: tuple[Change, ...]
    altered: tuple[Fact, ...]
    unchecked: tuple[Fact, ...]

    @property
    def is_same(self) -> bool:
        """Whether the report says what its facts say."""
        return not self.differences and not self.altered
