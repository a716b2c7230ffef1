"""`zaruka trust export`: the lists in one signed file for a machine without internet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zaruka.cli.arguments import Option, require

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable

    from zaruka.messages import Messages

OPTIONS: Final = (
    Option("file"),
    Option("--key", "key", says="bundle_key"),
    Option("--cert", "certificate", says="bundle_cert"),
    Option("--password-file", "file", says="password"),
    Option("--all", says="every_issue"),
    Option("--store", "file"),
    Option("--force"),
)


def run(options: Namespace, say: Messages) -> int:
    """Write the newest issue of each list, or all of them; signed where a key is given."""
    require(options, "trust export", "file")
    if options.key or options.cert:
        require(options, "trust export", "key", "cert")

    import sys  # noqa: PLC0415 - after wrong usage is said
    from pathlib import Path  # noqa: PLC0415

    from zaruka.cli.trust.opening import opened  # noqa: PLC0415
    from zaruka.cli.writing import write_new  # noqa: PLC0415
    from zaruka.service.bundle import make_bundle  # noqa: PLC0415
    from zaruka.service.lists import pivots_of  # noqa: PLC0415

    sign = _signing(options) if options.key else None
    with opened(options) as (store, _):
        newest = store.newest()
        every = store.lists() if options.all else newest.values()
        issues = [(each, store.octets(each)) for each in every if each.source in newest]
        bundle = make_bundle(issues, sign, pivots_of(issues, store))
    write_new(Path(options.file), [bundle], force=options.force)
    done = "exported" if sign else "exported_unsigned"
    sys.stderr.write(say(f"command.done.{done}", name=options.file, count=len(issues)) + "\n")
    return 0


def _signing(options: Namespace) -> Callable[[bytes], bytes]:
    import os  # noqa: PLC0415
    from datetime import UTC, datetime  # noqa: PLC0415

    from zaruka.cli.keys import load_signer  # noqa: PLC0415
    from zaruka.signatures.creation import sign_cades  # noqa: PLC0415

    signer = load_signer(options.key, options.cert, options.password_file)

    def sign(manifest: bytes) -> bytes:
        now = datetime.now(UTC)
        return sign_cades(manifest, [signer], signing_time=now, entropy=os.urandom, detached=True)

    return sign
