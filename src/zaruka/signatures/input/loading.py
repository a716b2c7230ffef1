"""Load the objects that an option names: files of one or many, PEM or DER, p7b, or folders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zaruka.errors import BudgetExceeded, InputError, UnsupportedError
from zaruka.signatures.input.archives import folder_members
from zaruka.signatures.input.forms import OBJECTS, Form, objects, unexpected
from zaruka.signatures.input.kinds import Kind, certificates_and_crls
from zaruka.signatures.input.opening import Input

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from zaruka.errors import ZarukaError

__all__ = ["load_objects"]


def load_objects(path: Path, *kinds: Kind, limit: int = OBJECTS) -> Iterator[Form]:
    """Give the objects of `kinds` in a file or folder, in order (files by name).

    A p7b gives the certificates and CRLs in it. A file must hold at least one object of the
    kinds, others in it are passed over; in a folder whole files may be passed over, but not all
    of them. Raises the error that says what the file is instead (`expect`),
    InputError (input.nothing-wanted) for a folder, BudgetExceeded (input.too-many-objects)
    above `limit` objects in all.
    """
    forms = _in_folder(path, kinds) if path.is_dir() else _in_file(Input.open(path), kinds)
    for count, form in enumerate(forms):
        if count == limit:
            raise BudgetExceeded("input.too-many-objects", name=path.name, limit=limit)
        yield form


def _in_folder(path: Path, kinds: tuple[Kind, ...]) -> Iterator[Form]:
    found = False
    for member in folder_members(path):
        try:
            for form in _in_file(member.open(), kinds):
                found = True
                yield form
        except BudgetExceeded:
            raise
        except (InputError, UnsupportedError) as error:
            if error.code in {"input.truncated", "input.base64-damaged"}:
                raise  # it was meant to be read
    if not found:
        expected = ", ".join(kind.value for kind in kinds)
        raise InputError("input.nothing-wanted", name=path.name, expected=expected)


def _in_file(source: Input, kinds: tuple[Kind, ...]) -> Iterator[Form]:
    other: ZarukaError | None = None
    found = False
    for form in objects(source):
        inner = _opened(form) if form.kind is Kind.CERTIFICATES else (form,)
        for candidate in inner:
            if candidate.kind in kinds and not candidate.missing:
                found = True
                yield candidate
        if form.missing:
            raise unexpected(form, kinds)
        other = other or unexpected(form, kinds)
    if not found and other is not None:
        raise other


def _opened(form: Form) -> Iterator[Form]:
    """Give the certificates, attribute certificates and CRLs of a p7b."""
    for kind, start, end in certificates_and_crls(form.data, limit=OBJECTS, name=form.name):
        octets = form.data[start:end]
        if kind is Kind.ATTRIBUTE_CERTIFICATE:  # [2] IMPLICIT, RFC 5652 10.2.2
            octets = memoryview(b"\x30" + bytes(octets[1:]))
        inner = Input.of(octets, form.name)
        yield Form(kind, inner, inner.size, (*form.trail, "p7b"))
