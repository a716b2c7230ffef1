"""Requests from beginning to end, with redirects and repetitions; and many side by side."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from math import inf
from typing import TYPE_CHECKING, Final, TypeAlias

from zaruka.errors import FetchError
from zaruka.fetch.addresses import Allowed, parse_address
from zaruka.fetch.exchange import Exchanges
from zaruka.fetch.network import resolve as ask_system
from zaruka.fetch.requests import Fetched

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from zaruka.fetch.network import Resolve
    from zaruka.fetch.requests import Request, Settings, Surroundings

__all__ = ["Fetcher", "Outcome"]

Outcome: TypeAlias = "Fetched | FetchError"

_AWAY: Final = frozenset({"fetch.no-answer", "fetch.unknown-host", "fetch.unreachable"})
_CURABLE: Final = _AWAY | {"fetch.busy", "fetch.protocol", "fetch.timeout", "fetch.truncated"}


class Fetcher:
    """Asks servers within the bounds of `settings`; may be used by several threads."""

    def __init__(
        self, settings: Settings, surroundings: Surroundings, *, resolve: Resolve = ask_system
    ) -> None:
        """Take what may be reached; ConfigError where the settings are wrong.

        `resolve` gives the addresses of a name; the system does unless another is given.
        """
        self._limits = settings.limits
        self._surroundings = surroundings
        self._exchanges = Exchanges(settings, Allowed(settings.allow), surroundings, resolve)

    def fetch(
        self, request: Request, *, into: Path | None = None, within_s: float = inf
    ) -> Fetched:
        """Ask for one thing, again where that may help; FetchError where it did not come.

        `into` is the folder for a file of what comes; without it, it is held in memory.
        `within_s` is less time than the settings give.
        """
        clock = self._surroundings.seconds
        until = clock() + min(within_s, self._limits.seconds)
        tried = 0
        while True:
            tried += 1
            try:
                return self._follow(request, until, into)
            except FetchError as error:
                wait = self._wait(error, tried)
                if tried >= self._limits.tries or clock() + wait >= until:
                    raise
            self._surroundings.sleep(wait)

    def _follow(self, request: Request, until: float, into: Path | None) -> Fetched:
        address = parse_address(request.address)
        for _ in range(self._limits.redirects + 1):
            got = self._exchanges.ask(address, request, until, into)
            if isinstance(got, Fetched):
                return got
            address = address.follow(got)
        raise FetchError("fetch.redirects", host=address.host, limit=self._limits.redirects)

    def _wait(self, error: FetchError, tried: int) -> float:
        """How long to wait before the next try: twice as long each time, not all at once.

        Never less than the server asks for; for ever where another try would change nothing.
        """
        if error.code not in _CURABLE:
            return inf
        usual = self._limits.backoff_s * 2.0 ** (tried - 1) * (0.5 + self._surroundings.chance())
        return max(usual, int(error.details.get("wait", 0)))

    def fetch_all(
        self, requests: Sequence[Request], *, into: Path | None = None, within_s: float = inf
    ) -> list[Outcome]:
        """Ask for many things side by side, few of them of one host; outcomes in their order.

        Where a host is away, what else was wanted of it is not tried again and again. What is
        not begun within `within_s` seconds is a FetchError too (fetch.timeout).
        """
        lanes: dict[str, deque[int]] = {}
        for number, request in enumerate(requests):
            lanes.setdefault(_host(request), deque()).append(number)
        batch = _Batch(self, requests, into, self._surroundings.seconds() + within_s)
        with ThreadPoolExecutor(self._limits.at_once, thread_name_prefix="fetch") as pool:
            running = [
                pool.submit(batch.work, host, lane)
                for host, lane in lanes.items()
                for _ in range(min(self._limits.per_host, len(lane)))
            ]
            try:
                for each in running:
                    each.result()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        return [batch.outcomes[number] for number in range(len(requests))]

    def seconds(self) -> float:
        """Read the clock that never steps back."""
        return self._surroundings.seconds()


class _Batch:
    """What the threads of one `fetch_all` share."""

    def __init__(
        self, fetcher: Fetcher, requests: Sequence[Request], into: Path | None, until: float
    ) -> None:
        self.outcomes: dict[int, Outcome] = {}
        self._fetcher = fetcher
        self._requests = requests
        self._into = into
        self._until = until

    def work(self, host: str, lane: deque[int]) -> None:
        """Ask `host` for one thing after the other, until nothing is left."""
        away: FetchError | None = None
        while lane:
            try:
                number = lane.popleft()
            except IndexError:  # another thread took the last one
                return
            outcome = away or self._outcome(self._requests[number])
            self.outcomes[number] = outcome
            if isinstance(outcome, FetchError) and _is_away(outcome, host):
                away = outcome

    def _outcome(self, request: Request) -> Outcome:
        left = max(0.0, self._until - self._fetcher.seconds())
        try:
            return self._fetcher.fetch(request, into=self._into, within_s=left)
        except FetchError as error:
            return error


def _is_away(error: FetchError, host: str) -> bool:
    """Whether `host` itself is away, not one that it redirects to."""
    return error.code in _AWAY and error.details.get("host") == host


def _host(request: Request) -> str:
    try:
        return parse_address(request.address).host
    except FetchError:
        return ""
