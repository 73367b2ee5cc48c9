"""What a model is worth, in numbers; numpy alone. Tested against scikit-learn."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from screener.records import Interval

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Truth = NDArray[np.bool_]
    Scores = NDArray[np.float64]

ROUNDS = 1000
"""Resamples of an interval."""

BINS = 15
"""Of the expected calibration error."""


def auc(truth: "Truth", scores: "Scores") -> float:
    """The chance that a positive scores above a negative, a tie counting half; NaN with one class alone."""
    positives = int(truth.sum())
    negatives = len(truth) - positives
    if not positives or not negatives:
        return float("nan")
    _, places, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks = (ends - (counts - 1) / 2)[places]
    return float((ranks[truth].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def mean_auc(labels: "NDArray[np.int64]", probabilities: "NDArray[np.float64]") -> float:
    """The AUC of two classes, or the mean of each class against the rest.

    Args:
        labels: N, class indexes.
        probabilities: N x K.
    """
    classes = range(1, 2) if probabilities.shape[1] == 2 else range(probabilities.shape[1])
    return float(np.mean([auc(labels == k, probabilities[:, k]) for k in classes]))


def accuracy(labels: "NDArray[np.int64]", probabilities: "NDArray[np.float64]") -> float:
    """The share of pictures whose likeliest class is the right one."""
    return float((probabilities.argmax(axis=1) == labels).mean())


def precision(truth: "Truth", called: "Truth") -> float:
    """The share of the called pictures that are positive; 0 where none is called."""
    return float(truth[called].mean()) if called.any() else 0.0


def recall(truth: "Truth", called: "Truth") -> float:
    """The share of the positive pictures that are called; 0 where none is positive."""
    return precision(called, truth)


def f1(truth: "Truth", called: "Truth") -> float:
    """The harmonic mean of precision and recall; 0 where none is positive or called."""
    both = int(truth.sum()) + int(called.sum())
    return 2 * int((truth & called).sum()) / both if both else 0.0


def negative_log_likelihood(labels: "NDArray[np.int64]", probabilities: "NDArray[np.float64]") -> float:
    """The mean of -log(probability of the right class), in nats; probabilities under 1e-12 count as that."""
    right = probabilities[np.arange(len(labels)), labels]
    return float(-np.log(np.clip(right, 1e-12, 1)).mean())


def sensitivity(truth: "Truth", scores: "Scores", threshold: float) -> float:
    """The share of positives at or above `threshold`; NaN without positives."""
    return float((scores[truth] >= threshold).mean()) if truth.any() else float("nan")


def specificity(truth: "Truth", scores: "Scores", threshold: float) -> float:
    """The share of negatives below `threshold`; NaN without negatives."""
    return float((scores[~truth] < threshold).mean()) if not truth.all() else float("nan")


def calibration_error(truth: "Truth", scores: "Scores") -> float:
    """The expected calibration error: how far scores lie from the shares they claim (Naeini et al., 2015).

    Scores are sorted into `BINS` of equal width; each bin's gap counts by its share of the pictures.
    """
    place = np.clip((scores * BINS).astype(int), 0, BINS - 1)
    gaps = np.abs(np.bincount(place, truth.astype(np.float64), BINS) - np.bincount(place, scores, BINS))
    return float(gaps.sum() / len(scores))


def interval(
    measure: Callable[["NDArray[np.int64]"], float],
    patients: Sequence[str],
    rounds: int = ROUNDS,
) -> Interval:
    """`measure` over all pictures, with its 95 % interval: percentiles over resampled patients.

    Args:
        measure: from indexes of pictures, some perhaps repeated, to a share.
        patients: of each picture. Pictures of one patient are drawn together: they are not independent.
        rounds: resamples; those in which the measure is not defined are left out.
    """
    _, group = np.unique(np.asarray(patients), return_inverse=True)
    order = np.argsort(group, kind="stable")
    members = np.split(order, np.cumsum(np.bincount(group))[:-1])
    generator = np.random.default_rng(0)
    values = []
    for _ in range(rounds):
        drawn = generator.integers(0, len(members), len(members))
        values.append(measure(np.concatenate([members[patient] for patient in drawn])))
    value = measure(np.arange(len(group)))
    finite = np.asarray(values)[np.isfinite(values)]
    low, high = np.percentile(finite, (2.5, 97.5)) if len(finite) else (value, value)
    return Interval(value, float(low), float(high))
