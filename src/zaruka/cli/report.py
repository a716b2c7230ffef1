"""`zaruka report`: the protocol of a check out of a kept report, in any form or language."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from zaruka.cli.arguments import Option, require
from zaruka.errors import ConfigError, InputError

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping

    from zaruka.messages import Messages

OPTIONS: Final = (
    Option("file"),
    Option("--to", "file", many=True, says="report_to"),
    Option("--of", "name", says="report_of"),
    Option("--force"),
)

_LISTED: Final = 20  # names of documents that an error lists


def run(options: Namespace, say: Messages) -> int:
    """Write the protocols, each as `zaruka verify --report` would have written it."""
    require(options, "report", "file", "to")

    from zaruka.cli.report_files import check_targets  # noqa: PLC0415 - after wrong usage is said
    from zaruka.cli.writing import write_new  # noqa: PLC0415
    from zaruka.reports import render  # noqa: PLC0415
    from zaruka.reports.reading import report_of  # noqa: PLC0415

    targets = check_targets(options.to, [options.file], force=options.force)
    found = report_of(_one(_read(Path(options.file)), options.of))
    for target in targets:
        octets = render(found, target.suffix.lower().lstrip("."), say)
        write_new(target, [octets], force=options.force)
    names = ", ".join(map(str, targets))
    sys.stderr.write(say("command.done.reported", name=names, report=options.file) + "\n")
    return 0


def _read(path: Path) -> dict[str, Any]:
    """Read a report, or the one in an evidence bundle."""
    from zaruka.service.evidence_bundle import read_bundle  # noqa: PLC0415
    from zaruka.service.replaying import read_reports  # noqa: PLC0415
    from zaruka.signatures.input.opening import Input  # noqa: PLC0415

    source = Input.open(path)
    if source.head(4) == b"PK\x03\x04":
        return read_reports(read_bundle(path).report)
    return read_reports(bytes(source.octets))


def _one(value: Mapping[str, Any], wanted: str | None) -> Mapping[str, Any]:
    """Return the report on one document; of several the one that is asked for by its name."""
    if "reports" not in value:
        if wanted is not None and wanted not in _names(value):
            raise ConfigError("report.no-such", name=wanted, known=", ".join(_names(value)))
        return value
    parts = {str(each["input"]): each.get("report") for each in value["reports"]}
    known = [name for name, report in parts.items() if report is not None]
    shown = ", ".join([*known[:_LISTED], *(["…"] if len(known) > _LISTED else [])])
    if wanted is None:
        raise ConfigError("report.which", known=shown)
    if wanted not in parts:
        raise ConfigError("report.no-such", name=wanted, known=shown)
    if parts[wanted] is None:
        raise InputError("report.without", name=wanted)
    report: Mapping[str, Any] = parts[wanted]
    return report


def _names(value: Mapping[str, Any]) -> list[str]:
    return [str(each["name"]) for each in value["inputs"] if isinstance(each, dict)]
