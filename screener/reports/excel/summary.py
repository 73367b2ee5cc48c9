"""The Summary sheet: what was found, how the scores are spread, where they come from."""

from __future__ import annotations

from openpyxl.cell.cell import Cell
from openpyxl.chart import BarChart, Reference
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from screener import NOTICE
from screener.records import Band, Counts, OperatingPoint, Provenance
from screener.reports import wording
from screener.reports.excel.cells import BAND_COLOURS, Look, band_look, number, text
from screener.reports.excel.sheet import set_up_page
from screener.reports.overview import Histogram

TITLE = "Summary"
_CHART_COLUMN = 6
_CHART_ROW = 4
_CHART_ROWS = 17


class _Grid:
    """Cells by place, so that two blocks can stand side by side on a sheet that is written downwards."""

    def __init__(self, sheet: WriteOnlyWorksheet) -> None:
        self.sheet = sheet
        self._cells: dict[int, dict[int, Cell]] = {}

    def put(self, row: int, column: int, *cells: Cell) -> None:
        for offset, cell in enumerate(cells):
            self._cells.setdefault(row, {})[column + offset] = cell

    def text(self, row: int, column: int, value: str, look: Look = Look.TEXT) -> None:
        self.put(row, column, text(self.sheet, value, look))

    def write(self) -> None:
        for row in range(1, max(self._cells) + 1):
            cells = self._cells.get(row, {})
            self.sheet.append([cells.get(column) for column in range(1, max(cells, default=0) + 1)])


def write_summary(
    sheet: WriteOnlyWorksheet,
    provenance: Provenance,
    counts: Counts,
    histogram: Histogram,
    remarks: list[str],
) -> None:
    """Fill the sheet; `remarks` say what Excel had no room for."""
    for letter, width in zip("ABCDEFGHI", (30, 16, 30, 30, 4, 18, 13, 13, 13), strict=True):
        sheet.column_dimensions[letter].width = width
    set_up_page(sheet)
    sheet.sheet_view.showGridLines = False
    sheet.row_dimensions[1].height = 32
    grid = _Grid(sheet)
    grid.text(1, 1, provenance.task_title, Look.TITLE)
    for column in range(1, 10):
        grid.text(2, column, NOTICE if column == 1 else "", Look.NOTICE)
    row = _counts(grid, 4, counts)
    row = _bands(grid, row + 1, provenance.operating_points, counts)
    row = _points(grid, row + 1, provenance.operating_points)
    row = _provenance(grid, row + 1, provenance)
    _reading(grid, row + 1, remarks)
    _spread(grid, histogram)
    grid.write()


def _heading(grid: _Grid, row: int, value: str, columns: int = 4, column: int = 1) -> int:
    for offset in range(columns):
        grid.text(row, column + offset, "" if offset else value, Look.HEADING)
    return row + 1


def _counts(grid: _Grid, row: int, counts: Counts) -> int:
    row = _heading(grid, row, "Films")
    for what, count in (*wording.count_lines(counts), ("All", counts.total)):
        grid.text(row, 1, what)
        grid.put(row, 2, number(grid.sheet, count, Look.COUNT))
        if counts.total:
            grid.put(row, 3, number(grid.sheet, count / counts.total, Look.SHARE))
        row += 1
    return row


def _bands(grid: _Grid, row: int, points: tuple[OperatingPoint, ...], counts: Counts) -> int:
    row = _heading(grid, row, "Bands of the scored films")
    meanings = wording.band_meanings(points)
    for band in wording.BAND_NAMES:
        grid.text(row, 1, wording.band_label(band), band_look(band))
        grid.put(row, 2, number(grid.sheet, counts.band.get(band, 0), Look.COUNT))
        grid.text(row, 3, meanings.get(band, ""))
        row += 1
    return row


def _points(grid: _Grid, row: int, points: tuple[OperatingPoint, ...]) -> int:
    row = _heading(grid, row, "Operating points, as measured on validation films (95 % interval)")
    for column, heading in enumerate(("Name", "Threshold", "Sensitivity", "Specificity"), 1):
        grid.text(row, column, heading, Look.HEADER)
    for point in points:
        row += 1
        grid.text(row, 1, point.name)
        grid.put(row, 2, number(grid.sheet, point.threshold, Look.SHARE))
        grid.text(row, 3, wording.interval(point.sensitivity))
        grid.text(row, 4, wording.interval(point.specificity))
    return row + 1


def _provenance(grid: _Grid, row: int, provenance: Provenance) -> int:
    row = _heading(grid, row, "Where the scores come from")
    for what, value in wording.provenance_lines(provenance):
        grid.text(row, 1, what)
        grid.text(row, 2, value)
        row += 1
    return row


def _reading(grid: _Grid, row: int, remarks: list[str]) -> None:
    row = _heading(grid, row, "How to read the worklist")
    for line in (
        "The films stand in order of their score, the most suspicious first; click a name to open the film.",
        *wording.HEAT_MAP_CAPTION.split("; "),
        "Choose your verdict from the list in its column; it is yours alone and changes no score.",
        *remarks,
    ):
        grid.text(row, 1, line)
        row += 1


def _spread(grid: _Grid, histogram: Histogram) -> None:
    bands = (Band.NEGATIVE, Band.UNCERTAIN, Band.POSITIVE)
    top = _CHART_ROW + _CHART_ROWS + 1
    _heading(grid, top - 1, "Films by score", 4, _CHART_COLUMN)
    headings = ("Score", *(wording.BAND_NAMES[band] for band in bands))
    grid.put(top, _CHART_COLUMN, *(text(grid.sheet, heading, Look.HEADER) for heading in headings))
    for index in range(histogram.bins):
        low, high = histogram.edges(index)
        grid.text(top + 1 + index, _CHART_COLUMN, f"{low * 100:.0f} to {high * 100:.0f} %")
        films = (number(grid.sheet, histogram.counts[band][index], Look.COUNT) for band in bands)
        grid.put(top + 1 + index, _CHART_COLUMN + 1, *films)
    grid.sheet.add_chart(_chart(grid.sheet, top, histogram.bins, bands), f"F{_CHART_ROW}")


def _chart(sheet: WriteOnlyWorksheet, top: int, bins: int, bands: tuple[Band, ...]) -> BarChart:
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap, chart.gapWidth = "col", "stacked", 100, 15
    chart.title, chart.legend.position = "Films by score", "b"
    chart.width, chart.height = 16.5, 8.6
    data = Reference(
        sheet,
        min_col=_CHART_COLUMN + 1,
        max_col=_CHART_COLUMN + len(bands),
        min_row=top,
        max_row=top + bins,
    )
    chart.add_data(data, titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=_CHART_COLUMN, min_row=top + 1, max_row=top + bins))
    for series, band in zip(chart.series, bands, strict=True):
        series.graphicalProperties.solidFill = BAND_COLOURS[band]
        series.graphicalProperties.line.solidFill = BAND_COLOURS[band]
    chart.x_axis.delete = chart.y_axis.delete = False  # recent versions of Excel hide them otherwise
    chart.y_axis.title, chart.y_axis.number_format = "films", "0"
    chart.x_axis.tickLblSkip = 4
    return chart
