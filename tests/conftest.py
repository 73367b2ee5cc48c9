"""Fixtures that every part's tests may use."""

import os
from pathlib import Path

import pytest

_DATA = Path(os.environ.get("SCREENER_TEST_DATA") or Path(__file__).parents[2] / "shared" / "data")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real films and patches; the test is skipped, visibly, where it is missing."""
    if not (_DATA / "cxr").is_dir():
        pytest.skip(f"no real films at {_DATA}; name their folder by SCREENER_TEST_DATA")
    return _DATA
