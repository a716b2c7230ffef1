"""Evidence that was obtained: lists, answers and certificates, each with where from and when.

Octets lie in files named by their SHA-256 in a folder beside the database, for their owner only;
the database says where each came from, when, and until when it is good. Nothing is ever changed in
place: a file is whole under its name, or not there. Of a large revocation list the index lies
beside it, so that it is opened again without being read.
"""

from __future__ import annotations

import hashlib
import mmap
import os
import tempfile
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from msgspec import Struct, structs
from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    delete,
    func,
    select,
    true,
    update,
)

from zaruka.errors import InputError, StoreError
from zaruka.facts import FactKind
from zaruka.stores.database import METADATA, Moment
from zaruka.x509 import CertificateList
from zaruka.x509.signed import Outcome, recall_valid, verify_signed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection
    from typing_extensions import Buffer

    from zaruka.crypto import KeyInfo
    from zaruka.stores.database import Database

__all__ = ["EvidenceStore", "Gone", "Kept", "Obtained", "Usage", "Useless"]

OBJECTS: Final = Table(
    "evidence_objects",
    METADATA,
    Column("sha256", String(64), primary_key=True),
    Column("kind", String(30), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("until", Moment),  # nextUpdate, notAfter
    Column("index_seal", String(64)),
)
OBTAINED: Final = Table(
    "evidence_obtained",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("address", Text, nullable=False),
    Column("question", String(64), nullable=False),  # SHA-256 of what a POST asked, else ""
    Column("sha256", String(64), ForeignKey("evidence_objects.sha256")),
    Column("source", Text, nullable=False),  # who answered, after redirects
    Column("obtained", Moment, nullable=False),
    Column("confirmed", Moment, nullable=False),  # when it was last said to be still good
    Column("fresh_until", Moment),
    Column("etag", Text, nullable=False),
    Column("last_modified", Text, nullable=False),
    Index("ix_evidence_obtained_address_question", "address", "question"),
    Index("ix_evidence_obtained_sha256", "sha256"),
)
SIGNERS: Final = Table(
    "evidence_signers",
    METADATA,
    Column("sha256", String(64), ForeignKey("evidence_objects.sha256"), primary_key=True),
    Column("spki", LargeBinary, primary_key=True),  # a key under which the signature is valid
)

_MAPPED: Final = 1 << 16  # octets from which a file is mapped
_INDEXED: Final = 1 << 18  # octets from which a list has its index beside it
_OPEN: Final = 64  # lists that stay open


class Obtained(Protocol):
    """What came from an address, as `zaruka.fetch.Fetched` has it."""

    @property
    def address(self) -> str:
        """Where it was asked for."""

    @property
    def source(self) -> str:
        """Who answered."""

    @property
    def obtained(self) -> datetime:
        """When; aware."""

    @property
    def sha256(self) -> str:
        """64 hex digits."""

    @property
    def size(self) -> int:
        """Octets."""

    @property
    def octets(self) -> bytes:
        """The octets, where there is no file."""

    @property
    def path(self) -> Path | None:
        """A file of them, in the folder of the store."""

    @property
    def fresh_until(self) -> datetime | None:
        """Until when the server says that it is good."""

    @property
    def etag(self) -> str:
        """What the server knows it by."""

    @property
    def last_modified(self) -> str:
        """When the server says that it changed."""


class Kept(Struct, frozen=True):
    """One thing that was obtained, the newest for its address and question."""

    sha256: str
    kind: FactKind
    size: int
    until: datetime | None
    address: str
    source: str
    obtained: datetime
    confirmed: datetime
    fresh_until: datetime | None
    etag: str
    last_modified: str
    number: int


class Gone(Struct, frozen=True):
    """A thing that may go: its SHA-256, what it is, and when it ended."""

    sha256: str
    kind: str
    until: datetime | None


class Useless(Struct, frozen=True):
    """What may go: objects, files (theirs and stray ones), and the octets of these."""

    objects: tuple[Gone, ...]
    files: tuple[Path, ...]
    octets: int


class Usage(NamedTuple):
    """How many things are kept, and in how many octets (indexes included)."""

    objects: int
    octets: int


_COLUMNS: Final = (
    OBJECTS.c.sha256,
    OBJECTS.c.kind,
    OBJECTS.c.size,
    OBJECTS.c.until,
    OBTAINED.c.address,
    OBTAINED.c.source,
    OBTAINED.c.obtained,
    OBTAINED.c.confirmed,
    OBTAINED.c.fresh_until,
    OBTAINED.c.etag,
    OBTAINED.c.last_modified,
    OBTAINED.c.id,
)


class EvidenceStore:
    """The evidence of one database, with its files in `folder`; for several threads."""

    def __init__(self, database: Database, folder: Path) -> None:
        """Use `database`; the folder is made when something is kept."""
        self._database = database
        self.folder = folder
        self._open: OrderedDict[str, CertificateList] = OrderedDict()
        self._noted: set[tuple[str, bytes]] = set()
        self._lock = Lock()

    # --- taking in

    def keep(
        self, kind: FactKind, got: Obtained, *, question: str = "", until: datetime | None = None
    ) -> Kept:
        """Keep what was fetched; `until` is when it says itself that it ends.

        A file of `got` (fetched into `folder`) is moved. Raises StoreError (store.cannot-keep).
        """
        self._place(got)
        values = {
            "address": got.address,
            "question": question,
            "sha256": got.sha256,
            "source": got.source,
            "obtained": got.obtained,
            "confirmed": got.obtained,
            "fresh_until": got.fresh_until,
            "etag": got.etag,
            "last_modified": got.last_modified,
        }
        with self._database.writing() as connection:
            known = select(OBJECTS.c.sha256).where(OBJECTS.c.sha256 == got.sha256)
            if connection.execute(known).scalar() is None:
                connection.execute(
                    OBJECTS.insert().values(
                        sha256=got.sha256, kind=kind.value, size=got.size, until=until
                    )
                )
            connection.execute(OBTAINED.insert().values(values))
            kept = _newest(connection, got.address, question)
        assert kept is not None
        return kept

    def confirm(self, kept: Kept, got: Obtained) -> Kept:
        """Note that a server said that what it gave before is still good."""
        confirmed = structs.replace(
            kept,
            confirmed=got.obtained,
            fresh_until=got.fresh_until,
            etag=got.etag,
            last_modified=got.last_modified,
        )
        names = ("confirmed", "fresh_until", "etag", "last_modified")
        values = {name: getattr(confirmed, name) for name in names}
        with self._database.writing() as connection:
            connection.execute(update(OBTAINED).where(OBTAINED.c.id == kept.number).values(values))
        return confirmed

    def note_signer(self, crl: CertificateList, key: KeyInfo) -> None:
        """Remember that the signature of a list that is kept is valid under `key`, if it is.

        A list that came inside something else (p7b, PEM) is not kept under its own name.
        """
        pair = (crl.sha256, key.spki)
        if pair in self._noted or verify_signed(crl, key).outcome is not Outcome.VALID:
            return
        with self._database.writing() as connection:
            row = {"sha256": crl.sha256, "spki": key.spki}
            kept = select(OBJECTS.c.sha256).where(OBJECTS.c.sha256 == crl.sha256)
            known = select(SIGNERS.c.sha256).filter_by(**row)
            if connection.execute(kept).scalar() and not connection.execute(known).scalar():
                connection.execute(SIGNERS.insert().values(row))
        self._noted.add(pair)

    def _place(self, got: Obtained) -> None:
        """Put the octets under their name: written through to the disk, then renamed."""
        path = self._path(got.sha256)
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if got.path is None:
                _write(path, got.octets)
            else:
                _settle(got.path, path)
        except OSError as error:
            raise _cannot_keep(error, self.folder) from error

    # --- asking

    def newest(self, address: str, question: str = "") -> Kept | None:
        """Return what an address gave last; None where nothing is kept."""
        with self._database.reading() as connection:
            return _newest(connection, address, question)

    def in_force(self, address: str, question: str, at: datetime) -> Kept | None:
        """Return what was in force at a past moment; None where nothing is kept.

        Of all that an address gave, what ended first after that moment.
        """
        with self._database.reading() as connection:
            return _first(connection, address, question, OBJECTS.c.until > at, OBJECTS.c.until)

    def octets(self, kept: Kept) -> Buffer:
        """Return the octets, compared with their name; InputError where they are damaged."""
        octets = _opened(self._path(kept.sha256))
        if hashlib.sha256(octets).hexdigest() != kept.sha256:
            raise InputError("store.damaged", name=kept.sha256)
        return octets

    def crl(self, kept: Kept) -> CertificateList:
        """Return a revocation list; a large one with its index, without reading it.

        InputError where the file is damaged or holds no list. The last lists stay open.
        """
        with self._lock:
            found = self._open.get(kept.sha256)
            if found is not None:
                self._open.move_to_end(kept.sha256)
                return found
        found = self._reopened(kept.sha256) or self._indexed(kept)
        with self._lock:
            self._open[kept.sha256] = found
            while len(self._open) > _OPEN:
                self._open.popitem(last=False)
        return found

    def _reopened(self, sha256: str) -> CertificateList | None:
        with self._database.reading() as connection:
            seal = connection.execute(
                select(OBJECTS.c.index_seal).where(OBJECTS.c.sha256 == sha256)
            ).scalar()
            keys = connection.execute(select(SIGNERS.c.spki).where(SIGNERS.c.sha256 == sha256))
            signers = [bytes(key) for key in keys.scalars()]
        if seal is None:
            return None
        path = self._path(sha256)
        try:
            found = CertificateList.with_index(
                _opened(path), sha256, _opened(_index_of(path)), str(seal)
            )
        except InputError:
            return None
        for spki in signers:
            recall_valid(sha256, spki)
            self._noted.add((sha256, spki))
        return found

    def _indexed(self, kept: Kept) -> CertificateList:
        """Read a list whole, and keep the index of a large one for the next time."""
        found = CertificateList.parse(self.octets(kept))
        index = found.to_index() if kept.size >= _INDEXED else None
        if index is not None:
            with suppress(OSError, StoreError):  # it only saves time
                self._keep_index(kept.sha256, *index)
        return found

    def _keep_index(self, sha256: str, file: bytes, seal: str) -> None:
        _write(_index_of(self._path(sha256)), file)
        with self._database.writing() as connection:
            sealing = update(OBJECTS).where(OBJECTS.c.sha256 == sha256)
            connection.execute(sealing.values(index_seal=seal))

    # --- housekeeping

    def usage(self) -> Usage:
        """Count what is kept."""
        sizes = [path.stat().st_size for path in self._files()]
        with self._database.reading() as connection:
            count = connection.execute(select(func.count()).select_from(OBJECTS)).scalar_one()
        return Usage(count, sum(sizes))

    def useless(self, stray: datetime, before: datetime | None = None) -> Useless:
        """Find what no question can use.

        That is damaged objects, and files written before the moment `stray` that nobody knows, as
        of fetches that were cut off. With `before` also what ended, and was last obtained or
        confirmed, before that moment: to judge again what rested on it, it is still needed.
        """
        columns = (OBJECTS.c.sha256, OBJECTS.c.kind, OBJECTS.c.until)
        with self._database.reading() as connection:
            every = {row[0]: Gone(*row) for row in connection.execute(select(*columns))}
            names = set() if before is None else set(_ended(connection, before))
        names.update(name for name in every if not self.is_whole(name))
        gone = [each for name, each in every.items() if name in names]
        files = [
            path
            for path in self._files()
            if path.stem in names or (path.stem not in every and _is_older(path, stray))
        ]
        return Useless(tuple(gone), tuple(files), sum(path.stat().st_size for path in files))

    def remove(self, useless: Useless) -> None:
        """Remove what `useless` found."""
        with self._database.writing() as connection:
            for each in useless.objects:
                for table in (SIGNERS, OBTAINED, OBJECTS):
                    connection.execute(delete(table).where(table.c.sha256 == each.sha256))
            for path in useless.files:
                path.unlink(missing_ok=True)
        with self._lock:
            for each in useless.objects:
                self._open.pop(each.sha256, None)

    def damaged(self) -> tuple[str, ...]:
        """Compare every file with its name; return the SHA-256 of what is damaged or missing."""
        with self._database.reading() as connection:
            every = connection.execute(select(OBJECTS.c.sha256).order_by(OBJECTS.c.sha256))
            names = list(every.scalars())
        return tuple(name for name in names if not self.is_whole(name))

    def is_whole(self, sha256: str) -> bool:
        """Whether the file of this name is there and its octets are those of its name."""
        try:
            return hashlib.sha256(_opened(self._path(sha256))).hexdigest() == sha256
        except InputError:
            return False

    def _path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256

    def _files(self) -> Iterator[Path]:
        """Yield every file, those of fetches that were cut off among them."""
        yield from (path for path in self.folder.rglob("*") if path.is_file())


def _ended(connection: Connection, before: datetime) -> Iterator[str]:
    """Name what ended before a moment and was last obtained or confirmed before it."""
    used = select(OBTAINED.c.sha256).where(OBTAINED.c.confirmed >= before)
    ended = (OBJECTS.c.until < before, OBJECTS.c.sha256.not_in(used))
    return iter(connection.execute(select(OBJECTS.c.sha256).where(*ended)).scalars())


def _newest(connection: Connection, address: str, question: str) -> Kept | None:
    return _first(connection, address, question, true(), OBTAINED.c.id.desc())


def _first(
    connection: Connection,
    address: str,
    question: str,
    where: ColumnElement[bool],
    order: ColumnElement[Any],
) -> Kept | None:
    row = connection.execute(
        select(*_COLUMNS)
        .join(OBJECTS, OBJECTS.c.sha256 == OBTAINED.c.sha256)
        .where(OBTAINED.c.address == address, OBTAINED.c.question == question, where)
        .order_by(order, OBTAINED.c.id)
        .limit(1)
    ).first()
    if row is None:
        return None
    sha256, kind, *rest = tuple(row)
    return Kept(sha256, FactKind(kind), *rest)


def _index_of(path: Path) -> Path:
    return path.with_name(path.name + ".index")


def _opened(path: Path) -> Buffer:
    """Read a small file, map a large one; InputError (store.damaged) where it cannot be."""
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size < _MAPPED:
                return file.read()
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise InputError("store.damaged", name=path.name) from error


def _write(path: Path, octets: bytes) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".keep-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(octets)
        _settle(Path(name), path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def _settle(temporary: Path, path: Path) -> None:
    """Write a file through to the disk and give it its name, in one step."""
    _sync(temporary)
    temporary.replace(path)
    _sync(path.parent)


def _sync(place: Path) -> None:
    descriptor = os.open(place, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _cannot_keep(error: OSError, folder: Path) -> StoreError:
    reason = error.strerror or str(error)
    return StoreError("store.cannot-keep", name=folder.name, reason=reason)


def _is_older(path: Path, moment: datetime) -> bool:
    """Whether a file was written before a moment: a younger one may be about to be known."""
    return path.stat().st_mtime < moment.timestamp()
