"""`training.xlsx`: every choice and every result of a training, to be read and compared without a program."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.chart import LineChart, Reference
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from screener import NOTICE
from screener.models.card import ModelCard
from screener.reports.excel.archive import discard, save
from screener.reports.excel.cells import Look, add_looks, number, text
from screener.reports.excel.paper import set_up_page
from screener.training.findings import Preflight
from screener.training.progress import EpochResult
from screener.training.recipe import TrainRecipe

LOGBOOK = "training.xlsx"

_CHARTS = (
    ("Loss", ("loss", "validation_loss")),
    ("Accuracy", ("accuracy", "validation_accuracy")),
    ("AUC on validation pictures", ("validation_auc", "stress_auc")),
)
_LISTED = 1000
"""Lines of the longest list on the sheet Preflight; preflight.json has them all."""

Value = str | float | bool | None
Rows = Iterable[Sequence[Value]]


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
    book = Workbook(write_only=True)
    try:
        add_looks(book)
        _sheet(book, "Results", (34, 22, 14, 14), _results(card))
        _sheet(book, "Recipe", (34, 80), _recipe(card, recipe))
        _history(book, history)
        _sheet(book, "Preflight", (40, 40, 24, 24), _preflight(found))
        book.properties.creator = book.properties.lastModifiedBy = f"screener {card.program}"
        book.properties.title = card.name
        save(book, {}, path, card.created)
    except BaseException:
        discard(book)
        raise


def _results(card: ModelCard) -> Rows:
    yield f"{card.name}: {card.task_title}", None, None, None
    yield NOTICE, None, None, None
    yield "Measure", "Value", "Low (95 %)", "High (95 %)"
    for name, value in card.metrics.items():
        yield name, *_figure(value)
    for point in card.operating_points:
        yield f"threshold, {point.name}", point.threshold, None, None
        yield f"sensitivity, {point.name}", *_figure(asdict(point.sensitivity))
        yield f"specificity, {point.name}", *_figure(asdict(point.specificity))
    yield "temperature", card.temperature, None, None


def _figure(value: Any) -> tuple[Value, Value, Value]:
    if isinstance(value, Mapping):
        return value["value"], value["low"], value["high"]
    return _plain(value), None, None


def _recipe(card: ModelCard, recipe: TrainRecipe) -> Rows:
    yield "Setting", "Value"
    yield "architecture", card.architecture
    yield "task", card.task
    for field in fields(recipe):
        yield field.name, _plain(getattr(recipe, field.name))
    for name, value in _flat(asdict(card.input), above="input: "):
        yield name, _plain(value)
    for name, value in _flat(card.training, ("recipe",)):
        yield name, _plain(value)


def _history(book: Workbook, history: Sequence[EpochResult]) -> None:
    names = [field.name for field in fields(EpochResult)]
    rows: list[Sequence[Value]] = [
        names,
        *([_plain(value) for value in asdict(result).values()] for result in history),
    ]
    sheet = _sheet(book, "History", (10, *([16] * (len(names) - 1))), rows)
    for place, (title, columns) in enumerate(_CHARTS):
        chart = LineChart()
        chart.title, chart.x_axis.title = title, "epoch"
        chart.x_axis.delete = chart.y_axis.delete = False
        chart.height, chart.width = 8, 16
        for name in columns:
            column = names.index(name) + 1
            chart.add_data(Reference(sheet, column, 1, column, len(rows)), titles_from_data=True)
        chart.set_categories(Reference(sheet, 1, 2, 1, len(rows)))
        sheet.add_chart(chart, f"A{len(rows) + 3 + 18 * place}")


def _preflight(found: Preflight) -> Rows:
    labels = list(next(iter(found.counts.values()), {}))
    yield "Split", "Label", "Pictures", "Patients in the split"
    for split, counts in found.counts.items():
        for label in labels:
            yield split, label, counts[label], found.patients[split]
    yield "the split was", found.split, None, None
    yield "rarest class for one of the commonest", found.balance, None, None
    yield "left out", found.left_out, None, None
    lists: tuple[tuple[str, list[Sequence[Value]]], ...] = (
        ("patients in training and validation", [(name,) for name in found.shared]),
        ("patients in the test pictures too", [(name,) for name in found.shared_with_test]),
        (
            "pictures that show the same",
            [
                (p.first, p.second, "exact" if p.exact else "near", " / ".join(p.splits))
                for p in (*found.pairs, *found.pairs_with_test)
            ],
        ),
        (
            "the same under different labels",
            [(p.first, p.second, " / ".join(p.labels)) for p in found.conflicts],
        ),
        ("files that cannot be read", list(found.unreadable)),
        ("near-white pictures", [(name,) for name in found.near_white]),
        ("near-black pictures", [(name,) for name in found.near_black]),
    )
    for what, lines in lists:
        yield None, None, None, None
        yield what, len(lines), None, None
        for line in lines[:_LISTED]:
            yield (*line, *([None] * (4 - len(line))))


def _sheet(book: Workbook, title: str, widths: Sequence[float], rows: Rows) -> WriteOnlyWorksheet:
    sheet = book.create_sheet(title)
    set_up_page(sheet)
    for letter, width in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", widths, strict=False):
        sheet.column_dimensions[letter].width = width
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    return sheet


def _cell(sheet: WriteOnlyWorksheet, value: Value) -> Cell | None:
    if value is None:
        return None
    if isinstance(value, (str, bool)):
        return text(sheet, value if isinstance(value, str) else "yes" if value else "no")
    return number(sheet, value, Look.COUNT if isinstance(value, int) else Look.FIGURE)


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
