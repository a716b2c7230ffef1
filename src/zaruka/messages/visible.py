"""Text from certificates and file names, made harmless for a terminal, a page and a person."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["visible"]

_LONGEST = 400
# Quick test: nothing outside printable ASCII and the Cyrillic letters needs a closer look.
_PLAIN = re.compile(r"[ -~\u00a0\u00ab\u00bb\u0400-\u045f\u2013\u2014\u2026\u2116]*")
# Controls, formats (bidirectional overrides, zero-width), surrogates, private and unassigned
# code points, line and paragraph separators: Unicode general categories.
_UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def visible(text: str, longest: int = _LONGEST) -> str:
    r"""Return `text` in one line, with what must not reach a terminal written as \\uXXXX.

    Terminal controls, bidirectional overrides and invisible characters stay readable, but have
    no effect. More than two combining marks on a letter are dropped. Text over `longest`
    characters is cut and ends in "…".
    """
    shown = text if len(text) <= longest else text[: longest - 1] + "…"
    if _PLAIN.fullmatch(shown):
        return shown
    out: list[str] = []
    marks = 0
    for character in shown:
        category = unicodedata.category(character)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if category in _UNSAFE:
            number = ord(character)
            out.append(f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}")
        elif marks <= 2:
            out.append(character)
    return "".join(out)
