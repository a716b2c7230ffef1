"""Recognise what a file holds by its content and undo what it is wrapped in."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from zaruka.errors import BudgetExceeded, InputError, UnsupportedError
from zaruka.signatures.input import mail, text
from zaruka.signatures.input.foreign import name_binary, name_text
from zaruka.signatures.input.kinds import Kind, Seen, identify
from zaruka.signatures.input.opening import Input

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zaruka.errors import ZarukaError

__all__ = ["REFUSED", "Form", "Kind", "expect", "objects", "recognise"]

LEVELS = 8  # wrappings in one another
OBJECTS = 50_000  # objects in one file; the largest real list has some 2400
MAIL = 1 << 27  # octets of a mail message
VISIBLE = re.compile(rb"\S")
RAW_SIZES = (48, 64, 72, 96, 128)  # bign (STB 34.101.45) 48, 72, 96; GOST R 34.10 64, 128
PLAIN = {Kind.TEXT, Kind.BINARY, Kind.EMPTY}
DOCUMENTS = {Kind.XML, Kind.PDF, Kind.OFFICE, Kind.IMAGE, Kind.TEXT, Kind.MAIL, Kind.ZIP}
REFUSED = {  # what is understood and not read
    Kind.ENCRYPTED_CMS,
    Kind.OTHER_CMS,
    Kind.EVIDENCE_RECORD,
    Kind.PKCS12,
    Kind.KEY_CONTAINER,
    Kind.ASIC,
    Kind.ARCHIVE,
    Kind.JWS,
    Kind.PGP,
}
BINARY = set(Kind) - DOCUMENTS - {Kind.EMPTY, Kind.PDF, Kind.ASIC, Kind.ARCHIVE, Kind.RAW_SIGNATURE}
PEM_KEYS = {"OPENSSH PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY"}


class Form(Struct, frozen=True):
    """One object as a file holds it.

    `source` holds the octets from which it was taken (decoded already) and the object is their
    first `length`; `trailing` octets follow it, `missing` ones were cut off. `trail` names the
    wrappings undone, outermost first: "BOM", "UTF-16", "base64", "hex", "PEM <label>",
    "S/MIME signed", "S/MIME opaque", "attachment". `what` says the kind more closely. `signed`
    is of a document that holds its own signature. `detached` is None unless it is a SignedData
    with signers, and `content` is what a multipart/signed message brings for it. `more` says
    that other objects follow in the same file. `uncovered` names the parts of a message that
    lie beside the signed one.
    """

    kind: Kind
    source: Input
    length: int
    trail: tuple[str, ...] = ()
    what: str = ""
    signed: bool = False
    detached: bool | None = None
    trailing: int = 0
    missing: int = 0
    content: Input | None = None
    more: bool = False
    uncovered: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The file's name for people."""
        return self.source.title

    @property
    def data(self) -> memoryview:
        """The object's octets, wrappings undone."""
        return self.source.octets[: self.length]


def recognise(source: Input) -> Form:
    """Say what a file holds: its first object that can be named, wrappings undone.

    A document or unknown octets are a Form as well (`expect` makes the error of them). Raises
    InputError where a wrapping is damaged, BudgetExceeded for too deep or too many of them.
    """
    forms = objects(source)
    first = next(forms)
    for form in forms:
        if first.kind is not Kind.OTHER_ASN1:
            return structs.replace(first, more=True)
        first = form  # an OpenSSL "EC PARAMETERS" before the key, and the like
    return first


def objects(source: Input, *, limit: int = OBJECTS) -> Iterator[Form]:
    """Give every object of a file in order, at least one; errors as of `recognise`.

    Raises BudgetExceeded (input.too-many-objects) before the first one where there are more
    than `limit`.
    """
    return _look(source, (), limit)


