"""A short sheet that is laid out in blocks before it is written."""

from __future__ import annotations

from math import ceil

from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from screener.reports.excel.cells import Look, text
from screener.reports.excel.paper import ROW_HEIGHT


class Grid:
    """Cells by place, for a sheet that is written downwards while its blocks stand side by side."""

    def __init__(self, sheet: WriteOnlyWorksheet) -> None:
        self.sheet = sheet
        self._cells: dict[int, dict[int, Cell]] = {}
        self._lines: dict[int, int] = {}

    def put(self, row: int, column: int, *cells: Cell) -> None:
        """Put cells side by side, the first at `row` and `column` (both from 1)."""
        for offset, cell in enumerate(cells):
            self._cells.setdefault(row, {})[column + offset] = cell

    def text(self, row: int, column: int, value: str, look: Look = Look.TEXT) -> None:
        """Put a text."""
        self.put(row, column, text(self.sheet, value, look))

    def paragraph(self, row: int, first: int, last: int, value: str) -> None:
        """Put a text over the columns `first` to `last`, on as many lines as it takes."""
        self.text(row, first, value, Look.WRAPPED)
        letters = [get_column_letter(column) for column in range(first, last + 1)]
        self.sheet.merged_cells.add(f"{letters[0]}{row}:{letters[-1]}{row}")
        room = sum(self.sheet.column_dimensions[letter].width for letter in letters) - 4
        lines = sum(max(1, ceil(len(line) / room)) for line in value.split("\n"))
        self._lines[row] = max(lines, self._lines.get(row, 1))

    def write(self) -> None:
        """Write it to the sheet; nothing can be put after that."""
        for row in range(1, max(self._cells) + 1):
            if (lines := self._lines.get(row, 1)) > 1:
                # Excel gives up at 409 points; LibreOffice takes more, but nobody reads on.
                self.sheet.row_dimensions[row].height = min(lines * ROW_HEIGHT, 409)
            cells = self._cells.get(row, {})
            self.sheet.append([cells.get(column) for column in range(1, max(cells, default=0) + 1)])
