"""`report.xlsx`, the report that radiology staff work with."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from openpyxl import Workbook

from screener.reports import wording
from screener.reports.base import Remarks, ScanView
from screener.reports.excel import sheet as long_sheet
from screener.reports.excel import summary
from screener.reports.excel.archive import discard, save
from screener.reports.excel.cells import add_looks
from screener.reports.excel.problems import write_problems
from screener.reports.excel.worklist import Worklist
from screener.reports.overview import overview


class ExcelReport:
    """Summary, Worklist and Problems. The first `pictures` films of the worklist show film and heat map.

    Rows and links go to disk as they come. What Excel has no room for is told on the Summary: a sheet holds
    1,048,575 rows below its header (there is another sheet then) and 65,530 links (names are plain then).
    """

    name = "report.xlsx"

    def __init__(self, pictures: int = 100, rows_a_sheet: int = long_sheet.ROWS) -> None:
        self.pictures = pictures
        self.rows_a_sheet = rows_a_sheet

    def write(self, view: ScanView, path: Path) -> Remarks:
        """See `ReportWriter`."""
        book = Workbook(write_only=True)
        try:
            with ExitStack() as files:
                return self._write(book, view, path, files)
        except BaseException:
            discard(book)
            raise

    def _write(self, book: Workbook, view: ScanView, path: Path, files: ExitStack) -> Remarks:
        provenance = view.provenance()
        seen = overview(view.rows())
        add_looks(book)
        first = book.create_sheet(summary.TITLE)
        worklist = Worklist(provenance, seen, path.parent, self.pictures)
        sheets = worklist.write(book, view.worklist(), self.rows_a_sheet, files)
        sheets += write_problems(
            book, view.problems(), provenance, path.parent, self.rows_a_sheet, files, patients=seen.patients
        )
        remarks = []
        if unlinked := sum(sheet.unlinked for sheet in sheets):
            films = wording.of_kind(provenance.kind, "films")
            remarks.append(
                f"Excel has no room for the links of {unlinked:,} {films}; their names are plain text"
            )
        shown = []
        if seen.pictures and view.counts().scored > self.pictures:
            films = wording.of_kind(provenance.kind, "films")
            shown = [f"The first {self.pictures:,} {films} have their pictures here; --format html has more."]
        summary.write_summary(first, provenance, view.counts(), seen, [*shown, *remarks])
        book.properties.creator = book.properties.lastModifiedBy = provenance.program
        book.properties.title = provenance.task_title
        bodies = {number: sheet.body for number, sheet in enumerate(sheets, 2)}
        save(book, bodies, path, provenance.day)
        return Remarks(notes=tuple(f"{self.name}: {remark}" for remark in remarks))
