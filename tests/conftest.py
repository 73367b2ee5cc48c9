"""Fixtures that every part's tests may use."""

import os
from pathlib import Path

import pytest

_DATA = Path(os.environ.get("SCREENER_TEST_DATA") or Path(__file__).parents[2] / "shared" / "data")


@pytest.fixture(autouse=True)
def no_memory(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """What this machine's user had `screener bench --tune` remember does not reach the tests."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real films and patches; the test is skipped, visibly, where it is missing."""
    if not (_DATA / "cxr").is_dir():
        pytest.skip(f"no real films at {_DATA}; name their folder by SCREENER_TEST_DATA")
    return _DATA
