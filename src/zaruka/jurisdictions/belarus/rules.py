"""What the Belarusian jurisdiction checks."""

from __future__ import annotations

from zaruka.findings import Rule

IDENTIFIERS_CORRECT = Rule("belarus.identifiers-correct", "STB 34.101.78 appendix Г")
IDENTIFIER_INCORRECT = Rule("belarus.identifier-incorrect", "STB 34.101.78 appendix Г")
NO_NON_REPUDIATION = Rule("belarus.no-non-repudiation", "STB 34.101.78 appendix Г")
