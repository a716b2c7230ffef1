"""`zaruka sign`: a CAdES B-B signature, for trial."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from zaruka.cli.arguments import Option, require

if TYPE_CHECKING:
    from argparse import Namespace

    from zaruka.messages import Messages

OPTIONS: Final = (
    Option("file"),
    Option("--key", "key"),
    Option("--cert", "certificate", says="signer_cert"),
    Option("--chain", "certificate", many=True),
    Option("--password-file", "file", says="password"),
    Option("--detached"),
    Option("--at", "time", says="signing_at"),
    Option("--out", "file"),
    Option("--force"),
)


def run(options: Namespace, say: Messages) -> int:
    """Sign a file; the signing time is this computer's unless told."""
    require(options, "sign", "file", "key", "cert")

    from zaruka.cli.arguments import parse_moment  # noqa: PLC0415 - after wrong usage is said
    from zaruka.cli.keys import load_certificates, load_signer  # noqa: PLC0415
    from zaruka.cli.writing import write_new  # noqa: PLC0415
    from zaruka.signatures.creation import sign_cades  # noqa: PLC0415
    from zaruka.signatures.input.opening import Input  # noqa: PLC0415

    path = Path(options.file)
    content = Input.open(path)
    target = Path(options.out) if options.out else path.with_name(path.name + ".sig")
    signature = sign_cades(
        content,
        [load_signer(options.key, options.cert, options.password_file)],
        signing_time=parse_moment(options.at) if options.at else datetime.now(UTC),
        entropy=os.urandom,
        detached=options.detached,
        chain=load_certificates(options.chain),
    )
    write_new(target, [signature], force=options.force)
    sys.stderr.write(say("command.done.signed", name=str(target)) + "\n")
    sys.stderr.write(say("command.done.trial") + "\n")
    return 0
