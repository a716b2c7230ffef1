"""What a list of trusted services says, whatever its form: read, and not yet believed.

Each form has a reader of its own: `jurisdictions.russia.accredited` (e-trust),
`jurisdictions.belarus.gossuok`, `trust.etsi` (ETSI TS 119 612). Who signed a list and whether
that is believed is for whoever takes it into the store.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from datetime import datetime

    from zaruka.trust.agreements import Agreement
    from zaruka.trust.statements import Statement
    from zaruka.x509 import Certificate

__all__ = ["MAX_AGE", "Missing", "Pointer", "Scheme", "TrustList", "Unread", "next_due"]

MAX_AGE: Final = timedelta(days=30)
"""After it a list that does not say when the next is due counts as overdue."""


class Scheme(StrEnum):
    """Forms of lists."""

    E_TRUST = "e-trust"  # accredited authorities of Russia
    GOSSUOK = "gossuok"  # certificates and addresses of GosSUOK
    ETSI = "etsi"  # national list, TS 119 612
    ETSI_LOTL = "etsi-lotl"  # list of lists, TS 119 612


class Pointer(Struct, frozen=True):
    """Another list that this one names: where it is, and who signs it (certificates)."""

    url: str
    territory: str
    scheme: Scheme
    signers: tuple[Certificate, ...]


class Unread(Struct, frozen=True):
    """An entry that could not be read: where it stands, and why (a code of `zaruka.errors`)."""

    place: str
    code: str


class Missing(Struct, frozen=True):
    """A certificate that is known to exist, and that the list has not: where it is published.

    `crl_urls` are the addresses of revocation lists known for it beforehand.
    """

    name: str
    url: str
    crl_urls: tuple[str, ...] = ()


class TrustList(Struct, frozen=True):
    """One list.

    `territory` is ISO 3166 alpha-2, or "EU". `sequence` rises with each issue; `issued` and
    `next_update` are aware UTC. `sha256` is of the whole file (64 hex digits). `statements` are
    dated, oldest first for each certificate; `certificates` are those that they name and the
    list itself holds. `unread` are entries that were left out: one bad entry is not the end of
    a list. `agreements` are those of its territory with the territories that it points to,
    `missing` what who made the list could not have.
    """

    scheme: Scheme
    territory: str
    name: str
    sequence: int
    issued: datetime
    next_update: datetime | None
    sha256: str
    statements: tuple[Statement, ...]
    certificates: tuple[Certificate, ...]
    pointers: tuple[Pointer, ...] = ()
    unread: tuple[Unread, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    missing: tuple[Missing, ...] = ()


def next_due(
    scheme: str, issued: datetime, next_update: datetime | None, max_age: timedelta = MAX_AGE
) -> datetime | None:
    """Return by when the next issue of a list should have come (TS 119 612 5.3.15).

    The list of accredited authorities comes out every few days and does not say when: by its age.
    None where nobody publishes another one, as of what comes with Zaruka.
    """
    if next_update is None and scheme == Scheme.E_TRUST:
        return issued + max_age
    return next_update
