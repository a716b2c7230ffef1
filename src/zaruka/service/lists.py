"""Lists of trusted services: which reader reads which form, whom each believes, where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from msgspec import Struct

from zaruka.errors import ConfigError, InputError
from zaruka.findings import Conclusion, Indication
from zaruka.jurisdictions.belarus import gossuok
from zaruka.jurisdictions.russia.anchors import ROOTS
from zaruka.jurisdictions.russia.list_signer import read_accredited
from zaruka.service.settings import ListSource
from zaruka.trust import Scheme, Statement
from zaruka.trust.authenticity import SignedList
from zaruka.trust.etsi import read_etsi
from zaruka.trust.pivots import follow_pivots, pivot_addresses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from zaruka.jurisdictions.russia.list_signer import AskRevocations
    from zaruka.service.settings import Settings
    from zaruka.stores.trust import StoredList, TrustStore
    from zaruka.trust import TrustList

__all__ = [
    "BUILT_IN",
    "OWN",
    "READERS",
    "Means",
    "Obtain",
    "Obtained",
    "find_source",
    "joined_source",
    "lacking_source",
    "pivots_of",
    "pointed_sources",
    "source_of_file",
]


class Obtained(Struct, frozen=True):
    """The octets of a list, and where they came from: an address or the name of a file.

    `vouched` False: nobody says that they are from there (http, a bundle that nobody signed), so a
    list without a signature of its own is nobody's.
    """

    octets: bytes
    place: str
    vouched: bool = True


Obtain: TypeAlias = "Callable[[str], Obtained]"


class Means(Struct, frozen=True):
    """What a list is checked with: what lies at an address, and how who signed it stands."""

    obtain: Obtain
    revocations: AskRevocations | None = None


Reader: TypeAlias = "Callable[[bytes, ListSource, Means], SignedList]"

BUILT_IN: Final = {Scheme.GOSSUOK: gossuok.octets}
"""Lists that come with Zaruka: their operator publishes none that a program could read."""

OWN: Final = "zaruka"
"""The place that they come from."""


def _read_accredited(octets: bytes, source: ListSource, means: Means) -> SignedList:
    roots = [Statement(each, source.name, "configuration") for each in sorted(source.roots)]
    return read_accredited(
        octets, roots=roots or ROOTS, pins=source.signers, revocations=means.revocations
    )


def _read_gossuok(octets: bytes, source: ListSource, means: Means) -> SignedList:  # noqa: ARG001
    """Nobody signs it: what comes with Zaruka is believed as Zaruka is, a file as who gave it."""
    return SignedList(gossuok.parse_gossuok(octets), None, Conclusion(Indication.PASSED))


def _read_etsi(octets: bytes, source: ListSource, means: Means) -> SignedList:  # noqa: ARG001
    return read_etsi(octets, pins=source.signers)


def _read_list_of_lists(octets: bytes, source: ListSource, means: Means) -> SignedList:
    """Follow the chain of pivots from the certificates that the configuration names."""
    pivots = {address: means.obtain(address).octets for address in pivot_addresses(octets)}
    reading = follow_pivots(octets, pivots, pins=source.signers).reading
    if reading is None:
        raise InputError("trust.no-pivots", name=source.name)
    return reading


READERS: Final[Mapping[Scheme, Reader]] = {
    Scheme.E_TRUST: _read_accredited,
    Scheme.GOSSUOK: _read_gossuok,
    Scheme.ETSI: _read_etsi,
    Scheme.ETSI_LOTL: _read_list_of_lists,
}


def pointed_sources(source: ListSource, found: TrustList) -> Iterable[ListSource]:
    """Return the national lists that a list of lists names, with whom each is signed by."""
    if source.scheme is not Scheme.ETSI_LOTL:
        return  # a national list names no others that count, itself least of all
    for pointer in found.pointers:
        if pointer.scheme is Scheme.ETSI:
            yield ListSource(
                f"{source.name}/{pointer.territory}",
                Scheme.ETSI,
                pointer.url,
                frozenset(each.sha256 for each in pointer.signers),
            )


_JOINED: Final = "joined"


def lacking_source(sources: Iterable[ListSource]) -> ListSource:
    """Return the list that certificates may join; ConfigError where none of `sources` is such."""
    known = tuple(sources)
    for each in known:
        if each.scheme in BUILT_IN:
            return each
    raise ConfigError("trust.nothing-joins", names=", ".join(each.name for each in known))


def joined_source(base: ListSource) -> ListSource:
    """Return the list of what was brought to a list that nobody publishes."""
    return ListSource(f"{base.name}/{_JOINED}", base.scheme)


def find_source(name: str, settings: Settings, store: TrustStore) -> ListSource:
    """Return a source of the configuration, or one that belongs to it.

    A list of lists in the store names national lists; what was brought joins a list of its own.

    ConfigError (config.unknown-source) where there is none.
    """
    base, is_pointed, rest = name.partition("/")
    if not is_pointed:
        return settings.source(name)
    above, kept = settings.source(base), store.newest().get(base)
    if above.scheme in BUILT_IN and rest == _JOINED:
        return joined_source(above)
    if kept is not None and above.scheme is Scheme.ETSI_LOTL:
        found = _read_list_of_lists(store.octets(kept), above, Means(_pivots_in(store))).list
        for each in pointed_sources(above, found) if found is not None else ():
            if each.name == name:
                return each
    raise ConfigError("config.unknown-source", name=name, nearest=base)


def pivots_of(issues: Iterable[tuple[StoredList, bytes]], store: TrustStore) -> dict[str, bytes]:
    """Return the pivots by address that lists of lists were believed by, as the store has them."""
    addresses = {
        address: store.pivot(address)
        for issue, octets in issues
        if issue.scheme == Scheme.ETSI_LOTL
        for address in pivot_addresses(octets)
    }
    return {address: octets for address, octets in addresses.items() if octets is not None}


def _pivots_in(store: TrustStore) -> Obtain:
    def obtain(address: str) -> Obtained:
        octets = store.pivot(address)
        if octets is None:
            raise InputError("trust.not-in-bundle", address=address)
        return Obtained(octets, address)

    return obtain


_ROOTS: Final = {
    "АккредитованныеУдостоверяющиеЦентры": (Scheme.E_TRUST,),
    "TrustServiceStatusList": (Scheme.ETSI, Scheme.ETSI_LOTL),
    "[[certificates]]": (Scheme.GOSSUOK,),
}
_BEGINNING: Final = 65_536


def source_of_file(octets: bytes, settings: Settings) -> ListSource:
    """Tell by its beginning which source a file is of; ConfigError where it may be of several."""
    beginning = octets[:_BEGINNING]
    encoding = "utf-16" if beginning[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    text = beginning.decode(encoding, "replace")
    schemes = next((each for word, each in _ROOTS.items() if word in text), ())
    fitting = [each for each in settings.sources if each.scheme in schemes]
    if len(fitting) != 1:
        names = ", ".join(each.name for each in fitting or settings.sources)
        raise ConfigError("trust.which-source", names=names)
    return fitting[0]
