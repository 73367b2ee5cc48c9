"""What all runners do alike: write a CSV, and print what it cost once the model was ready."""

import csv
import json
import os
import time
from collections.abc import Iterable
from pathlib import Path

BATCH = 32
WORKERS = os.cpu_count() or 1


Clock = tuple[float, float]
"""Seconds of the wall, and of processors: this process's and those of its children that have ended."""


def start() -> Clock:
    """Now: everything is imported, and the model there."""
    return time.perf_counter(), sum(os.times()[:4])


def cost(began: Clock, films: int) -> str:
    """What `films` films have cost since `began`, as JSON."""
    wall, processor = (now - then for now, then in zip(start(), began, strict=True))
    return json.dumps({"films": films, "seconds": wall, "processor": processor})


def finish(began: Clock, rows: Iterable[tuple[str, float]], path: Path) -> None:
    """Write the rows (film, score) to `path`, and print what they cost."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("id", "label"))
        for row in rows:
            writer.writerow(row)
            count += 1
    print(cost(began, count))
