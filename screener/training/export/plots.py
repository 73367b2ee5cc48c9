"""The pictures in a model folder: curves, ROC, confusion and reliability."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from screener.records import OperatingPoint
from screener.training import metrics
from screener.training.progress import EpochResult

if TYPE_CHECKING:
    from numpy.typing import NDArray

_INK, _ACCENT, _THIRD = "#1b3a4b", "#c8553d", "#588b8b"
_BINS = 10


def plot_curves(history: Sequence[EpochResult], path: Path) -> None:
    """Write losses, accuracies and AUCs by epoch; a line marks the epoch whose weights were kept."""
    figure = Figure(figsize=(13, 3.6), layout="constrained")
    losses, accuracies, areas = figure.subplots(1, 3)
    epochs = [result.epoch for result in history]
    losses.plot(epochs, [result.loss for result in history], color=_INK, label="training")
    validation = [result.validation_loss for result in history]
    losses.plot(epochs, validation, color=_ACCENT, label="validation")
    losses.set(xlabel="epoch", ylabel="loss, nats", title="Loss")
    told = [result for result in history if result.accuracy is not None]
    if told:
        learned = [result.accuracy for result in told]
        accuracies.plot([result.epoch for result in told], learned, color=_INK, label="training, augmented")
    called = [result.validation_accuracy for result in history]
    accuracies.plot(epochs, called, color=_ACCENT, label="validation")
    accuracies.set(xlabel="epoch", ylabel="accuracy", title="Accuracy")
    areas.plot(epochs, [result.validation_auc for result in history], color=_ACCENT, label="validation")
    areas.plot(epochs, [result.stress_auc for result in history], color=_THIRD, label="stressed validation")
    areas.set(xlabel="epoch", ylabel="AUC", title="AUC of the averaged weights")
    kept = [result.epoch for result in history if result.kept]
    for axes in (losses, accuracies, areas):
        if kept:
            axes.axvline(kept[-1], color="grey", linewidth=0.8, linestyle=":", label="kept")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.legend(frameon=False)
    figure.savefig(path, dpi=120)


def plot_roc(
    truth: "NDArray[np.bool_]",
    scores: "dict[str, NDArray[np.float64]]",
    points: Sequence[OperatingPoint],
    path: Path,
) -> None:
    """Write the ROC curve of each of `scores` (name -> N scores), the points marked on the first."""
    figure = Figure(figsize=(5, 4.8), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="lightgrey", linewidth=0.8)
    for (name, values), colour in zip(scores.items(), (_ACCENT, _THIRD, _INK), strict=False):
        false, caught = _roc(truth, values)
        axes.plot(false, caught, color=colour, label=f"{name}: AUC {metrics.auc(truth, values):.3f}")
    first = next(iter(scores.values()))
    for point, marker in zip(points, ("^", "o", "v"), strict=False):
        miss = 1 - metrics.specificity(truth, first, point.threshold)
        caught_here = metrics.sensitivity(truth, first, point.threshold)
        label = f"{point.name} ({point.threshold:.2f})"
        axes.plot(miss, caught_here, marker, color=_INK, label=label, markersize=7)
    axes.set(xlabel="1 - specificity", ylabel="sensitivity", title="ROC on validation", aspect="equal")
    axes.legend(frameon=False, loc="lower right")
    figure.savefig(path, dpi=120)


def plot_confusion(
    labels: "NDArray[np.int64]", predicted: "NDArray[np.int64]", names: Sequence[str], path: Path
) -> None:
    """Write the confusion matrix, counts, the truth by row."""
    size = len(names)
    counts = np.bincount(labels * size + predicted, minlength=size * size).reshape(size, size)
    figure = Figure(figsize=(1.4 * size + 2, 1.3 * size + 1.4), layout="constrained")
    axes = figure.subplots()
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for row, column in np.ndindex(size, size):
        ink = "white" if shares[row, column] > 0.5 else "black"
        axes.text(column, row, str(counts[row, column]), ha="center", va="center", color=ink)
    ticks = range(size)
    axes.set_xticks(ticks, names)
    axes.set_yticks(ticks, names)
    axes.set(xlabel="called", ylabel="is", title="Validation, likeliest class")
    figure.savefig(path, dpi=120)


def plot_reliability(truth: "NDArray[np.bool_]", scores: "NDArray[np.float64]", path: Path) -> None:
    """Write how often a score came true, by tenths of the score, and how many pictures each tenth has."""
    figure = Figure(figsize=(5, 5.4), layout="constrained")
    upper, lower = draw_reliability(figure, truth, scores)
    upper.set(ylabel="share that is positive", title="Reliability on validation")
    lower.set(ylabel="pictures")
    figure.savefig(path, dpi=120)


def draw_reliability(
    figure: Figure, truth: "NDArray[np.bool_]", scores: "NDArray[np.float64]"
) -> tuple[Axes, Axes]:
    """The axes of the shares by tenths of the score, and below them those of the counts."""
    place = np.clip((scores * _BINS).astype(int), 0, _BINS - 1)
    counts = np.bincount(place, minlength=_BINS)
    filled = counts > 0
    claimed = np.bincount(place, scores, _BINS)[filled] / counts[filled]
    came_true = np.bincount(place, truth.astype(np.float64), _BINS)[filled] / counts[filled]
    upper, lower = figure.subplots(2, 1, height_ratios=(3, 1), sharex=True)
    upper.plot([0, 1], [0, 1], color="lightgrey", linewidth=0.8)
    upper.plot(claimed, came_true, "o-", color=_ACCENT, clip_on=False)  # marks on the edge stay whole
    upper.set(ylim=(-0.02, 1.02))
    lower.bar((np.arange(_BINS) + 0.5) / _BINS, counts, width=0.9 / _BINS, color=_INK)
    lower.set(xlabel="score", xlim=(0, 1))
    return upper, lower


def _roc(
    truth: "NDArray[np.bool_]", scores: "NDArray[np.float64]"
) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
    """(1 - specificity, sensitivity) at every distinct threshold, from (0, 0) to (1, 1)."""
    order = np.argsort(-scores, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)
    caught = np.cumsum(truth[order])[ends] / truth.sum()
    false = np.cumsum(~truth[order])[ends] / (~truth).sum()
    return np.append(0.0, false), np.append(0.0, caught)
