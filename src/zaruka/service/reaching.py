"""How servers are reached: this machine's clocks and chance, and what zaruka.toml says."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import structs

from zaruka.fetch import Limits, Settings, Surroundings

if TYPE_CHECKING:
    from zaruka.service.settings import Fetching

__all__ = ["MACHINE", "fetch_settings"]

MACHINE: Final = Surroundings(
    now=lambda: datetime.now(UTC).replace(microsecond=0),
    seconds=time.monotonic,
    sleep=time.sleep,
    chance=random.random,
)
_USUAL: Final = Limits()


def fetch_settings(configured: Fetching, usual: Limits = _USUAL) -> Settings:
    """Return what may be reached and how; `usual` are the limits that are not configured."""
    return Settings(
        configured.allow,
        configured.proxy,
        None if configured.tls_roots is None else Path(configured.tls_roots),
        structs.replace(usual, **configured.limits),
    )
