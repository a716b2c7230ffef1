"""The store and the configuration that the commands work with."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from zaruka.errors import StoreError
from zaruka.service.settings import load_settings, store_place
from zaruka.stores.database import Database
from zaruka.stores.trust import TrustStore

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from zaruka.service.settings import Settings

__all__ = ["opened"]


@contextmanager
def opened(options: Namespace, *, create: bool = False) -> Iterator[tuple[TrustStore, Settings]]:
    """Open the store that the options, the environment or the configuration name.

    StoreError (store.empty) where nothing was taken in yet, unless the store may be made.
    """
    settings = load_settings(os.environ)
    place, _ = store_place(options.store, settings, os.environ)
    with Database.open(place, create=create) as database:
        store = TrustStore(database)
        if not create and not store.lists():
            raise StoreError("store.empty", name=database.name)
        yield store, settings
