"""Taking lists into the store: read, check who signed it, compare, accept.

What is wrong with a list is an error and changes nothing. Whether a good one is accepted is for
whoever runs this: a person who is shown the changes, or the policy of the configuration.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from zaruka.errors import InputError
from zaruka.service.changes import compare
from zaruka.service.lists import BUILT_IN, READERS, Means, joined_source, pointed_sources
from zaruka.trust import Scheme

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from zaruka.findings import Finding
    from zaruka.jurisdictions.russia.list_signer import AskRevocations
    from zaruka.service.changes import Changes
    from zaruka.service.lists import Obtain, Obtained
    from zaruka.service.settings import ListSource, Settings
    from zaruka.stores.trust import StoredList, TrustStore
    from zaruka.trust import Missing, TrustList
    from zaruka.trust.authenticity import SignedList

__all__ = ["NotBelieved", "Proposal", "Taking", "may_accept"]

_CLOCKS_DIFFER: Final = timedelta(days=1)


class NotBelieved(InputError):  # noqa: N818 - the name says what happened
    """The signature of a list does not show that it is theirs; `findings` say why."""

    findings: tuple[Finding, ...] = ()


class Proposal(Struct, frozen=True):
    """An issue of a list that may be taken in, and what it would change.

    `before` is the issue that the store has; None where it has none. `is_new` is False where it
    has this one, and relies on it. `pivots` are files by address that the list was believed by,
    `missing` certificates that the list lacks and that nobody has brought yet, `dropped` national
    lists that a list of lists names no longer: `changes` counts what they trusted.
    """

    source: ListSource
    obtained: Obtained
    reading: SignedList
    found: TrustList
    before: StoredList | None
    changes: Changes
    is_new: bool
    pivots: Mapping[str, bytes]
    missing: tuple[Missing, ...]
    dropped: tuple[str, ...]


class Taking:
    """Takes lists into one store, at the moment `at`."""

    def __init__(
        self,
        store: TrustStore,
        at: datetime,
        obtain: Obtain,
        revocations: AskRevocations | None = None,
    ) -> None:
        """Use `store`; `obtain` gives what lies at an address, `revocations` how signers stand."""
        self.store = store
        self.at = at
        self._obtain = obtain
        self._revocations = revocations

    def propose(self, source: ListSource, obtained: Obtained) -> Proposal:
        """Read a list, check who signed it, and compare it with what the store has.

        InputError: what the reader of the form raises, and trust.not-believed (`NotBelieved`),
        trust.other-territory, trust.older, trust.same-number, trust.expired, trust.from-future.
        """
        pivots: dict[str, bytes] = {}

        def obtain(address: str) -> Obtained:
            found = self._obtain(address)
            pivots[address] = found.octets
            return found

        reading = READERS[source.scheme](obtained.octets, source, Means(obtain, self._revocations))
        if reading.list is None or not reading.conclusion.passed or _is_nobodys(reading, obtained):
            error = NotBelieved("trust.not-believed", name=source.name)
            error.findings = reading.conclusion.findings
            raise error
        found = reading.list
        if source.territory not in {None, found.territory}:
            wanted = str(source.territory)
            raise InputError(
                "trust.other-territory", name=source.name, found=found.territory, expected=wanted
            )
        before = self.store.last(source.name)
        self._check(source.name, found, before)
        newest = self.store.newest()
        relied = newest.get(source.name)
        stated = () if relied is None else self.store.stated_in(relied)
        issued = found.issued if relied is None else relied.issued
        dropped = _dropped(source, found, newest)
        below = [each for each in newest if dropped and each.startswith(f"{source.name}/")]
        was = {name: self.store.stated_in(newest[name]) for name in below}
        stays = {name: each for name, each in was.items() if name not in dropped}
        return Proposal(
            source,
            obtained,
            reading,
            found,
            before,
            changes=compare(
                chain(stated, *was.values()),
                chain(found.statements, *stays.values()),
                issued,
                found.issued,
            ),
            is_new=relied is None or relied.sequence != found.sequence,
            pivots=pivots,
            missing=self._missing(source, found),
            dropped=dropped,
        )

    def _missing(self, source: ListSource, found: TrustList) -> tuple[Missing, ...]:
        joined = self.store.newest().get(joined_source(source).name) if found.missing else None
        stated = () if joined is None else self.store.stated_in(joined)
        brought = {value for each in stated for code, value in each.details if code == "SOURCE"}
        return tuple(each for each in found.missing if each.url not in brought)

    def _check(self, name: str, found: TrustList, before: StoredList | None) -> None:
        if found.issued > self.at + _CLOCKS_DIFFER:
            raise InputError("trust.from-future", name=name, issued=found.issued.isoformat())
        if before is not None and found.sequence < before.sequence:
            raise InputError(
                "trust.older", name=name, found=found.sequence, expected=before.sequence
            )
        if before is not None and found.sequence == before.sequence:
            if found.sha256 != before.sha256:
                raise InputError("trust.same-number", name=name, number=found.sequence)
            return
        if found.next_update is not None and found.next_update < self.at:
            raise InputError("trust.expired", name=name, until=found.next_update.isoformat())

    def accept(self, proposal: Proposal, obtained_at: datetime | None = None) -> StoredList:
        """Take a list in; InputError (trust.older) where another process was quicker.

        An issue that was there and forgotten is relied on again.
        """
        before = proposal.before
        if before is not None and before.sequence == proposal.found.sequence:
            self.store.rely(proposal.source.name, self.at)
            return before
        return self.store.take(
            proposal.source.name,
            proposal.found,
            proposal.obtained.octets,
            signer=proposal.reading.signer,
            place=proposal.obtained.place,
            obtained=obtained_at or self.at,
            pivots=proposal.pivots,
            dropped=proposal.dropped,
        )


def _dropped(source: ListSource, found: TrustList, relied: Iterable[str]) -> tuple[str, ...]:
    """TS 119 615 4.2.4: national lists are those that the list of lists in force names."""
    if source.scheme is not Scheme.ETSI_LOTL:
        return ()
    named = {each.name for each in pointed_sources(source, found)}
    return tuple(
        each for each in relied if each.startswith(f"{source.name}/") and each not in named
    )


def _is_nobodys(reading: SignedList, obtained: Obtained) -> bool:
    """Whether a list that no one signs came from nobody knows whom, and is not the one we bring."""
    if reading.signer is not None or obtained.vouched:
        return False
    return obtained.octets not in [octets() for octets in BUILT_IN.values()]


def may_accept(proposal: Proposal, settings: Settings) -> bool:
    """Whether the policy of the configuration accepts a list without asking."""
    limit = settings.removed_max
    return limit is not None and proposal.changes.lost_percent <= limit