def _look(source: Input, trail: tuple[str, ...], limit: int) -> Iterator[Form]:
    """Recognise octets that lie under the wrappings `trail`."""
    if len(trail) > LEVELS:
        raise BudgetExceeded("input.too-deep", name=source.title, limit=LEVELS)
    head = source.first
    if not head:
        yield Form(Kind.EMPTY, source, 0, trail)
        return
    seen = identify(memoryview(head))
    # "0x30…" may by chance be as long as its "x" says: what is text all through is text
    if seen is not None and not (seen.kind is Kind.OTHER_ASN1 and text.is_text(head)):
        yield _object(source, trail, seen)
        return
    named = name_binary(source)
    if named is not None:
        yield Form(named.kind, source, source.size, trail, named.what, named.signed)
        return
    encoding = text.utf16_encoding(head)
    if encoding is not None:
        octets = text.recode_utf16(source.octets, encoding)
        recoded = _look(Input.spool(octets, source.title), (*trail, "UTF-16"), limit)
        yield from _or_as_it_stands(recoded, source, trail)
        return
    if head.startswith(codecs.BOM_UTF8):
        rest = Input.of(source.octets[3:], source.title)
        yield from _or_as_it_stands(_look(rest, (*trail, "BOM"), limit), source, trail)
        return
    if text.is_text(head):
        yield from _look_at_text(source, trail, limit)
        return
    raw = _is_raw(source)
    yield Form(Kind.RAW_SIGNATURE if raw else Kind.BINARY, source, source.size, trail)


def _or_as_it_stands(
    forms: Iterator[Form], source: Input, trail: tuple[str, ...]
) -> Iterator[Form]:
    """Give a document as the file holds it: its mark or encoding belongs to what was signed."""
    for form in forms:
        if form.kind in DOCUMENTS | PLAIN and len(form.trail) == len(trail) + 1:
            yield structs.replace(form, source=source, length=source.size, trail=trail)
        else:
            yield form


def _object(source: Input, trail: tuple[str, ...], seen: Seen) -> Form:
    """Describe an ASN.1 object; what the head could not show is looked up in all octets."""
    if source.size > len(source.first):
        seen = identify(source.octets) or seen
    return Form(
        seen.kind,
        source,
        seen.end,
        trail,
        seen.what,
        detached=seen.detached,
        trailing=source.size - seen.end,
        missing=seen.missing,
    )


def _is_raw(source: Input) -> bool:
    """Whether octets could be a bare signature value: by size, and not text."""
    if source.size not in RAW_SIZES:
        return False
    try:
        source.first.decode()
    except UnicodeDecodeError:
        return True
    return not text.is_text(source.first)


def _look_at_text(source: Input, trail: tuple[str, ...], limit: int) -> Iterator[Form]:
    head = source.first
    named = name_text(source, head)
    if named is not None and named.kind is Kind.MAIL:
        yield from _look_at_mail(source, trail, limit)
        return
    if named is not None:
        yield Form(named.kind, source, source.size, trail, named.what, named.signed)
        return
    # PEM anywhere in a text, after any amount of it.
    if text.has_pem(source):
        yield from _look_at_pem(source, trail, limit)
        return
    encoded = _look_at_encoded(source, trail, limit)
    if encoded is not None:
        yield from encoded
        return
    offset = text.damage_in_base64(head)
    if offset is not None:
        raise InputError("input.base64-damaged", name=source.title, offset=offset)
    if _is_raw(source):
        yield Form(Kind.RAW_SIGNATURE, source, source.size, trail)
    else:
        yield Form(Kind.TEXT, source, source.size, trail, "text")


def _look_at_encoded(source: Input, trail: tuple[str, ...], limit: int) -> Iterator[Form] | None:
    """Recognise what hexadecimal or base64 text stands for; None if for nothing we know.

    Decided by what the beginning decodes to, before all of it is decoded.
    """
    head, name = source.first, source.title
    for step, fits, decode in (
        ("hex", text.is_hex, text.decode_hex),
        ("base64", text.is_base64, text.decode_base64),
    ):
        if not fits(head):
            continue
        body = text.base64_body(source.octets) if step == "base64" else source.octets
        probe = body if source.size <= len(head) else body[: len(head) & ~3]
        below = (*trail, step)
        try:
            first = next(_look(Input.spool(decode(probe, name), name), below, limit))
        except InputError as error:
            if error.code in {"input.base64-damaged", "input.hex-damaged"}:
                continue
            raise
        if first.kind not in PLAIN:
            return _look(Input.spool(decode(body, name), name), below, limit)
    return None


