"""What Northland checks."""

from __future__ import annotations

from zaruka.findings import Rule

_ACT = "Northland Signature Act"

NUMBERS_CORRECT = Rule("northland.numbers-correct", f"{_ACT} 4")
NUMBER_INCORRECT = Rule("northland.number-incorrect", f"{_ACT} 4")
OATH_MISSING = Rule("northland.oath-missing", f"{_ACT} 7(2)")
