"""Connections of one exchange: to checked addresses only, and never beyond its time.

`httpcore` speaks HTTP and TLS over what this module gives it. A name is resolved once; connected is
to the very address that was checked, so a name that means another machine a moment later (DNS
rebinding) gains nothing. Every read, write and handshake ends with the exchange: a server that
drips its header fields gets no more time than one that drips its content.
"""

from __future__ import annotations

import errno
import socket
import ssl
import threading
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import httpcore

from zaruka.errors import FetchError
from zaruka.fetch.addresses import literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from zaruka.fetch.addresses import Allowed, IpAddress
    from zaruka.fetch.requests import Limits

__all__ = ["Backend", "Budget", "Resolve", "reason_of", "resolve"]

Resolve: TypeAlias = "Callable[[str, float], list[IpAddress]]"
"""Given a name and how long to wait, gives its addresses, none where it has none."""

_CONNECT_S: Final = 5.0  # for each of several addresses of a host
_MOST_ADDRESSES: Final = 6
_SHOWN: Final = 100  # characters of another program's words


class Budget:
    """The time of one exchange with `host`: until a moment, without long silence, at some rate."""

    def __init__(
        self, host: str, until: float, limits: Limits, seconds: Callable[[], float]
    ) -> None:
        """Start the exchange now; `until` and `seconds` are of the clock that never steps back."""
        self.host = host
        self._until = until
        self._limits = limits
        self._seconds = seconds
        self._start = seconds()
        self._first: float | None = None  # when the first octet came
        self._octets = 0

    def left(self) -> float:
        """Seconds for the next step; FetchError (fetch.timeout) where none are left."""
        left = self._until - self._seconds()
        if left <= 0:
            raise self.spent()
        return min(left, self._limits.silence_s)

    def spent(self) -> FetchError:
        """Make the error that says how long the server was waited for."""
        return FetchError("fetch.timeout", host=self.host, seconds=self.waited)

    @property
    def waited(self) -> int:
        """Whole seconds since the exchange began, one at least."""
        return max(1, round(self._seconds() - self._start))

    def count(self, octets: int) -> None:
        """Count what came; FetchError (fetch.too-slow) where it is too little for its time."""
        now = self._seconds()
        self._first = now if self._first is None else self._first
        self._octets += octets
        passed = now - self._first
        if passed > self._limits.silence_s and self._octets < passed * self._limits.rate:
            raise FetchError(
                "fetch.too-slow", host=self.host, size=self._octets, seconds=round(passed)
            )


class Backend(httpcore.NetworkBackend):
    """Connects to addresses that `allowed` has, and to `trusted`, the proxy of the settings."""

    def __init__(
        self, budget: Budget, allowed: Allowed, resolve: Resolve, trusted: str | None = None
    ) -> None:
        """Serve one exchange."""
        self._budget = budget
        self._allowed = allowed
        self._resolve = resolve
        self._trusted = trusted

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the budget says
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of `host` that answers."""
        problem = FetchError("fetch.unknown-host", host=host)
        for address in self._addresses(host)[:_MOST_ADDRESSES]:
            wait = min(self._budget.left(), _CONNECT_S)
            try:
                stream = httpcore.SyncBackend().connect_tcp(
                    str(address), port, wait, local_address, socket_options
                )
            except httpcore.ConnectTimeout:
                waited = self._budget.waited
                problem = FetchError("fetch.no-answer", host=host, seconds=waited)
            except httpcore.ConnectError as error:
                problem = FetchError("fetch.unreachable", host=host, reason=reason_of(error))
            else:
                return _Stream(stream, self._budget)
        raise problem

    def _addresses(self, host: str) -> list[IpAddress]:
        own = literal(host)
        found = [own] if own is not None else self._resolve(host, self._budget.left())
        if host == self._trusted:
            return found
        allowed = [address for address in found if self._allowed.has(host, address)]
        if found and not allowed:
            raise FetchError("fetch.private", host=host, ip=str(found[0]))
        return allowed


class _Stream(httpcore.NetworkStream):
    """A connection whose every step is within the budget."""

    def __init__(self, stream: httpcore.NetworkStream, budget: Budget) -> None:
        self._stream = stream
        self._budget = budget

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        octets = self._stream.read(max_bytes, self._budget.left())
        self._budget.count(len(octets))
        return octets

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._stream.write(buffer, self._budget.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        host = server_hostname or self._budget.host
        try:
            secured = self._stream.start_tls(ssl_context, server_hostname, self._budget.left())
        except httpcore.ConnectError as error:
            cause = error.__cause__
            if isinstance(cause, ssl.SSLCertVerificationError):
                reason = cause.verify_message
                raise FetchError("fetch.tls-certificate", host=host, reason=reason) from error
            raise FetchError("fetch.tls", host=host, reason=reason_of(error)) from error
        return _Stream(secured, self._budget)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - as httpcore has it
        return self._stream.get_extra_info(info)


def reason_of(error: Exception) -> str:
    """Name what the system said: ECONNREFUSED; else say it in the words of the library."""
    cause = error.__cause__
    number = cause.errno if isinstance(cause, OSError) else None
    return errno.errorcode.get(number or 0) or str(error)[:_SHOWN]


def resolve(host: str, wait_s: float) -> list[IpAddress]:
    """Ask the system for the addresses of a name, for `wait_s` seconds at most.

    The system's resolver cannot be interrupted: what it has not answered by then is left to it.
    """
    found: list[IpAddress] = []

    def ask() -> None:
        try:
            answers = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return
        found.extend(ip_address(str(sockaddr[0]).partition("%")[0]) for *_, sockaddr in answers)

    asking = threading.Thread(target=ask, daemon=True, name=f"resolve {host}")
    asking.start()
    asking.join(wait_s)
    return list(dict.fromkeys(found))
