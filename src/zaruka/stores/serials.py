"""Numbers of receipts, for each service: strictly rising, whoever asks and however many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import BigInteger, Column, String, Table, select

from zaruka.errors import ConfigError
from zaruka.stores.database import METADATA, Moment
from zaruka.stores.encoding import moment_text

if TYPE_CHECKING:
    from datetime import datetime

    from zaruka.stores.database import Database

__all__ = ["RECEIPT_NUMBERS", "StoredSerials"]

RECEIPT_NUMBERS: Final = Table(
    "receipt_numbers",
    METADATA,
    Column("service", String(64), primary_key=True),  # SHA-256 of its certificate's key
    Column("last", BigInteger, nullable=False),
    Column("at", Moment, nullable=False),
)


class StoredSerials:
    """The numbers of one service: a `zaruka.ttp.serials.SerialSource`.

    They follow its key, so that a renewed certificate goes on where the one before ended.
    """

    def __init__(self, database: Database, service: str) -> None:
        """Take the store, and the SHA-256 (64 hex digits) of the service's public key."""
        self._database = database
        self._service = service

    def take(self, at: datetime) -> int:
        """Return the next number; it is taken even if no receipt follows.

        Raises ConfigError (ttp.clock-back) where `at` is before the moment of the last, or what
        the database raises.
        """
        table, own = RECEIPT_NUMBERS, RECEIPT_NUMBERS.c.service == self._service
        with self._database.writing() as connection:
            found = connection.execute(select(table.c.last, table.c.at).where(own)).one_or_none()
            if found is None:
                first = {"service": self._service, "last": 1, "at": at}
                connection.execute(table.insert(), [first])
                return 1
            if at < found.at:
                raise ConfigError("ttp.clock-back", last=moment_text(found.at))
            number: int = found.last + 1
            connection.execute(table.update().where(own).values(last=number, at=at))
            return number
