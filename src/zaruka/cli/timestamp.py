"""`zaruka timestamp`: a stamp on a signature or on any file, for trial."""

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
    from zaruka.signatures.creation import Signer

OPTIONS: Final = (
    Option("file"),
    Option("--key", "key", says="tsa_key"),
    Option("--cert", "certificate", says="tsa_cert"),
    Option("--password-file", "file", says="password"),
    Option("--at", "time", says="stamped_at"),
    Option("--out", "file"),
    Option("--force"),
)

# STB 34.101.78: a time-stamp of Belarus states the role of its authority as the policy.
_POLICY_BY: Final = "1.2.112.0.2.0.34.101.78.2.31"
# CryptoPro's policy, as in the Russian samples.
_POLICY_OTHER: Final = "1.2.643.2.2.38.4"


def run(options: Namespace, say: Messages) -> int:
    """Stamp each signature of a signed file, or any other file by a token of its own."""
    require(options, "timestamp", "file", "key", "cert")

    from zaruka.cli.arguments import parse_moment  # noqa: PLC0415 - after wrong usage is said
    from zaruka.cli.keys import load_signer  # noqa: PLC0415
    from zaruka.cli.writing import write_new  # noqa: PLC0415
    from zaruka.signatures.input.forms import Kind, recognise  # noqa: PLC0415
    from zaruka.signatures.input.opening import Input  # noqa: PLC0415

    path = Path(options.file)
    source = Input.open(path)
    form = recognise(source)
    authority = load_signer(options.key, options.cert, options.password_file)
    time = parse_moment(options.at) if options.at else datetime.now(UTC).replace(microsecond=0)
    if form.kind is Kind.SIGNED_DATA and not form.missing:
        stamped = _stamp_signatures(bytes(form.data), authority, time)
        target = path.with_name(f"{path.stem}.stamped{path.suffix}")
    else:
        algorithm = authority.digest_algorithm
        stamped = _stamp(source.digest(algorithm.oid), authority, time)
        target = path.with_name(path.name + ".tsr")
    target = Path(options.out) if options.out else target
    write_new(target, [stamped], force=options.force)
    sys.stderr.write(say("command.done.stamped", name=str(target)) + "\n")
    sys.stderr.write(say("command.done.trial") + "\n")
    return 0


def policy_for(authority: Signer) -> str:
    """Name the time-stamp policy for a trial stamp of the country whose digest it uses."""
    belarusian = authority.digest_algorithm.oid.startswith("1.2.112.")
    return _POLICY_BY if belarusian else _POLICY_OTHER


def _stamp_signatures(message: bytes, authority: Signer, time: datetime) -> bytes:
    """Stamp the value of every signature (EN 319 122-1 5.3)."""
    from zaruka.crypto import digest  # noqa: PLC0415
    from zaruka.signatures.cms import parse_signed_data  # noqa: PLC0415
    from zaruka.signatures.extension import add_signature_timestamp  # noqa: PLC0415

    for signature in parse_signed_data(message).signatures:
        imprint = digest(authority.digest_algorithm.oid, signature.signature)
        token = _stamp(imprint, authority, time)
        message = add_signature_timestamp(message, signature.index, token)
    return message


def _stamp(imprint: bytes, authority: Signer, time: datetime) -> bytes:
    from zaruka.signatures.creation import make_timestamp  # noqa: PLC0415

    return make_timestamp(
        authority.digest_algorithm,
        imprint,
        authority,
        time=time,
        serial_number=int.from_bytes(os.urandom(8)),
        policy=policy_for(authority),
        entropy=os.urandom,
    )
