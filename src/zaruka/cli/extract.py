"""`zaruka extract`: the document out of an attached signature."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from zaruka.cli.arguments import Option, require
from zaruka.errors import UnsupportedError

if TYPE_CHECKING:
    from argparse import Namespace

    from zaruka.messages import Messages

OPTIONS: Final = (
    Option("file"),
    Option("--out", "file"),
    Option("--force"),
)

_SUFFIXES: Final = {".sig", ".sgn", ".p7s", ".p7m", ".sign", ".bin", ".pem", ".eml"}


def run(options: Namespace, say: Messages) -> int:
    """Write the document; the signature is not checked."""
    require(options, "extract", "file")

    from zaruka.cli.writing import write_new  # noqa: PLC0415 - after wrong usage is said
    from zaruka.signatures.cms import parse_signed_data  # noqa: PLC0415
    from zaruka.signatures.input.forms import Kind, expect, recognise  # noqa: PLC0415
    from zaruka.signatures.input.opening import Input  # noqa: PLC0415

    path = Path(options.file)
    kinds = (Kind.SIGNED_DATA, Kind.TIMESTAMP_TOKEN, Kind.DVCS_REQUEST, Kind.DVCS_RESPONSE)
    form = expect(recognise(Input.open(path)), *kinds)
    content = form.content or parse_signed_data(form.data).encapsulated
    if content is None:
        raise UnsupportedError("usage.not-attached", name=path.name)
    if options.out == "-":
        for segment in content.segments():
            sys.stdout.buffer.write(segment)
        return 0
    target = Path(options.out) if options.out else _target(path)
    size = write_new(target, content.segments(), force=options.force)
    sys.stderr.write(say("command.done.extracted", name=str(target), size=size) + "\n")
    return 0


def _target(path: Path) -> Path:
    """Name the document as the signature without its ending: contract.pdf.sig, contract.pdf."""
    if path.suffix.lower() in _SUFFIXES and path.stem:
        return path.with_name(path.stem)
    return path.with_name(path.name + ".document")
