"""What a training refuses, each in one clear line, and leaves as it was."""

import sys
from pathlib import Path

import pytest
import torch
from torch import nn

from builders.films import Trainer
from screener.commands.train import check
from screener.errors import (
    DataError,
    MissingExtra,
    OutputError,
    OutputTaken,
    ScreenerError,
    UnknownName,
    UsageError,
)
from screener.models.card import verify
from screener.training.progress import TrainProgress
from screener.training.request import TrainRequest, TrainResult


def test_a_place_that_cannot_be_is_told_before_the_training(trainer: Trainer, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    told: list[TrainProgress] = []
    with pytest.raises(OutputError, match=r"--out .*m: .*file is not a folder that can be written to"):
        trainer(tmp_path / "file" / "m", told.append)
    assert told == []


def test_without_tensorboard_the_extra_is_named(
    trainer: Trainer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "tensorboard.summary.writer.record_writer", None)
    with pytest.raises(MissingExtra, match=r"\.\[tensorboard\]"):
        trainer(tmp_path / "out", tensorboard=tmp_path / "log")
    assert not (tmp_path / "out.training").exists()


@pytest.mark.parametrize(
    ("fields", "error", "message"),
    [
        ({"model": "resnet43"}, UnknownName, "resnet34"),
        ({"task": "pneumnia"}, UnknownName, "pneumonia"),
        ({"origin": "kermany"}, UnknownName, "kermany-2018"),
        ({"device": "gpu"}, UnknownName, "cpu"),
        ({"model": "cnn3", "settings": ("stages=32x1,48x1",)}, UsageError, "takes one input size"),
        ({"pretrained": Path("none.safetensors")}, UsageError, "none.safetensors cannot be read"),
        (
            {"pretrained": Path("none.safetensors"), "settings": ("initialiser=lecun-normal",)},
            UsageError,
            "initialiser=lecun-normal and --pretrained both set the starting weights",
        ),
        ({"settings": ("freeze=3",)}, UsageError, "freeze=3, but this network's backbone has 2 stages"),
        ({"settings": ("start_share=0.5",)}, UsageError, "name a model folder: --pretrained FOLDER"),
        ({"split": Path("none.csv")}, DataError, "none.csv cannot be read"),
        ({"settings": ("stages=32x1", "batch=8", "optimiser=sgd", "lr=100", "clip=0")}, DataError, "lower"),
    ],
)
def test_bad_input_is_one_clear_line(
    fields: dict[str, object],
    error: type[ScreenerError],
    message: str,
    trainer: Trainer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if message == "lower":
        # A network whose loss is not a number from the first step.
        monkeypatch.setattr(nn.BatchNorm2d, "forward", lambda self, x: x * float("nan"))
    with pytest.raises(error, match=message) as caught:
        trainer(tmp_path / "out", **fields)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"device": "cuda"},
        {"settings": ("freeze=9",)},
        {"settings": ("freeze=stem",)},
        {"settings": ("start_share=0.5",)},
        {"settings": ("feature_distillation=1",)},
        {"model": "cnn3", "settings": ("stages=32x1,48x1",)},
        {"pretrained": Path("none.safetensors")},
        {"teachers": (Path("nowhere"),)},
    ],
)
def test_a_check_fails_as_the_training_would(
    fields: dict[str, object],
    trainer: Trainer,
    films: Path,
    tiny_network: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ScreenerError) as ran:
        trainer(tmp_path / "out", **fields)
    known = {"data": films, "model": tiny_network, "out": tmp_path / "out", "cache": tmp_path / "cache"}
    with pytest.raises(ScreenerError) as checked:
        check(TrainRequest(**{**known, **fields}), lambda seen: None)
    assert (type(checked.value), str(checked.value)) == (type(ran.value), str(ran.value))


def test_a_model_folder_is_never_written_over(trained: TrainResult, trainer: Trainer) -> None:
    with pytest.raises(OutputTaken, match="already there"):
        trainer(trained.out)
    verify(trained.card, trained.out)


def test_without_torch_the_extra_is_named(
    trainer: Trainer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"\.\[train\]"):
        trainer(tmp_path / "out")


def test_weights_that_do_not_fit_are_explained(
    trained: TrainResult, trainer: Trainer, tmp_path: Path
) -> None:
    with pytest.raises(
        UsageError, match=r"of the network's \d+ weights are not in it \(first: .*\)"
    ) as caught:
        trainer(tmp_path / "out", model="resnet18", pretrained=trained.out)
    assert "have no place" in str(caught.value)
    assert f"{trained.out} holds a {trained.card.architecture}: " in str(caught.value)
    assert "name weights of the architecture that --model names" in str(caught.value)
