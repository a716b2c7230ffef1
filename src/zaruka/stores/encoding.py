"""How values are kept in columns, whoever reads them: times and statements of trust."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Final, TypeAlias

from zaruka.trust.statements import Purpose, Standing, Statement

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "STATEMENT_COLUMNS",
    "list_title",
    "moment_of",
    "moment_text",
    "statement_of",
    "values_of",
]

Value: TypeAlias = "str | bool | None"

STATEMENT_COLUMNS: Final = (
    "certificate_sha256",
    "name",
    "purposes",
    "since",
    "until",
    "standing",
    "anchor",
    "country",
    "crl_urls",
    "details",
)
"""What `statement_of` takes, in its order."""


def moment_text(time: datetime) -> str:
    """Return an aware time as it is kept, so that the order of texts is that of times.

    2026-11-23T09:17:00.000000+00:00
    """
    if time.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return time.astimezone(UTC).isoformat(timespec="microseconds")


def moment_of(kept: str) -> datetime:
    """Read a time as it is kept."""
    return datetime.fromisoformat(kept)


def values_of(statement: Statement) -> dict[str, Value]:
    """Return the columns of a statement; `content` is a digest of all that it states."""
    stated: dict[str, Value] = {
        "certificate_sha256": statement.certificate_sha256,
        "name": statement.name,
        "purposes": " ".join(sorted(statement.purposes)),
        "since": None if statement.since is None else moment_text(statement.since),
        "until": None if statement.until is None else moment_text(statement.until),
        "standing": statement.standing.value,
        "anchor": statement.anchor,
        "country": statement.country,
        "crl_urls": json.dumps(statement.crl_urls, ensure_ascii=False),
        "details": json.dumps(statement.details, ensure_ascii=False),
    }
    content = sha256(repr(sorted(stated.items())).encode()).hexdigest()
    words = [statement.name, *(value for _, value in statement.details)]
    return {**stated, "content": content, "folded": "\n".join(words).casefold()}


def list_title(name: str, sequence: int, issued: datetime) -> str:
    """Return what statements call the list that they are from: its name, number and day."""
    return f"{name} {sequence} {issued:%Y-%m-%d}"


def statement_of(values: Sequence[object], source: str, digest: str) -> Statement:
    """Make a statement of its columns and of the list (title, SHA-256) that states it."""
    certificate, name, purposes, since, until, standing, anchor, country, urls, details = values
    return Statement(
        certificate_sha256=str(certificate),
        name=str(name),
        source=source,
        purposes=frozenset(map(Purpose, str(purposes).split())),
        since=moment_of(str(since)) if since else None,
        until=moment_of(str(until)) if until else None,
        source_sha256=digest,
        standing=Standing(str(standing)),
        anchor=bool(anchor),
        country=str(country) if country else None,
        crl_urls=tuple(json.loads(str(urls))),
        details=tuple((code, value) for code, value in json.loads(str(details))),
    )
