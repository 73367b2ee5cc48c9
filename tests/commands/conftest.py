"""A ward with films, and a model to scan them with."""

from pathlib import Path

import pytest
from builders_model import build_model
from builders_ward import write_ward


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of model folders with one tiny model for chest films in it."""
    folder = tmp_path_factory.mktemp("weights")
    build_model(folder / "pneumonia-tiny")
    return folder


@pytest.fixture
def ward(tmp_path: Path) -> Path:
    """A folder of 12 films that all can be scored."""
    folder = tmp_path / "ward"
    write_ward(folder, 12)
    return folder
