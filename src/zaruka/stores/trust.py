"""Lists of trusted services, as they were taken in one after the other, and what they stated.

Any past moment can be asked in two ways: how a service stood then, as the newest list says, or
as it was known then, by the lists that had been obtained.
"""

from __future__ import annotations

import zlib
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias, TypeVar

from msgspec import Struct
from sqlalchemy import delete, func, or_, select, update

from zaruka.errors import ConfigError, InputError
from zaruka.stores.encoding import STATEMENT_COLUMNS, list_title, statement_of, values_of
from zaruka.stores.tables import CERTIFICATES, FORGOTTEN, LISTS, PIVOTS, STATEMENTS
from zaruka.x509 import Certificate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row

    from zaruka.stores.database import Database
    from zaruka.trust import Statement, TrustList

__all__ = ["Stated", "StoredList", "TrustStore"]

T = TypeVar("T")
Ended: TypeAlias = "tuple[datetime, int | None]"
"""Since when a list is not relied on, and the issue of a list of lists that dropped it."""

_AT_ONCE: Final = 500  # values of one query
_LIST_COLUMNS: Final = tuple(
    column for column in LISTS.columns if column.name not in {"octets", "signer"}
)
_STATED: Final = tuple(STATEMENTS.columns[name] for name in STATEMENT_COLUMNS)


class StoredList(NamedTuple):
    """An issue of a list as it was taken in; `source` is its name in the configuration."""

    id: int
    source: str
    scheme: str
    territory: str
    name: str
    sequence: int
    issued: datetime
    next_update: datetime | None
    sha256: str
    place: str
    obtained: datetime
    signer_sha256: str | None

    @property
    def title(self) -> str:
        """What statements call the list: its name, number and day of issue."""
        return list_title(self.name, self.sequence, self.issued)


class Stated(Struct, frozen=True):
    """A statement, the first issue of the list that has it, and the last.

    `is_current`: the last is also the newest issue that is known, and the list is relied on; if it
    is not, `forgotten` says since when. A list that `dropped_by`, an issue of a list of lists,
    names no longer is relied on for moments before that issue: the statement ends there.
    """

    statement: Statement
    first: StoredList
    last: StoredList
    is_current: bool
    forgotten: datetime | None = None
    dropped_by: StoredList | None = None


