"""The cases of interop/ru and interop/by as a person has them: files, a moment, what is allowed."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

SHARED = Path(os.environ.get("ZARUKA_SHARED", Path(__file__).parents[3] / "shared"))
NOT_READ = ("xml", "bee2cmd")


@dataclass(frozen=True)
class Case:
    id: str
    file: Path
    kind: str
    expected: str
    at: datetime
    content: Path | None = None
    anchors: list[Path] = field(default_factory=list)
    certificates: list[Path] = field(default_factory=list)
    keys: list[Path] = field(default_factory=list)
    crls: list[Path] = field(default_factory=list)

    def options(self) -> list[str]:
        """Return the options of `zaruka verify` that ask this question."""
        words = ["--at", self.at.isoformat()]
        for name, paths in (
            ("--anchor", self.anchors),
            ("--cert", self.certificates),
            ("--key", self.keys),
            ("--crl", self.crls),
            ("--content", [self.content] if self.content else []),
        ):
            for path in paths:
                words += [name, str(path)]
        return words


def every_case() -> list[Case]:
    if not (SHARED / "interop").is_dir():
        return []
    return [*_russian(), *_belarusian()]


def case(wanted: str) -> Case:
    return next(found for found in every_case() if found.id == wanted)


def _apart(raw: dict[str, Any]) -> bool:
    """Whether the document is a file of its own, as for detached signatures and time-stamps."""
    return "content" in raw and raw["kind"] != "cms-attached"


def _held(raw: dict[str, Any]) -> list[str]:
    """Name the certificates that whoever asked has: the one asked about, the service's."""
    if raw["kind"] not in {"ocsp", "tsp", "raw"}:
        return []
    return [*raw.get("signers", []), *(raw[name] for name in ("target",) if name in raw)]


def _russian() -> list[Case]:
    home = SHARED / "interop" / "ru"
    return [
        Case(
            id=f"ru/{raw['id']}",
            file=home / raw["file"],
            kind=raw["kind"],
            expected=raw["expected"],
            at=datetime.fromisoformat(raw["verify_at"]),
            content=home / raw["content"] if _apart(raw) else None,
            anchors=[home / name for name in raw["trust"]],
            certificates=[home / name for name in raw["intermediates"]],
            crls=[home / name for name in raw["crls"]],
        )
        for raw in json.loads((home / "manifest.json").read_text())["cases"]
        if not raw["kind"].startswith(NOT_READ)
    ]


def _belarusian() -> list[Case]:
    home = SHARED / "interop" / "by"
    manifest = json.loads((home / "manifest.json").read_text())
    return [
        Case(
            id=f"by/{raw['file']}" + (f"+{raw['content']}" if "content" in raw else ""),
            file=home / raw["file"],
            kind=raw["kind"],
            expected=raw["expected"],
            at=datetime.fromisoformat(manifest["verify_time"]),
            content=home / raw["content"] if _apart(raw) else None,
            anchors=[home / name for name in manifest["trust"]],
            certificates=[home / name for name in (*manifest["untrusted"], *_held(raw))],
            keys=[home / raw["key"]] if "key" in raw and raw["kind"] == "raw" else [],
            crls=[home / name for name in manifest["crls"]],
        )
        for raw in manifest["entries"]
        if not raw["kind"].startswith(NOT_READ)
    ]
