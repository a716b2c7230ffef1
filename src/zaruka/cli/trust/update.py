"""`zaruka trust update`: take in the newest issues of the lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zaruka.cli.arguments import Option

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping
    from datetime import datetime

    from zaruka.cli.trust.taking import Asking
    from zaruka.messages import Messages
    from zaruka.service.lists import Obtain, Obtained
    from zaruka.service.settings import ListSource, Settings

OPTIONS: Final = (
    Option("--from", "place", says="from_place"),
    Option("--source", "name", many=True, says="list_source"),
    Option("--store", "file"),
    Option("--yes"),
    Option("--json"),
)


def run(options: Namespace, say: Messages) -> int:
    """Obtain every list, show what it changes, take it in; return the exit status."""
    from datetime import UTC, datetime  # noqa: PLC0415 - after wrong usage is said

    from zaruka.cli.trust.opening import opened  # noqa: PLC0415
    from zaruka.cli.trust.taking import Asking  # noqa: PLC0415
    from zaruka.service.lists import find_source  # noqa: PLC0415
    from zaruka.service.obtaining import obtainer  # noqa: PLC0415
    from zaruka.service.taking import Taking  # noqa: PLC0415

    with opened(options, create=True) as (store, settings):
        sources = [find_source(name, settings, store) for name in options.source]
        obtain = obtainer(settings.fetch)
        taking = Taking(store, datetime.now(UTC).replace(microsecond=0), obtain)
        asking = Asking(taking, settings, options, say)
        given = getattr(options, "from")
        if given:
            _offer_given(given, sources, settings, obtain, asking)
        else:
            forgotten = {} if sources else store.forgotten()
            for source in sources or settings.sources:
                _offer(source, obtain, asking, forgotten)
        return asking.end()


def _offer_given(
    place: str, sources: list[ListSource], settings: Settings, obtain: Obtain, asking: Asking
) -> None:
    """Take in one list from an address or a file; which one it is shows its beginning."""
    from pathlib import Path  # noqa: PLC0415

    from zaruka.errors import ConfigError, ZarukaError  # noqa: PLC0415
    from zaruka.service.lists import Obtained, source_of_file  # noqa: PLC0415
    from zaruka.signatures.input.opening import Input  # noqa: PLC0415

    if len(sources) > 1:
        raise ConfigError("usage.one-source")
    try:
        if place.startswith(("http://", "https://")):
            obtained = obtain(place)
        else:
            obtained = Obtained(bytes(Input.open(Path(place)).octets), Path(place).name)
        source = sources[0] if sources else source_of_file(obtained.octets, settings)
    except ConfigError:
        raise
    except ZarukaError as error:
        asking.refuse(sources[0].name if sources else place, error)
        return
    asking.offer(source.name, lambda: asking.taking.propose(source, obtained))


def _offer(
    source: ListSource, obtain: Obtain, asking: Asking, forgotten: Mapping[str, datetime]
) -> None:
    """Take in a list from where the configuration says; then the lists that it names.

    A list that was forgotten is taken in again only by its name.
    """
    from zaruka.service.lists import pointed_sources  # noqa: PLC0415

    if source.name in forgotten:
        asking.skip(source.name, forgotten[source.name])
        return
    proposal = asking.offer(
        source.name, lambda: asking.taking.propose(source, _obtained(source, obtain))
    )
    if proposal is not None:
        for pointed in pointed_sources(source, proposal.found):
            _offer(pointed, obtain, asking, forgotten)


def _obtained(source: ListSource, obtain: Obtain) -> Obtained:
    from zaruka.errors import ConfigError  # noqa: PLC0415
    from zaruka.service.lists import BUILT_IN, Obtained  # noqa: PLC0415

    if source.url is not None:
        return obtain(source.url)
    if source.scheme in BUILT_IN:
        return Obtained(BUILT_IN[source.scheme](), "zaruka")
    raise ConfigError("trust.no-address", name=source.name)
