"""`worklist.csv`: the worklist as a table for people and their spreadsheets, with what readers said."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from screener.records import Provenance, Row
from screener.reports import wording
from screener.reports.base import Remarks, ScanView
from screener.reports.overview import overview

_FORMULA = re.compile(r"(^|;)(?=[\s\"]*[=+@\-\t\r\uff1d\uff0b\uff0d\uff20])")
"""Where a cell would be one: at its start and behind a semicolon, at which Excel splits in many countries."""


class WorklistCsv:
    """One line a scored film, most suspicious first: rank, film, score, band, reading, cautions, and the
    patient id where it was asked for.

    In UTF-8 with a byte order mark, which Excel needs to read names in any script. What a spreadsheet
    would take for a formula has an apostrophe before it; the id as it is stands in `submission.csv`.
    """

    name = "worklist.csv"

    def write(self, view: ScanView, path: Path) -> Remarks:
        """See `ReportWriter`."""
        provenance, patients = view.provenance(), overview(view.worklist()).patients
        with path.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(_header(provenance, patients))
            for rank, row in enumerate(view.worklist(), 1):
                writer.writerow(_cells(rank, row, patients))
        return Remarks()


def _header(provenance: Provenance, patients: bool) -> Iterator[str]:
    yield from ("priority", "film", "score", "band")
    for label in provenance.labels:
        yield f"P({label})"
    yield from ("read", "verdict", "cautions", "sha256")
    if patients:
        yield "patient id"


def _cells(rank: int, row: Row, patients: bool) -> Iterator[str]:
    yield str(rank)
    yield _text(wording.film_name(row))
    yield repr(row.score)
    yield row.band or ""
    for probability in row.probabilities or ():
        yield repr(probability)
    yield "yes" if row.is_read else "no"
    yield row.verdict or ""
    yield wording.cautions(row)
    yield row.sha256
    if patients:
        yield _text(row.facts.patient if row.facts else "")


def _text(value: str) -> str:
    return _FORMULA.sub(r"\1'", value)
