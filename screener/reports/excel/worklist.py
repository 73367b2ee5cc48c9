"""The Worklist sheet: the scored films, most suspicious first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from openpyxl.cell.cell import Cell
from openpyxl.formatting.rule import DataBarRule
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation

from screener.records import Facts, Provenance, Row
from screener.reports import wording
from screener.reports.excel.cells import Look, band_look, blank, number, text
from screener.reports.excel.pictures import put_picture
from screener.reports.excel.sheet import Column, LongSheet
from screener.reports.heatmap import film_and_overlay
from screener.reports.links import film_link
from screener.reports.overview import Overview

TITLE = "Worklist"
VERDICTS = ("agree", "disagree", "unsure")
_SIDE = 84
"""Pixels of a film's longer side in its cell; its twin under the heat map stands beside it."""


class Worklist:
    """Writes the sheet, row by row, and goes on in `Worklist 2` when Excel's last row is reached."""

    def __init__(self, provenance: Provenance, seen: Overview, folder: Path, pictures: int) -> None:
        self._provenance = provenance
        self._seen = seen
        self._folder = folder
        self._pictures = pictures if seen.pictures else 0
        self.columns = tuple(self._columns())

    def write(self, workbook: Workbook, rows: Iterator[Row], rows_a_sheet: int) -> list[LongSheet]:
        """The finished sheets, at least one."""
        sheets = [LongSheet(workbook, TITLE, self.columns)]
        for rank, row in enumerate(rows, 1):
            if sheets[-1].rows == rows_a_sheet:
                sheets.append(LongSheet(workbook, f"{TITLE} {len(sheets) + 1}", self.columns))
            self._append(sheets[-1], rank, row)
        for sheet in sheets:
            _finish(sheet)
        return sheets

    def _columns(self) -> Iterator[Column]:
        yield Column("Priority", 9)
        if self._pictures:
            yield Column("Film, and under its heat map", 26)
        yield Column("Film", 44)
        yield Column("Score", 12)
        yield Column("Band", 15)
        yield Column("Verdict", 12)
        yield Column("Notes", 30)
        yield Column("Cautions", 40)
        for label in self._provenance.labels:
            yield Column(f"P({label})", 13, printed=False)
        for heading, width in (
            ("View", 8),
            ("Modality", 10),
            ("Body part", 12),
            ("Age band", 10),
            ("Size", 15),
            ("Kind", 8),
            ("Applied to the grey levels", 44),
            ("Image id", 28),
        ):
            yield Column(heading, width, printed=False)
        if self._seen.patients:
            yield Column("Patient id", 20, printed=False)
        yield Column("SHA-256", 68, printed=False)

    def _append(self, sheet: LongSheet, rank: int, row: Row) -> None:
        pictured = rank <= self._pictures
        index = sheet.append(list(self._cells(sheet, rank, row)), _SIDE * 0.75 + 6 if pictured else 0)
        if pictured and (picture := film_and_overlay(row, _SIDE)):
            put_picture(sheet.sheet, picture, index, 2)

    def _cells(self, sheet: LongSheet, rank: int, row: Row) -> Iterator[Cell]:
        ws = sheet.sheet
        facts = row.facts if row.facts is not None else Facts("", 0, 0)
        yield number(ws, rank, Look.RANK)
        if self._pictures:
            yield blank(ws, Look.TEXT)
        yield sheet.linked(wording.film_name(row), film_link(row, self._provenance.root, self._folder))
        assert row.score is not None and row.band is not None and row.probabilities is not None
        yield number(ws, row.score, Look.SHARE)
        yield text(ws, wording.band_label(row.band), band_look(row.band))
        yield blank(ws, Look.INPUT)
        yield blank(ws, Look.INPUT)
        yield text(ws, wording.cautions(row), Look.WRAPPED)
        for probability in row.probabilities:
            yield number(ws, probability, Look.SHARE)
        yield text(ws, facts.view)
        yield text(ws, facts.modality)
        yield text(ws, facts.body_part)
        yield text(ws, facts.age_band)
        yield text(ws, wording.size(facts))
        yield text(ws, facts.kind)
        yield text(ws, "; ".join(row.applied))
        yield text(ws, row.image_id)
        if self._seen.patients:
            yield text(ws, facts.patient)
        yield text(ws, row.sha256, Look.SMALL)


def _finish(sheet: LongSheet) -> None:
    sheet.finish()
    if not sheet.rows:
        return
    choice = DataValidation(
        "list", formula1=f'"{",".join(VERDICTS)}"', allow_blank=True, showErrorMessage=True
    )
    choice.errorTitle = "Verdict"
    choice.error = f"Choose one of the list: {', '.join(VERDICTS)}."
    choice.add(sheet.cells("Verdict"))
    sheet.sheet.data_validations.append(choice)
    bar = DataBarRule("num", 0, "num", 1, color="FF9DB8D2")
    sheet.sheet.conditional_formatting.add(sheet.cells("Score"), bar)
