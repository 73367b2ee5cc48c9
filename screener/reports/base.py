"""What a report is made from, and what a report is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from screener.records import Counts, Provenance, Row

View = TypeVar("View", contravariant=True)
"""What a report is made from: a scan's store, an evaluation, a study."""


class ScanView(Protocol):
    """A scan store as its reports see it. Rows come one by one, so that a report's memory stays flat."""

    def provenance(self) -> Provenance:
        """Where the scores come from."""

    def counts(self) -> Counts:
        """How many rows of each kind."""

    def worklist(self) -> Iterator[Row]:
        """The scored rows, most suspicious first, ties by key and frame."""

    def problems(self) -> Iterator[Row]:
        """The rows without a score, by key and frame."""

    def rows(self) -> Iterator[Row]:
        """All rows, by key and frame."""


@dataclass(frozen=True, slots=True)
class Remarks:
    """What the user should know of a report that was just written.

    Attributes:
        missing_ids: ids of the sample submission that no film gave, in its order.
        notes: one sentence each: what was left out and why, ids that occur twice.
    """

    missing_ids: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Writer(Protocol[View]):
    """One format of report. The same view gives the same bytes, whenever and wherever it is written."""

    name: str
    """The report's file name: `report.xlsx`."""

    def write(self, view: View, path: Path) -> Remarks:
        """Write the report of `view` to `path`, a new file beside its final place.

        Links to films are relative to `path`'s folder where the film and the report share one. The
        caller syncs the file and swaps it in (`reports.publish`).
        """


ReportWriter = Writer[ScanView]
"""A writer of a scan's report."""
