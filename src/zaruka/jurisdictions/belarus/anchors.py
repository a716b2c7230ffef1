"""The root of GosSUOK: Корневой удостоверяющий центр (КУЦ), as its operator publishes it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from zaruka.trust import pinned

if TYPE_CHECKING:
    from zaruka.trust import Statement

__all__ = ["ROOTS"]

ROOTS: tuple[Statement, ...] = (
    pinned(
        "BY",
        "c59f459f66ba5898625d05dfd14bd3c34359a099f5a18c2e446941ad74dc8c5b",
        "Корневой удостоверяющий центр ГосСУОК",
        datetime(2014, 6, 30, 6, 59, 38, tzinfo=UTC),
        datetime(2034, 6, 30, 20, 59, 59, tzinfo=UTC),
    ),
)
