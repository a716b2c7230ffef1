"""String preparation for the comparison of names: RFC 4518 as RFC 5280 7.1 applies it."""

from __future__ import annotations

import re
import stringprep
import unicodedata
from functools import lru_cache

__all__ = ["prepare"]

# RFC 4518 2.2: code points mapped to nothing, among them all controls that are not white space.
_NOTHING = (
    "\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u034f\u06dd\u070f"
    "\u1806\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2063\u206a-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffc\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
)
_DELETED = re.compile(f"[{_NOTHING}]")
# RFC 4518 2.2: white space and separators, mapped to SPACE.
_SPACES = re.compile("[\t\n\v\f\r\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
# Only these: nothing to delete, to normalise or to prohibit, and lower-casing is table B.2.
_PLAIN = re.compile("[ -~\u0400-\u045f\u00ab\u00bb\u2013\u2014]*")
_LONGEST = 1_024  # characters
# Text has few different characters, and these look each up in tables by halving.
_folded = lru_cache(maxsize=65_536)(stringprep.map_table_b2)


@lru_cache(maxsize=65_536)
def prepare(value: str) -> str | None:
    """Return `value` in the form in which two values of caseIgnoreMatch are compared.

    RFC 4518 2.2-2.6.1 for stored values, with case folding by RFC 3454 table B.2. Inner spaces
    become one and outer ones go, which tells apart the same values as the two and one of 2.6.1.
    None: the value holds a prohibited code point, so its equality with another is undefined, or
    is longer than anybody is called: normalisation may take the square of its length.
    """
    if len(value) > _LONGEST:
        return None
    if _PLAIN.fullmatch(value):
        return " ".join(value.lower().split())
    mapped = _SPACES.sub(" ", _DELETED.sub("", value))
    folded = "".join(map(_folded, mapped))
    normal = unicodedata.ucd_3_2_0.normalize("NFKC", folded)
    return None if any(map(_prohibited, normal)) else _without_insignificant_spaces(normal)


@lru_cache(maxsize=65_536)
def _prohibited(char: str) -> bool:
    """RFC 4518 2.4: unassigned in Unicode 3.2, private, not a character, changing the display."""
    return (
        char == "\ufffd"
        or stringprep.in_table_a1(char)
        or stringprep.in_table_c3(char)
        or stringprep.in_table_c4(char)
        or stringprep.in_table_c5(char)
        or stringprep.in_table_c8(char)
    )


def _without_insignificant_spaces(value: str) -> str:
    """RFC 4518 2.6.1: a SPACE that a combining mark follows is a character of its own."""
    marks = {i for i, char in enumerate(value) if unicodedata.category(char)[0] == "M"}
    kept = "".join("\0" if char == " " and i + 1 in marks else char for i, char in enumerate(value))
    return " ".join(filter(None, kept.split(" "))).replace("\0", " ")
