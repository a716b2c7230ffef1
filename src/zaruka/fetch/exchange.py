"""One question to one server, without redirects or repetitions: HTTP/1.1, RFC 9110 and 9112."""

from __future__ import annotations

import hashlib
import tempfile
import zlib
from contextlib import suppress
from datetime import timedelta
from email.message import Message
from email.utils import parsedate_to_datetime
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

import httpcore
from msgspec import structs

from zaruka.errors import ConfigError, FetchError
from zaruka.fetch.addresses import Address, literal, parse_address
from zaruka.fetch.network import Backend, Budget, reason_of
from zaruka.fetch.requests import Fetched

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator
    from datetime import datetime

    from zaruka.fetch.addresses import Allowed
    from zaruka.fetch.network import Resolve
    from zaruka.fetch.requests import Request, Settings, Surroundings

__all__ = ["Exchanges"]

_REDIRECTS: Final = {"GET": frozenset({301, 302, 303, 307, 308}), "POST": frozenset({307, 308})}
_BUSY: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_PAGES: Final = frozenset({"text/html", "application/xhtml+xml"})
_ENCODINGS: Final = frozenset({"gzip", "x-gzip", "deflate"})
_PIECE: Final = 1 << 16  # octets decompressed at a time
_LONGEST_FRESH: Final = timedelta(days=365)
_SHOWN: Final = 200


class Exchanges:
    """Asks servers, each time over a connection of its own: nothing is kept between two."""

    def __init__(
        self, settings: Settings, allowed: Allowed, surroundings: Surroundings, resolve: Resolve
    ) -> None:
        """Take what may be reached and how."""
        self._settings = settings
        self._allowed = allowed
        self._surroundings = surroundings
        self._resolve = resolve
        self._proxy = None if settings.proxy is None else _proxy(settings.proxy)

    def ask(
        self, address: Address, request: Request, until: float, into: Path | None
    ) -> Fetched | str:
        """Ask once; return what came, or where a redirect leads. FetchError where nothing did."""
        limits, seconds = self._settings.limits, self._surroundings.seconds
        budget = Budget(address.host, until, limits, seconds)
        answered = False
        try:
            with (
                self._pool(address, budget) as pool,
                pool.stream(
                    "GET" if request.body is None else "POST",
                    str(address),
                    headers=_fields(address, request),
                    content=request.body,
                ) as response,
            ):
                answered = True
                return self._read(response, address, request, into)
        except httpcore.TimeoutException:
            raise budget.spent() from None
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError) as error:
            raise _told(error, address.host, answered=answered) from error

    def _pool(self, address: Address, budget: Budget) -> httpcore.ConnectionPool:
        secure = self._tls if address.scheme == "https" else None
        proxy = self._proxy
        if proxy is None:
            backend = Backend(budget, self._allowed, self._resolve)
            return httpcore.ConnectionPool(secure, network_backend=backend)
        self._check_unresolved(address.host)
        backend = Backend(budget, self._allowed, self._resolve, trusted=proxy.host)
        return httpcore.HTTPProxy(str(proxy), ssl_context=secure, network_backend=backend)

    def _check_unresolved(self, host: str) -> None:
        """Refuse what a proxy must not be asked for; names are resolved there, not here."""
        address = literal(host)
        inside = address is not None and not self._allowed.has(host, address)
        alone = address is None and "." not in host and not self._allowed.has_name(host)
        if inside or alone:
            raise FetchError("fetch.private", host=host, ip=host)

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """Roots of the system, of certifi and of the settings; TLS 1.2 and later."""
        context = httpcore.default_ssl_context()
        roots = self._settings.tls_roots
        if roots is not None:
            try:
                context.load_verify_locations(roots)
            except OSError as error:  # ssl.SSLError is one
                raise ConfigError("fetch.tls-roots", name=roots.name) from error
        return context

    def _read(
        self, response: httpcore.Response, address: Address, request: Request, into: Path | None
    ) -> Fetched | str:
        fields = _Fields(response)
        method = "GET" if request.body is None else "POST"
        if response.status in _REDIRECTS[method] and fields["location"]:
            return fields["location"]
        now = self._surroundings.now()
        head = Fetched(
            request.address,
            str(address),
            now,
            etag=fields["etag"],
            last_modified=fields["last-modified"],
            fresh_until=_fresh_until(fields, now),
        )
        conditional = request.etag or request.last_modified
        if response.status == 304 and conditional:
            return structs.replace(
                head,
                is_unchanged=True,
                etag=head.etag or request.etag,
                last_modified=head.last_modified or request.last_modified,
            )
        if response.status != 200:
            raise _refusal(response.status, fields, address, now)
        media_type, charset = _media(fields["content-type"])
        if media_type in _PAGES and media_type not in request.accept:
            raise FetchError("fetch.content-type", host=address.host, found=media_type)
        limit = self._settings.limits.octets if request.limit is None else request.limit
        _require_fits(fields["content-length"], limit, address.host)
        content = _decoded(response.iter_stream(), fields["content-encoding"], address.host)
        body = _Body(limit, address.host)
        kept = body.into_memory(content) if into is None else body.into_file(content, into)
        return structs.replace(
            head,
            sha256=body.digest.hexdigest(),
            size=body.size,
            octets=kept if isinstance(kept, bytes) else b"",
            path=None if isinstance(kept, bytes) else kept,
            media_type=media_type,
            charset=charset,
        )


