"""`zaruka trust import`: lists out of one signed file, each checked as an update would."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from zaruka.cli.arguments import Option, require
from zaruka.errors import ConfigError

if TYPE_CHECKING:
    from argparse import Namespace

    from zaruka.messages import Messages
    from zaruka.service.bundle import BundledList
    from zaruka.service.lists import Obtained
    from zaruka.service.settings import Settings
    from zaruka.service.taking import Proposal, Taking

OPTIONS: Final = (
    Option("file"),
    Option("--anchor", "certificate", many=True, says="bundle_anchor"),
    Option("--unsigned"),
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
    from zaruka.cli.trust.opening import opened  # noqa: PLC0415
    from zaruka.cli.trust.taking import Asking  # noqa: PLC0415
    from zaruka.service.bundle import check_signer, read_bundle  # noqa: PLC0415
    from zaruka.service.taking import Taking  # noqa: PLC0415
    from zaruka.signatures.input.opening import Input  # noqa: PLC0415

    now = datetime.now(UTC).replace(microsecond=0)
    bundle = read_bundle(Input.open(Path(options.file)))
    with opened(options, create=True) as (store, settings):
        is_signed = bundle.signature is not None
        if is_signed or not options.unsigned:
            anchors = list(load_certificates(options.anchor))
            check_signer(bundle, settings.bundle_signers, anchors, now)
        taking = Taking(store, now, _refuse_address)
        asking = Asking(taking, settings, options, say)
        for each in bundle.lists:
            since = each.obtained if is_signed else now
            propose = partial(_propose, each, taking, settings, vouched=is_signed)
            asking.offer(each.source, propose, since)
        return asking.end()


def _propose(each: BundledList, taking: Taking, settings: Settings, *, vouched: bool) -> Proposal:
    from zaruka.service.lists import Obtained  # noqa: PLC0415

    obtained = Obtained(each.octets, each.place, vouched)
    return taking.propose(settings.source(each.source), obtained)


def _refuse_address(address: str) -> Obtained:
    """Nothing is fetched by an import: what a list needs beside itself is not in the bundle."""
    raise ConfigError("trust.not-in-bundle", address=address)
