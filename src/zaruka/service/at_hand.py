"""The files that were judged, opened again, by the SHA-256 under which a report knows them.

A report keeps small things whole, of others the digest: whoever still has the file can give it, or
have it put into an evidence bundle.
"""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from zaruka.errors import ZarukaError
from zaruka.service.evidence import read
from zaruka.service.judging import OBJECTS, SIGNED, STAMPS
from zaruka.signatures.cms import parse_signed_data
from zaruka.signatures.extension import without_content
from zaruka.signatures.input.forms import recognise
from zaruka.signatures.input.kinds import Kind
from zaruka.signatures.input.opening import Input
from zaruka.signatures.input.reading import read_stamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from zaruka.service.evidence import FileOrFolder
    from zaruka.signatures import Content
    from zaruka.signatures.input.forms import Form
    from zaruka.validation.results import ValidationReport

__all__ = ["documents_of", "files_at_hand", "inputs_at_hand", "octets_of"]

_SHA_256: Final = "2.16.840.1.101.3.4.2.1"
_DOCUMENTS: Final = frozenset({"content", Kind.XML.value})
_WHOLE_MAX: Final = 1 << 28  # octets of a file that may be needed whole: larger ones are digested


def files_at_hand(places: Iterable[FileOrFolder]) -> dict[str, bytes]:
    """Return the octets of files and of the objects in them, by SHA-256.

    Of a signature that encloses its document these are the two apart too, as a report keeps them.
    Raises InputError where a file cannot be opened.
    """
    found: dict[str, bytes] = {}
    for place in places:
        source = Input.open(Path(place))
        if source.size <= _WHOLE_MAX:
            found |= {sha256(each).hexdigest(): each for each in _held(source)}
    return found


def _held(source: Input) -> Iterator[bytes]:
    yield bytes(source.octets)
    with suppress(ZarukaError):  # any document will do: most hold nothing to look for
        yield from _objects(recognise(source))


def _objects(form: Form) -> Iterator[bytes]:
    if form.kind in SIGNED:
        enclosed = parse_signed_data(form.data).encapsulated
        yield bytes(form.data) if enclosed is None else without_content(form.data)
        if enclosed is not None:
            yield bytes(enclosed)
    elif form.kind in STAMPS:
        yield read_stamp(form).der
    elif form.kind in OBJECTS:
        held = read(form.source)
        yield from (each.der for each in held.certificates)
        yield from (bytes(each.der) for each in held.crls)
        yield from (each.der for each in held.ocsps)


def inputs_at_hand(
    report: ValidationReport, places: Iterable[Path], *, documents: bool
) -> dict[str, Input]:
    """Open those files that a report was made on, by SHA-256; `documents`: those signed too."""
    wanted = {e.sha256: e.size for e in report.inputs if documents or e.role not in _DOCUMENTS}
    found: dict[str, Input] = {}
    for place in dict.fromkeys(places):
        source = Input.open(place) if place.is_file() else None
        if source is not None and source.size in wanted.values():
            digest = source.digest(_SHA_256).hex()
            if digest in wanted:
                found[digest] = source
    return found


def octets_of(report: ValidationReport, files: Mapping[str, Input]) -> dict[str, bytes]:
    """Return what signature files and objects hold, by SHA-256; nothing of documents is read."""
    found: dict[str, bytes] = {}
    for each in report.inputs:
        source = files.get(each.sha256)
        if source is not None and each.role not in _DOCUMENTS and source.size <= _WHOLE_MAX:
            found |= {sha256(octets).hexdigest(): octets for octets in _held(source)}
    return found


def documents_of(report: ValidationReport, files: Mapping[str, Input]) -> Iterator[Content]:
    """Give what was signed: documents apart, XML documents, and what a message encloses."""
    for each in report.inputs:
        source = files.get(each.sha256)
        if source is None:
            continue
        if each.role in _DOCUMENTS:
            yield source
        elif each.role in SIGNED:
            enclosed = parse_signed_data(recognise(source).data).encapsulated
            if enclosed is not None:
                yield enclosed
