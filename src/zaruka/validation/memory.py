"""What was found out of authorities, kept for the next question that is asked of a context."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zaruka.validation.blocks.authorities import Authorities

__all__ = ["Memory"]

_MOST = 64  # chains of authorities, each at one moment


class Memory:
    """For whoever asks a context more than once; it goes with the contexts that were given it.

    No report depends on it. Threads may share one.
    """

    __slots__ = ("_kept",)

    def __init__(self) -> None:
        """Know nothing yet."""
        self._kept: dict[tuple[object, ...], Authorities] = {}

    def recall(self, asked: Authorities) -> Authorities:
        """Return the authorities asked for as they were judged before, else keep these."""
        key = asked.key
        known = self._kept.get(key)
        if known is not None and known.is_as(asked):
            return known
        if len(self._kept) >= _MOST:
            self._kept.clear()
        asked.is_remembered = True
        self._kept[key] = asked
        return asked
