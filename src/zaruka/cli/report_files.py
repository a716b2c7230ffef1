"""Files of reports that a command writes beside its answer: `--report FILE`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from zaruka.errors import ConfigError
from zaruka.reports import FORMS, render

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from zaruka.messages import Messages
    from zaruka.validation.results import ValidationReport

__all__ = ["check_targets", "write_reports"]


def check_targets(targets: Iterable[str], given: Iterable[str], *, force: bool) -> list[Path]:
    """Return the files to write, having seen that they can be, before anything is judged.

    The name says the form. No file that was `given` is ever written over, none that exists without
    `force`, and no two reports into one. Raises ConfigError (report.form, report.input,
    usage.exists).
    """
    paths = [Path(target) for target in targets]
    read = [place for place in map(Path, given) if place.exists()]
    for number, path in enumerate(paths):
        if path.suffix.lower().lstrip(".") not in FORMS:
            known = ", ".join(f".{form}" for form in FORMS)
            raise ConfigError("report.form", name=str(path), known=known)
        if path in paths[:number] or any(_is_same(path, place) for place in read):
            raise ConfigError("report.input", name=str(path))
        if path.exists() and not force:
            raise ConfigError("usage.exists", name=str(path))
    return paths


def write_reports(
    report: ValidationReport, paths: Sequence[Path], say: Messages, *, force: bool
) -> None:
    """Write a report into each file, whole or not at all."""
    from zaruka.cli.writing import write_new  # noqa: PLC0415 - few ask for a file

    for path in paths:
        write_new(path, [render(report, path.suffix.lower().lstrip("."), say)], force=force)


def _is_same(path: Path, other: Path) -> bool:
    return path.resolve() == other.resolve() or (path.exists() and path.samefile(other))
