"""What the XML forms of lists share: bounded parsing, plain texts, moments, certificates."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from zaruka.errors import BudgetExceeded, InputError
from zaruka.signatures.xml.reading import decode_base64, parse_xml
from zaruka.trust.lists import Unread
from zaruka.x509 import Certificate

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = [
    "certificate_of",
    "check_size",
    "local_name",
    "parse_list",
    "parse_moment",
    "plain_text",
    "sequence_of",
    "unread",
]

TAGS_MAX: Final = 1_000_000  # the list of accredited authorities has some 200,000
TEXT_MAX: Final = 2_000  # characters of a name, an address
_HEAD: Final = 512
_DECLARED: Final = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([^"'>]*)""")
_ENCODINGS: Final = frozenset(
    {"utf-8", "utf-16", "utf-16le", "utf-16be", "us-ascii", "windows-1251", "iso-8859-1"}
)
_NIL: Final = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_DATE_TIME: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)(T\d\d:\d\d:\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?", re.ASCII
)


def check_size(octets: bytes) -> None:
    """Refuse what would become too large a tree, before it is made.

    BudgetExceeded; InputError: lists.encoding for one in which "<" is another octet (EBCDIC,
    UTF-7), so that nothing could be counted.
    """
    head = octets[:_HEAD].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    declared = _DECLARED.match(head)
    encoding = declared[1].decode("latin-1").lower() if declared else "utf-8"
    if not head.startswith(b"<") or encoding not in _ENCODINGS:
        raise InputError("lists.encoding", name=encoding[:40])
    if octets.count(b"<") > TAGS_MAX or octets.count(b"=") > TAGS_MAX:
        raise BudgetExceeded("lists.too-many", what="XML", limit=TAGS_MAX)


def parse_list(octets: bytes, root: str) -> Element:
    """Return the root of a list, whose local name is `root`.

    InputError: as `parse_xml`, and lists.not-a-list; BudgetExceeded.
    """
    check_size(octets)
    element = parse_xml(octets)
    if local_name(element) != root:
        raise InputError("lists.not-a-list", found=local_name(element), expected=root)
    return element


def local_name(element: Element) -> str:
    """Return the name of an element without its namespace; "" for what is no element."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def plain_text(element: Element | None) -> str:
    """Return the text of an element that holds only text, without white space around it.

    "" where it is absent, nil or holds elements; cut after 2000 characters.
    """
    if element is None or len(element) or element.get(_NIL) in {"true", "1"}:
        return ""
    return (element.text or "").strip()[:TEXT_MAX]


def parse_moment(text: str) -> tuple[datetime, bool]:
    """Read xsd:dateTime or xsd:date: the moment as aware UTC, and whether its zone was written.

    A moment without a zone is taken as UTC. InputError: lists.bad-date.
    """
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        raise InputError("lists.bad-date", text=text[:40])
    date, time, zone = match.groups()
    try:
        moment = datetime.fromisoformat(f"{date}{time or 'T00:00:00'}{zone or 'Z'}")
        return moment.astimezone(UTC), zone is not None
    except (ValueError, OverflowError) as error:
        raise InputError("lists.bad-date", text=text[:40]) from error


def sequence_of(text: str) -> int:
    """Read the number of an issue. InputError: lists.bad-number."""
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise InputError("lists.bad-number", text=text[:40])
    return int(text)


def certificate_of(element: Element | None) -> Certificate:
    """Read a certificate in base64, with white space anywhere.

    InputError: lists.not-base64, or as `Certificate.parse`.
    """
    whole = element is not None and not len(element) and element.text
    der = decode_base64(whole.encode()) if whole else None
    if not der:
        raise InputError("lists.not-base64")
    return Certificate.parse(der)


def unread(place: str, error: InputError) -> Unread:
    """Name an entry that is left out, or a part of it, with the code of what is wrong."""
    return Unread(place, error.code)
