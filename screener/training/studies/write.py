"""A study's reports into its folder, each whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from screener.reports.base import Remarks, Writer
from screener.reports.publish import Published, put
from screener.training.studies.page import Page
from screener.training.studies.plots import Picture, pictures
from screener.training.studies.results import StudyResult
from screener.training.studies.study import Study
from screener.training.studies.view import StudyView
from screener.training.studies.workbook import StudyWorkbook


@dataclass(slots=True)
class _Plot:
    """One plot as a file of its own."""

    name: str
    picture: Picture

    def write(self, view: StudyView, path: Path) -> Remarks:
        """See `ReportWriter`."""
        path.write_bytes(self.picture.png)
        return Remarks()


def write_reports(study: Study, result: StudyResult) -> Published:
    """study.xlsx, study.html and the plots.

    Raises:
        OutputError: the folder cannot be written or is full.
    """
    view = StudyView(result, tuple(pictures(study, result)))
    plots = [_Plot(picture.name, picture) for picture in view.pictures]
    writers: list[Writer[StudyView]] = [StudyWorkbook(), Page(), *plots]
    return put(writers, view, result.out)
