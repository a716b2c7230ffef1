"""Exceptions: the question could not be asked.

A verdict is never an exception (see `zaruka.findings`). Every error has a stable `code`; its
sentence and remedy in the reader's language are made at the edge, from `code` and `details`::

    ZarukaError
    ├── InputError        the bytes or the file cannot be read as what they should be
    │   └── BudgetExceeded   size, depth, count or search is over its bound
    ├── FetchError        another machine did not give what was asked of it
    ├── UnsupportedError  understood, but not done here (yet): says what it is
    ├── ConfigError       our own configuration or options are wrong
    └── StoreError        our own database cannot be used; nothing in it was changed
"""

from __future__ import annotations

import os

__all__ = [
    "BudgetExceeded",
    "ConfigError",
    "FetchError",
    "InputError",
    "StoreError",
    "UnsupportedError",
    "ZarukaError",
    "defect",
]

_BITS_SHOWN = 4096


class ZarukaError(Exception):
    """Root of the tree; never raised itself.

    `code` is stable, dotted, lower-case ("input.empty"); `details` are the values that its
    sentence names (offsets in octets, sizes in octets, names as found).
    """

    def __init__(self, code: str, /, **details: str | int) -> None:
        """Keep `code` and `details`; `str()` is for logs and programmers only."""
        self.code = code
        self.details = {name: _printable(value) for name, value in details.items()}
        shown = ", ".join(f"{name}={value}" for name, value in self.details.items())
        super().__init__(f"{code} ({shown})" if shown else code)


def _printable(value: str | int) -> str | int:
    """Cut a number of which Python would not write the decimal digits (4300)."""
    is_huge = isinstance(value, int) and value.bit_length() > _BITS_SHOWN
    return f"{value:#x}"[:32] + "…" if is_huge else value


class InputError(ZarukaError):
    """The input cannot be read as what it should be."""


class BudgetExceeded(InputError):  # noqa: N818 - the name says what happened
    """A size, depth, count or search went over its bound; nothing was concluded from it."""


class FetchError(ZarukaError):
    """Another machine did not give what was asked of it; what was there before still stands."""


class UnsupportedError(ZarukaError):
    """The input was understood, but Zaruka does not do this (yet)."""


class ConfigError(ZarukaError):
    """Our own configuration, option or key is wrong."""


class StoreError(ZarukaError):
    """Our own database cannot be used; what was in it is as it was."""


def defect(error: Exception) -> ConfigError:
    """Make the error that stands for an unforeseen exception: a mistake of ours.

    With ZARUKA_DEBUG set the exception itself is raised again, for whoever mends it.
    """
    if os.environ.get("ZARUKA_DEBUG"):
        raise error
    return ConfigError("zaruka.defect", kind=type(error).__name__)
