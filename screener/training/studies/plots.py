"""A study's pictures, as PNG bytes: learning curves side by side, and a figure against what was varied."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from io import BytesIO
from statistics import fmean

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from screener.reports import publish
from screener.training.studies.compare import measure_name
from screener.training.studies.results import FINISHED, StudyResult, TrialResult
from screener.training.studies.study import CURVES, DEPTH, Plot, Study

_COLOURS = ("#c8553d", "#1b3a4b", "#588b8b", "#e69f00", "#a06cd5", "#0072b2", "#7a1f00", "#009e73")
_LINES = ("-", "--", ":")


def pictures(study: Study, result: StudyResult) -> Iterator[publish.Plot]:
    """Each plot of the study that has something to show."""
    for plot in study.plots:
        group = [one for one in result.trials if one.trial.group == plot.group]
        done = [one for one in group if one.state == FINISHED]
        if done:
            png = _curves(plot, result, done) if plot.kind == "curves" else _line(plot, result, group)
            if png:
                yield publish.Plot(f"{plot.name}.png", plot.title, png)


def _curves(plot: Plot, result: StudyResult, shown: list[TrialResult]) -> bytes:
    figure = Figure(figsize=(10.5, 4.0), layout="constrained")
    left, right = figure.subplots(1, 2)
    for number, one in enumerate(shown):
        colour, style = _COLOURS[number % len(_COLOURS)], _LINES[number // len(_COLOURS) % len(_LINES)]
        for axes, name in ((left, "loss"), (right, CURVES[plot.measure])):
            values = one.curves[name]
            epochs = range(1, len(values) + 1)
            mark = "o" if len(values) < 4 else ""
            axes.plot(epochs, values, style, color=colour, label=one.trial.name, marker=mark, markersize=4)
    left.set(xlabel="epoch", ylabel="loss, nats", title="Loss on training pictures")
    if all(value > 0 for one in shown for value in one.curves["loss"]):
        left.set_yscale("log")
    measure = measure_name(plot.measure)
    right.set(xlabel="epoch", ylabel=measure, title=f"{measure[0].upper()}{measure[1:]} on validation")
    for axes in (left, right):
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.spines[["top", "right"]].set_visible(False)
    figure.legend(*right.get_legend_handles_labels(), loc="outside right center", frameon=False, fontsize=9)
    return _png(figure, _title(plot, result))


def _line(plot: Plot, result: StudyResult, shown: list[TrialResult]) -> bytes:
    """A point a trial, the mean of its seeds, and each seed faintly; of one that is not finished, theirs."""
    points = sorted(
        ((x, one) for one in shown if (x := _place(plot, one)) is not None), key=lambda point: point[0]
    )
    if not points:
        return b""
    figure = Figure(figsize=(6.4, 4.2), layout="constrained")
    axes = figure.subplots()
    sides = {
        "ours, validation": [(x, one, one.validation.get(plot.measure)) for x, one in points],
        "ours, test": [(x, one, one.test.get(plot.measure)) for x, one in points],
        "theirs": [
            (x, one, one.trial.theirs.figures.get(plot.measure) if one.trial.theirs else None)
            for x, one in points
        ],
    }
    for (name, found), colour, mark in zip(sides.items(), _COLOURS, ("o-", "s-", "D--"), strict=False):
        means, seeds = _seeds_as_one((x, one.trial.base, value) for x, one, value in found)
        if means:
            label = f"{name}, mean of seeds" if seeds and name != "theirs" else name
            axes.plot(*zip(*means, strict=True), mark, color=colour, label=label)
        if seeds:
            axes.plot(*zip(*seeds, strict=True), ".", color=colour, alpha=0.4)
    axes.set(xlabel=plot.x_label or plot.x, ylabel=measure_name(plot.measure))
    axes.set_xticks(sorted({x for x, _ in points}))
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    return _png(figure, _title(plot, result))


def _seeds_as_one(
    found: Iterable[tuple[float, str, float | None]],
) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """(x, mean) of each trial, in its order, and (x, value) of each seed of those that have several.

    Args:
        found: x, the trial's name without its seed, and the figure, None where there is none.
    """
    by_trial: dict[tuple[float, str], list[float]] = defaultdict(list)
    for x, base, value in found:
        if value is not None:
            by_trial[x, base].append(value)
    means = [(x, fmean(values)) for (x, _), values in by_trial.items()]
    seeds = [(x, value) for (x, _), values in by_trial.items() if len(values) > 1 for value in values]
    return means, seeds


def _place(plot: Plot, one: TrialResult) -> float | None:
    if plot.x == DEPTH:
        return float(one.trial.depth) if one.trial.depth else None
    value = one.recipe.get(plot.x)
    return float(value) * plot.times if isinstance(value, int | float) else None


def _title(plot: Plot, result: StudyResult) -> str:
    return f"{plot.title} (a quick run: not to be compared)" if result.quick else plot.title


def _png(figure: Figure, title: str) -> bytes:
    figure.suptitle(title, fontsize=12)
    out = BytesIO()
    figure.savefig(out, format="png", dpi=120, metadata={"Software": None})
    return out.getvalue()
