"""Fixtures that every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of shared material: `../shared` beside the checkout or ZARUKA_SHARED."""
    place = Path(os.environ.get("ZARUKA_SHARED", Path(__file__).parents[2] / "shared"))
    if not (place / "interop" / "README.md").is_file():
        pytest.skip("the shared material is not here: set ZARUKA_SHARED")
    return place
