"""Reading the shared certificates, lists and manifests."""

from __future__ import annotations

import base64
import json
import re
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_PEM = re.compile(rb"-----BEGIN [^-]+-----(.*?)-----END", re.DOTALL)


def ders(path: Path) -> list[bytes]:
    """Every object of a file, PEM or DER."""
    data = path.read_bytes()
    found = [base64.b64decode(body) for body in _PEM.findall(data)] or [data]
    assert found
    return found


def der(path: Path) -> bytes:
    (only,) = ders(path)
    return only


def cases(folder: Path, *kinds: str) -> list[dict]:
    """Cases of a manifest with what they are judged by filled in."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    found = []
    for case in manifest.get("cases") or manifest["entries"]:
        if case["kind"] in kinds:
            at = case.get("verify_at") or manifest["verify_time"]
            found.append(
                {
                    **case,
                    "at": datetime.fromisoformat(at),
                    "trust": case.get("trust") or manifest["trust"],
                    "intermediates": case.get("intermediates") or manifest["untrusted"],
                    "crls": case.get("crls") or manifest["crls"],
                }
            )
    assert found
    return found
