"""`zaruka receipt`: receipts of trusted third parties, one command for each thing to do."""

from __future__ import annotations

from typing import Final

__all__ = ["COMMANDS"]

COMMANDS: Final = {
    "issue": "issue",
    "show": "show",
    "verify": "verify",
}
"""The module of each command."""
