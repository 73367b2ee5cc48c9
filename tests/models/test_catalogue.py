"""Finding a model by what a user types."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from screener.errors import ModelError, UnknownName, UsageError
from screener.models.card import Figure, ModelCard, write_card
from screener.models.catalogue import VARIABLE, find_model, installed
from screener.records import InputSpec, Interval, OperatingPoint

_POINT = OperatingPoint("balanced", 0.5, Interval(1, 1, 1), Interval(1, 1, 1))
_CARD = ModelCard(
    "", "pneumonia", "t", "resnet34", ("n", "p"), ("p",), InputSpec(), 1.0, (_POINT,), "2026-01-01", "0"
)


def _model(place: Path, name: str, **fields: Any) -> None:
    folder = place / name
    folder.mkdir(parents=True, exist_ok=True)
    write_card(dataclasses.replace(_CARD, name=name, **fields), folder)


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(VARIABLE, raising=False)
    place = tmp_path / "weights"
    monkeypatch.setattr("screener.models.catalogue.shipped", lambda: place)
    _model(place, "pneumonia-resnet34")
    _model(place, "pcam-resnet34", task="pcam")
    _model(place, "pcam-vgg16", task="pcam", architecture="vgg16")
    return place


def test_an_architecture_means_the_tasks_own_model(weights: Path) -> None:
    assert find_model("resnet34", "pneumonia").card.name == "pneumonia-resnet34"
    assert find_model("resnet34", "pcam").card.name == "pcam-resnet34"


def test_a_full_name_and_a_folder_are_understood(weights: Path) -> None:
    assert find_model("pcam-vgg16", "pcam").card.architecture == "vgg16"
    assert find_model(str(weights / "pcam-vgg16"), "pcam").folder == weights / "pcam-vgg16"


def test_a_named_folder_comes_before_the_shipped_models(
    weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    _model(mine, "pneumonia-resnet34", created="2026-02-02")
    _model(theirs, "pneumonia-resnet34", created="2026-03-03")
    monkeypatch.setenv(VARIABLE, str(theirs))
    assert find_model("resnet34", "pneumonia").card.created == "2026-03-03"
    assert find_model("resnet34", "pneumonia", mine).card.created == "2026-02-02"
    assert [m.card.name for m in installed(mine)] == ["pcam-resnet34", "pcam-vgg16", "pneumonia-resnet34"]


def test_weights_may_name_one_model_folder(weights: Path) -> None:
    assert installed(weights / "pcam-vgg16")[0].folder.parent == weights


def test_wrong_names_say_what_was_meant(weights: Path) -> None:
    with pytest.raises(UnknownName, match="Did you mean resnet34"):
        find_model("resnet43", "pneumonia")
    with pytest.raises(UsageError, match="no vgg16 for the task 'pneumonia', only for pcam"):
        find_model("vgg16", "pneumonia")
    with pytest.raises(UsageError, match="is for --task pcam"):
        find_model("pcam-vgg16", "pneumonia")
    with pytest.raises(ModelError, match="not a model folder"):
        find_model("some/where", "pneumonia")


def test_a_missing_weights_folder_names_its_origin(
    weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UsageError, match="--weights names"):
        installed(tmp_path / "none")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "none"))
    with pytest.raises(UsageError, match=VARIABLE):
        installed()


def _measured(auc: float, stress: float) -> dict[str, Figure]:
    return {"auc": Interval(auc, auc, auc), "stress_auc": stress}


def test_best_is_the_tasks_best_by_its_card_and_the_smaller_of_two_alike(weights: Path) -> None:
    _model(weights, "pneumonia-vgg16", architecture="vgg16", metrics=_measured(0.99, 0.97))
    assert find_model("best", "pneumonia").card.name == "pneumonia-vgg16"
    (weights / "pneumonia-large").mkdir()
    (weights / "pneumonia-large" / "model.onnx").write_bytes(bytes(1000))
    _model(weights, "pneumonia-large", architecture="large", metrics=_measured(0.991, 0.972))
    assert find_model("best", "pneumonia").card.name == "pneumonia-vgg16"
    _model(weights, "pneumonia-better", architecture="better", metrics=_measured(0.995, 0.985))
    assert find_model("best", "pneumonia").card.name == "pneumonia-better"


def test_best_of_more_than_two_classes_tells_all_of_them_apart(weights: Path) -> None:
    _model(weights, "pcam-a", metrics={**_measured(0.99, 0.99), "mean_auc": 0.8}, task="pcam")
    _model(weights, "pcam-b", metrics={**_measured(0.98, 0.98), "mean_auc": 0.9}, task="pcam")
    assert find_model("best", "pcam").card.name == "pcam-b"


def test_best_stays_in_the_folder_that_the_user_named(weights: Path, tmp_path: Path) -> None:
    _model(weights, "pneumonia-vgg16", architecture="vgg16", metrics=_measured(0.99, 0.99))
    _model(tmp_path / "mine", "own", metrics=_measured(0.7, 0.7))
    assert find_model("best", "pneumonia", tmp_path / "mine").card.name == "own"
    assert find_model("best", "pcam", tmp_path / "mine").card.task == "pcam"


def test_best_of_a_task_without_models_says_so(weights: Path) -> None:
    with pytest.raises(UsageError, match=r"no model is installed for the task 'retina'.*pcam, pneumonia"):
        find_model("best", "retina")


def test_a_model_is_found_by_its_folders_name_too(weights: Path) -> None:
    _model(weights, "mine", architecture="vgg16")
    (weights / "mine").rename(weights / "renamed")
    assert find_model("renamed", "pneumonia").card.name == "mine"
    assert find_model("mine", "pneumonia").folder == weights / "renamed"
