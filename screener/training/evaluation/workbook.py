"""`evaluation.xlsx`: the same figures to sort, filter and copy from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from openpyxl.drawing.image import Image
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from screener import NOTICE
from screener.records import Interval
from screener.reports import wording
from screener.reports.base import Remarks
from screener.reports.excel.book import Book, bound
from screener.reports.excel.cells import Look
from screener.reports.excel.grid import Grid
from screener.reports.excel.paper import set_up_page
from screener.reports.excel.pictures import picture, put_picture, row_height
from screener.reports.excel.sheet import ROWS, Column, Entry, LongSheet
from screener.reports.excel.summary import heading
from screener.reports.heatmap import film_and_overlay
from screener.training.evaluation import words
from screener.training.evaluation.outcome import Evaluation
from screener.training.evaluation.pictures import Illustrated, film_link

_WIDTHS = (34, 27, 27, 27, 27)
_PLOT_WIDTH = 460
_ROW_PIXELS = 24
_SIDE = 120


class ExcelReport:
    """Summary, Figures, Subgroups, Mistakes, Films and Plots."""

    name = "evaluation.xlsx"

    def write(self, view: Illustrated, path: Path) -> Remarks:
        """See `ReportWriter`."""
        evaluation, subject = view.evaluation, view.evaluation.subject
        title = f"Evaluation: {subject.model or subject.title}"
        with bound(path, title, subject.program, subject.day) as book:
            _summary(book.workbook.create_sheet("Summary"), evaluation)
            _plots(book.workbook.create_sheet("Plots"), view)
            _figures(book, evaluation)
            if evaluation.subgroups:
                _subgroups(book, evaluation)
            if view.mistakes:
                _mistakes(book, view)
            left = len(evaluation.films) + len(evaluation.unscored) - _films(book, evaluation)
        said = f"Excel has no room for {left:,} films; predictions.csv holds all"
        cut = f"{self.name}: {wording.of_kind(subject.kind, said)}"
        return Remarks(notes=(cut,) if left else ())


def _summary(sheet: WriteOnlyWorksheet, evaluation: Evaluation) -> None:
    for letter, width in zip("ABCDE", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    set_up_page(sheet)
    sheet.page_setup.fitToHeight = 1
    sheet.sheet_view.showGridLines = False
    sheet.row_dimensions[1].height = 34
    subject, last = evaluation.subject, len(_WIDTHS)
    grid = Grid(sheet)
    grid.text(1, 1, f"Evaluation: {subject.model or subject.title}", Look.TITLE)
    for column in range(1, last + 1):
        grid.text(2, column, NOTICE if column == 1 else "", Look.NOTICE)
    row = _paragraphs(grid, 4, "What came out", list(words.findings(evaluation)))
    if evaluation.notes:
        row = _paragraphs(grid, row + 1, "Before you rely on this", evaluation.notes)
    row = heading(grid, row + 1, "At each threshold (95 % interval)", 1, last)
    names = [words.threshold_name(evaluation, calls.name) for calls in evaluation.calls]
    at = [[name, *said] for name, said in words.threshold_lines(evaluation)]
    row = _table(grid, row, ["", *names], at)
    title = wording.of_kind(subject.kind, "Confusion matrix: what films are, and what they were called")
    row = heading(grid, row + 1, title, 1, last)
    row = _table(
        grid,
        row,
        ["is, called", *evaluation.subject.classes],
        [
            [name, *(f"{count:,}" for count in counts)]
            for name, counts in zip(subject.classes, evaluation.confusion, strict=True)
        ],
    )
    row = _paragraphs(grid, row + 1, "How to read this", words.about(evaluation))
    row = heading(grid, row + 1, "Where the figures come from", 1, last)
    for what, value in subject.facts:
        grid.text(row, 1, wording.of_kind(subject.kind, what))
        grid.paragraph(row, 2, last, value)
        row += 1
    grid.write()


def _paragraphs(grid: Grid, row: int, title: str, lines: Sequence[str]) -> int:
    row = heading(grid, row, title, 1, len(_WIDTHS))
    for line in lines:
        grid.paragraph(row, 1, len(_WIDTHS), line)
        row += 1
    return row


def _table(grid: Grid, row: int, heads: Sequence[str], lines: Iterable[list[str]]) -> int:
    for column, name in enumerate(heads, 1):
        grid.text(row, column, name, Look.HEADER)
    for line in lines:
        row += 1
        for column, value in enumerate(line, 1):
            grid.text(row, column, value)
    return row + 1


def _plots(sheet: WriteOnlyWorksheet, view: Illustrated) -> None:
    set_up_page(sheet)
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "portrait", 1
    sheet.sheet_view.showGridLines = False
    sheet.column_dimensions["A"].width = sheet.column_dimensions["B"].width = 90
    grid = Grid(sheet)
    shown = [*view.plots, *([view.contact_sheet] if view.contact_sheet else [])]
    row = 1
    for first in range(0, len(shown), 2):
        tallest = 0
        for column, plot in enumerate(shown[first : first + 2], 1):
            grid.text(row, column, plot.title, Look.HEADING)
            image = _fitted(picture(plot.png))
            put_picture(sheet, image, row + 1, column)
            tallest = max(tallest, image.height)
        row += 2 + tallest // _ROW_PIXELS + 1
    grid.write()


def _fitted(image: Image) -> Image:
    image.width, image.height = _PLOT_WIDTH, round(image.height * _PLOT_WIDTH / image.width)
    return image


def _figures(book: Book, evaluation: Evaluation) -> None:
    columns = [Column("Of", 34), Column("Threshold or class", 22), Column("Figure", 40)]
    columns += [Column(name, 14) for name in ("Value", "Low", "High")]
    sheet = LongSheet(book, "Figures", columns)
    of = {
        "score": "the score",
        "at": "a threshold",
        "class": "a class against the rest",
        "all": "all classes",
    }
    for key, figure in evaluation.figures.items():
        name = Entry(Look.TEXT, words.MEASURES[key.measure])
        sheet.append(
            [Entry(Look.TEXT, of[key.section]), Entry(Look.TEXT, key.subject), name, *_three(figure)]
        )


def _three(figure: Interval | None) -> list[Entry]:
    if figure is None:
        return [Entry(Look.TEXT, "not defined"), Entry(Look.TEXT), Entry(Look.TEXT)]
    return [Entry(Look.FIGURE, value) for value in (figure.value, figure.low, figure.high)]


def _subgroups(book: Book, evaluation: Evaluation) -> None:
    measures = ("AUC", "Sensitivity", "Specificity", "Accuracy")
    films = wording.of_kind(evaluation.subject.kind, "Films")
    columns = [Column("Column", 24), Column("Value", 24)]
    columns += [Column(name, 11) for name in (films, "Patients", "Positive")]
    columns += [Column(f"{name}{part}", 13) for name in measures for part in ("", " low", " high")]
    sheet = LongSheet(book, "Subgroups", columns)
    for one in evaluation.subgroups:
        entries = [Entry(Look.TEXT, one.column), Entry(Look.TEXT, one.value)]
        patients = Entry(Look.TEXT, "–") if one.patients is None else Entry(Look.COUNT, one.patients)
        entries += [Entry(Look.COUNT, one.films), patients, Entry(Look.COUNT, one.positives)]
        for figure in (one.auc, one.sensitivity, one.specificity, one.accuracy):
            entries += _three(figure)
        sheet.append(entries)


def _mistakes(book: Book, view: Illustrated) -> None:
    evaluation = view.evaluation
    kind = evaluation.subject.kind
    columns = [Column(wording.of_kind(kind, "Film, and under its heat map"), 38)]
    columns += [Column(wording.of_kind(kind, "Film"), 50)]
    shares = ("Score",) if evaluation.is_binary else ("P(called)", "P(is)")
    columns += [Column("Called", 16), Column("Is", 16), *(Column(name, 12) for name in shares)]
    sheet = LongSheet(book, "Worst mistakes", columns)
    for place, row in view.mistakes:
        film = evaluation.films[place]
        told = (film.score,) if evaluation.is_binary else words.shares_of(evaluation, place)
        entries = [
            Entry(Look.TEXT),
            Entry(Look.LINK if row else Look.WRAPPED, film.name, film_link(film, row, book.folder)),
            Entry(Look.TEXT, evaluation.called_name(place)),
            Entry(Look.TEXT, evaluation.true_name(place)),
            *(Entry(Look.SCORE, share) for share in told),
        ]
        encoded = film_and_overlay(row, _SIDE) if row else b""
        if not encoded:
            sheet.append(entries)
            continue
        image = picture(encoded)
        put_picture(sheet.sheet, image, sheet.append(entries, row_height(image)), 1)


def _films(book: Book, evaluation: Evaluation) -> int:
    """How many films the sheet has room for."""
    classes = evaluation.subject.classes
    kind = evaluation.subject.kind
    columns = [Column(wording.of_kind(kind, "Film"), 56), Column("Is", 14), Column("Called", 14)]
    columns += [Column("Right", 9)]
    columns += [Column("Score", 11), *(Column(f"P({name})", 13, printed=False) for name in classes)]
    columns += [Column("Patient", 26), Column("Met in training", 17), Column("Why no score", 44)]
    sheet = LongSheet(book, wording.of_kind(kind, "Films"), columns)
    for place, film in enumerate(evaluation.films[:ROWS]):
        called, true = evaluation.called_name(place), evaluation.true_name(place)
        sheet.append(
            [
                *(Entry(Look.TEXT, value) for value in (film.name, true, called)),
                Entry(Look.TEXT, "yes" if called == true else "no"),
                Entry(Look.SCORE, film.score),
                *(Entry(Look.SCORE, share) for share in film.probabilities),
                *(Entry(Look.TEXT, value) for value in (film.example.owner, film.seen, film.why)),
            ]
        )
    for film in evaluation.unscored[: ROWS - sheet.rows]:
        blanks = [Entry(Look.TEXT)] * (3 + len(classes))
        last = (Entry(Look.TEXT, value) for value in (film.example.owner, film.seen, film.why))
        label = Entry(Look.TEXT, classes[film.example.label])
        sheet.append([Entry(Look.TEXT, film.name), label, *blanks, *last])
    return sheet.rows
