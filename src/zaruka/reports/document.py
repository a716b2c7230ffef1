"""A document as it is printed or shown: sections, tables, drawings, commands; no layout.

The first parts are for everybody. Parts that are folded hold the details: a page hides them until
they are asked for, a printed sheet begins them below.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from datetime import datetime

    from zaruka.reports.drawing import Drawing
    from zaruka.reports.page import Section

__all__ = ["Attachment", "Block", "Commands", "Document", "Part", "Table"]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head; `widths` are the shares of the columns, `exact` those set in mono."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    exact: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Commands:
    """Text to be typed as it stands, under a sentence that says what it does."""

    says: str
    text: str


Block: TypeAlias = "Section | Table | Drawing | Commands"


@dataclass(frozen=True, slots=True)
class Part:
    """Blocks that belong together."""

    heading: str | None
    blocks: tuple[Block, ...]
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that travels inside the document."""

    name: str
    octets: bytes
    media_type: str
    says: str


@dataclass(frozen=True, slots=True)
class Document:
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
