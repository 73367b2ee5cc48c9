"""A table of films to look at before a training, and changes to it."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np

from screener.training.labelled.findings import Preflight
from screener.training.labelled.preflight import Prepared

Look = Callable[..., tuple[Prepared | str, Preflight]]
"""Prepares the data; what came of it, or the message that stopped it, and what was found."""


def picture(seed: int) -> np.ndarray:
    """A picture like no other, 48 x 48 grey."""
    return np.kron(np.random.default_rng(seed).integers(20, 230, (12, 12)), np.ones((4, 4))).astype(np.uint8)


def write(table: Path, rows: list[tuple[str, ...]]) -> Path:
    with table.open("w", newline="") as file:
        csv.writer(file).writerows([("path", "label", "patient", "split"), *rows])
    return table


def read(table: Path) -> list[tuple[str, ...]]:
    with table.open(newline="") as file:
        return [tuple(row) for row in csv.reader(file)][1:]


def change(table: Path, number: int, **fields: str) -> None:
    """Change a line of the CSV, from 0."""
    names = ("path", "label", "patient", "split")
    rows = read(table)
    rows[number] = tuple(fields.get(name, value) for name, value in zip(names, rows[number], strict=True))
    write(table, rows)


def halves(table: Path) -> None:
    """The first 24 lines train, the next 6 validation, the last 2 test."""
    rows = read(table)
    sides = ["train"] * 24 + ["val"] * 6 + ["test"] * 2
    write(table, [(*row[:3], side) for row, side in zip(rows, sides, strict=True)])
