"""TOML in UTF-8, as people write it by hand: settings, policies, agreements, lists."""

from __future__ import annotations

import re
from typing import Any, Final

__all__ = ["NotTomlError", "decode_toml", "parse_toml"]

_PLACE: Final = re.compile(r"at line (\d+), column (\d+)")


class NotTomlError(ValueError):
    """A text is no TOML in UTF-8 at `line` and `column`, counted from 1.

    `details` are these two, and in `reason` the parser's own words, which are English: for who
    looks closer, not for a sentence.
    """

    def __init__(self, line: int, column: int, reason: str) -> None:
        """Keep the place."""
        super().__init__(f"{reason} ({line}:{column})")
        self.details: dict[str, str | int] = {
            "line": line,
            "column": column,
            "reason": reason[:200],
        }


def decode_toml(octets: bytes) -> str:
    """Return the text, with the mark that some editors put at its beginning or without."""
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = octets[: error.start].decode(errors="replace")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise NotTomlError(line, column, str(error)) from error


def parse_toml(text: str) -> dict[str, Any]:
    """Read the text whole."""
    import tomllib  # noqa: PLC0415 - only who reads such a file needs it

    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # TOMLDecodeError is the former
        told = _PLACE.search(str(error))
        last = text.rstrip().splitlines() or [""]  # told of as "end of document"
        line, column = map(int, told.groups()) if told else (len(last), len(last[-1]) + 1)
        raise NotTomlError(line, column, str(error)) from error
