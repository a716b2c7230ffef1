"""`zaruka extend`: a time-stamp, evidence, archive time-stamps for a signature that is valid."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from zaruka.cli.arguments import Option, parse_moment, require
from zaruka.errors import ConfigError

if TYPE_CHECKING:
    from argparse import Namespace

    from zaruka.messages import Messages
    from zaruka.service.extending import Extended
    from zaruka.service.stamping import StampingAuthority

OPTIONS: Final = (
    Option("file"),
    Option("--to", "level"),
    Option("--content", "file"),
    Option("--signer", "number", many=True, says="extended_signer"),
    Option("--tsa", "address"),
    Option("--tsa-key", "key"),
    Option("--tsa-cert", "certificate"),
    Option("--password-file", "file", says="password"),
    Option("--anchor", "certificate", many=True),
    Option("--cert", "certificate", many=True),
    Option("--crl", "list", many=True),
    Option("--ocsp", "answer", many=True),
    Option("--online"),
    Option("--store", "file"),
    Option("--policy", "name"),
    Option("--at", "time", says="extended_at"),
    Option("--out", "file"),
    Option("--in-place"),
    Option("--force"),
)


def run(options: Namespace, say: Messages) -> int:
    """Extend, and write the file only where it is of the level asked for."""
    require(options, "extend", "file", "to")
    if options.out and options.in_place:
        raise ConfigError("usage.out-and-in-place")
    numbers = [_number(text) for text in options.signer]

    from zaruka.cli.verify import configured, load_policy, online_of  # noqa: PLC0415 - after wrong usage is said
    from zaruka.cli.writing import write_new  # noqa: PLC0415
    from zaruka.service import Zaruka  # noqa: PLC0415
    from zaruka.service.extending import Aim, extend  # noqa: PLC0415

    if options.to not in set(Aim):
        raise ConfigError("usage.level", text=options.to)
    path = Path(options.file)
    at = parse_moment(options.at) if options.at else None
    zaruka = Zaruka(
        anchors=options.anchor,
        certificates=options.cert,
        crls=options.crl,
        ocsps=options.ocsp,
        at=at,
        policy=load_policy(options.policy),
        fetch=online_of(options, configured()),
    )
    extended = extend(
        zaruka,
        path,
        Aim(options.to),
        authority=_authority(options, at),
        content=options.content,
        signers=[number - 1 for number in numbers],
    )
    target = path if options.in_place else Path(options.out or _beside(path, options.to))
    if target.exists() and target.samefile(path) and not options.in_place:
        raise ConfigError("usage.over-input", name=str(target))
    write_new(target, [extended.octets], force=options.force or options.in_place)
    _say(extended, target, say)
    return 0


def _beside(path: Path, level: str) -> Path:
    return path.with_name(f"{path.stem}.{level}{path.suffix}")


def _say(extended: Extended, target: Path, say: Messages) -> None:
    levels = dict.fromkeys(str(each.level) for each in extended.report.signatures)
    lines = [say("command.done.extended", name=str(target), level=", ".join(levels))]
    if extended.ending is not None:
        kind, name, time = extended.ending.kind, extended.ending.name, extended.ending.time
        lines.append(say(f"command.done.renew_{kind}", name=name, before=time))
    lines += [
        say("command.done.late", name=each.name, issued=each.issued, proven=each.proven)
        for each in extended.late
    ]
    sys.stderr.write("\n".join(lines) + "\n")


def _authority(options: Namespace, at: datetime | None) -> StampingAuthority | None:
    if options.tsa and (options.tsa_key or options.tsa_cert):
        raise ConfigError("usage.two-authorities")
    if options.tsa:
        return _remote(options.tsa)
    if not options.tsa_key and not options.tsa_cert:
        return None
    require(options, "extend", "tsa_key", "tsa_cert")

    from zaruka.cli.keys import load_signer  # noqa: PLC0415 - only for trial
    from zaruka.cli.timestamp import policy_for  # noqa: PLC0415
    from zaruka.service.stamping import LocalAuthority  # noqa: PLC0415

    def now() -> datetime:
        return (at or datetime.now(UTC)).replace(microsecond=0)

    signer = load_signer(options.tsa_key, options.tsa_cert, options.password_file)
    return LocalAuthority(signer, policy_for(signer), now, os.urandom)


def _remote(address: str) -> StampingAuthority:
    """Ask at an address that was named: that machine may be asked, wherever it is.

    It stamps by its own clock, which is compared with this computer's, whatever `--at` says.
    """
    from zaruka.fetch import Settings  # noqa: PLC0415 - HTTP is loaded by who asks for it
    from zaruka.service.online import Online  # noqa: PLC0415
    from zaruka.service.stamping import RemoteAuthority  # noqa: PLC0415

    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        host = ""
    fetcher = Online(Settings(allow=(host,) if host else ())).fetcher
    assert fetcher is not None
    return RemoteAuthority(address, fetcher, lambda: datetime.now(UTC), os.urandom)


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < len(text) < 6 or int(text) < 1:
        raise ConfigError("usage.number", option="--signer", text=text)
    return int(text)
