"""What is asked of a server, what it gave, and how much of everything is allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

__all__ = ["Fetched", "Limits", "Request", "Settings", "Surroundings"]


class Request(Struct, frozen=True):
    """One question: a GET, or a POST where there is a `body` of the type `body_type`.

    `accept` are the media types wanted: many servers name another one, and only a web page in
    place of what was wanted is refused. `limit` bounds the answer (octets), where it is not the
    usual one. `etag` and `last_modified` are those of the copy that one has: the answer may be
    that it is still good.
    """

    address: str
    body: bytes | None = None
    body_type: str = ""
    accept: tuple[str, ...] = ()
    limit: int | None = None
    etag: str = ""
    last_modified: str = ""


class Fetched(Struct, frozen=True):
    """What came: `octets`, or a file at `path` that is the caller's to keep or remove.

    `address` is the one asked for, `source` the one that answered in the end (after redirects).
    `media_type` and `charset` are the server's word. `fresh_until`: how long it says that the
    answer may be kept (Cache-Control max-age, Expires). `is_unchanged`: the copy named by the
    request is still good, and there are no octets.
    """

    address: str
    source: str
    obtained: datetime
    sha256: str = ""
    size: int = 0
    octets: bytes = b""
    path: Path | None = None
    media_type: str = ""
    charset: str = ""
    etag: str = ""
    last_modified: str = ""
    fresh_until: datetime | None = None
    is_unchanged: bool = False


class Limits(Struct, frozen=True):
    """How much one answer may cost, and how many are asked for at a time.

    `seconds` is for a request with all its redirects and repetitions; `silence_s` how long a
    server may say nothing; `rate` how many octets a second it must send on the average once that
    long has passed. `tries` are made in all, `backoff_s` before the second one and twice that
    before the next.
    """

    octets: int = 1 << 26
    seconds: float = 60
    silence_s: float = 10
    rate: int = 1000
    redirects: int = 5
    tries: int = 3
    backoff_s: float = 0.5
    at_once: int = 8
    per_host: int = 2


class Settings(Struct, frozen=True):
    """What may be reached, and how.

    `allow` names hosts ("ocsp.corp.example", ".corp.example" for all below it) and networks
    ("10.1.0.0/16") that may be reached although they are not on the public internet. `proxy` is
    the address of an HTTP proxy; no variable of the environment is looked at. `tls_roots` is a
    file of further roots (PEM) for HTTPS.
    """

    allow: tuple[str, ...] = ()
    proxy: str | None = None
    tls_roots: Path | None = None
    limits: Limits = Limits()


class Surroundings(Struct, frozen=True):
    """What fetching takes from the machine: clocks, sleep and chance.

    `now` gives an aware moment, `seconds` a clock that never steps back, `sleep` waits that many
    seconds, `chance` gives a number from 0 up to 1.
    """

    now: Callable[[], datetime]
    seconds: Callable[[], float]
    sleep: Callable[[float], None]
    chance: Callable[[], float]
