"""A long sheet: header, rows, links, filter and print set-up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.properties import PageSetupProperties

from screener import NOTICE
from screener.reports.excel.cells import Look, text

LINKS = 65_530
"""Hyperlinks that Excel holds on one sheet."""

LONGEST_LINK = 2_079
"""Characters that Excel holds in a link; with a longer one it calls the workbook damaged."""

ROWS = 1_048_575
"""Rows that Excel holds on one sheet, below the header."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading, its width in characters, and whether it goes on paper."""

    heading: str
    width: float
    printed: bool = True


class LongSheet:
    """A sheet that is written row by row and never held in memory.

    Attributes:
        rows: how many rows there are below the header.
        unlinked: rows whose link Excel had no room for.
    """

    def __init__(self, workbook: Workbook, title: str, columns: Sequence[Column], links: int = LINKS) -> None:
        self.sheet: WriteOnlyWorksheet = workbook.create_sheet(title)
        self.rows = 0
        self.unlinked = 0
        self._links_left = links
        self._columns = columns
        sheet = self.sheet
        for index, column in enumerate(columns, 1):
            sheet.column_dimensions[get_column_letter(index)].width = column.width
        sheet.freeze_panes = "A2"
        set_up_page(sheet)
        sheet.print_title_rows = "1:1"
        sheet.row_dimensions[1].height = 32
        sheet.append([text(sheet, column.heading, Look.HEADER) for column in columns])

    def linked(self, value: str, target: str | None) -> Cell:
        """A cell of text that opens `target`; plain text if that is None or Excel has no room for it."""
        if target is None:
            return text(self.sheet, value, Look.WRAPPED)
        if not self._links_left or len(target) > LONGEST_LINK:
            self.unlinked += 1
            return text(self.sheet, value, Look.WRAPPED)
        self._links_left -= 1
        cell = text(self.sheet, value, Look.LINK)
        cell.hyperlink = target
        return cell

    def append(self, cells: Sequence[Cell], height: float = 0.0) -> int:
        """Add a row, `height` points high (0 for the usual), and return its number on the sheet."""
        self.rows += 1
        number = self.rows + 1
        if height:
            self.sheet.row_dimensions[number].height = height
        self.sheet.append(cells)
        return number

    def column(self, heading: str) -> str:
        """The letter of the column with that heading."""
        return str(get_column_letter([column.heading for column in self._columns].index(heading) + 1))

    def cells(self, heading: str) -> str:
        """The range of a column's cells below the header; there must be rows."""
        letter = self.column(heading)
        return f"{letter}2:{letter}{self.rows + 1}"

    def finish(self) -> None:
        """Set the filter and the print area over the rows that came."""
        last = get_column_letter(len(self._columns))
        self.sheet.auto_filter.ref = f"A1:{last}{self.rows + 1}"
        printed = sum(column.printed for column in self._columns)
        self.sheet.print_area = f"A1:{get_column_letter(printed)}{self.rows + 1}"


def set_up_page(sheet: WriteOnlyWorksheet) -> None:
    """A4 landscape, as wide as the page, the notice at the foot; to be called before the first row."""
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = sheet.page_margins.bottom = 0.6
    sheet.oddFooter.left.text = NOTICE
    sheet.oddFooter.right.text = "&A, page &P of &N"
