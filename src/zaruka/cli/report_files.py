"""Files of reports that a command writes beside its answer: `--report FILE`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from zaruka.errors import ConfigError, ZarukaError
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
        if _form(path) not in FORMS:
            known = ", ".join(f".{form}" for form in FORMS)
            raise ConfigError("report.form", name=str(path), known=known)
        if path in paths[:number] or any(_is_same(path, place) for place in read):
            raise ConfigError("report.input", name=str(path))
        if path.exists() and not force:
            raise ConfigError("usage.exists", name=str(path))
    return paths


def write_reports(
    outcome: ValidationReport | ZarukaError | None,
    paths: Sequence[Path],
    say: Messages,
    *,
    beside: Path,
    force: bool,
) -> None:
    """Write a report into each file, whole or not at all; of what is no report, none.

    The document of a signature may have been found `beside` it, and is not written over either.
    """
    if not paths or outcome is None or isinstance(outcome, ZarukaError):
        return
    from zaruka.cli.writing import write_new  # noqa: PLC0415 - few ask for a file

    read = [beside.parent / given.name for given in outcome.inputs]
    for path in paths:
        if any(place.exists() and _is_same(path, place) for place in read):
            raise ConfigError("report.input", name=str(path))
        write_new(path, [render(outcome, _form(path), say)], force=force)


def _form(path: Path) -> str:
    return path.suffix.lower().lstrip(".")


def _is_same(path: Path, other: Path) -> bool:
    return path.resolve() == other.resolve() or (path.exists() and path.samefile(other))
