"""A folder of files to be found."""

from pathlib import Path

import pytest

from builders.find import make


@pytest.fixture
def films(tmp_path: Path) -> Path:
    """A folder with files in it and in a folder of its own, one of them hidden."""
    return make(tmp_path / "films", "b.png", "a/2.png", "a/1.png", "a.dcm", ".hidden", "notes.txt")
