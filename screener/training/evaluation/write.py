"""An evaluation's reports into their folder, each whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from screener.errors import UnknownName
from screener.reports.base import Remarks
from screener.reports.publish import Published, Writer, put
from screener.training.evaluation.document import JsonReport, Predictions
from screener.training.evaluation.page import HtmlReport
from screener.training.evaluation.pictures import Illustrated, Plot
from screener.training.evaluation.plots import PLOTS
from screener.training.evaluation.request import FORMATS
from screener.training.evaluation.workbook import ExcelReport

_EVERY = frozenset(
    (
        *(report.name for report in (HtmlReport, ExcelReport, JsonReport, Predictions)),
        *(f"{name}.png" for name in PLOTS),
    )
)
"""What an evaluation may be written as."""


@dataclass(slots=True)
class _Picture:
    """One plot as a file of its own."""

    name: str
    plot: Plot

    def write(self, view: Illustrated, path: Path) -> Remarks:
        """See `ReportWriter`."""
        path.write_bytes(self.plot.png)
        return Remarks()


def write_reports(view: Illustrated, formats: Sequence[str], folder: Path) -> Published:
    """The reports of `view` in `folder`; see `reports.publish`.

    Those of an evaluation that was there before and are not written anew are removed: they would tell of
    other scores under the same roof.

    Raises:
        OutputError: the folder cannot be written or is full.
    """
    writers = [writer for format in dict.fromkeys(formats) for writer in _writers(format, view)]
    published = put(writers, view, folder)
    for name in _EVERY - {writer.name for writer in writers}:
        (folder / name).unlink(missing_ok=True)
    return published


def _writers(format: str, view: Illustrated) -> Iterator[Writer[Illustrated]]:
    match format:
        case "html":
            yield HtmlReport()
        case "xlsx":
            yield ExcelReport()
        case "json":
            yield JsonReport()
        case "csv":
            yield Predictions()
        case "png":
            shown = (*view.plots, *((view.contact_sheet,) if view.contact_sheet else ()))
            yield from (_Picture(f"{plot.name}.png", plot) for plot in shown)
        case _:
            raise UnknownName("report format", format, FORMATS)