class TrustStore:
    """The lists of one database."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._database = database

    # --- taking in

    def take(  # noqa: PLR0913 - where a list came from is part of what is kept
        self,
        source: str,
        found: TrustList,
        octets: bytes,
        *,
        signer: Certificate | None,
        place: str,
        obtained: datetime,
        pivots: Mapping[str, bytes] = MappingProxyType({}),
        dropped: Iterable[str] = (),
    ) -> StoredList:
        """Take in the next issue of a list, whole or not at all; from then on it is relied on.

        `pivots` are files by address that a list of lists was believed by, `dropped` the lists
        that it names no longer: they count until its day of issue. Raises InputError
        (trust.older) where an issue of this number or a later one is here.
        """
        stored = StoredList(
            id=0,
            source=source,
            scheme=found.scheme.value,
            territory=found.territory,
            name=found.name,
            sequence=found.sequence,
            issued=found.issued,
            next_update=found.next_update,
            sha256=found.sha256,
            place=place,
            obtained=obtained,
            signer_sha256=signer.sha256 if signer else None,
        )
        values = {name: value for name, value in stored._asdict().items() if name != "id"}
        packed = zlib.compress(octets)
        rows = _rows(source, found.statements)
        with self._database.writing() as connection:
            newest = connection.execute(
                select(func.max(LISTS.c.sequence)).where(LISTS.c.source == source)
            ).scalar()
            if newest is not None and found.sequence <= newest:
                raise InputError("trust.older", name=source, found=found.sequence, expected=newest)
            kept = {**values, "signer": signer.der if signer else None, "octets": packed}
            adding = LISTS.insert().values(kept).returning(LISTS.c.id)
            number = connection.execute(adding).scalar_one()
            _exchange(connection, source, number, rows)
            _add_certificates(connection, found.certificates)
            _add_pivots(connection, pivots)
            _rely(connection, source, obtained)
            for name in dropped:
                _end(connection, name, obtained, dropped_by=number)
        return stored._replace(id=number)

    def forget(self, source: str, at: datetime) -> StoredList:
        """Rely on a list no longer, from `at` on; its issues stay. Returns the newest.

        Raises ConfigError (trust.no-list) where no such list is relied on.
        """
        relied = self.relied()
        if source not in relied:
            raise ConfigError("trust.no-list", name=source, names=", ".join(relied))
        with self._database.writing() as connection:
            _rely(connection, source, at)
            _end(connection, source, at)
        return relied[source]

    def rely(self, source: str, at: datetime) -> None:
        """Rely on a forgotten list again, from `at` on."""
        with self._database.writing() as connection:
            _rely(connection, source, at)

    # --- asking

    def lists(self, source: str | None = None) -> tuple[StoredList, ...]:
        """Return every issue that was taken in, by list, oldest first."""
        asked = select(*_LIST_COLUMNS).order_by(LISTS.c.source, LISTS.c.sequence)
        if source is not None:
            asked = asked.where(LISTS.c.source == source)
        with self._database.reading() as connection:
            return tuple(StoredList(*row) for row in connection.execute(asked))

    def newest(self, known: datetime | None = None) -> dict[str, StoredList]:
        """Return the newest issue of each list that is relied on.

        Of those obtained by the moment `known`, as far as they were relied on then.
        """
        dropped = self.dropped(known)
        return {name: each for name, each in self.relied(known).items() if name not in dropped}

    def relied(self, known: datetime | None = None) -> dict[str, StoredList]:
        """Return the newest issue of each list that is relied on, or was until it was dropped."""
        forgotten = self.forgotten(known)
        return {
            each.source: each
            for each in self.lists()
            if (known is None or each.obtained <= known) and each.source not in forgotten
        }

    def last(self, source: str) -> StoredList | None:
        """Return the newest issue of a list, relied on or not; None where there is none."""
        return next(reversed(self.lists(source)), None)

    def forgotten(self, known: datetime | None = None) -> dict[str, datetime]:
        """Return which lists are not relied on, or were not at the moment `known`, since when."""
        with self._database.reading() as connection:
            return {
                name: since for name, (since, by) in _ended(connection, known).items() if not by
            }

    def dropped(self, known: datetime | None = None) -> dict[str, StoredList]:
        """Return which lists are no longer named, and the issue of the list of lists that did so.

        They are relied on for moments before that issue.
        """
        with self._database.reading() as connection:
            by = {name: by for name, (_, by) in _ended(connection, known).items() if by}
            issues = {each.id: each for each in _issues(connection)} if by else {}
        return {name: issues[number] for name, number in by.items()}

    def pivot(self, address: str) -> bytes | None:
        """Return the pivot that lay at an address when a list of lists was taken in."""
        with self._database.reading() as connection:
            packed = connection.execute(
                select(PIVOTS.c.octets).where(PIVOTS.c.address == address)
            ).scalar()
        return None if packed is None else zlib.decompress(packed)

    def octets(self, stored: StoredList) -> bytes:
        """Return the file of an issue."""
        with self._database.reading() as connection:
            packed = connection.execute(
                select(LISTS.c.octets).where(LISTS.c.id == stored.id)
            ).scalar_one()
        return zlib.decompress(packed)

    def damaged(self) -> tuple[StoredList, ...]:
        """Compare the file of every issue with its digest; return those that are damaged."""
        return tuple(each for each in self.lists() if not self._is_whole(each))

    def _is_whole(self, stored: StoredList) -> bool:
        try:
            return sha256(self.octets(stored)).hexdigest() == stored.sha256
        except zlib.error:
            return False

    def stated_in(self, stored: StoredList) -> tuple[Statement, ...]:
        """Return what one issue of a list states."""
        found = self._stated(STATEMENTS.c.source == stored.source)
        return tuple(
            each.statement
            for each in found
            if each.first.sequence <= stored.sequence <= each.last.sequence
        )

    def about(self, certificates_sha256: Iterable[str]) -> tuple[Stated, ...]:
        """Return all that was ever stated about certificates, by list, oldest first."""
        found: list[Stated] = []
        for some in _slices(certificates_sha256):
            found += self._stated(STATEMENTS.c.certificate_sha256.in_(some))
        return tuple(found)

    def search(self, text: str) -> tuple[Stated, ...]:
        """Return all that was ever stated where a name or number holds `text`, in any case."""
        return tuple(self._stated(STATEMENTS.c.folded.contains(text.casefold(), autoescape=True)))

    def everything(self) -> tuple[Stated, ...]:
        """Return all that was ever stated."""
        return tuple(self._stated())

    def certificate(self, sha256: str) -> Certificate | None:
        """Return the certificate with this SHA-256."""
        return next(iter(self._certificates(CERTIFICATES.c.sha256 == sha256)), None)

    def issuers_of(self, certificate: Certificate) -> tuple[Certificate, ...]:
        """Return the certificates that have the name of its issuer."""
        name = certificate.issuer.canonical_sha256
        return tuple(self._certificates(CERTIFICATES.c.subject == name))

    def signer(self, stored: StoredList) -> Certificate | None:
        """Return the certificate of who signed an issue; None where nobody did."""
        with self._database.reading() as connection:
            der = connection.execute(
                select(LISTS.c.signer).where(LISTS.c.id == stored.id)
            ).scalar_one()
        return None if der is None else Certificate.parse(der)

    def _certificates(self, where: ColumnElement[bool]) -> Iterator[Certificate]:
        asked = select(CERTIFICATES.c.der).where(where).order_by(CERTIFICATES.c.sha256)
        with self._database.reading() as connection:
            for der in connection.execute(asked).scalars():
                yield Certificate.parse(der)

    def _stated(self, *where: ColumnElement[bool]) -> list[Stated]:
        order = (STATEMENTS.c.source, STATEMENTS.c.certificate_sha256)
        asked = (
            select(STATEMENTS.c.first_list, STATEMENTS.c.gone_list, *_STATED)
            .where(*where)
            .order_by(*order, func.coalesce(STATEMENTS.c.since, ""), STATEMENTS.c.position)
        )
        with self._database.reading() as connection:
            rows = connection.execute(asked).all()
            history = _History(_issues(connection), _ended(connection))
        return [history.stated(row) for row in rows]


class _History:
    """The issues of each list, to say from which to which one a statement stands."""

    def __init__(self, issues: Iterable[StoredList], ended: Mapping[str, Ended]) -> None:
        self._ended = ended
        self._by_id = {each.id: each for each in issues}
        self._by_source: dict[str, list[StoredList]] = {}
        for each in sorted(self._by_id.values(), key=lambda one: one.sequence):
            self._by_source.setdefault(each.source, []).append(each)

    def stated(self, row: Row[Any]) -> Stated:
        first, gone, *values = tuple(row)
        beginning = self._by_id[first]
        every = self._by_source[beginning.source]
        last = every[-1]
        if gone is not None:
            last = every[every.index(self._by_id[gone]) - 1]
        statement = statement_of(values, last.title, last.sha256)
        since, by = self._ended.get(beginning.source, (None, None))
        if by is None:
            is_current = gone is None and since is None
            return Stated(statement, beginning, last, is_current, since)
        dropped_by = self._by_id[by]
        left = statement.ending(dropped_by.issued)
        is_current = gone is None and left is not None
        return Stated(left or statement, beginning, last, is_current, dropped_by=dropped_by)


def _rows(source: str, statements: Sequence[Statement]) -> dict[str, dict[str, object]]:
    """Return the rows of statements by what they state; what is said twice is one row."""
    rows: dict[str, dict[str, object]] = {}
    for position, statement in enumerate(statements):
        values = values_of(statement)
        rows.setdefault(str(values["content"]), {**values, "source": source, "position": position})
    return rows


def _exchange(
    connection: Connection, source: str, number: int, rows: dict[str, dict[str, object]]
) -> None:
    """End what the new issue no longer states, and begin what it states anew."""
    standing = connection.execute(
        select(STATEMENTS.c.id, STATEMENTS.c.content).where(
            STATEMENTS.c.source == source, STATEMENTS.c.gone_list.is_(None)
        )
    ).all()
    gone = [identifier for identifier, content in standing if content not in rows]
    for some in _slices(gone):
        ended = update(STATEMENTS).where(STATEMENTS.c.id.in_(some))
        connection.execute(ended.values(gone_list=number))
    known = {content for _, content in standing}
    new = [{**row, "first_list": number} for content, row in rows.items() if content not in known]
    if new:
        connection.execute(STATEMENTS.insert(), new)


def _issues(connection: Connection) -> list[StoredList]:
    return [StoredList(*row) for row in connection.execute(select(*_LIST_COLUMNS))]


def _ended(connection: Connection, known: datetime | None = None) -> dict[str, Ended]:
    """Return the lists that are not relied on: since when, and which issue dropped them."""
    asked = select(FORGOTTEN.c.source, FORGOTTEN.c.since, FORGOTTEN.c.dropped_by)
    still: ColumnElement[bool] = FORGOTTEN.c.until.is_(None)
    if known is not None:
        asked = asked.where(FORGOTTEN.c.since <= known)
        still = or_(still, FORGOTTEN.c.until > known)
    return {row[0]: (row[1], row[2]) for row in connection.execute(asked.where(still))}


def _end(connection: Connection, source: str, at: datetime, dropped_by: int | None = None) -> None:
    connection.execute(FORGOTTEN.insert().values(source=source, since=at, dropped_by=dropped_by))


def _rely(connection: Connection, source: str, at: datetime) -> None:
    if source in (ended := _ended(connection)):
        since, _ = ended[source]
        open_ones = (FORGOTTEN.c.source == source, FORGOTTEN.c.until.is_(None))
        connection.execute(update(FORGOTTEN).where(*open_ones).values(until=max(at, since)))


def _add_pivots(connection: Connection, pivots: Mapping[str, bytes]) -> None:
    for address, octets in pivots.items():
        connection.execute(delete(PIVOTS).where(PIVOTS.c.address == address))
        packed = zlib.compress(octets)
        connection.execute(PIVOTS.insert().values(address=address, octets=packed))


def _add_certificates(connection: Connection, certificates: Iterable[Certificate]) -> None:
    by_sha256 = {each.sha256: each for each in certificates}
    for some in _slices(by_sha256):
        asked = select(CERTIFICATES.c.sha256).where(CERTIFICATES.c.sha256.in_(some))
        for known in connection.execute(asked).scalars():
            del by_sha256[known]
    if by_sha256:
        connection.execute(CERTIFICATES.insert(), [_row(each) for each in by_sha256.values()])


def _slices(values: Iterable[T]) -> Iterator[list[T]]:
    """Divide different values into as many as one query may have."""
    every = list(dict.fromkeys(values))
    for start in range(0, len(every), _AT_ONCE):
        yield every[start : start + _AT_ONCE]


def _row(certificate: Certificate) -> dict[str, object]:
    identifier = certificate.subject_key_identifier
    return {
        "sha256": certificate.sha256,
        "subject": certificate.subject.canonical_sha256,
        "key_identifier": None if identifier is None else identifier.hex(),
        "serial_number": f"{certificate.serial_number:x}",
        "der": certificate.der,
    }
