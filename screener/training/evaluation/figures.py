"""Figures with their intervals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from screener.records import Interval
from screener.training.evaluation.judged import Judged
from screener.training.evaluation.measured import Key, measured
from screener.training.evaluation.resampled import draws, resampled
from screener.training.metrics import ROUNDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

Figures = Mapping[Key, Interval | None]
"""Each figure with its 95 % interval; None where it is not defined."""


@dataclass(frozen=True, slots=True)
class Calls:
    """How the films fall at a threshold."""

    name: str
    threshold: float
    true_positive: int
    false_positive: int
    false_negative: int
    true_negative: int


def figures_of(
    judged: Judged, thresholds: Mapping[str, float], rounds: int = ROUNDS
) -> dict[Key, Interval | None]:
    """Every figure of `measured`; the interval is that of resampled patients, percentiles 2.5 and 97.5.

    Resamples in which a figure is not defined are left out. One patient alone says nothing of others: the
    interval is then all that a figure can be, 0 to 1.
    """
    values = measured(judged, thresholds)
    if len(set(judged.patients)) == 1:
        return {key: Interval(float(v), 0.0, 1.0) if np.isfinite(v) else None for key, v in values.items()}
    drawn: dict[Key, list[NDArray[np.float64]]] = defaultdict(list)
    for weights in draws(judged.patients, rounds):
        for key, of_rounds in resampled(judged, thresholds, weights).items():
            drawn[key].append(of_rounds)
    return {key: _interval(float(value), np.concatenate(drawn[key])) for key, value in values.items()}


def calls_at(judged: Judged, thresholds: Mapping[str, float]) -> tuple[Calls, ...]:
    """How the films fall at each threshold."""
    truth = judged.truth
    found = []
    for name, threshold in thresholds.items():
        called = judged.scores >= threshold
        sides = (truth & called, ~truth & called, truth & ~called, ~truth & ~called)
        found.append(Calls(name, threshold, *(int(side.sum()) for side in sides)))
    return tuple(found)


def confusion(judged: Judged) -> tuple[tuple[int, ...], ...]:
    """Counts by true class (rows) and called class (columns)."""
    size = len(judged.classes)
    counts = np.bincount(judged.labels * size + judged.called, minlength=size * size)
    return tuple(tuple(int(count) for count in row) for row in counts.reshape(size, size))


def support(judged: Judged) -> dict[str, int]:
    """Films of each class."""
    counts = np.bincount(judged.labels, minlength=len(judged.classes))
    return {name: int(count) for name, count in zip(judged.classes, counts, strict=True)}


def _interval(value: float, drawn: NDArray[np.float64]) -> Interval | None:
    finite = drawn[np.isfinite(drawn)]
    if not np.isfinite(value):
        return None
    low, high = np.percentile(finite, (2.5, 97.5)) if len(finite) else (value, value)
    return Interval(value, float(low), float(high))
