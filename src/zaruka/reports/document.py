"""A document as it is printed or shown: sections, tables, drawings, commands; no layout.

The first parts are for everybody. Parts that are folded hold the details: a page hides them until
they are asked for, a printed sheet begins them below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct, field

if TYPE_CHECKING:
    from datetime import datetime

    from zaruka.reports.drawing import Drawing
    from zaruka.reports.page import Section

__all__ = ["Attachment", "Block", "Commands", "Document", "Part", "Table"]


class Table(Struct, frozen=True):
    """Rows under a head; `widths` are the shares of the columns, `exact` those set in mono."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    exact: frozenset[int] = field(default_factory=frozenset)


class Commands(Struct, frozen=True):
    """Text to be typed as it stands, under a sentence that says what it does."""

    says: str
    text: str


Block: TypeAlias = "Section | Table | Drawing | Commands"


class Part(Struct, frozen=True):
    """Blocks that belong together."""

    heading: str | None
    blocks: tuple[Block, ...]
    folded: bool = False


class Attachment(Struct, frozen=True):
    """A file that travels inside the document."""

    name: str
    octets: bytes
    media_type: str
    says: str


class Document(Struct, frozen=True):
    """What is printed or shown.

    `subject` is what it is about (the names of the files), `footer` stands on every sheet,
    `page_of` says "page {page} of {pages}", `at` is the moment that the document speaks of: it
    is given as the time of its making, so that the same document has the same octets.
    """

    title: str
    subject: str
    language: str
    at: datetime
    parts: tuple[Part, ...]
    footer: str = ""
    page_of: str = "{page} / {pages}"
    attachments: tuple[Attachment, ...] = ()
