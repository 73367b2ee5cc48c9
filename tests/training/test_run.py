"""A training from films to a model folder that scans and is evaluated."""

import csv
import json
import re
import shutil
import warnings
from dataclasses import astuple, fields, replace
from pathlib import Path

import numpy as np
import openpyxl
import pytest
import torch
from safetensors.torch import load_file

from builders.films import Trainer
from screener.commands.evaluate import EvaluateRequest, evaluate
from screener.commands.scan import scan
from screener.engines.openvino import OpenVinoEngine
from screener.errors import DataError, UsageError
from screener.models.architectures import build
from screener.models.card import GRAPH, WEIGHTS, read_card, verify
from screener.models.network import Deployed
from screener.records import ScanRequest
from screener.tasks.load import load_task
from screener.training.labelled.cache import reader_for
from screener.training.recipes.recipe import TrainRecipe
from screener.training.request import TrainResult


def _working(out: Path) -> Path:
    return out.with_name(f"{out.name}.training")


def test_a_training_learns_and_leaves_a_sealed_folder(trained: TrainResult) -> None:
    card = read_card(trained.out)
    verify(card, trained.out)
    assert card == trained.card
    assert card.measured("auc") > 0.9
    assert card.architecture == "tiny"
    assert card.outputs == ("logits", "maps", "features")
    assert (trained.trained_on, trained.validated_on) == (68, 12)
    assert {
        "curves.png",
        "roc.png",
        "confusion.png",
        "reliability.png",
        "recipe.json",
        "card.html",
        "heat-maps.png",
    } <= set(card.files)
    assert not _working(trained.out).exists()


def test_the_card_speaks_to_a_clinician(trained: TrainResult) -> None:
    card = trained.card
    assert "not for diagnosis" in card.intended_use
    assert len(card.limitations) > 4
    data = card.training["data"]
    assert data["licence"] == "CC BY 4.0"
    assert data["pictures"]["validation"] == {"normal": 6, "pneumonia": 6}
    assert card.metrics["parity_torch_openvino"] < 1e-3
    names = [point.name for point in card.operating_points]
    assert names == ["sensitive", "balanced", "specific"]
    (few,) = card.training["notes"]
    assert few == (
        "fewer than 40 validation pictures are normal (6) and pneumonia (6): operating points and figures "
        "rest on single pictures, so read them by their intervals"
    )


def test_nothing_tells_of_the_machine(trained: TrainResult, films: Path) -> None:
    telling = re.compile(rb"site-packages|stack_trace|" + re.escape(str(films.parent).encode()))
    guilty = [path.name for path in trained.out.iterdir() if telling.search(path.read_bytes())]
    assert not guilty


def test_weights_are_stored_once_and_small(trained: TrainResult) -> None:
    stored = load_file(trained.out / WEIGHTS)
    assert {t.dtype for t in stored.values() if t.ndim > 1} == {torch.float16}
    assert {t.dtype for t in stored.values() if t.ndim == 1} == {torch.float32}
    assert (trained.out / GRAPH).stat().st_size < 60_000


def test_the_graph_says_what_the_network_says(trained: TrainResult, films: Path) -> None:
    card = trained.card
    network = build("tiny", card.input, len(card.labels))
    state = {name: tensor.float() for name, tensor in load_file(trained.out / WEIGHTS).items()}
    network.load_state_dict(state, strict=False)
    read = reader_for(card.input, load_task("pneumonia"))
    batch = np.stack([read(path) for path in sorted(films.rglob("*.jpeg"))[:5]])
    with torch.no_grad():
        theirs = Deployed(network.eval(), card.input)(torch.from_numpy(batch))
    engine = OpenVinoEngine(trained.out, card, 1)
    ours = engine.infer(batch)
    engine.close()
    for mine, reference in zip((ours.logits, ours.maps, ours.features), theirs, strict=True):
        np.testing.assert_allclose(mine, reference.numpy(), atol=2e-4)


def test_the_split_is_saved_and_reused(trained: TrainResult, trainer: Trainer, tmp_path: Path) -> None:
    split = trained.out / "split.csv"
    with split.open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 80
    assert all(row["path"].startswith("train/") for row in rows)
    sides: dict[str, set[str]] = {}
    for row in rows:
        sides.setdefault(row["patient"], set()).add(row["split"])
    assert all(len(side) == 1 for side in sides.values())
    settings = ("stages=32x1", "batch=8", "seed=9")
    again = trainer(tmp_path / "again", split=split, settings=settings)
    assert (again.out / "split.csv").read_bytes() == split.read_bytes()


