"""How close a signature's file name is to a document's: `bid.pdf` and `bid.pdf.sig`, `bid.sig`."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["FAR", "closeness", "document_names"]

FAR = 9  # closeness of names that have nothing in common
# What is put behind a document's name, taken off again from the end.
TAIL = re.compile(
    r"(?:\.(?:sig|sgn|sign|p7s|p7m|p7b|bin|der|pem|cms|b64|base64|txt)\d{0,3}"
    r"|[._ -]\d{1,3}"
    r"|\s*\(\d{1,3}\)"
    r"|[._ -]+(?:signed|signature|sign|sig|sgn|p7s|подпись|подписан|подпіс|эцп|эп|элп))\Z"
)
TAILS = 6


def document_names(signature: str) -> tuple[str, ...]:
    """Names that the document may have, likeliest first: the tails of `signature` taken off."""
    name = _folded(signature)
    found = []
    for _ in range(TAILS):
        shorter = TAIL.sub("", name)
        if shorter in ("", name):
            break
        found.append(name := shorter)
    return tuple(found) or (name.rpartition(".")[0] or name,)


def closeness(signature: str, document: str) -> int:
    """Rank `document` for `signature`, 0 the closest, `FAR` nothing in common."""
    name = _folded(document)
    stem = name.rpartition(".")[0] or name
    wanted = document_names(signature)
    if name == wanted[0]:
        return 0
    if name in wanted:
        return 1
    if stem in wanted and not TAIL.search(name):
        return 2
    if any(stem in document_names(other) for other in wanted):
        return 3
    if any(stem.startswith(other) or other.startswith(stem) for other in wanted):
        return 4
    return FAR


def _folded(name: str) -> str:
    """Compare names as people do: macOS decomposes letters such as й, Windows ignores case."""
    return unicodedata.normalize("NFC", name).casefold()
