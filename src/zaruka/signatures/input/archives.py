"""Members of a folder, a zip or a mail message, each opened when it is looked at.

Nothing is ever written under a member's name.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
import zlib
from itertools import count
from pathlib import Path
from stat import S_ISLNK
from typing import TYPE_CHECKING

from msgspec import Struct

from zaruka.errors import BudgetExceeded, InputError, UnsupportedError
from zaruka.signatures.input import mail
from zaruka.signatures.input.kinds import Kind
from zaruka.signatures.input.opening import Input, unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from zaruka.signatures.input.forms import Form

__all__ = ["Member", "folder_members", "mail_members", "members", "zip_members"]

MEMBERS = 10_000  # of one folder, zip or message
DIRECTORY = 1 << 22  # octets of a zip's central directory: some 50,000 members
UNPACKED = 1 << 35  # octets of all members together (32 GiB)
RATIO = 200  # deflate reaches 1032; documents stay below, and
SMALL = 1 << 24  # below this size the ratio does not matter
BLOCK = 1 << 20
END_RECORD = b"PK\x05\x06"
LANGUAGE_FLAG = 0x800  # APPNOTE 4.4.4, bit 11: the name is UTF-8
ENCRYPTED_FLAG = 0x1


class Member(Struct, frozen=True):
    """A file of a folder or archive: `name` with "/" between folders, `size` in octets.

    `open` gives its octets; errors as of `Input.open`, or input.zip-damaged and the like.
    """

    name: str
    size: int
    open: Callable[[], Input]

    @property
    def folder(self) -> str:
        """Name of the folder that it lies in, "" at the top."""
        return self.name.rpartition("/")[0]

    @property
    def file_name(self) -> str:
        """Name within its folder."""
        return self.name.rpartition("/")[2]


def members(form: Form) -> tuple[Member, ...]:
    """Members of a recognised zip or mail message; none of anything else."""
    match form.kind:
        case Kind.ZIP:
            return zip_members(form.source)
        case Kind.MAIL:
            return mail_members(form.source)
    return ()


def folder_members(path: Path, *, deep: bool = True, limit: int = MEMBERS) -> tuple[Member, ...]:
    """Give the regular files of a folder, and of those in it if `deep`, in order of name.

    Links to folders are not followed; hidden files (.name, ~$name, Thumbs.db) are left out.
    Raises InputError (input.not-found, input.unreadable), BudgetExceeded
    (input.too-many-objects) above `limit` files and folders, when so many have been seen.
    """
    found: list[Member] = []
    folders = [path]
    seen = 0
    while folders:
        for entry in _entries(folders.pop(), path.name):
            seen += 1
            if seen > limit:
                raise BudgetExceeded("input.too-many-objects", name=path.name, limit=limit)
            if _is_file(entry):
                place = Path(entry.path)
                found.append(_file(place, place.relative_to(path).as_posix()))
            elif deep and entry.is_dir(follow_symlinks=False):
                folders.append(Path(entry.path))
    return tuple(sorted(found, key=lambda member: member.name))


def _entries(folder: Path, name: str) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            yield from (entry for entry in entries if not _is_hidden(entry.name))
    except OSError as error:
        raise unreadable(error, name) from error


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Whether it is a regular file, or a link to one; a link in a circle is not."""
    try:
        return entry.is_file()
    except OSError:
        return False


def _is_hidden(name: str) -> bool:
    return name.startswith((".", "~$")) or name == "Thumbs.db"


def _file(path: Path, name: str) -> Member:
    try:
        size = path.stat().st_size
    except OSError:  # gone since it was listed: opening it will say so
        size = 0
    return Member(name, size, lambda: Input.open(path, name=name))


def zip_members(source: Input, *, limit: int = MEMBERS) -> tuple[Member, ...]:
    """Give the files of a zip, in its order.

    Refused before anything is unpacked: a directory over 4 MiB or more than `limit` members
    (input.too-many-objects), names that are absolute or lead out (input.zip-unsafe-name) or
    come twice (input.zip-same-name), a password (input.encrypted-zip), sizes beyond all
    proportion and members that lie over one another (input.zip-bomb), damage
    (input.zip-damaged).
    """
    name = source.title
    _require_small_directory(source, limit)
    try:
        archive = zipfile.ZipFile(_Reader(source))
        entries = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError) as error:
        raise InputError("input.zip-damaged", name=name) from error
    if len(entries) > limit:
        raise BudgetExceeded("input.too-many-objects", name=name, limit=limit)
    found: dict[str, Member] = {}
    for entry in entries:
        if S_ISLNK(entry.external_attr >> 16):
            continue
        member = _safe_name(entry, name)
        if member in found:
            raise InputError("input.zip-same-name", name=name, member=member)
        if entry.flag_bits & ENCRYPTED_FLAG:
            raise UnsupportedError("input.encrypted-zip", name=name, member=member)
        if entry.file_size > SMALL and entry.file_size > RATIO * max(1, entry.compress_size):
            raise BudgetExceeded(
                "input.zip-bomb", name=name, member=member, size=entry.file_size, limit=SMALL
            )
        found[member] = _zipped(archive, entry, member, name)
    packed = sum(entry.compress_size for entry in entries)
    unpacked = sum(entry.file_size for entry in entries)
    if packed > source.size or unpacked > UNPACKED:
        raise BudgetExceeded(
            "input.zip-bomb", name=name, member=next(iter(found), ""), size=unpacked, limit=UNPACKED
        )
    return tuple(found.values())


