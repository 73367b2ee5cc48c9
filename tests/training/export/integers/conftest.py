"""A model with an int8 graph, and a copy of it to make another of."""

import shutil
from pathlib import Path

import pytest

from builders.films import Trainer
from screener.tasks.load import load_task
from screener.training.export.integers import QuantiseRequest
from screener.training.request import TrainResult


@pytest.fixture(scope="session")
def small(trainer: Trainer, tmp_path_factory: pytest.TempPathFactory) -> TrainResult:
    """A model of a registered network, with its int8 graph: another program must know it."""
    out = tmp_path_factory.mktemp("int8") / "pneumonia-cnn3"
    return trainer(out, model="cnn3", settings=("stages=48x2", "batch=8", "lr=0.002"), int8=True)


@pytest.fixture
def own(small: TrainResult, films: Path, tmp_path: Path) -> QuantiseRequest:
    """To quantise a copy of `small`."""
    shutil.copytree(small.out, tmp_path / "m")
    return QuantiseRequest(tmp_path / "m", films, load_task("pneumonia"), tmp_path / "cache")
