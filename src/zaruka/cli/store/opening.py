"""The store that the commands look after."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from zaruka.service.settings import load_settings, store_place
from zaruka.stores import evidence_folder
from zaruka.stores.database import Database
from zaruka.stores.evidence import EvidenceStore
from zaruka.stores.trust import TrustStore

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

__all__ = ["Opened", "opened"]


class Opened(NamedTuple):
    """A store: its name, its lists, and its evidence, which is kept beside a file only."""

    name: str
    lists: TrustStore
    evidence: EvidenceStore | None


@contextmanager
def opened(options: Namespace) -> Iterator[Opened]:
    """Open the store that the options, the environment or the configuration name; StoreError."""
    place, _ = store_place(options.store, load_settings(os.environ), os.environ)
    folder = evidence_folder(place)
    with Database.open(place, create=False) as database:
        evidence = None if folder is None else EvidenceStore(database, folder)
        yield Opened(database.name, TrustStore(database), evidence)
