"""Files that a command writes: whole or not at all, and never over another unless told."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from zaruka.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["write_new"]


def write_new(path: Path, segments: Iterable[bytes | memoryview], *, force: bool) -> int:
    """Write `segments` to `path` and return the octets written.

    A temporary file beside it takes its name only when all is written; where there are no hard
    links (FAT, some network folders) it is copied instead. Raises ConfigError
    (usage.exists, usage.cannot-write).
    """
    if path.exists() and not force:
        raise ConfigError("usage.exists", name=str(path))
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    written = 0
    try:
        with partial.open("xb") as file:
            for segment in segments:
                written += file.write(segment)
        if force:
            partial.replace(path)
        else:
            _give_name(partial, path)
            partial.unlink()
    except FileExistsError as error:
        partial.unlink(missing_ok=True)
        raise ConfigError("usage.exists", name=str(path)) from error
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise ConfigError(
            "usage.cannot-write", name=str(path), reason=error.strerror or str(error)
        ) from error
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    return written


def _give_name(partial: Path, path: Path) -> None:
    """Give a finished file its name; FileExistsError if somebody has made one meanwhile."""
    try:
        os.link(partial, path)
    except FileExistsError:
        raise
    except OSError:
        _copy(partial, path)


def _copy(partial: Path, path: Path) -> None:
    """Copy into a file that is made for it; half a copy is taken away again."""
    with partial.open("rb") as source, path.open("xb") as target:
        try:
            shutil.copyfileobj(source, target)
            target.flush()
        except BaseException:
            path.unlink(missing_ok=True)
            raise
