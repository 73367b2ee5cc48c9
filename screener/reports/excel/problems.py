"""The Problems sheet: every file that has no score, and why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from openpyxl.workbook import Workbook

from screener.records import Provenance, Row
from screener.reports import wording
from screener.reports.excel.cells import Look, text
from screener.reports.excel.sheet import Column, LongSheet
from screener.reports.links import film_link

TITLE = "Problems"

COLUMNS = (
    Column("Film", 50),
    Column("Status", 14),
    Column("Reason", 46),
    Column("Detail", 50),
    Column("Code", 18),
    Column("Size", 15, printed=False),
    Column("Image id", 28, printed=False),
    Column("SHA-256", 68, printed=False),
)


def write_problems(
    workbook: Workbook, rows: Iterator[Row], provenance: Provenance, folder: Path, rows_a_sheet: int
) -> list[LongSheet]:
    """The finished sheets, at least one."""
    sheets = [LongSheet(workbook, TITLE, COLUMNS)]
    for row in rows:
        if sheets[-1].rows == rows_a_sheet:
            sheets.append(LongSheet(workbook, f"{TITLE} {len(sheets) + 1}", COLUMNS))
        sheet = sheets[-1]
        ws = sheet.sheet
        sheet.append(
            [
                sheet.linked(wording.film_name(row), film_link(row, provenance.root, folder)),
                text(ws, wording.STATUS_NAMES[row.status]),
                text(ws, wording.problem(row), Look.WRAPPED),
                text(ws, row.detail, Look.WRAPPED),
                text(ws, row.reason or ""),
                text(ws, wording.size(row.facts)),
                text(ws, row.image_id),
                text(ws, row.sha256, Look.SMALL),
            ]
        )
    for sheet in sheets:
        sheet.finish()
    return sheets
