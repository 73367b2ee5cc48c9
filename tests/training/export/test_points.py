"""The script that chooses the operating points of weights/ anew writes what a training would have."""

import dataclasses
import importlib
from pathlib import Path

import pytest
from openpyxl import load_workbook

from builders.films import Trainer
from screener.models.card import read_card, verify, write_card
from screener.reports.html.model_card import PAGE, card_page


def test_points_chosen_by_another_rule_become_those_of_the_training(
    trainer: Trainer, films: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = trainer(tmp_path / "model", settings=("stages=48x1", "batch=8"))
    card = read_card(made.out)
    before = {path.name: path.read_bytes() for path in made.out.iterdir()}
    moved = tuple(
        dataclasses.replace(point, threshold=point.threshold / 2) for point in card.operating_points
    )
    balanced = {name: 0.0 for name in card.metrics if name.endswith("_at_balanced")}
    assert balanced
    write_card(
        dataclasses.replace(card, operating_points=moved, metrics={**card.metrics, **balanced}), made.out
    )
    (made.out / PAGE).write_text("of the other rule", "utf-8")
    write_card(read_card(made.out), made.out)

    monkeypatch.syspath_prepend(Path(__file__).parents[3] / "packaging")
    points = importlib.import_module("points")
    assert points.choose_anew(made.out, films, tmp_path / "cache")
    again = read_card(made.out)
    verify(again, made.out)
    assert again.operating_points == card.operating_points
    assert again.metrics == card.metrics
    assert (made.out / PAGE).read_text("utf-8") == card_page(again, made.out)
    assert (made.out / "roc.png").read_bytes() == before["roc.png"]
    sheet = load_workbook(made.out / "training.xlsx")["Results"]
    said = {row[0]: row[1] for row in sheet.iter_rows(values_only=True) if row[0]}
    written = float(f"{again.point('balanced').threshold:.16g}")  # openpyxl writes sixteen digits
    assert said["threshold, balanced"] == written
    for name in ("model.onnx", "model.safetensors", "split.csv", "recipe.json", "history.csv"):
        assert (made.out / name).read_bytes() == before[name]
    assert not points.choose_anew(made.out, films, tmp_path / "cache")
