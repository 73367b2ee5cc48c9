"""`training.xlsx`: every choice and every result of a training, to be read and compared without a program."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from openpyxl.chart import LineChart, Reference
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from screener import NOTICE
from screener.models.card import Figure, ModelCard
from screener.records import Interval
from screener.reports.excel.book import Book, bound
from screener.reports.excel.cells import Look, number
from screener.reports.excel.grid import Grid
from screener.reports.excel.paper import set_up_page
from screener.training.labelled.findings import Preflight
from screener.training.progress import EpochResult
from screener.training.recipes.fields import typed
from screener.training.recipes.recipe import TrainRecipe

LOGBOOK = "training.xlsx"

_CHARTS = (
    ("Loss", ("loss", "validation_loss")),
    ("Accuracy", ("accuracy", "validation_accuracy")),
    ("AUC on validation pictures", ("validation_auc", "stress_auc")),
)
_CHART_COLUMNS = "AEI"
_HEAD_HEIGHT = 36
_LEAST = 1e-3
"""A figure nearer to 0 is written with a power of ten: four decimals would show a rate of 1e-6 as nothing."""

_LISTED = 1000
"""Lines of the longest list on the sheet Preflight; preflight.json has them all."""

Value = str | float | bool | None


def write_logbook(
    card: ModelCard, recipe: TrainRecipe, history: Sequence[EpochResult], found: Preflight, path: Path
) -> None:
    """Write the sheets Results, Recipe, History (with charts) and Preflight.

    Args:
        card: with its metrics, operating points and what it tells of the training.
        recipe: that it was trained by.
        history: of all epochs.
        found: what the look at the data found.
        path: where to.
    """
    with bound(path, card.name, f"screener {card.program}", card.created) as book:
        _results(_sheet(book, "Results", (34, 22, 14, 14)), card)
        _recipe(_sheet(book, "Recipe", (34, 100)), card, recipe)
        _history(_sheet(book, "History", (10, *([20] * (len(fields(EpochResult)) - 1)))), history)
        _preflight(_sheet(book, "Preflight", (44, 44, 24, 24)), found)


def _results(sheet: WriteOnlyWorksheet, card: ModelCard) -> None:
    grid = Grid(sheet)
    sheet.row_dimensions[1].height = 34
    grid.text(1, 1, f"{card.name}: {card.task_title}", Look.TITLE)
    for column in range(1, 5):
        grid.text(2, column, NOTICE if column == 1 else "", Look.NOTICE)
    _head(grid, 4, ("Measure",), ("Value", "Low (95 %)", "High (95 %)"))
    for row, (name, *values) in enumerate(_measures(card), 5):
        grid.text(row, 1, name)
        for column, value in enumerate(values, 2):
            _put(grid, row, column, value)
    grid.write()


def _measures(card: ModelCard) -> Iterator[tuple[str, Value, Value, Value]]:
    for name, value in card.metrics.items():
        yield name, *_figure(value)
    for point in card.operating_points:
        yield f"threshold, {point.name}", point.threshold, None, None
        yield f"sensitivity, {point.name}", *_figure(point.sensitivity)
        yield f"specificity, {point.name}", *_figure(point.specificity)
    yield "temperature", card.temperature, None, None


def _figure(figure: Figure) -> tuple[Value, Value, Value]:
    if isinstance(figure, Interval):
        return figure.value, figure.low, figure.high
    return figure, None, None


def _recipe(sheet: WriteOnlyWorksheet, card: ModelCard, recipe: TrainRecipe) -> None:
    grid = Grid(sheet)
    _head(grid, 1, ("Setting", "Value"), ())
    for row, (name, value) in enumerate(_settings(card, recipe), 2):
        grid.text(row, 1, name)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            grid.put(row, 2, number(sheet, value, Look.SETTING))
        elif value is not None:
            grid.paragraph(row, 2, 2, value if isinstance(value, str) else typed(value))
    grid.write()


def _settings(card: ModelCard, recipe: TrainRecipe) -> Iterator[tuple[str, Value]]:
    yield "architecture", card.architecture
    yield "task", card.task
    for field in fields(recipe):
        value = getattr(recipe, field.name)
        yield field.name, value if isinstance(value, (int, float, str)) else typed(value)
    for name, value in _flat(asdict(card.input), above="input: "):
        yield name, _plain(value)
    for name, value in _flat(card.training, ("recipe",)):
        yield name, _plain(value)


def _history(sheet: WriteOnlyWorksheet, history: Sequence[EpochResult]) -> None:
    names = [field.name for field in fields(EpochResult)]
    grid = Grid(sheet)
    _head(grid, 1, (), names)
    for row, result in enumerate(history, 2):
        for column, value in enumerate(asdict(result).values(), 1):
            _put(grid, row, column, _plain(value))
    for letter, (title, columns) in zip(_CHART_COLUMNS, _CHARTS, strict=True):
        chart = LineChart()
        chart.title, chart.x_axis.title = title, "epoch"
        chart.x_axis.delete = chart.y_axis.delete = False
        chart.height, chart.width = 8, 12
        chart.legend.position = "b"
        chart.y_axis.number_format = "0.00"
        for name in columns:
            column = names.index(name) + 1
            chart.add_data(Reference(sheet, column, 1, column, 1 + len(history)), titles_from_data=True)
        for series in chart.series:
            series.smooth = False  # a curve through the points goes where no epoch was
        chart.set_categories(Reference(sheet, 1, 2, 1, 1 + len(history)))
        sheet.add_chart(chart, f"{letter}{len(history) + 4}")
    grid.write()


def _preflight(sheet: WriteOnlyWorksheet, found: Preflight) -> None:
    labels = list(next(iter(found.counts.values()), {}))
    grid = Grid(sheet)
    _head(grid, 1, ("Split", "Label"), ("Pictures", "Patients in the split"))
    lines: list[Sequence[Value]] = [
        (split, label, counts[label], "not known" if found.patients[split] is None else found.patients[split])
        for split, counts in found.counts.items()
        for label in labels
    ]
    lines += [
        ("the split was", found.split),
        ("rarest class for one of the commonest", found.balance),
        ("left out", found.left_out),
        ("pictures whose patient is not known", found.unnamed),
    ]
    for row, line in enumerate(lines, 2):
        _line(grid, row, line)
    row = len(lines) + 2
    for what, listed in _lists(found):
        row += 1
        for column in range(1, 5):
            grid.text(row, column, f"{what}: {len(listed):,}" if column == 1 else "", Look.HEADING)
        for line in listed[:_LISTED]:
            row += 1
            _line(grid, row, line)
        row += 1
    grid.write()


def _lists(found: Preflight) -> Iterator[tuple[str, Sequence[Sequence[Value]]]]:
    yield "patients in training and validation", [(name,) for name in found.shared]
    yield "patients in the test pictures too", [(name,) for name in found.shared_with_test]
    yield (
        "pictures that show the same",
        [
            (p.first, p.second, "exact" if p.exact else "near", " / ".join(p.splits))
            for p in (*found.pairs, *found.pairs_with_test)
        ],
    )
    conflicts = [(p.first, p.second, " / ".join(p.labels)) for p in found.conflicts]
    yield "the same under different labels", conflicts
    yield "files that cannot be read", list(found.unreadable)
    yield "near-white pictures", [(name,) for name in found.near_white]
    yield "near-black pictures", [(name,) for name in found.near_black]


def _sheet(book: Book, title: str, widths: Sequence[float]) -> WriteOnlyWorksheet:
    sheet = book.workbook.create_sheet(title)
    set_up_page(sheet)
    for letter, width in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", widths, strict=False):
        sheet.column_dimensions[letter].width = width
    return sheet


def _head(grid: Grid, row: int, texts: Sequence[str], numbers: Sequence[str]) -> None:
    """A line of headings, those of numbers to the right of those of texts; it stays where one scrolls."""
    for column, name in enumerate(texts, 1):
        grid.text(row, column, name, Look.HEADER)
    for column, name in enumerate(numbers, len(texts) + 1):
        grid.text(row, column, name, Look.NUMBER_HEADER)
    grid.sheet.row_dimensions[row].height = _HEAD_HEIGHT
    grid.sheet.freeze_panes = f"A{row + 1}"


def _line(grid: Grid, row: int, values: Sequence[Value]) -> None:
    for column, value in enumerate(values, 1):
        _put(grid, row, column, value)


def _put(grid: Grid, row: int, column: int, value: Value) -> None:
    if value is None:
        return
    if isinstance(value, (str, bool)):
        grid.text(row, column, value if isinstance(value, str) else "yes" if value else "no")
        return
    small = 0 < abs(value) < _LEAST
    look = Look.COUNT if isinstance(value, int) else Look.SMALL_FIGURE if small else Look.FIGURE
    grid.put(row, column, number(grid.sheet, value, look))


def _flat(
    values: Mapping[str, Any], without: Sequence[str] = (), above: str = ""
) -> Iterator[tuple[str, Any]]:
    """(name, value) of nested values, names joined by ": "."""
    for name, value in values.items():
        if name in without:
            continue
        if isinstance(value, Mapping):
            yield from _flat(value, above=f"{above}{name}: ")
        else:
            yield f"{above}{name}", value


def _plain(value: Any) -> Value:
    """A number or text as it is, anything else as the text that Python has for it."""
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    if isinstance(value, (list, tuple)) and all(isinstance(one, (str, int, float)) for one in value):
        return "; ".join(map(str, value))
    return str(value)
