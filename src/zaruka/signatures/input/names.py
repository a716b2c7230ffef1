"""How close a signature's file name is to a document's: `bid.pdf` and `bid.pdf.sig`, `bid.sig`."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zaruka.signatures.input.archives import Member

__all__ = ["FAR", "NameIndex", "closeness", "document_names"]

FAR = 9  # closeness of names that have nothing in common
# What is put behind a document's name, taken off again from the end.
TAIL = re.compile(
    r"(?:\.(?:sig|sgn|sign|p7s|p7m|p7b|bin|der|pem|cms|b64|base64|txt)\d{0,3}"
    r"|[._ -]\d{1,3}"
    r"|\s*\(\d{1,3}\)"
    r"|[._ -]+(?:signed|signature|sign|sig|sgn|p7s|подпись|подписан|подпіс|эцп|эп|элп))\Z"
)
TAILS = 6
SIGNATURE = re.compile(r"\.(?:sig|sgn|sign|p7s|p7m|p7b)\d{0,3}\Z")


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
    """Rank `document` for `signature`.

    0 and 1: its whole name (the signature's first tail off, or more of them); 2: its name
    without the extension; 3: one begins with the other; `FAR`: nothing in common.
    """
    name = _folded(document)
    stem = name.rpartition(".")[0] or name
    wanted = document_names(signature)
    if name in wanted:
        return min(wanted.index(name), 1)
    if stem in wanted and not SIGNATURE.search(name):
        return 2
    if any(stem.startswith(other) or other.startswith(stem) for other in wanted):
        return 3
    return FAR


class NameIndex:
    """Members by name, to find the few that fit a signature's name among many."""

    def __init__(self, members: Iterable[Member]) -> None:
        """Sort the members by their names, with and without extension."""
        self._by_name: dict[str, list[Member]] = defaultdict(list)
        self._by_stem: dict[str, list[Member]] = defaultdict(list)
        for member in members:
            name = _folded(member.file_name)
            self._by_name[name].append(member)
            if not SIGNATURE.search(name):
                self._by_stem[name.rpartition(".")[0] or name].append(member)

    def near(self, signature: Member) -> list[Member]:
        """Members whose `closeness` is 2 or less, the closest first, those of its folder first."""
        return [member for *_, member in self._ranked(signature)]

    def named(self, signature: Member) -> list[Member]:
        """Members of its folder that have the whole name that `signature` says, closest first.

        Another signature is not what it is a signature of.
        """
        return [
            member
            for rank, elsewhere, member in self._ranked(signature)
            if rank < 2 and not elsewhere and not SIGNATURE.search(_folded(member.file_name))
        ]

    def _ranked(self, signature: Member) -> list[tuple[int, bool, Member]]:
        """Members with their closeness and whether they lie in another folder."""
        ranked: dict[str, tuple[int, bool, Member]] = {}
        for tails, name in enumerate(document_names(signature.file_name)):
            for rank, members in ((min(tails, 1), self._by_name), (2, self._by_stem)):
                for member in members.get(name, ()):
                    elsewhere = member.folder != signature.folder
                    ranked.setdefault(member.name, (rank, elsewhere, member))
        ranked.pop(signature.name, None)
        return sorted(ranked.values(), key=lambda found: found[:2])


def _folded(name: str) -> str:
    """Compare names as people do: macOS decomposes letters such as й, Windows ignores case."""
    return unicodedata.normalize("NFC", name).casefold()
