"""What Zaruka keeps between two runs: one database, `zaruka.db` unless told otherwise.

`database` opens, makes and migrates it; each subject has its tables and their use in a module of
its own. SQLAlchemy takes longer to import than a verification takes, so whoever only looks up
whom to trust (`lookup`) does without: neither it nor this module imports the rest.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from zaruka.errors import StoreError

__all__ = ["HEAD", "MIGRATIONS", "check_revision", "evidence_folder", "store_error"]

MIGRATIONS: Final = Path(__file__).parent / "migrations"
HEAD: Final = max(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
"""The revision of a database that is up to date."""


def check_revision(found: str, name: str) -> bool:
    """Whether a store of this revision is up to date; StoreError where a newer Zaruka made it."""
    if found > HEAD:
        raise StoreError("store.newer", name=name, found=found, expected=HEAD)
    return found == HEAD


def evidence_folder(place: str | os.PathLike[str]) -> Path | None:
    """Return where the files of evidence lie: beside the database; None where that is a server."""
    return None if "://" in os.fspath(place) else Path(place).with_suffix(".evidence")


def store_error(name: str, reason: str) -> StoreError:
    """Make the error that stands for what a database said."""
    said = reason.strip().partition("\n")[0]
    if "not a database" in said or "malformed" in said:
        return StoreError("store.not-a-database", name=name)
    if "locked" in said or "busy" in said:
        return StoreError("store.busy", name=name)
    return StoreError("store.failed", name=name, reason=said)
