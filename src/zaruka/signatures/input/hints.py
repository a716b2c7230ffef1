"""Why a document may not fit its signature: the same file in another form, or another file.

Each hint is a Finding of severity INFO with `details` "variant" (a word of `VARIANTS`,
`DIGEST_FORMS`, or "file", "attached", "byte-range") and "file" where another file is meant. It
never touches the verdict: what was shown is not what was signed.
"""

from __future__ import annotations

import binascii
import codecs
import re
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

from msgspec import Struct

from zaruka.crypto import hash_context
from zaruka.errors import InputError, UnsupportedError
from zaruka.findings import Finding, ObjectRef, Rule, Severity
from zaruka.signatures.input.forms import recognise
from zaruka.signatures.input.kinds import Kind
from zaruka.signatures.input.rules import (
    ANOTHER_FILE,
    LINE_ENDS,
    OTHER_ENCODING,
    PDF_RANGE,
    SIGNED_DIGEST,
    SIGNED_OTHER_FORM,
)
from zaruka.signatures.input.text import decode_base64, is_base64, is_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from zaruka.signatures.content import Content
    from zaruka.signatures.input.archives import Member
    from zaruka.signatures.input.forms import Form
    from zaruka.signatures.input.pairing import SignerDigest

__all__ = ["DIGEST_FORMS", "VARIANTS", "find_hints"]

HASHED = 1 << 28  # octets hashed in search of a hint
IN_MEMORY = 1 << 24  # documents above this are tried only in forms that are made block by block
BYTE_RANGE = re.compile(
    rb"/ByteRange\s*\[\s*(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s*\]"
)
RANGES = 32  # signatures of one PDF that are tried
BARE_LF = re.compile(rb"(?<!\r)\n")
UTF8, UTF16 = codecs.BOM_UTF8, codecs.BOM_UTF16_LE


class Variant(Struct, frozen=True):
    """A form in which a document may have been signed: made of its blocks, one after the other."""

    name: str
    rule: Rule
    fits: Callable[[bytes], bool]  # asked of the first octets: is it worth trying
    make: Callable[[Iterator[bytes]], Iterator[bytes]]
    in_memory: bool = False


def find_hints(  # noqa: PLR0913
    signers: tuple[SignerDigest, ...],
    document: Content,
    subject: ObjectRef,
    *,
    neighbours: Iterable[Member] = (),
    attached_content: Callable[[Form], Content | None] | None = None,
    budget: int = HASHED,
) -> tuple[Finding, ...]:
    """Look for what fits the signature where `document`, named by `subject`, does not.

    The same file in other forms is tried first, then `neighbours`: as they are, and with
    `attached_content` what signed messages among them hold. `budget` bounds the octets hashed;
    the search ends with the first hint.
    """
    wanted = {digest.digest: digest.algorithm for digest in signers if digest.digest is not None}
    if not wanted:
        return ()
    search = _Search(wanted, subject, budget)
    for finding in _candidates(search, document, neighbours, attached_content):
        return (finding,)
    return ()


@dataclass(slots=True)
class _Search:
    """Message digests that are looked for (with their algorithm), and what may be hashed yet."""

    wanted: dict[bytes, str]
    subject: ObjectRef
    budget: int

    def hint(
        self, blocks: Iterable[bytes | memoryview], rule: Rule, variant: str, file: str = ""
    ) -> Iterator[Finding]:
        """Give the finding if the blocks have one of the digests."""
        contexts = {oid: hash_context(oid) for oid in self.wanted.values()}
        for block in blocks:
            self.budget -= len(block) * len(contexts)
            if self.budget < 0:
                return
            for context in contexts.values():
                context.update(block)
        for oid, context in contexts.items():
            digest = context.digest()
            if self.wanted.get(digest) == oid:
                details = {"variant": variant} | ({"file": file} if file else {})
                yield Finding(
                    rule, Severity.INFO, self.subject, expected=digest.hex(), details=details
                )
                return