class _Fields:
    """Header fields by name in lower case, the first of several; "" where there is none."""

    def __init__(self, response: httpcore.Response) -> None:
        self._values: dict[str, str] = {}
        for name, value in response.headers:
            self._values.setdefault(name.decode("latin-1").lower(), value.decode("latin-1").strip())

    def __getitem__(self, name: str) -> str:
        return self._values.get(name, "")


class _Body:
    """Counts and digests what comes, and keeps it; nothing is kept beyond the limit."""

    def __init__(self, limit: int, host: str) -> None:
        self.digest = hashlib.sha256()
        self.size = 0
        self._limit = limit
        self._host = host

    def _checked(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self.size += len(piece)
            if self.size > self._limit:
                raise FetchError("fetch.too-large", host=self._host, limit=self._limit)
            self.digest.update(piece)
            yield piece

    def into_memory(self, pieces: Iterator[bytes]) -> bytes:
        return b"".join(self._checked(pieces))

    def into_file(self, pieces: Iterator[bytes], folder: Path) -> Path:
        """Write a file that only its owner may read; it is gone if anything goes wrong."""
        try:
            file = tempfile.NamedTemporaryFile(dir=folder, prefix=".fetch-", delete=False)  # noqa: SIM115
        except OSError as error:
            raise FetchError("fetch.no-space", name=folder.name) from error
        path = Path(file.name)
        try:
            with file:
                for piece in self._checked(pieces):
                    self._write(file, piece, folder)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return path

    def _write(self, file: IO[bytes], piece: bytes, folder: Path) -> None:
        try:
            file.write(piece)
        except OSError as error:
            raise FetchError("fetch.no-space", name=folder.name) from error


def _proxy(text: str) -> Address:
    try:
        return parse_address(text)
    except FetchError as error:
        raise ConfigError("fetch.bad-proxy", value=text[:_SHOWN]) from error


def _fields(address: Address, request: Request) -> list[tuple[bytes, bytes]]:
    """Say what is wanted, and nothing of who asks; validators as the server once wrote them."""
    fields = [
        ("Host", address.authority),
        ("Accept", ", ".join((*request.accept, "*/*;q=0.5")) if request.accept else "*/*"),
        ("Accept-Encoding", "identity"),
        ("User-Agent", "zaruka"),
        ("Connection", "close"),
    ]
    if request.body is not None:
        fields.append(("Content-Type", request.body_type))
        fields.append(("Content-Length", str(len(request.body))))
    if request.etag:
        fields.append(("If-None-Match", request.etag))
    if request.last_modified:
        fields.append(("If-Modified-Since", request.last_modified))
    return [(name.encode("ascii"), value.encode("latin-1")) for name, value in fields]


def _told(error: Exception, host: str, *, answered: bool) -> FetchError:
    """Make our error of `httpcore`'s; `answered`: the header of the answer had come."""
    if answered:
        return FetchError("fetch.truncated", host=host)
    if isinstance(error, httpcore.ProxyError):
        return FetchError("fetch.proxy", reason=str(error)[:_SHOWN])
    if isinstance(error, httpcore.NetworkError):
        return FetchError("fetch.unreachable", host=host, reason=reason_of(error))
    return FetchError("fetch.protocol", host=host)


def _refusal(status: int, fields: _Fields, address: Address, now: datetime) -> FetchError:
    """Make the error for a status that is no success; `wait` is what Retry-After asks for."""
    shown = str(address)[:_SHOWN]
    if status in {404, 410}:
        return FetchError("fetch.missing", address=shown, status=status)
    if status in {401, 403, 407}:
        return FetchError("fetch.forbidden", address=shown, status=status)
    if status in _BUSY:
        wait = _retry_after(fields["retry-after"], now)
        return FetchError("fetch.busy", host=address.host, status=status, wait=wait)
    return FetchError("fetch.status", address=shown, status=status)


def _retry_after(value: str, now: datetime) -> int:
    """RFC 9110 10.2.3: seconds, or a date; 0 where there is neither."""
    if value.isascii() and value.isdecimal():
        return int(value[:9])
    moment = _date(value)
    return 0 if moment is None else max(0, int((moment - now).total_seconds()))


def _date(value: str) -> datetime | None:
    with suppress(ValueError, TypeError, OverflowError):
        moment = parsedate_to_datetime(value)
        return moment if moment.tzinfo is not None else None
    return None


def _fresh_until(fields: _Fields, now: datetime) -> datetime | None:
    """RFC 9111 4.2.1: max-age, else Expires; at most a year."""
    until = None
    directives = [each.strip().lower() for each in fields["cache-control"].split(",")]
    ages = [each.removeprefix("max-age=").strip('"') for each in directives if "max-age=" in each]
    if "no-store" in directives or "no-cache" in directives:
        return None
    if ages:
        age = ages[0]
        seconds = int(age[:9]) if age.isascii() and age.isdecimal() else 0
        until = now + timedelta(seconds=seconds)
    elif fields["expires"]:
        until = _date(fields["expires"])
    return None if until is None or until <= now else min(until, now + _LONGEST_FRESH)


def _media(value: str) -> tuple[str, str]:
    """RFC 9110 8.3: the media type and the charset, in lower case; "" where not given."""
    if not value:
        return "", ""
    message = Message()
    message["content-type"] = value
    return message.get_content_type(), message.get_content_charset("")


def _require_fits(declared: str, limit: int, host: str) -> None:
    if (
        declared.isascii()
        and declared.isdecimal()
        and (len(declared) > 15 or int(declared) > limit)
    ):
        raise FetchError("fetch.too-large", host=host, limit=limit)


def _decoded(pieces: Iterator[bytes], encoding: str, host: str) -> Iterator[bytes]:
    """Undo the Content-Encoding of a server that uses one although asked not to."""
    if encoding.lower() in {"", "identity"}:
        yield from pieces
        return
    if encoding.lower() not in _ENCODINGS:
        raise FetchError("fetch.encoding", host=host, found=encoding[:50])
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        for piece in pieces:
            rest = piece
            while rest and not inflate.eof:
                yield inflate.decompress(rest, _PIECE)
                rest = inflate.unconsumed_tail
    except zlib.error as error:
        raise FetchError("fetch.encoding", host=host, found=encoding[:50]) from error
    if not inflate.eof:
        raise FetchError("fetch.truncated", host=host)
