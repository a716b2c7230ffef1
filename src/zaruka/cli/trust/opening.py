"""The store and the configuration that the commands work with."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from zaruka.errors import StoreError
from zaruka.service.settings import load_settings, store_place
from zaruka.stores.database import Database
from zaruka.stores.trust import TrustStore

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator
    from datetime import datetime

    from zaruka.service.kept import KeptEvidence
    from zaruka.service.list_signers import Signers
    from zaruka.service.online import Online
    from zaruka.service.settings import Settings

__all__ = ["opened", "signers"]

_PATIENCE_S: Final = 30  # for what may stay unknown


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


def signers(options: Namespace, settings: Settings, at: datetime, *, network: bool) -> Signers:
    """Return what asks how who signed a list stands: by what is given, kept, or on the network."""
    from zaruka.service.evidence import load_evidence  # noqa: PLC0415 - only where lists come in
    from zaruka.service.kept import kept_evidence  # noqa: PLC0415
    from zaruka.service.list_signers import Signers  # noqa: PLC0415

    place, _ = store_place(options.store, settings, os.environ)
    online: Online | KeptEvidence | None = kept_evidence(place)
    if network:
        from zaruka.service.online import Budget, Online, keep_beside  # noqa: PLC0415 - HTTP
        from zaruka.service.reaching import fetch_settings  # noqa: PLC0415

        store = None if "://" in place else keep_beside(place)
        budget = Budget(seconds=_PATIENCE_S)
        online = Online(fetch_settings(settings.fetch), store=store, budget=budget)
    return Signers(at, load_evidence((), (), options.crl, ()), online)
