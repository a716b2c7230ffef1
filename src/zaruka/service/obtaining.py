"""Lists from where they are published: over HTTP(S), within the bounds of `zaruka.fetch`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zaruka.fetch import Fetcher, Limits, Request
from zaruka.service.lists import Obtained
from zaruka.service.reaching import MACHINE, fetch_settings

if TYPE_CHECKING:
    from zaruka.service.lists import Obtain
    from zaruka.service.settings import Fetching

__all__ = ["obtainer"]

# The list of accredited authorities has 12 MB; the slowest line that is borne takes it in time.
_LIMITS: Final = Limits(octets=1 << 26, seconds=600, rate=20_000)
_XML: Final = ("application/xml", "text/xml", "application/vnd.etsi.tsl+xml")


def obtainer(settings: Fetching, limits: Limits = _LIMITS) -> Obtain:
    """Return what gives the octets that lie at an address; FetchError, ConfigError."""
    fetcher = Fetcher(fetch_settings(settings, limits), MACHINE)

    def obtain(address: str) -> Obtained:
        octets = fetcher.fetch(Request(address, accept=_XML)).octets
        return Obtained(octets, address, vouched=address.lower().startswith("https://"))

    return obtain
