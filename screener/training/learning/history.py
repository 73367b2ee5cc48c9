"""What a training has reached, epoch by epoch, as a table that can be read while it runs."""

import csv
import dataclasses
from collections.abc import Sequence
from pathlib import Path

from screener.records.swap import swap_in
from screener.training.progress import EpochResult

HISTORY = "history.csv"


def write_history(history: Sequence[EpochResult], path: Path) -> None:
    """Write the fields of `EpochResult`, a line an epoch; whole or not at all."""
    unfinished = path.with_name(f".{path.name}")
    with unfinished.open("w", newline="", encoding="utf-8") as file:
        names = [field.name for field in dataclasses.fields(EpochResult)]
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(dataclasses.asdict(result) for result in history)
    swap_in(unfinished, path)
