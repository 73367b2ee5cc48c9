"""The window is closed while something goes on: nothing is lost unasked, no report is left half written."""

import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from types import SimpleNamespace

import pytest
from builders_rows import a_provenance, a_scored_row
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from screener.desktop.control.messages import Finished
from screener.desktop.control.stage import Stage
from screener.desktop.settings import Recent
from screener.desktop.view.window import Window
from screener.errors import OutputError
from screener.records import Counts, Progress, ScanResult
from screener.scanning.store import STORE, ScanStore
from screener.scanning.verdicts import Verdicts

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def results(window: Window, tmp_path: Path, until: Until, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the earlier scan that the window shows."""
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: None)
    folder = tmp_path / "results"
    folder.mkdir()
    with ScanStore(folder / STORE, {"inputs": "x"}, a_provenance()) as scan:
        with scan.transaction():
            row = a_scored_row(1, "a.jpeg", 0.9)
            scan.put(row)
            scan.end_file(row.key, row.sha256, 0, settled=True)
        scan.finish()
    window._reopen(Recent(str(folder)))
    until(lambda: window.scan_page._row is not None)
    return folder


def at_its_reports(connection: Connection, go: Path) -> None:
    """A scan that has come to its reports, and has them once the file `go` is there."""
    connection.send(Progress(2, 2, seconds_left=0))
    while not go.exists():
        time.sleep(0.01)
    connection.send(Finished(ScanResult(go.parent, (), a_provenance(), Counts({}, {}), (), 0, 1.0, 2.0)))


def test_a_report_is_waited_for_where_that_is_wanted(
    window: Window, results: Path, until: Until, answers: SimpleNamespace
) -> None:
    window.tools.export_asked.emit("html")
    answers.button = "Keep open"
    assert not window.close()
    assert window.isVisible()
    answers.button = "Close when they are written"
    assert not window.close()
    until(lambda: not window.isVisible())
    assert answers.asked == ["Reports are being written."] * 2
    assert (results / "report.html").read_text("utf-8").rstrip().endswith("</html>")
    assert not list(results.glob(".*.part"))


def test_a_report_that_is_not_waited_for_leaves_nothing(
    window: Window, results: Path, answers: SimpleNamespace
) -> None:
    window.tools.export_asked.emit("html")
    answers.button = "Close without them"
    assert window.close()
    assert not window.session.is_exporting
    assert {path.name for path in results.iterdir()} <= {STORE, "report.html"}


def test_the_reports_of_a_scan_that_ends_are_waited_for_too(
    window: Window, results: Path, until: Until, answers: SimpleNamespace
) -> None:
    window.session._enter(Stage.RUNNING)
    window.session._child.start(at_its_reports, results / "go")
    until(lambda: window.scan_page.strip.stage is Stage.REPORTING)
    answers.button = "Close when they are written"
    assert not window.close()
    assert window.statusBar().currentMessage() == "The window closes when the reports are written."
    (results / "go").touch()
    until(lambda: not window.isVisible())
    assert answers.asked == ["Reports are being written."]


def test_what_could_not_be_saved_is_not_lost_unasked(
    window: Window,
    results: Path,
    until: Until,
    qtbot: QtBot,
    answers: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def deny(*_: object) -> None:
        raise OutputError("it is gone")

    monkeypatch.setattr(Verdicts, "put", deny)
    qtbot.keyClick(window.scan_page.lists.films, Qt.Key.Key_V)
    until(window.scan_page.unkept.isVisible)
    answers.button = "Keep open"
    assert not window.close()
    answers.button = "Close all the same"
    assert window.close()
    assert answers.asked == ["What you said of some films is not saved (1)."] * 2
