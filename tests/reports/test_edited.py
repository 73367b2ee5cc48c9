"""Whether somebody worked in a workbook."""

from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest

from screener.reports.excel.edited import edited


def test_a_workbook_that_a_reader_saved_is_known(report: Path, tmp_path: Path) -> None:
    assert not edited(report)
    book = openpyxl.load_workbook(report)
    book["Worklist"]["F2"] = "agree"
    book.save(tmp_path / "saved.xlsx")
    assert edited(tmp_path / "saved.xlsx")
    with ZipFile(report) as source, ZipFile(tmp_path / "office.xlsx", "w") as target:
        for name in source.namelist():
            app = b"<Properties><Application>Microsoft Excel</Application></Properties>"
            target.writestr(name, app if name == "docProps/app.xml" else source.read(name))
    assert edited(tmp_path / "office.xlsx")


@pytest.mark.parametrize("content", [None, b"", b"PK but no zip"])
def test_what_is_no_workbook_holds_no_verdict(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    if content is not None:
        path.write_bytes(content)
    assert not edited(path)


def test_a_workbook_with_a_password_may_hold_verdicts(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504))
    assert edited(path)
