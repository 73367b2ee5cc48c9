"""The figures of `measured` over many resamples at once.

A thousand resamples of seventy figures would keep scikit-learn busy for minutes. A resample is a weight for
each film, so counts of all resamples are one matrix product. `measured` is the reference: tests hold both
against each other at weight 1 and at others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from screener.training.evaluation.judged import Judged
from screener.training.evaluation.measured import Key
from screener.training.metrics import BINS, ROUNDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_HELD = 2_000_000
"""Weights in memory at a time: 16 MB, and a few times that in what is computed of them."""


def draws(patients: Sequence[str], rounds: int = ROUNDS, seed: int = 0) -> Iterator[Floats]:
    """How often each film is drawn, float64, some rounds x N at a time: all films of a drawn patient.

    The draws are those of `metrics.interval`.
    """
    _, group = np.unique(np.asarray(patients), return_inverse=True)
    number = int(group.max()) + 1
    generator = np.random.default_rng(seed)
    at_once = max(1, _HELD // len(group))
    for start in range(0, rounds, at_once):
        drawn = [
            np.bincount(generator.integers(0, number, number), minlength=number)
            for _ in range(min(at_once, rounds - start))
        ]
        yield np.stack(drawn)[:, group].astype(np.float64)


def resampled(judged: Judged, thresholds: Mapping[str, float], weights: Floats) -> dict[Key, Floats]:
    """The figures of `measured`, float64, a value a row of `weights` (rounds x N); NaN where not defined."""
    with np.errstate(divide="ignore", invalid="ignore"):
        figures = {Key("score", "", name): value for name, value in _scores(judged, weights).items()}
        truth = judged.truth
        for point, threshold in thresholds.items():
            at = _at(truth, judged.scores >= threshold, weights)
            figures |= {Key("at", point, name): value for name, value in at.items()}
        for index, name in enumerate(judged.classes):
            own = _of_class(judged, index, weights)
            figures |= {Key("class", name, measure): value for measure, value in own.items()}
        everything = _all(judged, figures, weights)
        return figures | {Key("all", "", name): value for name, value in everything.items()}


def _scores(judged: Judged, weights: Floats) -> dict[str, Floats]:
    truth, scores = judged.truth, judged.scores
    area, precision = _ranked(truth, scores, weights)
    return {
        "auc": area,
        "average_precision": precision,
        "brier": _mean((scores - truth) ** 2, weights),
        "calibration_error": _calibration_error(truth, scores, weights),
    }


def _at(truth: NDArray[np.bool_], called: NDArray[np.bool_], weights: Floats) -> dict[str, Floats]:
    caught, false = weights @ (truth & called), weights @ (~truth & called)
    missed, spared = weights @ (truth & ~called), weights @ (~truth & ~called)
    total = weights.sum(axis=1)
    sensitivity, specificity = caught / (caught + missed), spared / (spared + false)
    precision, negative = caught / (caught + false), spared / (spared + missed)
    f1 = 2 * caught / (2 * caught + false + missed)
    f1_negative = 2 * spared / (2 * spared + false + missed)
    support = np.stack((caught + missed, spared + false))
    return {
        "sensitivity": sensitivity,
        "specificity": specificity,
        "precision": precision,
        "negative_predictive_value": negative,
        "accuracy": (caught + spared) / total,
        "balanced_accuracy": (sensitivity + specificity) / 2,
        "f1": f1,
        "f1_negative": f1_negative,
        "precision_weighted": _weighted(np.stack((precision, negative)), support),
        "f1_weighted": _weighted(np.stack((f1, f1_negative)), support),
    }


def _of_class(judged: Judged, index: int, weights: Floats) -> dict[str, Floats]:
    own, share = judged.labels == index, judged.shares[:, index]
    at = _at(own, judged.likeliest == index, weights)
    area, precision = _ranked(own, share, weights)
    return {
        "precision": at["precision"],
        "recall": at["sensitivity"],
        "specificity": at["specificity"],
        "f1": at["f1"],
        "auc": area,
        "average_precision": precision,
        "brier": _mean((share - own) ** 2, weights),
    }


def _all(judged: Judged, figures: Mapping[Key, Floats], weights: Floats) -> dict[str, Floats]:
    def by_class(measure: str) -> Floats:
        return np.stack([figures[Key("class", name, measure)] for name in judged.classes])

    right = judged.labels == judged.likeliest
    support = np.stack([weights @ (judged.labels == index) for index in range(len(judged.classes))])
    return {
        "accuracy": _mean(right, weights),
        "balanced_accuracy": by_class("recall").mean(axis=0),
        "precision_weighted": _weighted(by_class("precision"), support),
        "f1_weighted": _weighted(by_class("f1"), support),
        "auc_one_vs_rest": by_class("auc").mean(axis=0),
        "calibration_error": _calibration_error(right, judged.shares.max(axis=1), weights),
    }


def _ranked(truth: NDArray[np.bool_], scores: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """The area under the ROC curve and the average precision, ties taken together."""
    order = np.argsort(-scores, kind="stable")
    starts = np.append(0, np.flatnonzero(np.diff(scores[order])) + 1)
    sorted_weights, positive = weights[:, order], truth[order]
    caught = np.add.reduceat(sorted_weights * positive, starts, axis=1)
    false = np.add.reduceat(sorted_weights * ~positive, starts, axis=1)
    caught_so_far, false_so_far = caught.cumsum(axis=1), false.cumsum(axis=1)
    positives, negatives = caught_so_far[:, -1], false_so_far[:, -1]
    area = (false * (caught_so_far - caught / 2)).sum(axis=1) / (positives * negatives)
    called = caught_so_far + false_so_far
    precision = np.divide(caught_so_far, called, out=np.zeros_like(called), where=called > 0)
    average = (caught * precision).sum(axis=1) / positives
    return area, np.where(negatives > 0, average, np.nan)


def _calibration_error(truth: NDArray[np.bool_], scores: Floats, weights: Floats) -> Floats:
    """See `metrics.calibration_error`."""
    place = np.clip((scores * BINS).astype(int), 0, BINS - 1)
    gaps = np.zeros((len(scores), BINS))
    gaps[np.arange(len(scores)), place] = truth - scores
    result: Floats = np.abs(weights @ gaps).sum(axis=1) / weights.sum(axis=1)
    return result


def _mean(values: Floats | NDArray[np.bool_], weights: Floats) -> Floats:
    result: Floats = weights @ values.astype(np.float64) / weights.sum(axis=1)
    return result


def _weighted(values: Floats, support: Floats) -> Floats:
    """The mean over classes (axis 0) by support, classes without a value left out."""
    known = np.isfinite(values)
    result: Floats = np.where(known, values * support, 0).sum(axis=0) / (support * known).sum(axis=0)
    return result
