"""Every error that reading the input can raise, with the details its sentence names.

`name` is always the file's name for people; `size`, `limit`, `expected`, `actual`, `missing`
and `offset` count octets unless said otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from zaruka.errors import BudgetExceeded, InputError, UnsupportedError

if TYPE_CHECKING:
    from zaruka.errors import ZarukaError

__all__ = ["CODES", "Code"]


class Code(Struct, frozen=True):
    """An error's class and the names of its details, and when it is raised."""

    error: type[ZarukaError]
    details: tuple[str, ...]
    when: str


CODES: dict[str, Code] = {
    # The file.
    "input.not-found": Code(InputError, ("name",), "there is no such file"),
    "input.directory": Code(InputError, ("name",), "a folder where a file is wanted"),
    "input.not-a-file": Code(InputError, ("name",), "a FIFO, device or socket"),
    "input.unreadable": Code(
        InputError, ("name", "reason"), "the system refuses; reason is its error, as EACCES"
    ),
    "input.changed": Code(
        InputError, ("name", "expected", "actual"), "the file grew or shrank while it was read"
    ),
    "input.no-space": Code(
        InputError, ("name", "size"), "no room for the temporary file of a decoded form"
    ),
    "input.too-large": Code(BudgetExceeded, ("name", "size", "limit"), "over the bound of size"),
    "input.too-deep": Code(
        BudgetExceeded, ("name", "limit"), "wrapped in one another deeper than limit levels"
    ),
    "input.too-many-objects": Code(
        BudgetExceeded, ("name", "limit"), "a file or folder holds more than limit objects"
    ),
    # The wrapping.
    "input.base64-damaged": Code(
        InputError, ("name", "offset"), "a character that base64 does not have, or cut amiss"
    ),
    "input.text-damaged": Code(
        InputError, ("name",), "binary octets that went through a program for text"
    ),
    "input.hex-damaged": Code(InputError, ("name", "offset"), "not hexadecimal throughout"),
    "input.mail-damaged": Code(
        InputError, ("name", "reason"), "a mail message; reason is headers or boundary"
    ),
    # What it is, where something else is wanted.
    "input.empty": Code(InputError, ("name",), "no octets at all"),
    "input.truncated": Code(
        InputError,
        ("name", "found", "actual", "missing"),
        "the object says that it is longer than the file; found is its kind",
    ),
    "input.unrecognised": Code(
        InputError, ("name", "size"), "binary octets of no format that we know"
    ),
    "input.unknown-asn1": Code(InputError, ("name", "size"), "ASN.1, and no object that we know"),
    "input.no-signature": Code(
        InputError,
        ("name", "found", "what"),
        "a document (found: xml, pdf, office, image, text, mail) without a signature inside",
    ),
    "input.stamp-refused": Code(
        InputError, ("name", "status"), "an authority's answer that grants no time-stamp"
    ),
    "input.wrong-kind": Code(
        InputError,
        ("name", "found", "expected"),
        "a readable object of another kind; expected is a list, comma and space between",
    ),
    "input.private-key": Code(InputError, ("name", "what"), "a private key: not to be given away"),
    "input.nothing-wanted": Code(
        InputError, ("name", "expected"), "a folder or file in which nothing of the kind lies"
    ),
    "input.raw-signature": Code(
        UnsupportedError,
        ("name", "size", "what"),
        "a bare signature value: the key and algorithm are not in it",
    ),
    "input.encrypted-cms": Code(UnsupportedError, ("name", "what"), "an encrypted message"),
    "input.evidence-record": Code(
        UnsupportedError, ("name", "what"), "archive time-stamps over files, RFC 4998: a proof"
    ),
    "input.evidence-record-xml": Code(
        UnsupportedError, ("name", "what"), "archive time-stamps over files, RFC 6283: not read"
    ),
    "input.other-cms": Code(UnsupportedError, ("name", "what"), "CMS that carries no signature"),
    "input.encrypted-zip": Code(UnsupportedError, ("name", "member"), "a zip under a password"),
    "input.pkcs12": Code(UnsupportedError, ("name",), "PKCS#12: key and certificate, encrypted"),
    "input.key-container": Code(UnsupportedError, ("name", "what"), "a file of a key container"),
    "input.xml": Code(UnsupportedError, ("name", "what"), "XML with a signature in its own form"),
    "input.pdf": Code(UnsupportedError, ("name", "what"), "PDF with a signature inside"),
    "input.office": Code(UnsupportedError, ("name", "what"), "office document with a signature"),
    "input.asic": Code(UnsupportedError, ("name", "what"), "ASiC container"),
    "input.archive": Code(UnsupportedError, ("name", "what"), "an archive other than zip"),
    "input.jws": Code(UnsupportedError, ("name", "what"), "JSON web signature"),
    "input.pgp": Code(UnsupportedError, ("name", "what"), "PGP"),
    # A zip.
    "input.zip-damaged": Code(InputError, ("name",), "the zip or one of its members is damaged"),
    "input.zip-method": Code(
        UnsupportedError, ("name", "member", "method"), "packed by a method that we do not have"
    ),
    "input.zip-unsafe-name": Code(
        InputError, ("name", "member"), "a member's name is absolute or leads out of the archive"
    ),
    "input.zip-same-name": Code(InputError, ("name", "member"), "two members of one name"),
    "input.zip-bomb": Code(
        BudgetExceeded,
        ("name", "member", "size", "limit"),
        "members that swell beyond all proportion, or that lie over one another",
    ),
}
