"""The scan that the reports of these tests show, and its workbook."""

from pathlib import Path

import pytest

from builders.rows import MemoryView, a_view
from screener.reports.excel.workbook import ExcelReport


@pytest.fixture(scope="session")
def view() -> MemoryView:
    """A small scan with every kind of row in it."""
    return a_view()


@pytest.fixture(scope="module")
def report(view: MemoryView, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its workbook, with pictures of the first ten films."""
    path = tmp_path_factory.mktemp("excel") / "report.xlsx"
    assert not ExcelReport(pictures=10).write(view, path).notes
    return path
