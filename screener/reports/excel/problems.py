"""The Problems sheet: every file that has no score, and why."""

from __future__ import annotations

from collections.abc import Iterator

from screener.records import Provenance, Row
from screener.reports import wording
from screener.reports.excel.book import Book
from screener.reports.excel.cells import Look
from screener.reports.excel.sheet import Column, Entry, LongSheet
from screener.reports.links import film_links

TITLE = "Problems"

_COLUMNS = (
    Column("Status", 14),
    Column("Reason", 46),
    Column("Detail", 50),
    Column("Code", 18),
    Column("Size", 15, printed=False),
    Column("Image id", 28, printed=False),
    Column("SHA-256", 68, printed=False),
)


def write_problems(
    book: Book, rows: Iterator[Row], provenance: Provenance, rows_a_sheet: int, *, patients: bool
) -> None:
    """Add the sheets, at least one; `patients`: with a column for their ids."""
    whose = (Column("Patient id", 20, printed=False),) if patients else ()
    columns = (Column(wording.of_kind(provenance.kind, "Film"), 50), *_COLUMNS, *whose)
    link = film_links(provenance.root, book.folder)
    sheets = [LongSheet(book, TITLE, columns)]
    for row in rows:
        if sheets[-1].rows == rows_a_sheet:
            sheets.append(LongSheet(book, f"{TITLE} {len(sheets) + 1}", columns))
        sheets[-1].append(
            [
                Entry(Look.LINK, wording.film_name(row), link(row)),
                Entry(Look.TEXT, wording.STATUS_NAMES[row.status]),
                Entry(Look.WRAPPED, wording.problem(row)),
                Entry(Look.WRAPPED, row.detail),
                Entry(Look.TEXT, row.reason or ""),
                Entry(Look.TEXT, wording.size(row.facts)),
                Entry(Look.TEXT, row.image_id),
                Entry(Look.SMALL, row.sha256),
                *((Entry(Look.TEXT, row.facts.patient if row.facts else ""),) if patients else ()),
            ]
        )
