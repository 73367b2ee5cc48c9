"""The pictures of an evaluation, as PNG bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter
from sklearn.metrics import precision_recall_curve, roc_curve

from screener.reports import wording
from screener.reports.publish import Plot
from screener.training.evaluation.outcome import HALF, Evaluation
from screener.training.export.plots import draw_reliability

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

_INK, _ACCENT, _THIRD, _SOFT = "#1b3a4b", "#c8553d", "#588b8b", "#c9d1da"
_COLOURS = (_ACCENT, _THIRD, _INK, "#a06cd5", "#e69f00", "#0072b2")
_WRONG, _RIGHT = "#c00000", "#18212b"
_GRID = 4
_NAME_WIDTH, _NAME_LENGTH, _LOWEST_NAME = 0.03, 0.18, 0.25
"""Of a threshold's upright name, as shares of the plot's sides."""
_DPI = 130

PLOTS = (
    "confusion.png",
    "roc.png",
    "precision-recall.png",
    "thresholds.png",
    "reliability.png",
    "contact-sheet.png",
)
"""What the files of plots are called."""

Thumbnail = Callable[[int], "NDArray[np.uint8] | None"]
"""A scored film's place to its small picture: uint8, H x W or H x W x 3; None where there is none."""


def plots(evaluation: Evaluation) -> Iterator[Plot]:
    """The plots of the figures; those that need two classes are left out without them."""
    yield Plot("confusion.png", _confusion_title(evaluation), _confusion(evaluation))
    if any(_curves(evaluation)):
        title = "ROC curve: sensitivity against false alarms, at every threshold"
        yield Plot("roc.png", title, _roc(evaluation))
        title = "Precision against recall, at every threshold"
        yield Plot("precision-recall.png", title, _precision_recall(evaluation))
        title = "What a threshold would do; dotted lines are the model's"
        yield Plot("thresholds.png", title, _thresholds(evaluation))
    title = "Reliability: how often a score comes true, and how many films have it"
    title = wording.of_kind(evaluation.subject.kind, title)
    yield Plot("reliability.png", title, _reliability(evaluation))


def contact_sheet(evaluation: Evaluation, thumbnail: Thumbnail) -> Plot | None:
    """Sixteen films drawn by chance, titled "predicted (actual)", mistakes in red; None without pictures."""
    places = np.random.default_rng(0).permutation(len(evaluation.films))
    shown = []
    for place in places:
        pixels = thumbnail(int(place))
        if pixels is not None:
            shown.append((int(place), pixels))
        if len(shown) == _GRID * _GRID:
            break
    if not shown:
        return None
    rows = -(-len(shown) // _GRID)
    figure = Figure(figsize=(8.8, 2.35 * rows), layout="constrained")
    for number, (place, pixels) in enumerate(shown, 1):
        axes = figure.add_subplot(rows, _GRID, number)
        axes.imshow(pixels, cmap="gray", vmin=0, vmax=255)
        axes.set_axis_off()
        called, true = evaluation.called_name(place), evaluation.true_name(place)
        axes.set_title(
            f"{called} ({true})",
            color=_RIGHT if called == true else _WRONG,
            fontsize=10,
            fontweight="normal" if called == true else "bold",
        )
    title = "Sixteen films by chance: predicted (actual), mistakes in red"
    return Plot("contact-sheet.png", wording.of_kind(evaluation.subject.kind, title), _png(figure))


def _confusion_title(evaluation: Evaluation) -> str:
    if evaluation.is_binary:
        threshold = wording.score(evaluation.thresholds[evaluation.main])
        return f"Confusion matrix at the {evaluation.main} threshold, {threshold}"
    return "Confusion matrix, the likeliest class called"


def _confusion(evaluation: Evaluation) -> bytes:
    counts = np.array(evaluation.confusion)
    size, names = len(counts), evaluation.subject.classes
    figure = Figure(figsize=(1.5 * size + 2, 1.3 * size + 1.6), layout="constrained")
    axes = figure.subplots()
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for row, column in np.ndindex(size, size):
        ink = "white" if shares[row, column] > 0.5 else "black"
        text = f"{counts[row, column]:,}\n{shares[row, column]:.1%}"
        axes.text(column, row, text, ha="center", va="center", color=ink)
    axes.set_xticks(range(size), names)
    axes.set_yticks(range(size), names, rotation=90, va="center")
    axes.set(xlabel="called", ylabel="in truth")
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)
    return _png(figure)


def _curves(evaluation: Evaluation) -> Iterator[tuple[str, NDArray[np.bool_], NDArray[np.float64]]]:
    """(name, truth, scores) of each curve: the positive score's; with more classes, one class each."""
    judged = evaluation.judged
    if evaluation.is_binary:
        curves = [(" or ".join(evaluation.subject.positive), judged.truth, judged.scores)]
    else:
        curves = [
            (name, judged.labels == index, judged.shares[:, index])
            for index, name in enumerate(evaluation.subject.classes)
        ]
    for curve in curves:
        if curve[1].any() and not curve[1].all():
            yield curve


