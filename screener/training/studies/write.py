"""A study's reports into its folder, each whole or not at all."""

from __future__ import annotations

from screener.reports.base import Writer
from screener.reports.publish import Published, put
from screener.training.studies.page import Page
from screener.training.studies.plots import pictures
from screener.training.studies.results import StudyResult
from screener.training.studies.study import Study
from screener.training.studies.view import StudyView
from screener.training.studies.workbook import StudyWorkbook


def write_reports(study: Study, result: StudyResult) -> Published:
    """study.xlsx, study.html and the plots.

    Raises:
        OutputError: the folder cannot be written or is full.
    """
    view = StudyView(result, tuple(pictures(study, result)))
    writers: list[Writer[StudyView]] = [StudyWorkbook(), Page(), *view.pictures]
    return put(writers, view, result.out)