def _look_at_pem(source: Input, trail: tuple[str, ...], limit: int) -> Iterator[Form]:
    for block in text.pem_blocks(source, limit=limit):
        below = (*trail, f"PEM {block.label}")
        if block.encrypted or block.label in PEM_KEYS:
            body = Input.of(block.body, source.title)
            what = "encrypted" if block.encrypted else block.label.split()[0].lower()
            yield Form(Kind.PRIVATE_KEY, body, body.size, below, what)
            continue
        body = Input.spool(text.decode_base64(block.body, source.title), source.title)
        yield from _look(body, below, limit)


def _look_at_mail(source: Input, trail: tuple[str, ...], limit: int) -> Iterator[Form]:
    """Find what is signed in a message: RFC 8551 3.5, or a signature among the attachments."""
    name = source.title
    if source.size > MAIL:
        raise BudgetExceeded("input.too-large", name=name, size=source.size, limit=MAIL)
    found = False
    leaves = tuple(mail.leaves(mail.read_entity(source.octets, name), name))
    for leaf in leaves:
        beside = _names_beside(leaf, leaves)
        if leaf.media_type == "multipart/signed":
            content, signature = mail.signed_parts(leaf, name)
            below = (*trail, "S/MIME signed")
            for form in _look(mail.decoded(signature, name), below, limit):
                found = True
                canonical = mail.canonical(content.octets, name)
                yield structs.replace(form, content=canonical, uncovered=beside)
        elif leaf.media_type in mail.OPAQUE | mail.ATTACHED:
            step = "S/MIME opaque" if leaf.media_type in mail.OPAQUE else "attachment"
            for form in _look(mail.decoded(leaf, name), (*trail, step), limit):
                found = True
                # what a detached signature covers is another file, named by who asks
                yield structs.replace(form, uncovered=() if form.detached else beside)
    if not found:
        yield Form(Kind.MAIL, source, source.size, trail, "mail")


def _names_beside(covered: mail.Entity, leaves: tuple[mail.Entity, ...]) -> tuple[str, ...]:
    """Name the parts other than `covered` that hold anything, by file name or media type."""
    return tuple(
        leaf.name or leaf.media_type
        for leaf in leaves
        if leaf is not covered and VISIBLE.search(leaf.body)
    )


def expect(form: Form, *kinds: Kind) -> Form:
    """Give the form back if it is one of `kinds` and whole; else raise what it is instead.

    Raises InputError or UnsupportedError with a code of `zaruka.signatures.input.codes`.
    """
    damaged = form.kind in BINARY and text.is_damaged_as_text(form.source.octets)
    if form.kind in kinds and not form.missing and not damaged:
        return form
    if damaged:
        raise InputError("input.text-damaged", name=form.name)
    raise unexpected(form, kinds)


def unexpected(  # noqa: PLR0911 - one return for each code
    form: Form, kinds: tuple[Kind, ...]
) -> ZarukaError:
    """Make the error that says what `form` is, where one of `kinds` was wanted."""
    if form.missing:
        return InputError(
            "input.truncated",
            name=form.name,
            found=form.kind.value,
            actual=form.source.size,
            missing=form.missing,
        )
    name, size, what = form.name, form.source.size, form.what or form.kind.value
    match form.kind:
        case Kind.EMPTY:
            return InputError("input.empty", name=name)
        case Kind.BINARY:
            return InputError("input.unrecognised", name=name, size=size)
        case Kind.OTHER_ASN1:
            return InputError("input.unknown-asn1", name=name, size=size)
        case Kind.PRIVATE_KEY:
            return InputError("input.private-key", name=name, what=what)
        case Kind.RAW_SIGNATURE:
            return UnsupportedError("input.raw-signature", name=name, size=size, what=what)
        case Kind.PKCS12:
            return UnsupportedError("input.pkcs12", name=name)
    if form.kind in REFUSED or form.signed:
        variant = "-xml" if what == "xml-ers" else ""  # evidence records of RFC 6283
        return UnsupportedError(f"input.{form.kind.value}{variant}", name=name, what=what)
    if form.kind in DOCUMENTS:
        return InputError("input.no-signature", name=name, found=form.kind.value, what=what)
    expected = ", ".join(wanted.value for wanted in kinds)
    return InputError("input.wrong-kind", name=name, found=form.kind.value, expected=expected)