def _require_small_directory(source: Input, limit: int) -> None:
    """Look at the end record first (APPNOTE 4.3.16): a million members are never listed."""
    tail = source.read_at(max(0, source.size - 65_557), 65_557)
    at = tail.rfind(END_RECORD)
    if at < 0 or len(tail) - at < 22:
        raise InputError("input.zip-damaged", name=source.title)
    # The size field may lie, or stand in a ZIP64 record: what precedes the record bounds it too.
    stated = int.from_bytes(tail[at + 12 : at + 16], "little")
    start = int.from_bytes(tail[at + 16 : at + 20], "little")
    end = source.size - len(tail) + at
    if stated == 0xFFFFFFFF or start == 0xFFFFFFFF:
        locator = tail[at - 20 : at]
        if locator[:4] != b"PK\x06\x07":
            raise InputError("input.zip-damaged", name=source.title)
        record = source.read_at(int.from_bytes(locator[8:16], "little"), 56)
        stated = int.from_bytes(record[40:48], "little")
    if min(stated, end) > DIRECTORY:
        raise BudgetExceeded("input.too-many-objects", name=source.title, limit=limit)


def _safe_name(entry: zipfile.ZipInfo, archive: str) -> str:
    """Give the member's name as people wrote it; raises InputError where it is not harmless.

    Names without the UTF-8 flag are UTF-8 all the same, or cp866 as Windows writes Cyrillic.
    """
    written = getattr(entry, "orig_filename", entry.filename)
    if not entry.flag_bits & LANGUAGE_FLAG:
        raw = written.encode("cp437", "replace")
        try:
            written = raw.decode("utf-8")
        except UnicodeDecodeError:
            written = raw.decode("cp866")
    name = written.replace("\\", "/")
    steps = name.split("/")
    if (
        not name
        or name.startswith("/")
        or ".." in steps
        or re.match(r"[A-Za-z]:", name)
        or any(ord(character) < 32 for character in name)
    ):
        raise InputError("input.zip-unsafe-name", name=archive, member=ascii(name)[1:-1])
    return name


def _zipped(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, member: str, name: str) -> Member:
    def unpack() -> Input:
        try:
            return Input.spool(_unpacked(archive, entry), member, limit=entry.file_size)
        except NotImplementedError as error:
            raise UnsupportedError(
                "input.zip-method", name=name, member=member, method=entry.compress_type
            ) from error
        except BudgetExceeded:
            raise InputError("input.zip-damaged", name=name) from None
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError) as error:
            raise InputError("input.zip-damaged", name=name) from error

    return Member(member, entry.file_size, unpack)


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(entry) as stream:
        while block := stream.read(BLOCK):
            yield block


class _Reader(io.RawIOBase):
    """An input as a file that `zipfile` can seek in."""

    def __init__(self, source: Input) -> None:
        self._source = source
        self._offset = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._offset

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._offset, os.SEEK_END: self._source.size}
        if start[whence] + offset < 0:
            raise ValueError("before the beginning")
        self._offset = start[whence] + offset
        return self._offset

    def read(self, size: int = -1) -> bytes:
        left = max(0, self._source.size - self._offset)
        octets = self._source.read_at(self._offset, left if size < 0 else min(size, left))
        self._offset += len(octets)
        return octets


def mail_members(source: Input) -> tuple[Member, ...]:
    """Give the named attachments of a message; errors as of `zaruka.signatures.input.mail`.

    Those of one name are numbered: letters have many an image001.png, and none may vanish.
    """
    name = source.title
    found: dict[str, Member] = {}
    for leaf in mail.leaves(mail.read_entity(source.octets, name), name):
        if leaf.name:
            free = next(each for each in _numbered(leaf.name) if each not in found)
            found[free] = _attached(leaf, free)
    return tuple(found.values())


def _numbered(name: str) -> Iterator[str]:
    """Give the name, then "contract (2).pdf" and so on."""
    yield name
    stem, dot, extension = name.rpartition(".")
    for number in count(2):
        yield f"{stem} ({number}).{extension}" if stem and dot else f"{name} ({number})"


def _attached(leaf: mail.Entity, name: str) -> Member:
    return Member(name, len(leaf.body), lambda: mail.decoded(leaf, name))
