"""From logits to probabilities that mean what they say, and to thresholds that have a purpose."""

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from screener.engines.scores import probabilities
from screener.models.card import ModelCard
from screener.records import Interval, OperatingPoint
from screener.training import metrics
from screener.training.labelled.preflight import Prepared

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Measure = Callable[[NDArray[np.bool_], NDArray[np.float64], float], float]

NAMES = ("sensitive", "balanced", "specific")

_AIMS = (0.975, 0.98, 0.985, 0.99, 0.995, 1.0)
_EDGE = 0.005
_GAP = 0.01
_GOLDEN = (math.sqrt(5) - 1) / 2
_TEMPERATURES = (0.05, 20.0)
_TURNS = 200
_SETTLED = 1e-4
_LEANING = 20.0
_LEAST = 1e-12


def fit_offsets(labels: "NDArray[np.int64]", logits: "NDArray[np.float32]") -> "NDArray[np.float64]":
    """What to add to each class's logit, float64, K, so that no class is favoured.

    Args:
        labels: int64, N, class indexes; every class is present.
        logits: float32, N x K.

    Strong augmentation and smoothed labels leave a network leaning to one class. Temperature and offsets
    that make the labels likeliest (Alexandari et al., ICML 2020) are found in turns, every class counting
    the same however common it is; the offsets have a mean of 0.
    """
    means = logits.mean(axis=0, dtype=np.float64)
    # Where one class has all but all the probability, softmax leaves nothing to reckon by: begin level.
    offsets = means.mean() - means if np.ptp(means) > _LEANING else np.zeros(logits.shape[1])
    shares = np.eye(len(offsets))[labels] / np.bincount(labels, minlength=len(offsets))[labels, None]
    wanted = shares.sum(axis=0)
    weights = shares.sum(axis=1, keepdims=True)
    for _ in range(_TURNS):
        shifted = (logits + offsets).astype(np.float32)
        temperature = fit_temperature(labels, shifted)
        given = (weights * probabilities(shifted, temperature)).sum(axis=0)
        # At the optimum each class is given as much probability as it has pictures.
        step = temperature * (np.log(wanted) - np.log(given.clip(_LEAST)))
        offsets += step - step.mean()
        if np.abs(step).max() < _SETTLED:
            break
    return offsets


