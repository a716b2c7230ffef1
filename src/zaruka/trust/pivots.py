"""How the signers of the European list of lists change: the chain of pivots.

The Official Journal publishes certificates that may sign the list of lists. When they change, the
Commission keeps that issue of the list as a pivot: it is signed by a certificate known before, and
its pointer to the list itself names those that may sign from then on. The list in force names the
addresses of the pivots in SchemeInformationURI, the newest first and before the Official Journal's
(https://ec.europa.eu/tools/lotl/pivot-lotl-explanation.html).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from zaruka.errors import BudgetExceeded
from zaruka.trust.etsi import read_etsi, scheme_addresses
from zaruka.trust.lists import Scheme

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from zaruka.trust.authenticity import SignedList
    from zaruka.trust.lists import TrustList
    from zaruka.x509 import Certificate

__all__ = ["FollowedPivots", "follow_pivots", "pivot_addresses"]

PIVOTS_MAX: Final = 32
_JOURNAL: Final = "eur-lex.europa.eu"


class FollowedPivots(Struct, frozen=True):
    """The list as its signature shows it, or what is lacking to check it.

    `reading` is of the list in force, or of the pivot at which the chain broke; None while
    `missing` names addresses of pivots that were not given. `pivots` were believed, oldest first.
    """

    reading: SignedList | None
    pivots: tuple[TrustList, ...] = ()
    missing: tuple[str, ...] = ()


def pivot_addresses(octets: bytes) -> tuple[str, ...]:
    """Return the addresses of the pivots that a list of lists names, the newest first.

    They need not be believed: what lies there has to prove itself. BudgetExceeded.
    """
    found: list[str] = []
    for url in scheme_addresses(octets):
        if _JOURNAL in url:
            break
        if url.lower().endswith(".xml"):
            found.append(url)
    if len(found) > PIVOTS_MAX:
        raise BudgetExceeded("lists.too-many", what="pivot", limit=PIVOTS_MAX)
    return tuple(found)


def follow_pivots(
    octets: bytes,
    pivots: Mapping[str, bytes],
    *,
    signers: Iterable[Certificate] = (),
    pins: frozenset[str] = frozenset(),
) -> FollowedPivots:
    """Check a list of lists, from the certificates of the Official Journal on.

    `signers` and `pins` (SHA-256, 64 hex digits) are what the Journal published, `pivots` the
    files by address. InputError where a file is no such list; BudgetExceeded.
    """
    addresses = pivot_addresses(octets)
    missing = tuple(url for url in addresses if url not in pivots)
    if missing:
        return FollowedPivots(None, missing=missing)
    known = tuple(signers)
    believed: list[TrustList] = []
    for url in reversed(addresses):
        reading = read_etsi(pivots[url], signers=known, pins=pins)
        if not reading.conclusion.passed or reading.list is None:
            return FollowedPivots(reading, tuple(believed))
        believed.append(reading.list)
        known, pins = _next_signers(reading.list), frozenset()
    return FollowedPivots(read_etsi(octets, signers=known, pins=pins), tuple(believed))


def _next_signers(pivot: TrustList) -> tuple[Certificate, ...]:
    """Whom a pivot's pointer to the list of lists itself names."""
    return tuple(
        certificate
        for pointer in pivot.pointers
        if pointer.scheme is Scheme.ETSI_LOTL and pointer.territory == pivot.territory
        for certificate in pointer.signers
    )
