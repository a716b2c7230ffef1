"""`zaruka lab`: services for trial."""

from __future__ import annotations

from typing import Final

__all__ = ["COMMANDS"]

COMMANDS: Final = {"serve": "serve"}
"""The module of each command."""
