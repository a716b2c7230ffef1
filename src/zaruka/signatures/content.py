"""Signed content as a stream: read once for all digests wanted, never held whole in memory.

A `Content` gives its octets in segments, in order. `digest_many` reads them once and keeps the
digests: the caller hashes first (with a progress bar, if it likes), and validation, which is
pure, looks the results up.
"""

from __future__ import annotations

import errno
import mmap
from abc import ABC, abstractmethod
from hashlib import sha256
from stat import S_ISDIR, S_ISREG
from typing import TYPE_CHECKING, TypeAlias

from zaruka.crypto import digest, hash_context
from zaruka.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from zaruka.asn1.schema import Span

__all__ = [
    "BytesContent",
    "Content",
    "FileContent",
    "RecordedContent",
    "Source",
    "SpanContent",
    "map_file",
]

Source: TypeAlias = "bytes | bytearray | memoryview | mmap.mmap"

BLOCK = 1 << 20  # octets given to the digests at a time
GATHERED = 1 << 18  # octets of small segments that are given at a time
MAPPED = 1 << 20  # a file of this size or more is mapped instead of read


class Content(ABC):
    """Octets that were signed, readable as often as needed.

    `name` is the file's name for people, if there is one; `size` is in octets. Digests are kept
    by OID: a content stands for octets that do not change while it is looked at.
    """

    def __init__(self, name: str | None = None) -> None:
        """Keep the name."""
        self.name = name
        self._digests: dict[str, bytes] = {}

    @property
    @abstractmethod
    def size(self) -> int:
        """Length in octets."""

    @abstractmethod
    def segments(self) -> Iterator[memoryview]:
        """Give the octets in order; a segment is valid until the next one is asked for."""

    def blocks(self) -> Iterator[memoryview]:
        """Give the octets in order, in pieces that are each worth a call of a digest."""
        return _blocks(self.segments())

    def digest(self, oid: str) -> bytes:
        """Digest by the algorithm `oid`; UnsupportedError if it is unknown."""
        if oid not in self._digests:
            self.digest_many((oid,))
        return self._digests[oid]

    def digest_many(
        self, oids: Iterable[str], *, progress: Callable[[int], None] | None = None
    ) -> dict[str, bytes]:
        """Digests by several algorithms in one pass, by OID.

        `progress` is told the octets read so far, at least once a mebibyte. Raises UnsupportedError
        if an algorithm is unknown (nothing is read then), InputError if the octets cannot be read.
        """
        wanted = dict.fromkeys(oids)
        contexts = {oid: hash_context(oid) for oid in wanted if oid not in self._digests}
        if contexts:
            read = 0
            for block in self.blocks():
                for context in contexts.values():
                    context.update(block)
                read += len(block)
                if progress is not None:
                    progress(read)
            for oid, context in contexts.items():
                self._digests[oid] = context.digest()
        return {oid: self._digests[oid] for oid in wanted}

    def known(self, name: str) -> bytes | None:
        """Return a digest that was taken, by its OID or by the name under which it was noted."""
        return self._digests.get(name)

    def note(self, name: str, digest: bytes) -> None:
        """Keep a digest over the content and more, under a name that says over what."""
        self._digests[name] = digest

    @property
    def noted(self) -> tuple[str, ...]:
        """Names of the digests that were noted."""
        return tuple([name for name in self._digests if ":" in name])

    def head(self, count: int) -> bytes:
        """Give the first `count` octets, or all where there are fewer."""
        octets = bytearray()
        for segment in self.segments():
            octets += segment[: count - len(octets)]
            if len(octets) == count:
                break
        return bytes(octets)

    def __bytes__(self) -> bytes:
        """All the octets in memory: for content known to be small."""
        return b"".join(bytes(segment) for segment in self.segments())


class BytesContent(Content):
    """Content that lies in memory (or in a mapping of a file)."""

    def __init__(self, octets: Source, name: str | None = None) -> None:
        """Keep a view of `octets`; nothing is copied."""
        super().__init__(name)
        self._view = memoryview(octets).cast("B")

    @property
    def size(self) -> int:
        """Length in octets."""
        return self._view.nbytes

    def digest(self, oid: str) -> bytes:
        """Digest by one algorithm; small content in one call."""
        known = self._digests.get(oid)
        if known is not None:
            return known
        if self._view.nbytes > BLOCK:
            return super().digest(oid)
        self._digests[oid] = found = digest(oid, self._view)
        return found

    def segments(self) -> Iterator[memoryview]:
        """Give the whole content as one segment."""
        yield self._view

    def blocks(self) -> Iterator[memoryview]:
        """Cut the content; there is nothing to gather."""
        (whole,) = self.segments()
        return _cut(whole)


