"""XML files with signatures: read as a person holds them, with what lies beside them.

A reference to something outside the document is answered by a file of the same folder or archive,
by its plain name, or by the document that is named for it. Nothing else is opened, and nothing is
fetched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from msgspec import structs

from zaruka.errors import InputError
from zaruka.signatures.input.forms import unexpected
from zaruka.signatures.input.kinds import Kind
from zaruka.signatures.input.opening import Input

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from zaruka.signatures.input.archives import Member
    from zaruka.signatures.input.forms import Form
    from zaruka.signatures.xml.document import SignedXml

__all__ = ["FilesBeside", "in_archive", "in_folder", "read_signed_xml"]

# Signatures in a form of their own, without XML Signature: formats of Belarusian trade documents.
_OWN: Final = frozenset({"belarusian-waybill", "belarusian-delivery-note"})
_NO_NAME: Final = re.compile(r"[/\\:?#\0]|\A\.|\A~\$")


class FilesBeside(Mapping[str, Input]):
    """Files by the URIs of references; `used` are those that were asked for, in order.

    `find` opens a file of the folder by its name, or gives None. `given` is the document that
    somebody named: it answers for its own name, and for whatever is not found.
    """

    def __init__(
        self, find: Callable[[str], Input | None] | None = None, given: Input | None = None
    ) -> None:
        """Open nothing yet."""
        self._find = find
        self._given = given
        self._found: dict[str, Input] = {}

    @property
    def used(self) -> tuple[Input, ...]:
        """Every file that answered, once."""
        return tuple(dict.fromkeys(self._found.values()))

    def __getitem__(self, uri: str) -> Input:
        """Give the file behind a URI, opened once; KeyError where there is none."""
        if uri not in self._found:
            found = None if uri.startswith("#") else self._look_up(plain_name(uri))
            if found is None:
                raise KeyError(uri)
            self._found[uri] = found
        return self._found[uri]

    def _look_up(self, name: str | None) -> Input | None:
        given = self._given
        if name is None or self._find is None or (given is not None and given.title == name):
            return given
        return self._find(name) or given

    def __iter__(self) -> Iterator[str]:
        """Give the URIs that were asked for."""
        return iter(self._found)

    def __len__(self) -> int:
        """Count the URIs that were asked for."""
        return len(self._found)


def plain_name(uri: str) -> str | None:
    """Return the file name that a URI is: of a file of the same folder, not hidden; else None."""
    name = unquote(uri.removeprefix("./"), errors="replace")
    return None if not name or _NO_NAME.search(name) else name


def in_folder(folder: Path, prefix: str = "") -> Callable[[str], Input | None]:
    """Open the regular files of a folder; a link may lead out of it and is not followed.

    `prefix` is put before their names for people.
    """

    def find(name: str) -> Input | None:
        path = folder / name
        try:
            if path.is_symlink() or not path.is_file():
                return None
        except OSError:  # no name of a file, too long for one
            return None
        return Input.open(path, name=f"{prefix}{name}")

    return find


def in_archive(members: Iterable[Member], folder: str) -> Callable[[str], Input | None]:
    """Open the members of an archive, or of a folder in it, that lie in `folder`."""
    by_name = {each.file_name: each for each in members if each.folder == folder}

    def find(name: str) -> Input | None:
        return by_name[name].open() if name in by_name else None

    return find


def read_signed_xml(form: Form, files: FilesBeside | None = None) -> SignedXml:
    """Read an XML document with signatures; an entity or a bomb in it does no harm.

    Errors as of `parse_signed_xml`. Where it holds no XML signature, the error that says what it
    is instead: input.no-signature, or input.xml for a signature in a form of its own.
    """
    from zaruka.signatures.xml.xmldsig import parse_signed_xml  # noqa: PLC0415 - loads lxml

    try:
        return parse_signed_xml(form.data, external=files)
    except InputError as error:
        if error.code != "xmldsig.no-signature":
            raise
    # it only speaks of XML signatures, or has another
    raise unexpected(structs.replace(form, signed=form.what in _OWN), (Kind.XML,))
