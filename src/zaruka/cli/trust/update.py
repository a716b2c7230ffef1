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
    from zaruka.service.joining import Brought
    from zaruka.service.lists import Obtain, Obtained
    from zaruka.service.settings import ListSource, Settings
    from zaruka.service.taking import Proposal

OPTIONS: Final = (
    Option("--from", "place", says="from_place"),
    Option("--source", "name", many=True, says="list_source"),
    Option("--crl", "file", many=True, says="signer_crl"),
    Option("--store", "file"),
    Option("--yes"),
    Option("--json"),
)
_WEB: Final = ("http://", "https://")


def run(options: Namespace, say: Messages) -> int:
    """Obtain every list, show what it changes, take it in; return the exit status."""
    from datetime import UTC, datetime  # noqa: PLC0415 - after wrong usage is said

    from zaruka.cli.trust.opening import opened, signers  # noqa: PLC0415
    from zaruka.cli.trust.taking import Asking  # noqa: PLC0415
    from zaruka.service.lists import find_source  # noqa: PLC0415
    from zaruka.service.obtaining import obtainer  # noqa: PLC0415
    from zaruka.service.taking import Taking  # noqa: PLC0415

    with opened(options, create=True) as (store, settings):
        sources = [find_source(name, settings, store) for name in options.source]
        obtain = obtainer(settings.fetch)
        given = getattr(options, "from")
        now = datetime.now(UTC).replace(microsecond=0)
        network = not given or given.startswith(_WEB)
        asked = signers(options, settings, now, network=network)
        asking = Asking(Taking(store, now, obtain, asked.revocations), settings, options, say)
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
    """Take in one list from an address or a file, or the certificates that a list lacks.

    Which list a file is shows its beginning.
    """
    from zaruka.errors import ConfigError, ZarukaError  # noqa: PLC0415
    from zaruka.service.joining import join  # noqa: PLC0415
    from zaruka.service.lists import lacking_source, source_of_file  # noqa: PLC0415

    if len(sources) > 1:
        raise ConfigError("usage.one-source")
    try:
        brought, obtained = _given(place, obtain)
        if brought:
            source = lacking_source(sources or settings.sources)
        else:
            source = sources[0] if sources else source_of_file(obtained.octets, settings)
    except ConfigError:
        raise
    except ZarukaError as error:
        asking.refuse(sources[0].name if sources else place, error)
        return

    def propose() -> Proposal:
        if brought:
            return join(source, brought, asking.taking)
        return asking.taking.propose(source, obtained)

    asking.offer(source.name, propose)


def _given(place: str, obtain: Obtain) -> tuple[tuple[Brought, ...], Obtained]:
    """Read an address, a file or a folder: the certificates in it, or what else it is."""
    from pathlib import Path  # noqa: PLC0415

    from zaruka.service.joining import bring, bring_folder  # noqa: PLC0415
    from zaruka.service.lists import Obtained  # noqa: PLC0415
    from zaruka.signatures.input.opening import Input  # noqa: PLC0415

    is_address, path = place.startswith(_WEB), Path(place)
    if not is_address and path.is_dir():
        return bring_folder(path), Obtained(b"", place)
    obtained = obtain(place) if is_address else Obtained(bytes(Input.open(path).octets), path.name)
    return bring(obtained), obtained


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
    from zaruka.service.lists import BUILT_IN, OWN, Obtained  # noqa: PLC0415

    if source.url is not None:
        return obtain(source.url)
    if source.scheme in BUILT_IN and "/" not in source.name:
        return Obtained(BUILT_IN[source.scheme](), OWN)
    raise ConfigError("trust.no-address", name=source.name)
