"""What an issue of a list changes, as whoever has to accept it sees it."""

from __future__ import annotations

from collections import defaultdict
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from zaruka.trust import Standing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from zaruka.trust import Statement

__all__ = ["Change", "ChangeKind", "Changes", "compare", "number_of", "standing_at"]


class ChangeKind(StrEnum):
    """What became of an authority or of its keys, the gravest first."""

    GONE = "gone"  # an authority is no longer listed
    KEY_GONE = "key-gone"
    ANNULLED = "annulled"
    ENDED = "ended"
    SUSPENDED = "suspended"
    RESTORED = "restored"
    ADDED = "added"
    KEY_ADDED = "key-added"
    ALTERED = "altered"  # dates, addresses, details


_BECAME = {
    Standing.GRANTED: ChangeKind.RESTORED,
    Standing.SUSPENDED: ChangeKind.SUSPENDED,
    Standing.ENDED: ChangeKind.ENDED,
    Standing.ANNULLED: ChangeKind.ANNULLED,
}


class Change(NamedTuple):
    """What became of the certificates (SHA-256) of one authority; `since`: from when on."""

    kind: ChangeKind
    name: str
    number: str | None
    certificates: tuple[str, ...]
    since: datetime | None = None


class Changes(Struct, frozen=True):
    """All changes, the gravest first, and how much trust goes.

    `trusted` certificates were so before, `lost` of them are no longer.
    """

    every: tuple[Change, ...]
    trusted: int
    lost: int

    @property
    def lost_percent(self) -> int:
        """Share of what was trusted and is no longer, rounded up."""
        return -(-100 * self.lost // self.trusted) if self.trusted else 0


def number_of(statement: Statement) -> str | None:
    """Return the number under which the state knows an authority: ОГРН in Russia."""
    return dict(statement.details).get("OGRN")


def standing_at(statements: Iterable[Statement], at: datetime) -> Statement | None:
    """Return how a service stood at `at`; of several statements the last, granted first.

    What is said of a service goes before what makes its certificate an anchor: that may outlive
    a suspension.
    """
    every = tuple(statements)
    about = [each for each in every if not each.anchor] or every
    covering = [each for each in about if any(each.covers(p, at) for p in each.purposes)]
    granted = [each for each in covering if each.standing is Standing.GRANTED]
    return next(reversed(granted or covering), None)


def compare(
    before: Iterable[Statement],
    after: Iterable[Statement],
    at_before: datetime,
    at_after: datetime,
) -> Changes:
    """Compare two issues of a list, each at its own date."""
    old, new = _by_certificate(before), _by_certificate(after)
    known = {_authority(each) for about in old.values() for each in about}
    listed = {_authority(each) for about in new.values() for each in about}
    found: dict[tuple[ChangeKind, str, datetime | None], list[str]] = defaultdict(list)
    names: dict[str, Statement] = {}
    trusted = lost = 0
    for sha256 in (*old, *(each for each in new if each not in old)):
        was, now = old.get(sha256, ()), new.get(sha256, ())
        stood, stands = standing_at(was, at_before), standing_at(now, at_after)
        if stood is not None and stood.standing is Standing.GRANTED:
            trusted += 1
            lost += stands is None or stands.standing is not Standing.GRANTED
        sample = (now or was)[-1]
        authority = _authority(sample)
        kind, since = _became(was, now, stood, stands)
        if not was:
            kind, since = ChangeKind.KEY_ADDED if authority in known else ChangeKind.ADDED, None
        elif not now:
            kind, since = ChangeKind.KEY_GONE if authority in listed else ChangeKind.GONE, None
        if kind is not None:
            names[authority] = sample
            found[kind, authority, since].append(sha256)
    order = list(ChangeKind)
    every = [
        Change(kind, names[authority].name, number_of(names[authority]), tuple(certificates), since)
        for (kind, authority, since), certificates in found.items()
    ]
    every.sort(key=lambda each: (order.index(each.kind), each.name))
    return Changes(tuple(every), trusted, lost)


def _became(
    was: tuple[Statement, ...],
    now: tuple[Statement, ...],
    stood: Statement | None,
    stands: Statement | None,
) -> tuple[ChangeKind | None, datetime | None]:
    """Tell what became of a certificate that both issues speak of, and from when on."""
    if stands is not None and (stood is None or stood.standing is not stands.standing):
        return _BECAME[stands.standing], stands.since
    if stands is None and stood is not None:
        return ChangeKind.ENDED, stood.until
    return (ChangeKind.ALTERED if _stated(was) != _stated(now) else None), None


def _stated(statements: Iterable[Statement]) -> set[tuple[object, ...]]:
    """Return what is stated, whichever issue states it."""
    return {
        (e.name, e.purposes, e.since, e.until, e.standing, e.anchor, e.crl_urls, e.details)
        for e in statements
    }


def _authority(statement: Statement) -> str:
    return number_of(statement) or statement.name


def _by_certificate(statements: Iterable[Statement]) -> dict[str, tuple[Statement, ...]]:
    found: dict[str, list[Statement]] = defaultdict(list)
    for each in statements:
        found[each.certificate_sha256].append(each)
    return {sha256: tuple(about) for sha256, about in found.items()}