def fit_temperature(labels: "NDArray[np.int64]", logits: "NDArray[np.float32]") -> float:
    """The temperature that makes `labels` likeliest (Guo et al., ICML 2017), from 0.05 to 20.

    Args:
        labels: int64, N, class indexes; every class counts the same, however common it is.
        logits: float32, N x K.

    The negative log-likelihood is convex in 1/temperature, so a golden-section search finds its least.
    """
    rows = np.arange(len(labels))
    weights = (1 / np.bincount(labels, minlength=logits.shape[1]))[labels] / len(np.unique(labels))

    def cost(log_temperature: float) -> float:
        scaled = probabilities(logits, math.exp(log_temperature))[rows, labels]
        return float(-(weights * np.log(np.clip(scaled, 1e-12, 1))).sum())

    low, high = (math.log(bound) for bound in _TEMPERATURES)
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left, at_right = cost(left), cost(right)
    while high - low > 1e-5:
        if at_left <= at_right:
            high, right, at_right = right, left, at_left
            left = high - _GOLDEN * (high - low)
            at_left = cost(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + _GOLDEN * (high - low)
            at_right = cost(right)
    return math.exp((low + high) / 2)


def calibrate(
    card: ModelCard, data: Prepared, plain: "NDArray[np.float32]", stressed: "NDArray[np.float32]"
) -> tuple[float, tuple[OperatingPoint, ...]]:
    """Temperature and operating points, from plain and stressed validation pictures together.

    New films will be less like the training films than validation films are; the stressed ones stand in
    for them, so that neither confidence nor thresholds are cut to the last per cent of the easy half.

    Args:
        card: names the positive classes.
        data: the pictures.
        plain: their logits, float32, M x K.
        stressed: the logits of the stressed ones.
    """
    labels = np.tile(data.validation.own_labels, 2)
    temperature = fit_temperature(labels, np.concatenate((plain, stressed)))
    return temperature, points_at(temperature, card, data, plain, stressed)


def points_at(
    temperature: float,
    card: ModelCard,
    data: Prepared,
    plain: "NDArray[np.float32]",
    stressed: "NDArray[np.float32]",
) -> tuple[OperatingPoint, ...]:
    """The operating points of scores at `temperature`; the rest as in `calibrate`."""
    positive = [card.labels.index(name) for name in card.positive]
    truth = np.isin(np.tile(data.validation.own_labels, 2), positive)
    scores = probabilities(np.concatenate((plain, stressed)), temperature)[:, positive].sum(axis=1)
    patients = [example.patient for example in data.validation_examples] * 2
    return choose_points(truth, scores, patients)


def choose_points(
    truth: "NDArray[np.bool_]", scores: "NDArray[np.float64]", patients: Sequence[str]
) -> tuple[OperatingPoint, ...]:
    """The points `sensitive`, `balanced` and `specific`, thresholds rising within (0, 1).

    Args:
        truth: bool, N, both classes present.
        scores: float64, N, on 0..1.
        patients: of each picture, for the intervals.
    """

    def measured(measure: "Measure", threshold: float) -> Interval:
        return metrics.interval(lambda rows: measure(truth[rows], scores[rows], threshold), patients)

    return tuple(
        OperatingPoint(
            name,
            threshold,
            measured(metrics.sensitivity, threshold),
            measured(metrics.specificity, threshold),
        )
        for name, threshold in zip(NAMES, choose_thresholds(truth, scores), strict=True)
    )


def choose_thresholds(
    truth: "NDArray[np.bool_]", scores: "NDArray[np.float64]"
) -> tuple[float, float, float]:
    """Three thresholds, at least 0.01 apart and within 0.005 to 0.995.

    The middle one is the score at which either side is as likely as the other, were both as common; see
    `even_odds`. The first is the highest below it that keeps a sensitivity of 0.975, the last the lowest
    above it that keeps a specificity of 0.975; where a model is so good that one of them would pass the
    middle, its aim is raised until it does not. The outer two stand midway between neighbouring scores, so
    that no single picture decides; the outermost between the outermost score and 0 or 1, so that either aim
    can be met, whatever it costs.
    """
    distinct = np.concatenate(([0.0], np.unique(scores), [1.0]))
    cuts = (distinct[1:] + distinct[:-1]) / 2
    positives, negatives = np.sort(scores[truth]), np.sort(scores[~truth])
    caught = 1 - np.searchsorted(positives, cuts) / len(positives)
    spared = np.searchsorted(negatives, cuts) / len(negatives)
    middle = even_odds(truth, scores)
    lows = (cuts[_last(caught >= aim, 0)] for aim in _AIMS)
    highs = (cuts[_first(spared >= aim, len(cuts) - 1)] for aim in _AIMS)
    low = next((cut for cut in lows if cut < middle), middle)
    high = next((cut for cut in highs if cut > middle), middle)
    return _apart(float(low), middle, float(high))


def even_odds(truth: "NDArray[np.bool_]", scores: "NDArray[np.float64]") -> float:
    """The score at which positive is as likely as negative, were both as common.

    By logistic regression on the score's logit (Platt, 1999), both sides counting the same. It estimates the
    cut with the most of sensitivity and specificity together (Youden's index) from all pictures, where the
    best cut of the sample hangs on a few of them.

    Args:
        truth: bool, N, both classes present.
        scores: float64, N, on 0..1.
    """
    sure = scores.clip(_LEAST, 1 - _LEAST)
    logits = np.stack((np.zeros(len(sure)), np.log(sure / (1 - sure))), axis=1).astype(np.float32)
    offsets = fit_offsets(truth.astype(np.int64), logits)
    return float(1 / (1 + np.exp(offsets[1] - offsets[0])))


def _last(fits: "NDArray[np.bool_]", otherwise: int) -> int:
    places = np.flatnonzero(fits)
    return int(places[-1]) if len(places) else otherwise


def _first(fits: "NDArray[np.bool_]", otherwise: int) -> int:
    places = np.flatnonzero(fits)
    return int(places[0]) if len(places) else otherwise


def _apart(low: float, middle: float, high: float) -> tuple[float, float, float]:
    middle = min(max(middle, _EDGE + _GAP), 1 - _EDGE - _GAP)
    low = max(min(low, middle - _GAP), _EDGE)
    high = min(max(high, middle + _GAP), 1 - _EDGE)
    return low, middle, high