class SpanContent(Content):
    """Content inside a signature: an OCTET STRING, in BER perhaps in many pieces."""

    def __init__(self, span: Span, name: str | None = None) -> None:
        """Keep the span, and with it the buffer of the signature; nothing is copied."""
        super().__init__(name)
        self._span = span

    @property
    def size(self) -> int:
        """Length in octets."""
        return len(self._span)

    def segments(self) -> Iterator[memoryview]:
        """Give the pieces as they lie in the signature."""
        return iter(self._span)


class RecordedContent(Content):
    """Content of which nothing is known but digests, as a report keeps it."""

    def __init__(self, digests: Mapping[str, bytes], name: str | None = None) -> None:
        """Keep the digests, by OID or noted name."""
        super().__init__(name)
        self._digests.update(digests)

    @property
    def size(self) -> int:
        """No length is known."""
        return 0

    def head(self, count: int) -> bytes:
        """Give nothing: what was found in the content is noted."""
        del count
        return b""

    def segments(self) -> Iterator[memoryview]:
        """Raise InputError: what would need the content cannot be answered."""
        raise InputError("replay.no-content")


class FileContent(Content):
    """A file, read from its start for every pass.

    It is read, not mapped: a file that shrinks meanwhile is then an error, not a crash.
    """

    def __init__(self, path: Path, name: str | None = None) -> None:
        """Keep the path; the name for people is the file's, unless given."""
        super().__init__(path.name if name is None else name)
        self.path = path

    @property
    def size(self) -> int:
        """Length in octets; InputError if the file cannot be asked."""
        try:
            return self.path.stat().st_size
        except OSError as error:
            raise _unreadable(self.path, error) from error

    def segments(self) -> Iterator[memoryview]:
        """Give the file block by block, always in the same buffer."""
        buffer = bytearray(BLOCK)
        view = memoryview(buffer)
        try:
            with self.path.open("rb", buffering=0) as file:
                while count := file.readinto(buffer):
                    yield view[:count]
        except OSError as error:
            raise _unreadable(self.path, error) from error


def map_file(path: Path) -> Source:
    """Give the octets of a regular file: read when small, mapped when large.

    Raises InputError: input.directory, input.not-a-file, input.unreadable.
    """
    try:
        status = path.stat()
        if S_ISDIR(status.st_mode):
            raise InputError("input.directory", name=path.name)
        if not S_ISREG(status.st_mode):
            raise InputError("input.not-a-file", name=path.name)
        if status.st_size < MAPPED:
            return path.read_bytes()
        with path.open("rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error


def sha256_hex(octets: Source) -> str:
    """SHA-256 of `octets`, 64 hex digits: the name by which every object is known."""
    return sha256(octets).hexdigest()


def _blocks(segments: Iterator[memoryview]) -> Iterator[memoryview]:
    """Cut large segments and gather small ones, so that each call of a digest is worth it.

    Small ones are gathered in one buffer: a block is valid until the next one is asked for.
    """
    gathered, filled = memoryview(bytearray(GATHERED)), 0
    for segment in segments:
        size = len(segment)
        if filled and filled + size > GATHERED:
            yield gathered[:filled]
            filled = 0
        if filled or size < GATHERED // 4:
            gathered[filled : filled + size] = segment
            filled += size
            continue
        yield from _cut(segment)
    if filled:
        yield gathered[:filled]


def _cut(segment: memoryview) -> Iterator[memoryview]:
    for start in range(0, len(segment), BLOCK):
        yield segment[start : start + BLOCK]


def _unreadable(path: Path, error: OSError | ValueError) -> InputError:
    number = error.errno if isinstance(error, OSError) else None
    reason = errno.errorcode.get(number or errno.EIO, "EIO")
    return InputError("input.unreadable", name=path.name, reason=reason)
