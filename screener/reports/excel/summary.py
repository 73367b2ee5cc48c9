"""The Summary sheet: what was found, how the scores are spread, where they come from."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from screener import NOTICE
from screener.records import Counts, Provenance
from screener.reports import wording
from screener.reports.excel.cells import Look, band_look, number
from screener.reports.excel.grid import Grid
from screener.reports.excel.paper import set_up_page
from screener.reports.excel.spread import COLUMN, put_spread
from screener.reports.overview import Overview

TITLE = "Summary"
_WIDTHS = (26, 14, 27, 27, 4, 14, 13, 13, 13)
_LAST = 4
"""The last column of the left block."""


def write_summary(
    sheet: WriteOnlyWorksheet,
    provenance: Provenance,
    counts: Counts,
    seen: Overview,
    remarks: Sequence[str],
) -> None:
    """Fill the sheet; `remarks` say what is not on the sheets."""
    for letter, width in zip("ABCDEFGHI", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    set_up_page(sheet)
    sheet.page_setup.fitToHeight = 1
    sheet.sheet_view.showGridLines = False
    sheet.row_dimensions[1].height = 34
    grid = Grid(sheet)
    grid.text(1, 1, provenance.task_title, Look.TITLE)
    for column in range(1, len(_WIDTHS) + 1):
        grid.text(2, column, NOTICE if column == 1 else "", Look.NOTICE)
    row = _counts(grid, 4, counts, wording.files(seen.frames))
    row = _bands(grid, row + 1, provenance, counts)
    row = _points(grid, row + 1, provenance)
    row = _provenance(grid, row + 1, provenance)
    _reading(grid, row + 1, provenance.kind, remarks)
    heading(grid, 4, wording.of_kind(provenance.kind, "Films by score"), COLUMN, COLUMN + 3)
    put_spread(grid, 5, seen.histogram)
    grid.write()


def heading(grid: Grid, row: int, value: str, first: int = 1, last: int = _LAST) -> int:
    """Put a heading over the columns `first` to `last`; the row below it."""
    for column in range(first, last + 1):
        grid.text(row, column, value if column == first else "", Look.HEADING)
    return row + 1


def _counts(grid: Grid, row: int, counts: Counts, files: str) -> int:
    row = heading(grid, row, files)
    for what, count in (*wording.count_lines(counts), ("All", counts.total)):
        grid.text(row, 1, what)
        grid.put(row, 2, number(grid.sheet, count, Look.COUNT))
        if counts.total:
            grid.put(row, 3, number(grid.sheet, count / counts.total, Look.SHARE_LEFT))
        row += 1
    return row


def _bands(grid: Grid, row: int, provenance: Provenance, counts: Counts) -> int:
    row = heading(grid, row, wording.of_kind(provenance.kind, "Bands of the scored films"))
    meanings = wording.band_meanings(provenance.operating_points)
    for band in wording.BAND_NAMES:
        grid.text(row, 1, wording.band_label(band), band_look(band))
        grid.put(row, 2, number(grid.sheet, counts.band.get(band, 0), Look.COUNT))
        grid.text(row, 3, meanings.get(band, ""))
        row += 1
    return row


def _points(grid: Grid, row: int, provenance: Provenance) -> int:
    # On one line it would run into the histogram beside it, and be cut off there.
    title, _, where = wording.of_kind(provenance.kind, wording.POINTS).partition(", ")
    row = heading(grid, row, title)
    grid.paragraph(row, 1, _LAST, where.capitalize())
    row += 1
    for column, name in enumerate(("Name", "Threshold", "Sensitivity", "Specificity"), 1):
        grid.text(row, column, name, Look.NUMBER_HEADER if name == "Threshold" else Look.HEADER)
    for point in provenance.operating_points:
        row += 1
        grid.text(row, 1, point.name)
        grid.put(row, 2, number(grid.sheet, point.threshold, Look.SCORE))
        grid.text(row, 3, wording.interval(point.sensitivity))
        grid.text(row, 4, wording.interval(point.specificity))
    return row + 1


def _provenance(grid: Grid, row: int, provenance: Provenance) -> int:
    row = heading(grid, row, "Where the scores come from")
    for what, value in wording.provenance_lines(provenance):
        grid.text(row, 1, what)
        grid.paragraph(row, 2, _LAST, value)
        row += 1
    return row


def _reading(grid: Grid, row: int, kind: str, remarks: Sequence[str]) -> None:
    row = heading(grid, row, "How to read the worklist")
    order = (
        "The films stand in order of their score, the most suspicious first. Click a name to open the film."
    )
    for line in (
        wording.of_kind(kind, order),
        wording.of_kind(kind, wording.HEAT_MAP_CAPTION),
        "Choose your verdict from the list in its column. It changes no score.",
        *remarks,
    ):
        grid.paragraph(row, 1, _LAST, line)
        row += 1
