"""A ward with films, a model to scan them with, and a scan."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from builders.model import build_model
from builders.ward import write_ward
from screener.commands.scan import scan
from screener.records import Progress, ScanRequest, ScanResult

Scan = Callable[..., ScanResult]


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


@pytest.fixture
def run(ward: Path, weights: Path, monkeypatch: pytest.MonkeyPatch) -> Scan:
    """Scan the ward with the tiny model, told of each step; keywords change the request."""
    monkeypatch.setattr("screener.scanning.pace._PAUSE", 0)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1772323200")
    request = ScanRequest(
        (str(ward),), model="tiny", weights=weights, formats=("csv", "jsonl"), workers=1, batch_size=4
    )

    def run(progress: Callable[[Progress], None] = lambda p: None, **changes: object) -> ScanResult:
        return scan(replace(request, **changes), progress)

    return run