def test_the_card_says_where_the_split_comes_from(
    trained: TrainResult, trainer: Trainer, films: Path, tmp_path: Path
) -> None:
    assert trained.card.training["split"] == "by patient, 15% of each class kept aside, in split.csv"
    with (trained.out / "split.csv").open() as file:
        rows = list(csv.DictReader(file))
    table = tmp_path / "films.csv"
    lines = [f"{films / row['path']},{row['label']},{row['patient']},{row['split']}\n" for row in rows]
    table.write_text("path,label,patient,split\n" + "".join(lines))
    settings = ("stages=16x1", "batch=8", "precision=float32")
    given = trainer(tmp_path / "given", data=table, settings=settings)
    assert given.card.training["split"] == "given by the data"


def test_the_history_has_a_line_an_epoch(trained: TrainResult) -> None:
    with (trained.out / "history.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["side"] for row in rows] == ["24", "24", "32", "32", "32", "32"]
    assert [row["kept"] for row in rows][:2] == ["False", "False"]  # not at the model's input size
    assert "True" in [row["kept"] for row in rows]
    assert [result.epoch for result in trained.history] == [1, 2, 3, 4, 5, 6]
    assert 0.5 < trained.history[-1].accuracy <= 1


def test_the_logbook_holds_every_choice_and_result(trained: TrainResult) -> None:
    book = openpyxl.load_workbook(trained.out / "training.xlsx")
    assert book.sheetnames == ["Results", "Recipe", "History", "Preflight"]
    rows = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}
    recipe = dict(rows["Recipe"])
    assert {field.name for field in fields(TrainRecipe)} <= set(recipe)
    assert (recipe["batch"], recipe["optimiser"], recipe["architecture"]) == (8, "adamw", "tiny")
    assert recipe["data: licence"] == "CC BY 4.0"
    assert len(rows["History"]) == 1 + len(trained.history)
    assert [row[0] for row in rows["History"][1:]] == [1, 2, 3, 4, 5, 6]
    assert len(book["History"]._charts) == 3
    assert not any(series.smooth for chart in book["History"]._charts for series in chart.series)
    results = {row[0]: row[1:] for row in rows["Results"]}
    area = trained.card.metrics["auc"]
    assert results["auc"] == pytest.approx(astuple(area))
    assert ("train", "normal", 34, 34) in rows["Preflight"]


def test_small_rates_can_be_read_in_the_logbook(trained: TrainResult) -> None:
    book = openpyxl.load_workbook(trained.out / "training.xlsx")
    recipe = {name.value: value for name, value in book["Recipe"].iter_rows(min_row=2)}
    assert (recipe["stages"].value, recipe["backbone_lr"].value) == ("24x2,32x4", "none")
    assert recipe["lr"].number_format == "General"  # 1e-6 is not shown as 0.0000
    head, *epochs = book["History"].iter_rows()
    rates = [row[[cell.value for cell in head].index("learning_rate")] for row in epochs]
    assert rates[0].value > 1e-3 > rates[-1].value > 0
    assert (rates[0].number_format, rates[-1].number_format) == ("0.0000", "0.00E+00")


def test_the_findings_are_kept_in_the_folder(trained: TrainResult) -> None:
    found = json.loads((trained.out / "preflight.json").read_text())
    assert found["counts"]["validation"] == {"normal": 6, "pneumonia": 6}
    assert (found["split"], found["leaks"], found["unreadable"]) == ("drawn by patient", [], [])
    assert "preflight.json" in trained.card.files
    assert not trained.out.with_name(f"{trained.out.name}.check").exists()


