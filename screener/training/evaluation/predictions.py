"""Somebody's predictions: Kaggle's `id,label`, the label a probability."""

from __future__ import annotations

import csv
import math
from pathlib import Path

from screener.errors import DataError

_COLUMNS = ("id", "label")


def read_predictions(path: Path) -> dict[str, float]:
    """Id -> probability of the positive class, 0..1.

    Raises:
        DataError: it cannot be read, a line holds no probability, or an id comes twice.
    """
    found: dict[str, float] = {}
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            if missing := [name for name in _COLUMNS if name not in (reader.fieldnames or ())]:
                raise DataError(f"{path}: no column '{missing[0]}' in its first line")
            for line in reader:
                where = f"{path}, line {reader.line_num}"
                if line["id"] in found:
                    raise DataError(f"{where}: id {line['id']} came before; ids must all differ")
                found[line["id"]] = _probability(line["label"], where)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"--predictions {path} cannot be read: {error}") from error
    return found


def _probability(text: str | None, where: str) -> float:
    try:
        value = float(text or "")
    except ValueError:
        value = math.nan
    if not 0 <= value <= 1:
        raise DataError(f"{where}: '{text}' is no probability from 0 to 1")
    return value
