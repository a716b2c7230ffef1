"""Which addresses may be asked: http and https, and only what is on the public internet.

An address comes out of a certificate that anybody may have written. Without these rules it would
make this machine ask the printer, the router or the cloud's own services in its name (SSRF).
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import quote, urljoin, urlsplit

from msgspec import Struct

from zaruka.errors import ConfigError, FetchError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Address", "Allowed", "IpAddress", "literal", "parse_address"]

IpAddress: TypeAlias = "IPv4Address | IPv6Address"

_LONGEST: Final = 2048  # characters of an address
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\\]")
_HOST: Final = re.compile(r"[a-z0-9._-]{1,253}")
_KEPT: Final = "%/:=&?~#+!$,;'@()*[]"  # what `quote` leaves as it is, beside letters and digits
_PORTS: Final = {"http": 80, "https": 443}
_SHOWN: Final = 200

_COMPATIBLE: Final = IPv6Network("::/96")  # RFC 4291 2.5.5.1
_NAT64: Final = IPv6Network("64:ff9b::/96")  # RFC 6052 2.1
_NAT64_LOCAL: Final = IPv6Network("64:ff9b:1::/48")  # RFC 8215


class Address(Struct, frozen=True):
    """An http or https address: host in lower case ASCII, `target` as it stands in the request."""

    scheme: str
    host: str
    port: int
    target: str

    def __str__(self) -> str:
        """Write it whole; the port only where it is not the usual one."""
        return f"{self.scheme}://{self.authority}{self.target}"

    @property
    def authority(self) -> str:
        """What stands in the Host field: RFC 9110 7.2."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    def follow(self, location: str) -> Address:
        """Return where a redirect leads; from https never to http."""
        try:
            joined = urljoin(str(self), location)
        except ValueError as error:
            raise FetchError("fetch.bad-address", address=location[:_SHOWN]) from error
        target = parse_address(joined)
        if self.scheme == "https" and target.scheme == "http":
            raise FetchError("fetch.downgrade", address=str(self)[:_SHOWN], host=target.host)
        return target


def parse_address(text: str) -> Address:
    """Read an address; blanks and letters that are not ASCII are encoded, as browsers do.

    Raises FetchError: fetch.bad-address, fetch.scheme, fetch.credentials.
    """
    shown = text[:_SHOWN]
    if len(text) > _LONGEST or _CONTROL.search(text):
        raise FetchError("fetch.bad-address", address=shown)
    try:
        parts = urlsplit(text.strip(" "))
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise FetchError("fetch.bad-address", address=shown) from error
    if parts.scheme not in _PORTS:
        raise FetchError("fetch.scheme", address=shown, scheme=parts.scheme)
    if parts.username is not None or parts.password is not None:
        raise FetchError("fetch.credentials", host=host or "")
    target = quote(parts.path or "/", safe=_KEPT)
    if parts.query:
        target += "?" + quote(parts.query, safe=_KEPT)
    return Address(parts.scheme, _host(host or "", shown), port or _PORTS[parts.scheme], target)


def _host(host: str, shown: str) -> str:
    """Give a name in ASCII (IDNA), or an IPv6 address without a zone."""
    try:
        if ":" in host:
            return str(IPv6Address(host.replace("%", "/")))  # zones are of this machine
        name = host.rstrip(".").encode("idna").decode("ascii").lower()
    except ValueError as error:
        raise FetchError("fetch.bad-address", address=shown) from error
    if not _HOST.fullmatch(name):
        raise FetchError("fetch.bad-address", address=shown)
    return name


class Allowed:
    """Hosts and networks that may be reached beside the public internet."""

    def __init__(self, allow: Iterable[str] = ()) -> None:
        """Read names ("host", ".domain") and networks; ConfigError where one is neither."""
        entries = [entry.strip().lower() for entry in allow]
        self._networks = tuple(net for net in map(_network, entries) if net is not None)
        self._names = frozenset(entry for entry in entries if _network(entry) is None)
        for name in self._names:
            if not _HOST.fullmatch(name.removeprefix(".")):
                raise ConfigError("fetch.bad-allowed", value=name)

    def has(self, host: str, address: IpAddress) -> bool:
        """Whether `host` may be reached at `address`."""
        return _is_public(address) or self.has_name(host) or self._has_network(address)

    def has_name(self, host: str) -> bool:
        """Whether a name is among those allowed, itself or below an allowed domain."""
        if host in self._names:
            return True
        labels = host.split(".")
        return any("." + ".".join(labels[n:]) in self._names for n in range(1, len(labels)))

    def _has_network(self, address: IpAddress) -> bool:
        return any(one in net for one in (address, _inner(address)) for net in self._networks)


def _network(entry: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(entry)
    except ValueError:
        return None


def _inner(address: IpAddress) -> IpAddress:
    """Give the IPv4 address that an IPv6 one stands for; itself where it stands for none."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _NAT64 or address in _COMPATIBLE:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _is_public(address: IpAddress) -> bool:
    """Whether anybody on the internet may reach it; so for an IPv4 address inside an IPv6 one."""
    inner = _inner(address)
    if inner != address:
        return _is_public(inner)
    if isinstance(address, IPv6Address) and (address.is_site_local or address in _NAT64_LOCAL):
        return False
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_unspecified
    )


def literal(host: str) -> IpAddress | None:
    """Read a host that is an address itself; None where it is a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None
