"""What was found out of authorities, kept for the next question that is asked of a context."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable

    from zaruka.validation.blocks.authorities import Authorities

__all__ = ["Memory"]

_MOST = 256  # chains of authorities, each at one moment


class Memory:
    """It belongs to a context and to those made of it, and is forgotten with them."""

    __slots__ = ("_kept",)

    def __init__(self) -> None:
        """Know nothing yet."""
        self._kept: dict[Hashable, Authorities] = {}

    def recall(self, key: Hashable) -> Authorities | None:
        """Return what was kept under `key`."""
        return self._kept.get(key)

    def keep(self, key: Hashable, authorities: Authorities) -> None:
        """Keep this in place of what was kept under `key`; of too many, all are forgotten."""
        if len(self._kept) >= _MOST:
            self._kept.clear()
        self._kept[key] = authorities
