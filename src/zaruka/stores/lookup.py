"""Whom to trust, and the certificates of the lists: looked up in a store, for a validation.

Of every list the newest issue that was taken in counts. One look-up sees the store as it was when
it was opened, so that the same question has the same answer to its end. It reads SQLite by the
standard library, and PostgreSQL by SQLAlchemy: the same queries, which are few.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import quote
from weakref import finalize

from msgspec import Struct

from zaruka.errors import StoreError
from zaruka.stores import check_revision, store_error
from zaruka.stores.encoding import STATEMENT_COLUMNS, list_title, moment_of, statement_of
from zaruka.trust import Scheme
from zaruka.x509 import Certificate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from zaruka.trust import Statement
    from zaruka.x509 import Name

__all__ = ["Issue", "TrustLookup", "open_lookup"]

Ask: TypeAlias = "Callable[[str, dict[str, str]], Sequence[Sequence[object]]]"
"""A query with named values, and the rows that answer it."""

_REMEMBERED: Final = 8192  # answers of each kind
_LISTS: Final = """
    SELECT source, scheme, name, territory, sha256, sequence, issued, next_update,
    (SELECT dropping.issued FROM trust_forgotten JOIN trust_lists AS dropping
     ON dropping.id = dropped_by WHERE trust_forgotten.source = each.source AND until IS NULL)
    FROM trust_lists AS each
    WHERE sequence =
    (SELECT max(sequence) FROM trust_lists AS other WHERE other.source = each.source)
    AND source NOT IN
    (SELECT source FROM trust_forgotten WHERE until IS NULL AND dropped_by IS NULL)
    ORDER BY source"""
_ABOUT: Final = f"""
    SELECT source, {", ".join(STATEMENT_COLUMNS)} FROM trust_statements
    WHERE certificate_sha256 = :value AND gone_list IS NULL
    ORDER BY source, coalesce(since, ''), position, id"""  # noqa: S608 - our own words
_SOURCE: Final = "SELECT min(source) FROM trust_statements WHERE certificate_sha256 = :value"
_CERTIFICATES: Final = {
    column: f"SELECT der FROM trust_certificates WHERE {column} = :value ORDER BY sha256"  # noqa: S608
    for column in ("sha256", "subject", "serial_number", "key_identifier")
}


class Issue(Struct, frozen=True):
    """The newest issue of a list that is relied on; where it was dropped, until `ended`."""

    scheme: Scheme
    name: str
    territory: str
    sha256: str
    sequence: int
    issued: datetime
    next_update: datetime | None
    ended: datetime | None

    @property
    def title(self) -> str:
        """What statements call the list."""
        return list_title(self.name, self.sequence, self.issued)


class TrustLookup:
    """Statements and certificates of the newest lists: `KeptStatements` and `Kept`.

    It may be used by several threads, and is closed when nobody uses it any more.
    """

    def __init__(self, ask: Ask, close: Callable[[], None]) -> None:
        """Read which lists there are; of the rest only what is asked for."""
        self._ask = ask
        self.close = finalize(self, close)
        self._lists = {
            str(source): Issue(
                Scheme(str(scheme)),
                str(name),
                str(territory),
                str(digest),
                int(str(sequence)),
                moment_of(str(issued)),
                *(None if time is None else moment_of(str(time)) for time in times),
            )
            for source, scheme, name, territory, digest, sequence, issued, *times in ask(_LISTS, {})
        }
        self.about = lru_cache(_REMEMBERED)(self._about)
        self.source_of = lru_cache(_REMEMBERED)(self._source_of)
        self._certificates = lru_cache(_REMEMBERED)(self._read)

    def lists(self, country: str) -> Mapping[str, str]:
        """Name the lists of this country (ISO 3166 alpha-2), each with its SHA-256."""
        own = (each for each in self._lists.values() if each.ended is None)
        return {each.title: each.sha256 for each in own if each.territory == country}

    def issues(self) -> dict[str, Issue]:
        """Return the newest issue of each list, by its name in the configuration."""
        return dict(self._lists)

    def _about(self, certificate_sha256: str) -> tuple[Statement, ...]:
        """Return every statement about this certificate, by list, oldest first."""
        found = []
        for source, *values in self._ask(_ABOUT, {"value": certificate_sha256}):
            by = self._lists.get(str(source))
            if by is None:  # it is not relied on
                continue
            statement: Statement | None = statement_of(values, by.title, by.sha256)
            if statement is not None and by.ended is not None:
                statement = statement.ending(by.ended)
            if statement is not None:
                found.append(statement)
        return tuple(found)

    def _source_of(self, sha256: str) -> str | None:
        """Name the list that a certificate came from: "list:NAME"; None where it is not here."""
        ((source,),) = self._ask(_SOURCE, {"value": sha256})
        return f"list:{source}" if source else None

    def certificate(self, sha256: str) -> Certificate | None:
        """Return the certificate with this SHA-256."""
        return next(iter(self._certificates("sha256", sha256)), None)

    def with_subject(self, name: Name) -> Sequence[Certificate]:
        """Return the certificates whose subject is `name`."""
        return self._certificates("subject", name.canonical_sha256)

    def with_serial_number(self, number: int) -> Sequence[Certificate]:
        """Return the certificates that have this serial number."""
        return self._certificates("serial_number", f"{number:x}")

    def with_key_identifier(self, identifier: bytes) -> Sequence[Certificate]:
        """Return the certificates that have this subject key identifier."""
        return self._certificates("key_identifier", identifier.hex())

    def _read(self, column: str, value: str) -> tuple[Certificate, ...]:
        rows = self._ask(_CERTIFICATES[column], {"value": value})
        return tuple(Certificate.parse(bytes(der)) for (der,) in rows)  # type: ignore[call-overload]


def open_lookup(place: str | os.PathLike[str]) -> TrustLookup:
    """Open the store at `place`, a file or the URL of a PostgreSQL database, to look up in it.

    Raises StoreError: as of `Database.open`; nothing is made.
    """
    if "://" in os.fspath(place):
        return _on_server(os.fspath(place))
    path = Path(place)
    if not path.exists():
        raise StoreError("store.missing", name=str(path))
    try:
        connection = _read_only(path)
    except sqlite3.Error as error:
        raise store_error(path.name, str(error)) from error
    lock = Lock()

    def ask(query: str, values: dict[str, str]) -> list[Sequence[object]]:
        try:
            with lock:
                return connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise store_error(path.name, str(error)) from error

    try:
        return TrustLookup(ask, connection.close)
    except BaseException:
        connection.close()
        raise


def _read_only(path: Path) -> sqlite3.Connection:
    """Open one view of a file of today's schema; an older one is migrated first."""
    try:
        connection = _connect(path)
        (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        if check_revision(revision, path.name):
            return connection
        connection.close()
    except (sqlite3.OperationalError, TypeError):  # no such table: empty, or another program's
        pass
    from zaruka.stores.database import Database  # noqa: PLC0415 - seldom needed

    Database.open(path, create=False).close()
    return _connect(path)


def _connect(path: Path) -> sqlite3.Connection:
    """Begin to read; where the folder may not be written, a file at rest is read as it is."""
    where = "file:" + quote(str(path.absolute()))
    try:
        return _begin(f"{where}?mode=ro")
    except sqlite3.OperationalError:
        if path.with_name(path.name + "-wal").exists():
            raise
        return _begin(f"{where}?immutable=1")


def _begin(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        uri, uri=True, isolation_level=None, timeout=30, check_same_thread=False
    )
    try:
        connection.execute("BEGIN")
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()  # the view is of this moment
    except BaseException:
        connection.close()
        raise
    return connection


def _on_server(url: str) -> TrustLookup:
    from contextlib import ExitStack  # noqa: PLC0415 - only where a server is used

    from sqlalchemy import text  # noqa: PLC0415

    from zaruka.stores.database import Database  # noqa: PLC0415

    with ExitStack() as opening:
        database = opening.enter_context(closing(Database.open(url, create=False)))
        connection = opening.enter_context(database.reading())
        lock = Lock()

        def ask(query: str, values: dict[str, str]) -> Sequence[Sequence[object]]:
            with lock, database.errors():
                return connection.execute(text(query), values).all()

        return TrustLookup(ask, opening.pop_all().close)
