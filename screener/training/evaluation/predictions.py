"""Somebody's predictions: Kaggle's `id,label`, the label a probability."""

from __future__ import annotations

import math
from pathlib import Path

from screener.errors import DataError
from screener.training.labelled import tables


def read_predictions(path: Path) -> dict[str, float]:
    """Id -> probability of the positive class, 0..1.

    Raises:
        DataError: it cannot be read, a line holds no probability, or an id comes twice.
    """
    found: dict[str, float] = {}
    for number, line in tables.read_rows(path, ("id", "label")):
        where = f"{path}, line {number}"
        own = line["id"].strip()
        if own in found:
            raise DataError(f"{where}: id {own} occurs twice; ids must all differ")
        found[own] = _probability(line["label"], where)
    return found


def _probability(text: str | None, where: str) -> float:
    try:
        value = float(text or "")
    except ValueError:
        value = math.nan
    if not 0 <= value <= 1:
        raise DataError(f"{where}: '{text}' is not a probability from 0 to 1")
    return value
