"""How the scores are spread: a chart, and the figures that it shows."""

from __future__ import annotations

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties

from screener.records import Band
from screener.reports import wording
from screener.reports.excel.cells import BAND_COLOURS, Look, number, text
from screener.reports.excel.grid import Grid
from screener.reports.overview import Histogram

COLUMN = 6
"""The first of the four columns that it takes."""

_CHART_ROWS = 15
_BANDS = (Band.NEGATIVE, Band.UNCERTAIN, Band.POSITIVE)


def put_spread(grid: Grid, row: int, histogram: Histogram) -> None:
    """Put the chart at `row`, its figures below."""
    top = row + _CHART_ROWS
    heads = [text(grid.sheet, "Score from", Look.NUMBER_HEADER)]
    heads += [text(grid.sheet, wording.BAND_NAMES[band], Look.NUMBER_HEADER) for band in _BANDS]
    grid.put(top, COLUMN, *heads)
    for index in range(histogram.bins):
        low, _ = histogram.edges(index)
        films = (number(grid.sheet, histogram.counts[band][index], Look.COUNT) for band in _BANDS)
        grid.put(top + 1 + index, COLUMN, number(grid.sheet, low, Look.SHARE_WHOLE), *films)
    grid.sheet.add_chart(_chart(grid, top, histogram.bins), f"F{row}")


def _chart(grid: Grid, top: int, bins: int) -> BarChart:
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap, chart.gapWidth = "col", "stacked", 100, 12
    chart.legend.position = "b"
    chart.width, chart.height = 10.3, 9.0
    rows = {"min_row": top, "max_row": top + bins}
    chart.add_data(
        Reference(grid.sheet, min_col=COLUMN + 1, max_col=COLUMN + len(_BANDS), **rows), titles_from_data=True
    )
    chart.set_categories(Reference(grid.sheet, min_col=COLUMN, min_row=top + 1, max_row=top + bins))
    for series, band in zip(chart.series, _BANDS, strict=True):
        series.graphicalProperties = GraphicalProperties(solidFill=BAND_COLOURS[band])
        series.graphicalProperties.line.solidFill = BAND_COLOURS[band]
    # Recent versions of Excel hide an axis that does not say it is there.
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.x_axis.number_format, chart.y_axis.number_format = "0%", "0"
    chart.x_axis.tickLblSkip = 4
    chart.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill="D9DEE4"))
    return chart
