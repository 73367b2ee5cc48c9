"""`study.xlsx`: the table, every figure, every hyper-parameter of every trial, the epochs, and the plots."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from screener import NOTICE
from screener.reports.base import Remarks
from screener.reports.excel.book import Book, bound
from screener.reports.excel.cells import Look, number
from screener.reports.excel.grid import Grid
from screener.reports.excel.paper import set_up_page
from screener.reports.excel.pictures import picture, put_picture
from screener.reports.excel.sheet import Column, Entry, LongSheet
from screener.reports.excel.summary import heading
from screener.training.studies.compare import Line, measure_name
from screener.training.studies.study import EPOCH
from screener.training.studies.view import StudyView

_FIRST = (26, 10, 34)
_FIGURE = 13
_LAST = 46
_HEAD_HEIGHT = 32
"""Points: room for two lines, as `F1 of pneumonia` takes."""

_PLOT_WIDTH = 720
_ROW_PIXELS = 24


class StudyWorkbook:
    """Comparison, Plots, Trials and Epochs."""

    name = "study.xlsx"

    def write(self, view: StudyView, path: Path) -> Remarks:
        """See `ReportWriter`."""
        result = view.result
        with bound(path, f"Study {result.study}", result.program, result.day) as book:
            _comparison(book.workbook.create_sheet("Comparison"), view)
            _plots(book.workbook.create_sheet("Plots"), view)
            _trials(book, view)
            _epochs(book, view)
        return Remarks()


def _comparison(sheet: WriteOnlyWorksheet, view: StudyView) -> None:
    measures = view.result.measures
    last = len(_FIRST) + len(measures) + 1
    widths = (*_FIRST, *(_FIGURE for _ in measures), _LAST)
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    set_up_page(sheet)
    sheet.sheet_view.showGridLines = False
    sheet.row_dimensions[1].height = 34
    grid = Grid(sheet)
    grid.text(1, 1, f"{view.result.study}: {view.result.title}", Look.TITLE)
    for column in range(1, last + 1):
        grid.text(2, column, NOTICE if column == 1 else "", Look.NOTICE)
    row = heading(grid, 4, "Before you rely on this", 1, last)
    for said in view.said:
        grid.paragraph(row, 1, last, said)
        row += 1
    lines = view.lines
    for group in dict.fromkeys(line.group for line in lines):
        row = heading(grid, row + 1, f"Theirs and ours: {group}", 1, last)
        heads = ("Trial", "Whose", "On", *(measure_name(name) for name in measures), "")
        for column, name in enumerate(heads, 1):
            grid.text(row, column, name, Look.HEADER)
        sheet.row_dimensions[row].height = _HEAD_HEIGHT
        for line in (line for line in lines if line.group == group):
            row += 1
            _line(grid, row, line, measures)
        row += 1
    row = heading(grid, row + 1, "Where the figures come from", 1, last)
    for what, value in view.facts:
        grid.text(row, 1, what)
        grid.paragraph(row, 2, last, value)
        row += 1
    grid.write()


def _line(grid: Grid, row: int, line: Line, measures: Sequence[str]) -> None:
    grid.text(row, 1, f"{line.trial} (best)" if line.best else line.trial, Look.WRAPPED)
    grid.text(row, 2, line.whose)
    grid.text(row, 3, line.on or line.state, Look.WRAPPED)
    for column, name in enumerate(measures, len(_FIRST) + 1):
        if name in line.figures:
            grid.put(row, column, number(grid.sheet, line.figures[name], Look.FIGURE))
    last = len(_FIRST) + len(measures) + 1
    grid.paragraph(row, last, last, line.verdict or line.why)


def _plots(sheet: WriteOnlyWorksheet, view: StudyView) -> None:
    set_up_page(sheet)
    sheet.sheet_view.showGridLines = False
    sheet.column_dimensions["A"].width = 110
    grid = Grid(sheet)
    if not view.pictures:
        grid.text(1, 1, "No plot: this study has none, or no trial of one is finished")
    row = 1
    for plot in view.pictures:
        grid.text(row, 1, plot.title, Look.HEADING)
        image = picture(plot.png)
        image.width, image.height = _PLOT_WIDTH, round(image.height * _PLOT_WIDTH / image.width)
        put_picture(sheet, image, row + 1, 1)
        row += 2 + image.height // _ROW_PIXELS + 1
    grid.write()


def _trials(book: Book, view: StudyView) -> None:
    """A row a trial: what became of it, every figure, every field of its recipe."""
    results = view.result.trials
    figures = list(dict.fromkeys(name for one in results for name in (*one.validation, *one.test)))
    fields = list(dict.fromkeys(name for one in results for name in one.recipe))
    columns = [Column("Trial", 26), Column("Group", 18), Column("Model", 20), Column("State", 12)]
    columns += [Column(name, 12) for name in ("Pictures", "Held out", "Epochs", "Seconds")]
    columns += [Column(f"{measure_name(name)}, validation", 14) for name in figures]
    columns += [Column("accuracy, validation, mean of all epochs", 16)]
    columns += [Column("accuracy, training, mean of all epochs", 16)]
    columns += [Column(f"{measure_name(name)}, test", 14) for name in figures]
    columns += [Column(f"recipe: {name}", 16, printed=False) for name in fields]
    columns += [Column("Notes", 70, printed=False)]
    sheet = LongSheet(book, "Trials", columns)
    for one in results:
        texts = (one.trial.name, one.trial.group, one.trial.model, one.state)
        entries = [Entry(Look.TEXT, value) for value in texts]
        entries += [Entry(Look.COUNT, value) for value in (*one.pictures, one.epochs, round(one.seconds))]
        entries += [Entry(Look.FIGURE, one.validation.get(name)) for name in figures]
        entries += [Entry(Look.FIGURE, one.mean_accuracy), Entry(Look.FIGURE, one.mean_training_accuracy)]
        entries += [Entry(Look.FIGURE, one.test.get(name)) for name in figures]
        entries += [_setting(one.recipe.get(name)) for name in fields]
        notes = filter(None, (one.why, one.trial.note, *one.notes))
        entries += [Entry(Look.WRAPPED, "; ".join(notes))]
        sheet.append(entries)


def _epochs(book: Book, view: StudyView) -> None:
    columns = [Column("Trial", 26), Column("Epoch", 10), *(Column(name, 20) for name in EPOCH.values())]
    sheet = LongSheet(book, "Epochs", columns)
    for one in view.result.trials:
        for epoch in range(one.epochs):
            values = (one.curves[name][epoch] if name in one.curves else None for name in EPOCH)
            entries = [Entry(Look.TEXT, one.trial.name), Entry(Look.COUNT, epoch + 1)]
            sheet.append([*entries, *(Entry(Look.FIGURE, value) for value in values)])


def _setting(value: object) -> Entry:
    """A field of a recipe: a number as a number, so that Excel can sort, filter and plot by it."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Entry(Look.SETTING, value)
    if isinstance(value, list):
        return Entry(Look.TEXT, ",".join("x".join(str(part) for part in stage) for stage in value))
    return Entry(Look.TEXT, "" if value is None else str(value))