def test_every_epoch_goes_to_tensorboard(trainer: Trainer, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    settings = ("stages=32x2", "batch=8")
    result = trainer(tmp_path / "model", settings=settings, tensorboard=tmp_path / "log")
    events = EventAccumulator(str(tmp_path / "log" / "model")).Reload()
    logged = [(event.step, event.value) for event in events.Scalars("validation_auc")]
    assert logged == [(r.epoch, pytest.approx(r.validation_auc)) for r in result.history]


def test_a_model_of_one_s_own_task_needs_no_toml_to_scan_with(
    films: Path, trainer: Trainer, tmp_path: Path
) -> None:
    for label, name in (("NORMAL", "straight"), ("PNEUMONIA", "bent")):
        shutil.copytree(films / "train" / label, tmp_path / "Wrists" / name)
    out = tmp_path / "model"
    settings = ("stages=32x1", "batch=8")
    with pytest.raises(UsageError, match="--positive"):
        trainer(out, data=tmp_path / "Wrists", task="auto", settings=settings)
    trainer(out, data=tmp_path / "Wrists", task="auto", positive=("bent",), settings=settings)
    card = read_card(out)
    assert (card.task, card.labels, card.positive) == ("wrists", ("bent", "straight"), ("bent",))
    request = ScanRequest((str(tmp_path / "Wrists"),), model=str(out), out=tmp_path / "scan", gate=False)
    for task in ("", "wrists"):
        result = scan(replace(request, task=task, workers=1), lambda step: None)
        assert (result.counts.scored, result.provenance.task) == (80, "wrists")
    with pytest.raises(UsageError, match="is for --task wrists"):
        scan(replace(request, task="pneumonia"), lambda step: None)
    measured = EvaluateRequest(tmp_path / "Wrists", model=str(out), out=tmp_path / "figures", gate=False)
    found = evaluate(replace(measured, formats=("json",), workers=1), lambda step: None)
    assert found.evaluation.support == {"bent": 40, "straight": 40}


def test_a_training_may_start_from_another_model(
    trained: TrainResult, trainer: Trainer, tmp_path: Path
) -> None:
    settings = ("stages=32x1", "batch=8", "lr=1e-9")
    split = trained.out / "split.csv"
    result = trainer(tmp_path / "next", pretrained=trained.out, settings=settings, split=split)
    ours, theirs = load_file(result.out / WEIGHTS), load_file(trained.out / WEIGHTS)
    torch.testing.assert_close(ours["backbone.0.weight"], theirs["backbone.0.weight"])
    torch.testing.assert_close(ours["head.weight"], theirs["head.weight"])
    notes = result.card.training["notes"]
    assert "tensors of the backbone and 2 of the head, whose classes are the same" in notes[0]


def test_a_gpu_is_held_to_kernels_that_give_the_same_bits(
    trainer: Trainer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As far as a CPU can tell: the switches are set before the first step."""
    monkeypatch.setattr(torch.backends.cudnn, "deterministic", False)
    monkeypatch.setattr(torch.backends.cudnn, "benchmark", True)
    with pytest.raises(DataError):
        trainer(tmp_path / "out", split=Path("none.csv"))
    assert torch.backends.cudnn.deterministic
    assert not torch.backends.cudnn.benchmark


def test_a_random_head_keeps_no_share(trained: TrainResult, trainer: Trainer, tmp_path: Path) -> None:
    settings = ("stages=32x1", "batch=8", "start_share=0.5")
    with pytest.raises(UsageError, match="the head begins at random; leave start_share out"):
        trainer(tmp_path / "out", pretrained=trained.out / WEIGHTS, settings=settings)
    split = trained.out / "split.csv"
    made = trainer(tmp_path / "out", pretrained=trained.out, settings=settings, split=split)
    assert made.card.training["kept_by"].endswith("averaged weights, of which the starting ones are 50%")


def test_a_recipe_with_everything_on_ends_in_a_folder_that_scans_alike(
    trained: TrainResult, trainer: Trainer, films: Path, tmp_path: Path
) -> None:
    settings = (
        *("stages=24x30", "crop=0.7", "batch=8", "accumulate=2", "lr=0.01", "backbone_lr=0.005", "freeze=1"),
        *("l1=1e-5", "schedule=warm-restarts", "restart_every=1", "loss=focal", "class_weights=yes"),
        *("mixup=0.2", "cutmix=0.5", "patience=1", "balanced=no"),
    )
    result = trainer(tmp_path / "all", teachers=(), settings=settings)
    assert result.card.input.centre == 0.7
    assert len(result.history) < 30
    assert "stays as it began, random" in result.card.training["notes"][0]
    assert "no better score in 1 epoch" in result.card.training["notes"][-1]
    assert result.card.training["epochs"] == len(result.history)
    assert result.card.training["recipe"]["cutmix"] == 0.5
    assert_evaluates_to_its_card(result, films, tmp_path)


def test_a_trained_folder_is_evaluated_to_the_figures_of_its_own_card(
    trained: TrainResult, films: Path, tmp_path: Path
) -> None:
    assert_evaluates_to_its_card(trained, films, tmp_path)


def assert_evaluates_to_its_card(trained: TrainResult, films: Path, tmp_path: Path) -> None:
    with (trained.out / "split.csv").open() as file:
        held = [row for row in csv.DictReader(file) if row["split"] == "validation"]
    table = tmp_path / "validation.csv"
    lines = [f"{films / row['path']},{row['label']},{row['patient']}\n" for row in held]
    table.write_text("path,label,patient\n" + "".join(lines))
    request = EvaluateRequest(table, model=str(trained.out), out=tmp_path / "out", gate=False, workers=1)
    result = evaluate(replace(request, formats=("json",)), lambda step: None)
    assert result.evaluation.validated == len(held) == len(result.evaluation.films)
    label = trained.card.positive[0]
    for figure, name in (
        (("score", "", "auc"), "auc"),
        (("score", "", "calibration_error"), "calibration_error"),
        (("class", label, "recall"), f"recall_{label}"),
    ):
        ours, theirs = result.evaluation.figure(*figure), trained.card.metrics[name]
        assert ours is not None
        assert astuple(ours) == pytest.approx(astuple(theirs), abs=1e-9)
    loss = trained.card.metrics["log_loss"]
    assert loss.low < loss.value < loss.high
