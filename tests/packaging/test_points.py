"""What the cards that ship say besides what their training settled."""

import csv
from pathlib import Path

import pytest

from screener.models.card import read_card
from screener.records import Interval

ROOT = Path(__file__).parents[2]
SHIPPED = sorted(path for path in (ROOT / "weights").iterdir() if path.is_dir())
WITHOUT = {"pictures", "patients", "parity_torch_openvino"}
"""Counts, and the largest difference among all pictures: no figures of a sample."""


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda path: path.name)
def test_every_figure_of_a_card_has_its_interval(folder: Path) -> None:
    figures = {name: held for name, held in read_card(folder).metrics.items() if name not in WITHOUT}
    assert {"auc", "stress_auc", "calibration_error", "log_loss"} <= set(figures)
    for name, held in figures.items():
        assert isinstance(held, Interval), name
        assert 0 <= held.low <= held.value <= held.high, name


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda path: path.name)
def test_the_films_of_a_training_are_known_by_their_content(folder: Path) -> None:
    with (folder / "split.csv").open(newline="", encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) > 5000
    assert all(len(line["sha256"]) == 64 for line in lines)
