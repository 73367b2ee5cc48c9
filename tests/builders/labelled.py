"""Labelled films, and a table of them, to evaluate a model on."""

import csv
from functools import cache
from pathlib import Path

from builders.pictures import film, png


@cache
def drawn(seed: int) -> bytes:
    """A small film as PNG."""
    return png(film(160, 140, seed=seed))


def write_films(folder: Path) -> Path:
    """Twelve films of each class in a test folder, as the official one comes: no training films beside it."""
    for number in range(24):
        sick = number % 2
        name = f"person{number // 4}_virus_{number}.png" if sick else f"IM-{number // 4:04d}-{number:04d}.png"
        path = folder / "chest" / "test" / ("PNEUMONIA" if sick else "NORMAL") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(drawn(number))
    return folder / "chest"


def write_table(folder: Path, lines: list[dict[str, str]]) -> Path:
    """The CSV of these lines in `folder`, with a header."""
    path = folder / "labels.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(lines[0]))
        writer.writeheader()
        writer.writerows(lines)
    return path
