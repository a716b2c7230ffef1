"""Files that a command writes: whole or not at all, and never over another unless told."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from zaruka.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["write_new"]


def write_new(path: Path, segments: Iterable[bytes | memoryview], *, force: bool) -> int:
    """Write `segments` to `path` and return the octets written.

    A temporary file beside it takes its name only when all is written. Raises ConfigError
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
            os.link(partial, path)  # fails if somebody has made it meanwhile
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
