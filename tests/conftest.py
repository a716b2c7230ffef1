"""Fixtures that every test may use, and the account of what was skipped."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("ZARUKA_SHARED", Path(__file__).parents[2] / "shared"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of shared material: `../shared` beside the checkout or ZARUKA_SHARED."""
    if not (SHARED / "interop" / "README.md").is_file():
        pytest.skip("the shared material is not here: set ZARUKA_SHARED")
    return SHARED


@pytest.fixture(scope="session")
def gost_openssl() -> str:
    """Return the `openssl` program if it has the GOST engine (Debian: libengine-gost-openssl)."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("openssl is not installed: apt-get install openssl")
    listing = subprocess.run(
        [program, "engine", "-t", "gost"], capture_output=True, text=True, check=False
    )
    if "[ available ]" not in listing.stdout:
        pytest.skip("the GOST engine is not installed: apt-get install libengine-gost-openssl")
    return program


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run that skipped anything where ZARUKA_NOTHING_SKIPPED says that all must run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and os.environ.get("ZARUKA_NOTHING_SKIPPED") and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
