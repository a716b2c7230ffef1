"""What was obtained earlier and is kept beside a store, for who asks nobody.

Nothing is loaded or opened until something is lacked: a verification that lacks nothing costs no
more for what is kept.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import structs

from zaruka.errors import StoreError
from zaruka.findings import Finding, ObjectKind, ObjectRef, Severity
from zaruka.service.rules import KEPT_UNUSABLE
from zaruka.stores import evidence_folder
from zaruka.validation.context import Evidence

if TYPE_CHECKING:
    from collections.abc import Callable
    from os import PathLike

    from zaruka.service.online import Online
    from zaruka.validation.context import Context
    from zaruka.validation.results import ValidationReport

__all__ = ["KeptEvidence", "kept_evidence"]


class KeptEvidence:
    """The evidence beside one store; `complete` as of `Online`, which it does the work of."""

    fetcher: None = None  # nobody is asked

    def __init__(self, place: Path) -> None:
        """Open nothing yet."""
        self._place = place
        self._online: Online | None = None

    def complete(
        self,
        report: ValidationReport,
        context: Context,
        again: Callable[[Evidence], ValidationReport],
    ) -> tuple[ValidationReport, Evidence]:
        """Give what is kept of what `report` needs; where it cannot be opened, that is said."""
        from zaruka.service.online import Online, keep_beside  # noqa: PLC0415 - only where needed

        if self._online is None:
            self._online = Online(store=keep_beside(self._place), network=False)
        try:
            return self._online.complete(report, context, again)
        except StoreError as error:
            subject = ObjectRef(ObjectKind.DOCUMENT, "", self._place.name)
            details = {"reason": error.code.partition(".")[2]}
            found = Finding(KEPT_UNUSABLE, Severity.INFO, subject, details=details)
            return structs.replace(report, findings=(*report.findings, found)), Evidence()


def kept_evidence(place: str | PathLike[str] | None) -> KeptEvidence | None:
    """Return what is kept beside the store at `place`; None where nothing is."""
    folder = None if place is None else evidence_folder(place)
    if place is None or folder is None or not (folder.is_dir() and Path(place).exists()):
        return None
    return KeptEvidence(Path(place))
