"""A network small enough to train, export and run in seconds, and a model folder made with it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from torch import nn

from builders.films import SETTINGS, Trainer, build_films
from screener.commands.train import TrainRequest, train
from screener.models.architectures import registry
from screener.models.architectures.registry import Blueprint, architecture
from screener.models.network import Network, pooled
from screener.training.progress import TrainProgress
from screener.training.request import TrainResult


def tiny(blueprint: Blueprint) -> Network:
    """Two convolutions with batch norm."""
    layers = nn.Sequential(
        nn.Conv2d(blueprint.channels, 8, 5, stride=2, padding=2, bias=False),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.Conv2d(8, 16, 3, stride=2, padding=1),
        nn.BatchNorm2d(16),
        nn.ReLU(),
    )
    return pooled(layers, 16, blueprint.outputs, blueprint.drop(0.1))


@pytest.fixture(scope="session")
def tiny_network() -> Iterator[str]:
    """The name of the small network, registered for the session."""
    architecture(size=32)(tiny)
    yield "tiny"
    del registry._REGISTERED["tiny"]


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eighty drawn films of forty patients."""
    return build_films(tmp_path_factory.mktemp("films"))


@pytest.fixture(scope="session")
def trainer(films: Path, tiny_network: str, tmp_path_factory: pytest.TempPathFactory) -> Trainer:
    """Trains the small network on the drawn films into the folder that is named."""
    cache = tmp_path_factory.mktemp("cache")

    def run(
        out: Path, progress: Callable[[TrainProgress], None] = lambda seen: None, **fields: object
    ) -> TrainResult:
        known = {"data": films, "model": tiny_network, "settings": SETTINGS, "cache": cache}
        known |= {"device": "cpu", "threads": 1}
        return train(TrainRequest(out=out, **{**known, **fields}), progress)

    return run


@pytest.fixture(scope="session")
def trained(trainer: Trainer, tmp_path_factory: pytest.TempPathFactory) -> TrainResult:
    """The small network, trained."""
    return trainer(tmp_path_factory.mktemp("models") / "pneumonia-tiny", origin="kermany-2018")
