"""Dated statements of trust and their look-up: pure, no store, no clock.

A statement names a certificate by the SHA-256 of its encoding, never by its name: whoever holds
an official root's fingerprint may take the root itself from anywhere. A trust anchor is thereby
a statement, not a kind of certificate (RFC 5914 keeps the same distinction), and every past
moment can be asked for.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

from msgspec import Struct, structs

from zaruka._native import lazy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from zaruka.x509 import Certificate

__all__ = ["KeptStatements", "Purpose", "Standing", "Statement", "TrustBase", "given", "pinned"]


class Purpose(StrEnum):
    """What a certificate is trusted for."""

    SIGNATURES = "signatures"
    TIME_STAMPS = "time-stamps"
    ATTRIBUTES = "attributes"  # attribute certificates (RFC 5755)
    RECEIPTS = "receipts"  # of a trusted third party


class Standing(StrEnum):
    """How whoever keeps a list stands to a service (TS 119 612 5.5.4; 63-FZ 16)."""

    GRANTED = "granted"
    SUSPENDED = "suspended"
    ENDED = "ended"  # given up, expired, handed over
    ANNULLED = "annulled"  # withdrawn by who granted it


EVERY_PURPOSE = frozenset(Purpose)
_MOMENT: Final = timedelta(microseconds=1)


class Statement(Struct, frozen=True):
    """`certificate_sha256` (64 hex digits) stands so for `purposes` from `since` until `until`.

    `since` and `until` are aware UTC, both inclusive; None is unbounded. `source` says who
    states it: "given" (by whoever asks), "pinned:BY", or a list (its name, number and day of
    issue), with the SHA-256 of that list in `source_sha256`. An `anchor` may end a path; other
    statements are about authorities between, such as an accreditation. `country` is ISO 3166
    alpha-2, `crl_urls` where its revocation lists are published, known beforehand where
    certificates name none. `details` are what else the list says, by code ("OGRN",
    "REGISTRY_NUMBER", "MEANS_CLASS", "SERVICE_TYPE", "HANDED_OVER_TO").
    """

    certificate_sha256: str
    name: str
    source: str
    purposes: frozenset[Purpose] = EVERY_PURPOSE
    since: datetime | None = None
    until: datetime | None = None
    source_sha256: str | None = None
    standing: Standing = Standing.GRANTED
    anchor: bool = True
    country: str | None = None
    crl_urls: tuple[str, ...] = ()
    details: tuple[tuple[str, str], ...] = ()

    def ending(self, end: datetime) -> Statement | None:
        """Return what is left of the statement where it counts no longer from `end` on."""
        if self.since is not None and self.since >= end:
            return None
        last = end - _MOMENT
        return structs.replace(self, until=last if self.until is None else min(self.until, last))

    def covers(self, purpose: Purpose, at: datetime) -> bool:
        """Whether the statement speaks of `purpose` at the moment `at`, whatever it says."""
        return (
            purpose in self.purposes
            and (self.since is None or self.since <= at)
            and (self.until is None or at <= self.until)
        )

    def holds(self, purpose: Purpose, at: datetime) -> bool:
        """Whether the statement trusts for `purpose` at the moment `at`."""
        return self.standing is Standing.GRANTED and self.covers(purpose, at)

    def held(self, purpose: Purpose, at: datetime) -> bool:
        """Whether the statement trusts, or has trusted, for `purpose` by the moment `at`."""
        return (
            self.standing is Standing.GRANTED
            and purpose in self.purposes
            and (self.since is None or self.since <= at)
        )


class KeptStatements(Protocol):
    """Statements that are kept elsewhere; the same question has the same answer."""

    def about(self, certificate_sha256: str) -> tuple[Statement, ...]:
        """Return every statement about this certificate."""

    def lists(self, country: str) -> Mapping[str, str]:
        """Name the lists of this country (ISO 3166 alpha-2), each with its SHA-256."""


class TrustBase(Struct, frozen=True, dict=True):
    """All statements that a validation may rest on, in the order of their authority.

    Those that are `kept` in a store come after the others, and are looked up when asked for.
    """

    statements: tuple[Statement, ...] = ()
    kept: KeptStatements | None = None

    @lazy
    def _by_certificate(self) -> dict[str, tuple[Statement, ...]]:
        index: dict[str, tuple[Statement, ...]] = {}
        for statement in self.statements:
            known = index.get(statement.certificate_sha256, ())
            index[statement.certificate_sha256] = (*known, statement)
        return index

    @lazy
    def _lists(self) -> dict[str, dict[str, str]]:
        """Index the lists that statements are from by country."""
        index: dict[str, dict[str, str]] = {}
        for statement in self.statements:
            if statement.source_sha256 and statement.country:
                lists = index.setdefault(statement.country, {})
                lists[statement.source] = statement.source_sha256
        return index

    def about(self, certificate_sha256: str) -> tuple[Statement, ...]:
        """Every statement about this certificate, whatever its purpose and time."""
        own = self._by_certificate.get(certificate_sha256, ())
        return own if self.kept is None else (*own, *self.kept.about(certificate_sha256))

    def lists(self, country: str) -> Mapping[str, str]:
        """Name the lists of this country (ISO 3166 alpha-2) that statements here are from."""
        own = self._lists.get(country, {})
        return own if self.kept is None else {**own, **self.kept.lists(country)}

    def standing(self, certificate_sha256: str, purpose: Purpose, at: datetime) -> Statement | None:
        """Return the first statement on how this certificate stood for `purpose` at `at`."""
        for statement in self.about(certificate_sha256):
            if statement.covers(purpose, at):
                return statement
        return None

    def find(self, certificate_sha256: str, purpose: Purpose, at: datetime) -> Statement | None:
        """Return the first statement that trusts this certificate for `purpose` at `at`."""
        for statement in self.about(certificate_sha256):
            if statement.holds(purpose, at):
                return statement
        return None


def given(certificates: Iterable[Certificate]) -> tuple[Statement, ...]:
    """Trust these certificates because whoever asks says so, for everything and at any time."""
    return tuple(
        Statement(certificate.sha256, certificate.subject.display(), source="given")
        for certificate in certificates
    )


def pinned(
    country: str, certificate_sha256: str, name: str, since: datetime, until: datetime
) -> Statement:
    """Trust an official root of `country` (ISO 3166 alpha-2) by its fingerprint."""
    return Statement(certificate_sha256, name, f"pinned:{country}", since=since, until=until)