def _candidates(
    search: _Search,
    document: Content,
    neighbours: Iterable[Member],
    attached_content: Callable[[Form], Content | None] | None,
) -> Iterator[Finding]:
    try:
        yield from _pdf_range(search, document)
        yield from _digests_of_digests(search, document)
        yield from _other_forms(search, document)
    except InputError:
        return  # the document cannot be read: the verdict says so
    for member in neighbours:
        if search.budget < 0:
            return
        try:
            yield from _in_neighbour(search, member, attached_content)
        except (InputError, UnsupportedError):
            continue


def _other_forms(search: _Search, document: Content) -> Iterator[Finding]:
    head = document.head(1 << 16)
    for variant in VARIANTS:
        if variant.in_memory and document.size > IN_MEMORY:
            continue
        if not variant.fits(head) or search.budget < document.size:
            continue
        blocks = (bytes(segment) for segment in _pieces(document))
        try:
            yield from search.hint(variant.make(blocks), variant.rule, variant.name)
        except (UnicodeError, InputError):
            continue  # it cannot be written in this form


def _pdf_range(search: _Search, document: Content) -> Iterator[Finding]:
    """Try what a signature inside a PDF covers: all but the place where it was (/ByteRange)."""
    if not document.head(5).startswith(b"%PDF-") or document.size > IN_MEMORY:
        return
    octets = b"".join(document.segments())
    for found in islice(BYTE_RANGE.finditer(octets), RANGES):
        start, length, after, rest = (int(number) for number in found.groups())
        parts = [octets[start : start + length], octets[after : after + rest]]
        yield from search.hint(parts, PDF_RANGE, "byte-range")


def _pieces(document: Content) -> Iterator[memoryview]:
    for segment in document.segments():
        for start in range(0, len(segment), 1 << 20):
            yield segment[start : start + (1 << 20)]


def _digests_of_digests(search: _Search, document: Content) -> Iterator[Finding]:
    """Try the digest itself: some programs sign it where they should sign the document."""
    for oid in set(search.wanted.values()):
        search.budget -= document.size
        if search.budget < 0:
            return
        digest = document.digest(oid)
        for name, write in DIGEST_FORMS.items():
            yield from search.hint([write(digest)], SIGNED_DIGEST, name)


def _in_neighbour(
    search: _Search,
    member: Member,
    attached_content: Callable[[Form], Content | None] | None,
) -> Iterator[Finding]:
    if member.size > search.budget:
        return
    source = member.open()
    yield from search.hint(source.segments(), ANOTHER_FILE, "file", member.name)
    if attached_content is None:
        return
    form = recognise(source)
    if form.kind is Kind.SIGNED_DATA and form.detached is False and not form.missing:
        content = attached_content(form)
        if content is not None:
            yield from search.hint(content.segments(), ANOTHER_FILE, "attached", member.name)


def _with_crlf(blocks: Iterator[bytes]) -> Iterator[bytes]:
    after_cr = False
    for block in blocks:
        changed = BARE_LF.sub(b"\r\n", block)
        yield changed[1:] if after_cr and block.startswith(b"\n") else changed
        after_cr = block.endswith(b"\r")


def _with_lf(blocks: Iterator[bytes]) -> Iterator[bytes]:
    carry = b""
    for block in blocks:
        text = carry + block
        carry = b"\r" if text.endswith(b"\r") else b""
        yield text[: len(text) - len(carry)].replace(b"\r\n", b"\n")
    yield carry


def _without_bom(blocks: Iterator[bytes]) -> Iterator[bytes]:
    first = next(blocks, b"")
    return chain([first.removeprefix(UTF8)], blocks)


def _without_last_line_end(blocks: Iterator[bytes]) -> Iterator[bytes]:
    carry = b""
    for block in blocks:
        text = carry + block
        kept = len(text) - 2
        if kept > 0:
            yield text[:kept]
            text = text[kept:]
        carry = text
    yield carry[:-2] if carry.endswith(b"\r\n") else carry[:-1]


