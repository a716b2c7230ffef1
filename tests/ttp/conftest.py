"""One world for all tests of receipts: keys are made once."""

from __future__ import annotations

import pytest

from third_parties import World


@pytest.fixture(scope="session")
def world():
    """Give two countries with a third party each."""
    return World()
