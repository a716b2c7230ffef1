"""Open what a person hands over: once, regular files only, without holding it whole in memory."""

from __future__ import annotations

import errno
import mmap
import os
import tempfile
import weakref
from stat import S_ISDIR, S_ISREG
from typing import TYPE_CHECKING, BinaryIO, Self, TypeAlias

from zaruka.errors import BudgetExceeded, InputError
from zaruka.signatures.content import Content

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["Input", "unreadable"]

Octets: TypeAlias = "bytes | bytearray | memoryview"

HEAD = 1 << 16  # octets that recognition looks at first
BLOCK = 1 << 20  # octets read at a time
IN_MEMORY = 1 << 24  # up to here an input is read whole, above it is mapped or lies in a file
MAXIMUM = 1 << 37  # octets of one input, decoded or not (128 GiB)


class Input(Content):
    """The octets of one input: a file opened once, or octets in memory.

    `path` is where it lies, if it is a file of its own. A file is read block by block by
    `segments`; `octets` reads it whole up to 16 MiB and maps it above. A file that changes its
    length while it is read is an InputError; only a mapped one that is cut short while its
    octets are looked at cannot be caught (the system ends the process), which is why documents
    are read by `segments` and signatures below 16 MiB are never mapped.
    """

    def __init__(
        self,
        name: str,
        size: int,
        *,
        octets: Octets | None = None,
        file: BinaryIO | None = None,
        path: Path | None = None,
    ) -> None:
        """Hold `octets` or `file`; use `of`, `open` or `spool` to make one."""
        super().__init__(name)
        self.title = name
        self.path = path
        self._size = size
        self._octets = None if octets is None else memoryview(octets).cast("B").toreadonly()
        self._file = file
        self._head: bytes | None = None
        if file is not None:
            weakref.finalize(self, file.close)

    @classmethod
    def of(cls, octets: Octets, name: str) -> Self:
        """Hold octets that are in memory; nothing is copied."""
        return cls(name, len(octets), octets=octets)

    @classmethod
    def open(cls, path: Path, *, name: str | None = None) -> Self:
        """Open a regular file; `name` is what people read, the file's name unless given.

        Raises InputError: input.not-found, input.directory, input.not-a-file (FIFO, device,
        socket), input.unreadable, input.too-large. Nothing that is not a regular file is opened.
        """
        shown = path.name if name is None else name
        try:
            _require_regular(path.stat().st_mode, shown)
            file = open(path, "rb", buffering=0, opener=_without_waiting)  # noqa: SIM115
        except (OSError, ValueError) as error:
            raise unreadable(error, shown) from error
        status = os.fstat(file.fileno())
        try:
            _require_regular(status.st_mode, shown)  # it may have been replaced meanwhile
            if status.st_size > MAXIMUM:
                raise BudgetExceeded(
                    "input.too-large", name=shown, size=status.st_size, limit=MAXIMUM
                )
        except InputError:
            file.close()
            raise
        return cls(shown, status.st_size, file=file, path=path)

    @classmethod
    def spool(cls, blocks: Iterable[Octets], name: str, *, limit: int = MAXIMUM) -> Self:
        """Keep what was decoded: in memory up to 16 MiB, above in an unnamed temporary file.

        Raises BudgetExceeded (input.too-large) above `limit` octets, InputError
        (input.no-space) if the temporary file cannot be written.
        """
        memory = bytearray()
        file: BinaryIO | None = None
        size = 0
        for block in blocks:
            size += len(block)
            if size > limit:
                raise BudgetExceeded("input.too-large", name=name, size=size, limit=limit)
            if file is None and size <= IN_MEMORY:
                memory += block
                continue
            if file is None:
                file = _temporary(name, size)
                whole = cls(name, 0, file=file)  # from here on it is closed with the input
                _write(file, memory, name)
                memory = bytearray()
            _write(file, block, name)
        if file is None:
            return cls(name, size, octets=memory)
        whole._size = size
        return whole

    @property
    def size(self) -> int:
        """Length in octets."""
        return self._size

    @property
    def first(self) -> bytes:
        """The first 64 KiB, or all where there is less."""
        if self._head is None:
            self._head = self.read_at(0, HEAD)
        return self._head

    @property
    def octets(self) -> memoryview:
        """All octets, read (up to 16 MiB) or mapped; kept for the next time."""
        if self._octets is None:
            if self._file is not None and self._size > IN_MEMORY:
                try:
                    mapped = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
                except (OSError, ValueError) as error:
                    raise unreadable(error, self.title) from error
                self._octets = memoryview(mapped)[: self._size]
            else:
                self._octets = memoryview(self.read_at(0, self._size))
                self._require_size(len(self._octets))
        return self._octets

    def read_at(self, offset: int, count: int) -> bytes:
        """Give up to `count` octets from `offset` on; fewer only at the end."""
        if self._octets is not None:
            return bytes(self._octets[offset : offset + count])
        assert self._file is not None
        count = max(0, min(count, self._size - offset))
        try:
            self._file.seek(offset)
            octets = self._file.read(count)
            while len(octets) < count and (more := self._file.read(count - len(octets))):
                octets += more
        except OSError as error:
            raise unreadable(error, self.title) from error
        return octets

    def search(self, pattern: re.Pattern[bytes], *, end: int | None = None) -> Iterator[int]:
        """Offsets at which `pattern` (of at most 256 octets) is found before `end`.

        Read block by block: a mapping would count as our memory once it is looked at.
        """
        end = self._size if end is None else min(end, self._size)
        start = 0
        while start < end:
            after = start + BLOCK
            for found in pattern.finditer(self.read_at(start, min(BLOCK + 256, end - start))):
                if found.start() >= BLOCK:
                    break  # the next block has it
                yield start + found.start()
                after = max(after, start + found.end())  # matches do not overlap
            start = after

    def part(self, start: int, end: int) -> memoryview:
        """Octets from `start` to `end`: read where there are few, mapped where there are many."""
        if self._octets is None and end - start <= IN_MEMORY:
            return memoryview(self.read_at(start, end - start))
        return self.octets[start:end]

    def segments(self) -> Iterator[memoryview]:
        """Give the octets in order, a block at a time.

        Raises InputError (input.changed) if the file has changed its length.
        """
        if self._octets is not None:
            yield self._octets
            return
        done = 0
        while block := self.read_at(done, BLOCK):
            done += len(block)
            yield memoryview(block)
        self._require_size(done)
        if self._file is not None:  # it may have grown
            self._require_size(os.fstat(self._file.fileno()).st_size)

    def _require_size(self, found: int) -> None:
        if found != self._size:
            raise InputError("input.changed", name=self.title, expected=self._size, actual=found)


def _without_waiting(path: str, flags: int) -> int:
    """Open so that a FIFO put in the file's place meanwhile does not block us."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))


def _require_regular(mode: int, name: str) -> None:
    if S_ISDIR(mode):
        raise InputError("input.directory", name=name)
    if not S_ISREG(mode):
        raise InputError("input.not-a-file", name=name)


def _temporary(name: str, size: int) -> BinaryIO:
    """Open a temporary file that has no name and goes when it is closed."""
    try:
        return tempfile.TemporaryFile(buffering=0)
    except OSError as error:
        raise InputError("input.no-space", name=name, size=size) from error


def _write(file: BinaryIO, block: Octets, name: str) -> None:
    view = memoryview(block)
    try:
        while view:
            view = view[file.write(view) :]
    except OSError as error:
        raise InputError("input.no-space", name=name, size=len(block)) from error


def unreadable(error: OSError | ValueError, name: str) -> InputError:
    """Say why a file cannot be read; `reason` is the name of the system's error."""
    if isinstance(error, FileNotFoundError | NotADirectoryError | ValueError):
        return InputError("input.not-found", name=name)
    reason = errno.errorcode.get(error.errno or 0, "EIO")
    return InputError("input.unreadable", name=name, reason=reason)
