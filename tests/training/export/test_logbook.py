"""The workbook of a training: what is not known of the data is not told as a figure."""

from dataclasses import replace
from pathlib import Path

import openpyxl

from builders.model import tiny_card
from screener.training.export.logbook import write_logbook
from screener.training.labelled.findings import Preflight
from screener.training.progress import EpochResult
from screener.training.recipes.recipe import TrainRecipe

FOUND = Preflight(
    counts={"train": {"normal": 30, "sick": 20}},
    patients={"train": None},
    split="given by the data",
    shared=(),
    shared_with_test=(),
    named=False,
    pairs=(),
    pairs_with_test=(),
    unreadable=(),
    near_white=(),
    near_black=(),
    left_out=0,
    blank_used=0,
    unnamed=50,
)


def test_patients_whom_nobody_names_are_not_counted(tmp_path: Path) -> None:
    def sheet(found: Preflight) -> list[tuple[object, ...]]:
        history = [EpochResult(1, 32, 0.01, 0.5, 0.4, 0.9, 0.9, 0.9, 2.0, True)]
        write_logbook(tiny_card(), TrainRecipe(), history, found, tmp_path / "training.xlsx")
        book = openpyxl.load_workbook(tmp_path / "training.xlsx")
        return [row[:4] for row in book["Preflight"].iter_rows(values_only=True)]

    rows = sheet(FOUND)
    assert ("train", "normal", 30, "not known") in rows
    assert ("pictures whose patient is not known", 50) in [row[:2] for row in rows]
    assert ("train", "sick", 20, 17) in sheet(replace(FOUND, patients={"train": 17}))
