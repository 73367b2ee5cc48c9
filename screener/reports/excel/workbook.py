"""`report.xlsx`, the report that radiology staff work with."""

from __future__ import annotations

from pathlib import Path

from screener.records import Provenance
from screener.reports import wording
from screener.reports.base import Remarks, ScanView
from screener.reports.excel import sheet as long_sheet
from screener.reports.excel import summary
from screener.reports.excel.book import Book, bound
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
        provenance = view.provenance()
        with bound(path, provenance.task_title, provenance.program, provenance.day) as book:
            remarks = self._fill(book, view, provenance)
        return Remarks(notes=tuple(f"{self.name}: {remark}" for remark in remarks))

    def _fill(self, book: Book, view: ScanView, provenance: Provenance) -> list[str]:
        """Add the sheets; what they could not hold, in words."""
        seen = overview(view.rows())
        first = book.workbook.create_sheet(summary.TITLE)
        worklist = Worklist(provenance, seen, book.folder, self.pictures)
        worklist.write(book, view.worklist(), self.rows_a_sheet)
        write_problems(book, view.problems(), provenance, self.rows_a_sheet, patients=seen.patients)
        remarks = []
        if unlinked := sum(sheet.unlinked for sheet in book.long):
            films = wording.of_kind(provenance.kind, "films")
            remarks.append(
                f"Excel has no room for the links of {unlinked:,} {films}; their names are plain text"
            )
        shown = []
        if seen.pictures and view.counts().scored > self.pictures:
            films = wording.of_kind(provenance.kind, "films")
            shown = [f"The first {self.pictures:,} {films} have their pictures here; --format html has more."]
        summary.write_summary(first, provenance, view.counts(), seen, [*shown, *remarks])
        return remarks
