"""Asking a registry how a power of attorney stands: docs/powers.md.

The registry of the Russian tax service publishes no form of its answers and gives its keys to
registered systems only, so what is asked is an address that an operator configures: a gateway of
theirs, which answers in the form of `zaruka.jurisdictions.russia.power_status`. Who is asked learns
which power of attorney somebody looks at; nobody is asked without configuration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from msgspec import structs

from zaruka.errors import ConfigError, InputError
from zaruka.fetch.requests import Request
from zaruka.jurisdictions.russia.power_status import SIZE_MAX, parse_power_status

if TYPE_CHECKING:
    from zaruka.fetch.client import Fetcher
    from zaruka.jurisdictions.russia.power_status import PowerStatus

__all__ = ["PowerRegistry"]

_NUMBER: Final = "{number}"


class PowerRegistry:
    """A registry at `address`, which has {number} where the number goes."""

    def __init__(self, fetcher: Fetcher, address: str) -> None:
        """Take where to ask; ConfigError (powers.registry-address) where no number is in it."""
        if _NUMBER not in address:
            raise ConfigError("powers.registry-address", name=address)
        self._fetcher = fetcher
        self._address = address

    def ask(self, number: str) -> PowerStatus:
        """Ask how one power of attorney stands; its source is the address that answered.

        Raises FetchError, or InputError (powers.status) where the answer is none, is about another
        number or is dated later than it came.
        """
        address = self._address.replace(_NUMBER, quote(number, safe=""))
        request = Request(address, accept=("application/json",), limit=SIZE_MAX)
        got = self._fetcher.fetch(request)
        answer = parse_power_status(got.octets, got.source)
        if answer.number != number:
            raise InputError("powers.status", name=got.source, what=answer.number)
        if answer.as_of > got.obtained:
            raise InputError("powers.status", name=got.source, what=answer.as_of.isoformat())
        return structs.replace(answer, source=got.source)
