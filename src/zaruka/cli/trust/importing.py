"""`zaruka trust import`: lists out of one signed file, each checked as an update would."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from zaruka.cli.arguments import Option, require
from zaruka.errors import ConfigError

if TYPE_CHECKING:
    from argparse import Namespace

    from zaruka.messages import Messages
    from zaruka.service.bundle import Bundle, BundledList
    from zaruka.service.lists import Obtained
    from zaruka.service.settings import ListSource
    from zaruka.service.taking import Proposal

OPTIONS: Final = (
    Option("file"),
    Option("--anchor", "certificate", many=True, says="bundle_anchor"),
    Option("--unsigned"),
    Option("--crl", "file", many=True, says="signer_crl"),
    Option("--store", "file"),
    Option("--yes"),
    Option("--json"),
)


def run(options: Namespace, say: Messages) -> int:
    """Check who put the file together, then take in its lists; return the exit status."""
    require(options, "trust import", "file")

    from datetime import UTC, datetime  # noqa: PLC0415 - after wrong usage is said
    from pathlib import Path  # noqa: PLC0415

    from zaruka.cli.keys import load_certificates  # noqa: PLC0415
    from zaruka.cli.trust.opening import opened, signers  # noqa: PLC0415
    from zaruka.cli.trust.taking import Asking  # noqa: PLC0415
    from zaruka.service.bundle import check_signer, read_bundle  # noqa: PLC0415
    from zaruka.service.lists import Obtained, find_source, pointed_sources  # noqa: PLC0415
    from zaruka.service.taking import Taking  # noqa: PLC0415
    from zaruka.signatures.input.opening import Input  # noqa: PLC0415

    now = datetime.now(UTC).replace(microsecond=0)
    bundle = read_bundle(Input.open(Path(options.file)))
    with opened(options, create=True) as (store, settings):
        is_signed = bundle.signature is not None
        if is_signed or not options.unsigned:
            anchors = list(load_certificates(options.anchor))
            check_signer(bundle, settings.bundle_signers, anchors, now)
        asked = signers(options, settings, now, network=False)
        taking = Taking(store, now, partial(_of_bundle, bundle), asked.revocations)
        asking = Asking(taking, settings, options, say)
        pointed: dict[str, ListSource] = {}

        def propose(each: BundledList) -> Proposal:
            """Check a national list by whom the list of lists before it names."""
            source = pointed.get(each.source) or find_source(each.source, settings, store)
            return taking.propose(source, Obtained(each.octets, each.place, is_signed))

        for each in bundle.lists:
            since = min(each.obtained, now) if is_signed else now
            proposal = asking.offer(each.source, partial(propose, each), since)
            if proposal is not None:
                named = pointed_sources(proposal.source, proposal.found)
                pointed |= {source.name: source for source in named}
        return asking.end()


def _of_bundle(bundle: Bundle, address: str) -> Obtained:
    """Nothing is fetched by an import: what a list needs beside itself is in the bundle."""
    from zaruka.service.lists import Obtained  # noqa: PLC0415

    if address not in bundle.pivots:
        raise ConfigError("trust.not-in-bundle", address=address)
    return Obtained(bundle.pivots[address], address)