def _roc(evaluation: Evaluation) -> bytes:
    figure, axes = _square()
    axes.plot([0, 1], [0, 1], color=_SOFT, linewidth=0.8)
    for (name, truth, scores), colour in zip(_curves(evaluation), _COLOURS, strict=False):
        false, caught, _ = roc_curve(truth, scores, drop_intermediate=False)
        axes.plot(false, caught, color=colour, label=f"{name}: AUC {_area(evaluation, name)}")
    for point, marker in zip(_points(evaluation), ("^", "o", "v"), strict=False):
        caught_here = evaluation.figure("at", point, "sensitivity")
        spared = evaluation.figure("at", point, "specificity")
        if evaluation.is_binary and caught_here and spared:
            label = f"{point} ({wording.score(evaluation.thresholds[point])})"
            place = (1 - spared.value, caught_here.value)
            axes.plot(*place, marker, color=_INK, markersize=7, label=label, zorder=3)
    axes.set(xlabel="1 - specificity (false alarms)", ylabel="sensitivity", aspect="equal")
    axes.legend(frameon=False, loc="lower right", fontsize=9)
    return _png(figure)


def _area(evaluation: Evaluation, name: str) -> str:
    section = ("score", "", "auc") if evaluation.is_binary else ("class", name, "auc")
    area = evaluation.figure(*section)
    return f"{area.value:.3f}" if area else "not defined"


def _precision_recall(evaluation: Evaluation) -> bytes:
    figure, axes = _square()
    films = wording.of_kind(evaluation.subject.kind, "films")
    for (name, truth, scores), colour in zip(_curves(evaluation), _COLOURS, strict=False):
        precision, recall, _ = precision_recall_curve(truth, scores)
        axes.step(recall, precision, where="post", color=colour, label=name)
        axes.axhline(truth.mean(), color=colour, linewidth=0.8, linestyle=":")
    axes.set(xlabel="recall (sensitivity)", ylabel="precision", xlim=(0, 1.02), ylim=(0, 1.02))
    axes.legend(frameon=False, loc="lower left", fontsize=9, title=f"dotted: share of such {films}")
    return _png(figure)


def _thresholds(evaluation: Evaluation) -> bytes:
    judged = evaluation.judged
    truth, order = judged.truth, np.sort(judged.scores)
    cuts = np.unique(np.concatenate((np.linspace(0, 1, 201), order[:: max(1, len(order) // 400)])))
    called = judged.scores[None, :] >= cuts[:, None]
    caught, false = (called & truth).sum(axis=1), (called & ~truth).sum(axis=1)
    figure = Figure(figsize=(5.4, 4.6), layout="constrained")
    axes = figure.subplots()
    if truth.any():
        axes.plot(cuts, caught / truth.sum(), color=_ACCENT, label="sensitivity")
    if not truth.all():
        axes.plot(cuts, 1 - false / (~truth).sum(), color=_THIRD, label="specificity")
    some = caught + false > 0
    axes.plot(cuts[some], caught[some] / (caught + false)[some], color=_INK, linewidth=1, label="precision")
    f1 = 2 * caught / np.maximum(caught + false + truth.sum(), 1)
    axes.plot(cuts, f1, color="#a06cd5", linewidth=1, label="F1")
    named = {name: evaluation.thresholds[name] for name in _points(evaluation)}
    for (name, place), height in zip(named.items(), _heights(list(named.values())), strict=True):
        axes.axvline(place, color="grey", linewidth=0.9, linestyle=":")
        side = "right" if place > _NAME_WIDTH else "left"
        text = axes.text(place, height, name, rotation=90, fontsize=8, color="dimgrey", ha=side, va="bottom")
        # Not struck through by a neighbour's line.
        text.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 0.5})
    axes.set(xlabel="threshold", ylabel="share", xlim=(0, 1), ylim=(0, 1.02))
    axes.legend(frameon=False, loc="lower center", fontsize=9, ncols=2)
    return _png(figure)


def _heights(places: Sequence[float]) -> list[float]:
    """Where the upright name of each threshold begins, 0..1: above its neighbour's where they are close.

    Args:
        places: of the thresholds, 0..1, rising.
    """
    heights: list[float] = []
    for number, place in enumerate(places):
        close = number > 0 and place - places[number - 1] < _NAME_WIDTH
        heights.append(heights[-1] + _NAME_LENGTH if close else _LOWEST_NAME)
    return heights


def _reliability(evaluation: Evaluation) -> bytes:
    truth, scores = evaluation.judged.truth, evaluation.judged.scores
    figure = Figure(figsize=(4.8, 5.0), layout="constrained")
    upper, lower = draw_reliability(figure, truth, scores)
    upper.set(ylabel=f"share that is {' or '.join(evaluation.subject.positive)}")
    lower.set(ylabel=wording.of_kind(evaluation.subject.kind, "films"))
    return _png(figure)


def _points(evaluation: Evaluation) -> Sequence[str]:
    named = [name for name in evaluation.thresholds if name != HALF]
    return named or [HALF]


def _square() -> tuple[Figure, Axes]:
    figure = Figure(figsize=(4.8, 4.6), layout="constrained")
    axes = figure.subplots()
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(PercentFormatter(1))
    return figure, axes


def _png(figure: Figure) -> bytes:
    for axes in figure.axes:
        axes.spines[["top", "right"]].set_visible(False)
    out = BytesIO()
    # Without the program's name and version in it, the same films give the same bytes.
    figure.savefig(out, format="png", dpi=_DPI, metadata={"Software": None})
    return out.getvalue()
