"""A workbook from its first sheet to its file, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl import Workbook

from screener.reports.excel.archive import discard, save
from screener.reports.excel.cells import add_looks

if TYPE_CHECKING:
    from screener.reports.excel.sheet import LongSheet


@dataclass(frozen=True, slots=True, eq=False)
class Book:
    """A workbook that is being written.

    Attributes:
        workbook: openpyxl's, write-only, with every `Look`.
        folder: that its file will be in.
        files: closes what its long sheets lie in.
        long: its long sheets, in their order.
    """

    workbook: Workbook
    folder: Path
    files: ExitStack
    long: list[LongSheet] = field(default_factory=list)


@contextmanager
def bound(path: Path, title: str, program: str, day: str) -> Iterator[Book]:
    """A workbook that is saved to `path` when all is in it, and leaves nothing behind where that fails.

    Args:
        path: where to.
        title: of its properties.
        program: "screener 0.1.0".
        day: of the content, ISO 8601.
    """
    workbook = Workbook(write_only=True)
    try:
        with ExitStack() as files:
            add_looks(workbook)
            book = Book(workbook, path.parent, files)
            yield book
            for sheet in book.long:
                sheet.finish()
            workbook.properties.creator = workbook.properties.lastModifiedBy = program
            workbook.properties.title = title
            numbers = {sheet: number for number, sheet in enumerate(workbook.worksheets, 1)}
            save(workbook, {numbers[sheet.sheet]: sheet.body for sheet in book.long}, path, day)
    except BaseException:
        discard(workbook)
        raise
