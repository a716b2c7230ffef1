"""The database: opened, made, migrated; one transaction at a time.

SQLite in a file of its owner's only, or PostgreSQL by its URL. Tables are declared on `METADATA`
by the modules that use them and made by the migrations in `migrations/versions` alone, whose
files are numbered in their order.

    with Database.open(path) as database:
        with database.writing() as connection:
            connection.execute(TABLE.insert(), rows)
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import (
    URL,
    MetaData,
    String,
    TypeDecorator,
    create_engine,
    event,
    func,
    inspect,
    make_url,
    select,
)
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.schema import Column, Table

from zaruka.errors import StoreError
from zaruka.stores import HEAD, MIGRATIONS, check_revision, store_error
from zaruka.stores.encoding import moment_of, moment_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType
    from typing import Self

    from sqlalchemy import Connection, Dialect, Engine
    from sqlalchemy.engine.interfaces import DBAPIConnection

__all__ = ["METADATA", "Database", "Moment"]

METADATA: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_REVISION: Final = Table("alembic_version", MetaData(), Column("version_num", String(32)))
_PATIENCE_S: Final = 30  # of one process with another that writes
_WRITING: Final = "zaruka_writing"
_WRITER: Final = 0x7A6172756B61  # PostgreSQL: the advisory lock of whoever writes


class Moment(TypeDecorator[datetime]):
    """An aware UTC time, kept as text of one width, so that its order is that of time."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Write a time."""
        return None if value is None else moment_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Read a time."""
        return None if value is None else moment_of(value)


class Database:
    """An open store; also a context that closes it.

    Errors of the database are `StoreError`s: `store.busy` while another process writes longer
    than half a minute, `store.failed` with the reason otherwise.
    """

    def __init__(self, engine: Engine, name: str) -> None:
        """Take what `open` made."""
        self._engine = engine
        self.name = name

    @classmethod
    def open(cls, place: str | os.PathLike[str], *, create: bool = True) -> Database:
        """Open the store at `place`, a file or the URL of a PostgreSQL database, and migrate it.

        A file that is not there is made, for its owner only, or is `store.missing`. Raises
        StoreError: also `store.newer` (made by a newer Zaruka), `store.foreign` (another
        program's), `store.not-a-database`.
        """
        path = Path(place)
        if "://" in str(place):
            engine = _postgresql(str(place))
            name = engine.url.database or ""
        else:
            _see_to_file(path, create=create)
            engine, name = _sqlite(path), path.name
        database = cls(engine, name)
        try:
            database._migrate()
        except BaseException:
            database.close()
            raise
        return database

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view of all tables; nothing is kept of what is written in it."""
        with self.errors(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: all of it is kept, or none.

        There is one writer at a time; others read what was before, meanwhile.
        """
        with self.errors(), self._engine.connect() as connection:
            is_server = connection.dialect.name == "postgresql"
            if is_server:
                connection.execution_options(isolation_level="READ COMMITTED")
            with connection.execution_options(**{_WRITING: True}).begin():
                if is_server:
                    connection.execute(select(func.pg_advisory_xact_lock(_WRITER)))
                yield connection

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""
        self.close()

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Make errors of the database ours, in this one place."""
        try:
            yield
        except DBAPIError as error:
            raise store_error(self.name, str(error.orig)) from error

    def _migrate(self) -> None:
        """Bring the tables up to date, in one transaction; of many processes one does it."""
        with self.reading() as connection:
            if self._revision(connection) == HEAD:
                return
        with self.writing() as connection:
            if self._revision(connection) != HEAD:
                _upgrade(connection)

    def _revision(self, connection: Connection) -> str | None:
        tables = inspect(connection).get_table_names()
        if _REVISION.name not in tables:
            if tables:
                raise StoreError("store.foreign", name=self.name)
            return None
        revision = connection.execute(select(_REVISION.c.version_num)).scalar()
        if revision is not None:
            check_revision(revision, self.name)
        return revision


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - slow to import, seldom needed
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _see_to_file(path: Path, *, create: bool) -> None:
    """Make the file, empty and its owner's only, where it is not there; SQLite's follow it."""
    if path.exists():
        return
    if not create:
        raise StoreError("store.missing", name=str(path))
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        reason = error.strerror or str(error)
        raise StoreError("store.cannot-make", name=str(path), reason=reason) from error


def _postgresql(url: str) -> Engine:
    """Readers keep one view; writers, who wait for one another, see what the last one wrote."""
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() != "postgresql":
            raise StoreError("store.no-driver", name=parsed.get_backend_name())
        return create_engine(parsed, isolation_level="REPEATABLE READ", pool_pre_ping=True)
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise StoreError("store.no-driver", name=url.partition(":")[0]) from error


def _sqlite(path: Path) -> Engine:
    url = URL.create("sqlite", database=str(path.absolute()))
    engine = create_engine(url, connect_args={"timeout": _PATIENCE_S})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: DBAPIConnection, record: object) -> None:  # noqa: ARG001
    """Set up a connection to SQLite, which leaves transactions to us: `_begin`."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()


def _begin(connection: Connection) -> None:
    """Take the writer's place at once: who reads first and then writes may find it taken."""
    is_writing = connection.get_execution_options().get(_WRITING)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")
