"""The Worklist sheet: the scored films, most suspicious first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from openpyxl.formatting.rule import DataBarRule
from openpyxl.worksheet.datavalidation import DataValidation

from screener.records import Facts, Provenance, Row, Verdict
from screener.reports import wording
from screener.reports.excel.book import Book
from screener.reports.excel.cells import Look, band_look
from screener.reports.excel.pictures import picture, put_picture, row_height
from screener.reports.excel.sheet import Column, Entry, LongSheet
from screener.reports.heatmap import film_and_overlay
from screener.reports.links import film_links
from screener.reports.overview import Overview

TITLE = "Worklist"
VERDICTS = tuple(verdict.value for verdict in Verdict)

_PICTURE_COLUMN = 2
_SIDE = 104
"""Pixels of a film's longer side in its cell; its twin under the heat map stands beside it."""

_NOTHING_KNOWN = Facts("", 0, 0)


class Worklist:
    """Writes the sheet, row by row, and goes on in `Worklist 2` when Excel's last row is reached."""

    def __init__(self, provenance: Provenance, seen: Overview, folder: Path, pictures: int) -> None:
        self._provenance = provenance
        self._patients = seen.patients
        self._link = film_links(provenance.root, folder)
        self._pictures = pictures if seen.pictures else 0
        self.columns = tuple(self._columns())

    def write(self, book: Book, rows: Iterator[Row], rows_a_sheet: int) -> None:
        """Add the sheets, at least one."""
        sheets = [LongSheet(book, TITLE, self.columns)]
        for rank, row in enumerate(rows, 1):
            if sheets[-1].rows == rows_a_sheet:
                sheets.append(LongSheet(book, f"{TITLE} {len(sheets) + 1}", self.columns))
            self._append(sheets[-1], rank, row)
        for sheet in sheets:
            if sheet.rows:
                _add_choices_and_bars(sheet)

    def _columns(self) -> Iterator[Column]:
        yield Column("Priority", 9)
        if self._pictures:
            yield Column(self._said("Film, and under its heat map"), 32)
        yield Column(self._said("Film"), 44)
        yield Column("Score", 12)
        yield Column("Band", 15)
        yield Column("Verdict", 12)
        yield Column("Read", 7)
        yield Column("Notes", 30)
        yield Column("Cautions", 40)
        for label in self._provenance.labels:
            yield Column(f"P({label})", 13, printed=False)
        yield Column("View", 8, printed=False)
        yield Column("Modality", 10, printed=False)
        yield Column("Body part", 12, printed=False)
        yield Column("Age band", 10, printed=False)
        yield Column("Size", 15, printed=False)
        yield Column("Kind", 8, printed=False)
        yield Column("Applied to the grey levels", 44, printed=False)
        yield Column("Image id", 28, printed=False)
        if self._patients:
            yield Column("Patient id", 20, printed=False)
        yield Column("SHA-256", 68, printed=False)

    def _said(self, text: str) -> str:
        return wording.of_kind(self._provenance.kind, text)

    def _entries(self, rank: int, row: Row) -> Iterator[Entry]:
        assert row.score is not None and row.band is not None and row.probabilities is not None
        facts = row.facts or _NOTHING_KNOWN
        yield Entry(Look.RANK, rank)
        if self._pictures:
            yield Entry(Look.TEXT)
        yield Entry(Look.LINK, wording.film_name(row), self._link(row))
        yield Entry(Look.SCORE, row.score)
        yield Entry(band_look(row.band), wording.band_label(row.band))
        yield Entry(Look.INPUT, row.verdict.value if row.verdict else None)
        yield Entry(Look.TEXT, "yes" if row.is_read else "")
        yield Entry(Look.INPUT)
        yield Entry(Look.WRAPPED, wording.cautions(row))
        for probability in row.probabilities:
            yield Entry(Look.SCORE, probability)
        for value in (facts.view, facts.modality, facts.body_part, facts.age_band, wording.size(facts)):
            yield Entry(Look.TEXT, value)
        yield Entry(Look.TEXT, facts.kind)
        yield Entry(Look.TEXT, "; ".join(row.applied))
        yield Entry(Look.TEXT, row.image_id)
        if self._patients:
            yield Entry(Look.TEXT, facts.patient)
        yield Entry(Look.SMALL, row.sha256)

    def _append(self, sheet: LongSheet, rank: int, row: Row) -> None:
        entries = list(self._entries(rank, row))
        encoded = film_and_overlay(row, _SIDE) if rank <= self._pictures else b""
        if not encoded:
            sheet.append(entries)
            return
        image = picture(encoded)
        put_picture(sheet.sheet, image, sheet.append(entries, row_height(image)), _PICTURE_COLUMN)


def _add_choices_and_bars(sheet: LongSheet) -> None:
    choice = DataValidation(
        "list", formula1=f'"{",".join(VERDICTS)}"', allow_blank=True, showErrorMessage=True
    )
    choice.errorTitle = "Verdict"
    choice.error = f"Choose one of the list: {', '.join(VERDICTS)}."
    choice.add(sheet.cells("Verdict"))
    sheet.sheet.data_validations.append(choice)
    bar = DataBarRule("num", 0, "num", 1, color="FF9DB8D2")
    sheet.sheet.conditional_formatting.add(sheet.cells("Score"), bar)
