"""What the Russian jurisdiction checks."""

from __future__ import annotations

from zaruka.findings import Rule

_ORDER_795 = "FSB order 795 of 27.12.2011"

IDENTIFIERS_CORRECT = Rule("russia.identifiers-correct", _ORDER_795)
IDENTIFIER_INCORRECT = Rule("russia.identifier-incorrect", _ORDER_795)
MEANS_CLASS_MISSING = Rule("russia.means-class-missing", _ORDER_795)
SIGN_TOOL_MISSING = Rule("russia.sign-tool-missing", _ORDER_795)
