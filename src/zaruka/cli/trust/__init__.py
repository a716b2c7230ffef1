"""`zaruka trust`: the lists of trusted services, one command for each thing to do with them."""

from __future__ import annotations

from typing import Final

__all__ = ["COMMANDS"]

COMMANDS: Final = {
    "update": "update",
    "list": "listing",
    "show": "show",
    "history": "history",
    "diff": "diff",
    "forget": "forget",
    "export": "export",
    "import": "importing",
}
"""The module of each command."""
