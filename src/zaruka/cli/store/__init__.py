"""`zaruka store`: the health of what is kept, lists and evidence."""

from __future__ import annotations

from typing import Final

__all__ = ["COMMANDS"]

COMMANDS: Final = {"check": "check", "prune": "prune"}
"""The module of each command."""
