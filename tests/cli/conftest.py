"""The command as people run it: a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "reports"))


@pytest.fixture
def run(tmp_path):
    """Run `zaruka` in an empty folder; give the finished process, its output as text."""

    def call(*words, lang="ru_RU.UTF-8", cwd=tmp_path, timeout=60, **environment):
        env = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "ZARUKA"))}
        env |= {f"XDG_{what}_HOME": str(tmp_path / what) for what in ("CONFIG", "DATA")}
        env |= {"LANG": lang, "PYTHONIOENCODING": "utf-8", **environment}
        return subprocess.run(
            [sys.executable, "-m", "zaruka", *map(str, words)],
            cwd=cwd,
            env=env,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=timeout,
            check=False,
        )

    return call
