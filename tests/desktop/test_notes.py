"""What a scan or an export notes is said in the window's words; whatever notes it, here as it really does."""

import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMessageBox

from builders.rows import MemoryView, a_problem_row, a_provenance, a_scored_row
from screener.desktop.control.messages import Exported
from screener.desktop.notes import _NOTES, note
from screener.desktop.view.window import Window
from screener.engines import precision
from screener.engines.choose import open_engine
from screener.engines.precision import choose_precision
from screener.models.card import read_card
from screener.records import Counts, Reason, Row, ScanResult
from screener.reports.base import Remarks, ScanView
from screener.reports.csv import Submission
from screener.reports.excel.workbook import ExcelReport
from screener.reports.html.page import HtmlReport
from screener.reports.publish import put
from screener.scanning.output import not_written_anew
from screener.scanning.pool import DecodePool
from screener.scanning.tuned import FILE as TUNED
from screener.scanning.tuned import UnreadableError, all_remembered

ROWS = tuple(a_scored_row(number, f"{number}.jpeg", 0.5) for number in range(3))
BROKEN = tuple(a_problem_row(number, f"{number}.png", Reason.CORRUPT) for number in range(3, 6))
TWICE = tuple(replace(row, image_id="the same") for row in ROWS)


def _view(rows: tuple[Row, ...]) -> MemoryView:
    return MemoryView(rows, a_provenance())


class _Open:
    """A writer whose report another program holds open."""

    name = "report.html"

    def write(self, view: ScanView, path: Path) -> Remarks:
        path.write_text("new")
        return Remarks()


def _noted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    notes = [*Submission(None).write(_view(TWICE), folder / "a.csv").notes]
    notes += HtmlReport(rows=2, pictures=1).write(_view((*ROWS, *BROKEN)), folder / "a.html").notes
    with monkeypatch.context() as crowded:
        crowded.setattr("screener.reports.excel.sheet.LINKS", 2)
        notes += ExcelReport().write(_view(ROWS), folder / "a.xlsx").notes
    for name in ("report.xlsx", "report-2.xlsx", "rows.jsonl", "report.html"):
        (folder / name).write_text("old")
        notes += not_written_anew(folder, [])
    (folder / "report.xlsx").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1"))  # somebody gave it a password
    notes += put([ExcelReport()], _view(ROWS), folder).notes
    replace_ = Path.replace

    def held(self: Path, target: Path) -> Path:
        if target.name == "report.html":
            raise PermissionError(13, "open")
        return replace_(self, target)

    with monkeypatch.context() as windows:
        windows.setattr(Path, "replace", held)
        notes += put([_Open()], _view(ROWS), folder).notes
    return notes


def _noted_of_the_machine(folder: Path, models: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    model = models / "pneumonia-tiny"
    with monkeypatch.context() as poor:
        poor.setattr("screener.engines.torch.available", lambda device: False)
        notes = [*open_engine(model, read_card(model), "cuda")[1]]
        poor.setattr(precision, "has_integer_units", lambda core: True)
        poor.setattr(precision, "_survives", lambda *_: False)
        poor.setattr(precision, "verify", lambda *_, only: None)
        card = SimpleNamespace(int8=SimpleNamespace(agrees=True))
        notes += choose_precision("auto", model, card)[1]
    (folder / TUNED).write_text("not whole")
    with pytest.raises(UnreadableError) as said:
        all_remembered(folder)
    pool = DecodePool(SimpleNamespace(), 0)
    pool._stuck = 1
    return [*notes, *pool.notes, str(said.value)]


def test_what_is_noted_is_said_without_the_words_of_the_command_line(
    tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = [*_noted(tmp_path, monkeypatch), *_noted_of_the_machine(tmp_path, models, monkeypatch)]
    for pattern, _ in _NOTES:
        assert any(re.fullmatch(pattern, said) for said in notes), pattern
    for said in map(note, notes):
        assert said not in notes
        assert "--" not in said
        assert "{" not in said
    assert note("report.html: pictures of the 5,000 most suspicious films only") == (
        "report.html has pictures of the 5,000 most suspicious films only."
    )
    assert note("something new") == "something new"


def test_each_note_is_said_with_all_that_it_names() -> None:
    for pattern, ours in _NOTES:
        assert re.compile(pattern).groups == len(set(re.findall(r"\{\d\}", ours))), pattern


def test_the_window_shows_what_a_scan_and_an_export_note(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: None)
    noted = ("this processor fails at int8: scored in fp32",)
    result = ScanResult(tmp_path, (), a_provenance(), Counts({}, {}), (), 0, 1.0, 2.0, notes=noted)
    window.session.finished.emit(result)
    assert "scored in full precision" in window.scan_page.strip.says.text()
    window.session.exported.emit(Exported((tmp_path / "report.html",), noted))
    box = window.findChild(QMessageBox)
    assert box.text() == "Written: report.html"
    assert "scored in full precision" in box.informativeText()
