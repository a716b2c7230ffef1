"""A bar while a large document is read."""

from __future__ import annotations

import sys
from time import monotonic
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Self

    from rich.progress import Progress, TaskID

    from zaruka.messages import Messages

__all__ = ["HashingProgress"]

_PATIENCE_S: Final = 1.0


class HashingProgress:
    """A bar on stderr once reading takes longer than a second; only in a terminal."""

    def __init__(self, say: Messages) -> None:
        """Draw nothing yet."""
        self._say = say
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._since: float | None = None
        self._shown = sys.stderr.isatty()

    def of(self, size: int) -> Callable[[int], None]:
        """Return what is told the octets read so far of a document of `size` octets."""

        def told(done: int) -> None:
            if self._shown:
                self._tell(done, size)

        return told

    def end(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def _tell(self, done: int, size: int) -> None:
        now = monotonic()
        if self._since is None:
            self._since = now
        if now - self._since < _PATIENCE_S:
            return
        if self._bar is None:
            from rich.console import Console  # noqa: PLC0415 - seldom needed
            from rich.progress import Progress  # noqa: PLC0415

            self._bar = Progress(console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task(self._say("words.progress.hashing"), total=None)
            self._bar.start()
        if self._task is not None:
            self._bar.update(self._task, completed=done, total=max(size, done) if size else None)

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End, whatever happened."""
        self.end()
