"""A long sheet: header, rows, links, filter and print set-up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from screener.reports.excel.archive import Body
from screener.reports.excel.book import Book
from screener.reports.excel.cells import Look, blank, cell_text, text
from screener.reports.excel.paper import set_up_page

LINKS = 65_530
"""Hyperlinks that Excel holds on one sheet."""

LONGEST_LINK = 2_079
"""Characters that Excel holds in a link; with a longer one it calls the workbook damaged."""

ROWS = 1_048_575
"""Rows that Excel holds on one sheet, below the header."""

_LINK_TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading, its width in characters, and whether it goes on paper."""

    heading: str
    width: float
    printed: bool = True


class Entry(NamedTuple):
    """A cell of a long sheet: text, a number or nothing, and for a text what it opens when clicked."""

    look: Look
    value: str | float | None = None
    link: str | None = None


class LongSheet:
    """A sheet whose rows go to a file one by one, and from there into the workbook's archive.

    Attributes:
        sheet: openpyxl's side of it: everything but rows and links.
        body: the files, beside the report, nameless and gone when closed.
        rows: how many rows there are below the header.
        unlinked: rows whose link Excel had no room for.
    """

    def __init__(self, book: Book, title: str, columns: Sequence[Column]) -> None:
        """The last sheet of `book`, which finishes it."""
        self.sheet: WriteOnlyWorksheet = book.workbook.create_sheet(title)
        self.body = Body(*(book.files.enter_context(_nameless(book.folder)) for _ in range(3)))
        book.long.append(self)
        self.rows = 0
        self.unlinked = 0
        self._linked = 0
        self._columns = columns
        self._letters = [get_column_letter(index) for index in range(1, len(columns) + 1)]
        self._style_ids = {look: blank(self.sheet, look).style_id for look in Look}
        for letter, column in zip(self._letters, columns, strict=True):
            self.sheet.column_dimensions[letter].width = column.width
        self.sheet.freeze_panes = "A2"
        set_up_page(self.sheet)
        self.sheet.print_title_rows = "1:1"
        self.sheet.row_dimensions[1].height = 32
        self.sheet.append([text(self.sheet, column.heading, Look.HEADER) for column in columns])

    def append(self, entries: Sequence[Entry], height: float = 0.0) -> int:
        """Add a row, `height` points high (0: as its text needs), and return its number on the sheet."""
        self.rows += 1
        row = self.rows + 1
        tall = f' ht="{height:g}" customHeight="1"' if height else ""
        cells = "".join(
            self._cell(f"{letter}{row}", entry) for letter, entry in zip(self._letters, entries, strict=True)
        )
        self.body.rows.write(f'<row r="{row}"{tall}>{cells}</row>'.encode())
        return row

    def cells(self, heading: str) -> str:
        """The range of a column's cells below the header; there must be rows."""
        letter = self._letters[[column.heading for column in self._columns].index(heading)]
        return f"{letter}2:{letter}{self.rows + 1}"

    def finish(self) -> None:
        """Set the filter and the print area over the rows that came."""
        last_printed = self._letters[sum(column.printed for column in self._columns) - 1]
        self.sheet.auto_filter.ref = f"A1:{self._letters[-1]}{self.rows + 1}"
        self.sheet.print_area = f"A1:{last_printed}{self.rows + 1}"

    def _cell(self, place: str, entry: Entry) -> str:
        look, value, link = entry
        if link is not None and not self._link(place, link):
            look = Look.WRAPPED
        style = self._style_ids[look]
        if value is None or value == "":
            return f'<c r="{place}" s="{style}"/>'
        if isinstance(value, str):
            content = escape(cell_text(value))
            return (
                f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{content}</t></is></c>'
            )
        return f'<c r="{place}" s="{style}"><v>{value}</v></c>'

    def _link(self, place: str, target: str) -> bool:
        """Whether Excel has room for the link."""
        if self._linked == LINKS or len(target) > LONGEST_LINK:
            self.unlinked += 1
            return False
        self._linked += 1
        mark = f"link{self._linked}"
        self.body.links.write(f'<hyperlink ref="{place}" r:id="{mark}"/>'.encode())
        self.body.targets.write(
            f'<Relationship Id="{mark}" Type="{_LINK_TYPE}" Target={quoteattr(target)} '
            'TargetMode="External"/>'.encode()
        )
        return True


def _nameless(folder: Path) -> IO[bytes]:
    return TemporaryFile(dir=folder)
