"""Numbers of receipts: strictly rising, given with times that do not fall (STB 34.101.81 6.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["GivenSerial", "SerialSource"]


class SerialSource(Protocol):
    """Where a service takes the numbers of its receipts from."""

    def take(self, at: datetime) -> int:
        """Return a number above every one returned before; it is never returned again.

        Raises ConfigError (ttp.clock-back) where `at` (aware) is before the moment of the last.
        """


class GivenSerial(Struct, frozen=True):
    """One number, that whoever asks has chosen."""

    number: int

    def take(self, at: datetime) -> int:  # noqa: ARG002 - nothing is known of other receipts
        """Return the number."""
        return self.number