def _recoded(
    source: str, target: str, mark: bytes = b""
) -> Callable[[Iterator[bytes]], Iterator[bytes]]:
    def make(blocks: Iterator[bytes]) -> Iterator[bytes]:
        yield mark + b"".join(blocks).decode(source).encode(target)

    return make


def _decoded(blocks: Iterator[bytes]) -> Iterator[bytes]:
    return decode_base64(memoryview(b"".join(blocks)), "")


def _encoded(target: str) -> Callable[[Iterator[bytes]], Iterator[bytes]]:
    def make(blocks: Iterator[bytes]) -> Iterator[bytes]:
        text = binascii.b2a_base64(b"".join(blocks), newline=False)
        yield text.decode("ascii").encode(target)

    return make


def _ends_line(head: bytes) -> bool:
    """Whether it is text; of a longer one the end is not known here."""
    return is_text(head) and (len(head) == 1 << 16 or head.endswith(b"\n"))


def _anything(head: bytes) -> bool:
    return bool(head)


# In the order of likelihood.
VARIANTS = (
    Variant("crlf", LINE_ENDS, is_text, _with_crlf),
    Variant("lf", LINE_ENDS, is_text, _with_lf),
    Variant("no-bom", OTHER_ENCODING, lambda head: head.startswith(UTF8), _without_bom),
    Variant("bom", OTHER_ENCODING, is_text, lambda blocks: chain([UTF8], blocks)),
    Variant("no-final-line-end", LINE_ENDS, _ends_line, _without_last_line_end),
    Variant("final-lf", LINE_ENDS, is_text, lambda blocks: chain(blocks, [b"\n"])),
    Variant("final-crlf", LINE_ENDS, is_text, lambda blocks: chain(blocks, [b"\r\n"])),
    Variant("base64-decoded", SIGNED_OTHER_FORM, is_base64, _decoded, in_memory=True),
    # A browser plug-in that was given base64 and not told so signs the text, which is UTF-16.
    Variant("base64-utf-16", SIGNED_OTHER_FORM, _anything, _encoded("utf-16-le"), in_memory=True),
    Variant("base64-encoded", SIGNED_OTHER_FORM, _anything, _encoded("ascii"), in_memory=True),
    Variant("utf-16", OTHER_ENCODING, is_text, _recoded("utf-8-sig", "utf-16-le"), in_memory=True),
    Variant(
        "utf-16-bom",
        OTHER_ENCODING,
        is_text,
        _recoded("utf-8-sig", "utf-16-le", UTF16),
        in_memory=True,
    ),
    Variant(
        "utf-8",
        OTHER_ENCODING,
        lambda head: head.startswith(UTF16),
        _recoded("utf-16", "utf-8"),
        in_memory=True,
    ),
    Variant(
        "windows-1251", OTHER_ENCODING, is_text, _recoded("utf-8-sig", "cp1251"), in_memory=True
    ),
    Variant(
        "from-windows-1251", OTHER_ENCODING, is_text, _recoded("cp1251", "utf-8"), in_memory=True
    ),
    Variant(
        "lf-no-bom",
        LINE_ENDS,
        lambda head: head.startswith(UTF8),
        lambda blocks: _with_lf(_without_bom(blocks)),
    ),
    Variant(
        "crlf-no-bom",
        LINE_ENDS,
        lambda head: head.startswith(UTF8),
        lambda blocks: _with_crlf(_without_bom(blocks)),
    ),
)
DIGEST_FORMS: dict[str, Callable[[bytes], bytes]] = {
    "digest": bytes,
    "hex-digest": lambda digest: digest.hex().encode(),
    "upper-hex-digest": lambda digest: digest.hex().upper().encode(),
    "base64-digest": lambda digest: binascii.b2a_base64(digest, newline=False),
}
