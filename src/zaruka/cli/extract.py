"""`zaruka extract`: the document out of an attached signature, or what an XML signature signs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from zaruka.cli.arguments import Option, require
from zaruka.errors import ConfigError, UnsupportedError

if TYPE_CHECKING:
    from argparse import Namespace

    from zaruka.messages import Messages
    from zaruka.signatures import Content
    from zaruka.signatures.input.forms import Form

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
    from zaruka.signatures.input.forms import recognise  # noqa: PLC0415
    from zaruka.signatures.input.opening import Input  # noqa: PLC0415

    path = Path(options.file)
    contents = _contents(recognise(Input.open(path)), path)
    if not contents:
        raise UnsupportedError("usage.not-attached", name=path.name)
    if options.out == "-":
        if len(contents) > 1:
            raise ConfigError("usage.several-signed", count=len(contents))
        for segment in contents[0].segments():
            sys.stdout.buffer.write(segment)
        return 0
    target = Path(options.out) if options.out else _target(path)
    for number, content in enumerate(contents, 1):
        name = target if len(contents) == 1 else target.with_name(f"{target.name}.{number}")
        size = write_new(name, content.segments(), force=options.force)
        sys.stderr.write(say("command.done.extracted", name=str(name), size=size) + "\n")
    return 0


def _contents(form: Form, path: Path) -> list[Content]:
    """Return what is signed, in the order of the file and without doubles; not verified."""
    from zaruka.signatures.cms import parse_signed_data  # noqa: PLC0415
    from zaruka.signatures.input.forms import Kind, expect  # noqa: PLC0415

    if form.kind is Kind.XML and form.signed:
        from zaruka.signatures.input.xml_files import (  # noqa: PLC0415
            FilesBeside,
            in_folder,
            read_signed_xml,
        )

        files = FilesBeside(in_folder(path.absolute().parent))
        signed = (
            each
            for signature in read_signed_xml(form, files).signatures
            for each in signature.references
        )
        found = [each.content for each in signed if not each.of_properties]
        return list(dict.fromkeys(each for each in found if each is not None))
    kinds = (Kind.SIGNED_DATA, Kind.TIMESTAMP_TOKEN, Kind.DVCS_REQUEST, Kind.DVCS_RESPONSE)
    form = expect(form, *kinds)
    content = form.content or parse_signed_data(form.data).encapsulated
    return [] if content is None else [content]


def _target(path: Path) -> Path:
    """Name the document as the signature without its ending: contract.pdf.sig, contract.pdf."""
    if path.suffix.lower() in _SUFFIXES and path.stem:
        return path.with_name(path.stem)
    return path.with_name(path.name + ".document")
