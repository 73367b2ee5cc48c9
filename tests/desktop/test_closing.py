"""The window is closed while something goes on: nothing is lost unasked, no report is left half written."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from builders.rows import a_provenance, a_scored_row
from screener.desktop.control import readings, store_desk
from screener.desktop.control.messages import Exported, Finished, Halted
from screener.desktop.control.session import Session
from screener.desktop.control.stage import Stage
from screener.desktop.settings import Recent
from screener.desktop.view.window import Window
from screener.errors import OutputError
from screener.records import Counts, Progress, ScanResult
from screener.scanning.store import STORE, ScanStore
from screener.scanning.verdicts import ReadingChange, Verdicts

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


def at_work(connection: Connection) -> None:
    """A scan that goes on until it is told to end."""
    connection.send(Progress(1, 9))
    connection.recv()
    connection.send(Halted())


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


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """What a reader does is kept once this is set."""
    put, opened = Verdicts.put, threading.Event()

    def late(self: Verdicts, change: ReadingChange) -> None:
        assert opened.wait(30)
        put(self, change)

    monkeypatch.setattr(Verdicts, "put", late)
    yield opened
    opened.set()  # whatever fails, the window can be closed


def test_what_is_on_its_way_is_heard_of_before_the_window_closes(
    window: Window,
    results: Path,
    qtbot: QtBot,
    answers: SimpleNamespace,
    gate: threading.Event,
) -> None:
    qtbot.keyClick(window.scan_page.lists.films, Qt.Key.Key_V)
    (results / STORE).rename(results / "elsewhere")  # it will not be kept
    threading.Timer(0.3, gate.set).start()
    answers.button = "Keep open"
    assert not window.close()
    assert answers.asked == ["What you said of some films is not saved (1)."]
    assert window.isVisible()


def test_a_store_in_use_holds_up_closing_for_moments_only(
    window: Window,
    results: Path,
    until: Until,
    qtbot: QtBot,
    answers: SimpleNamespace,
    gate: threading.Event,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(readings, "_SETTLE_SECONDS", 0.1)
    qtbot.keyClick(window.scan_page.lists.films, Qt.Key.Key_V)
    answers.button = "Keep open"
    assert not window.close()
    assert answers.asked == ["What you said of some films is not saved (1)."]
    gate.set()
    until(lambda: len(Verdicts(results / STORE).all()) == 1)
    assert window.close()
    assert len(answers.asked) == 1  # it is saved by now


def test_a_drive_that_does_not_answer_holds_up_closing_for_moments_only(
    window: Window,
    results: Path,
    until: Until,
    qtbot: QtBot,
    answers: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked, answer = threading.Event(), threading.Event()

    def read(path: Path) -> None:
        asked.set()
        answer.wait(60)
        raise OutputError("it is gone")

    monkeypatch.setattr(readings, "_SETTLE_SECONDS", 0.5)
    monkeypatch.setattr(store_desk, "_END_SECONDS", 0.5)
    with monkeypatch.context() as dead:
        dead.setattr(store_desk, "StoredScan", read)
        window.session.desk.refresh(now=True)
        until(asked.is_set)
        qtbot.keyClick(window.scan_page.lists.films, Qt.Key.Key_V)
        answers.button = "Close all the same"
        began = time.monotonic()
        try:
            assert window.close()
            assert time.monotonic() - began < 20
        finally:
            answer.set()
    assert answers.asked == ["What you said of some films is not saved (1)."]
    until(lambda: bool(Verdicts(results / STORE).all()))  # the drive answered in time after all


def test_the_program_ends_though_a_drive_does_not_answer(tmp_path: Path) -> None:
    script = tmp_path / "ends.py"
    script.write_text(
        "import time\n"
        "from pathlib import Path\n"
        "from PySide6.QtCore import QCoreApplication\n"
        "from screener.desktop.control import store_desk\n"
        "app = QCoreApplication([])\n"
        "store_desk.StoredScan = lambda path: time.sleep(3600)\n"
        "store_desk._END_SECONDS = 0.5\n"
        "desk = store_desk.StoreDesk()\n"
        "desk.open(Path('dead'))\n"
        "desk.close()\n"
        "print('closed', flush=True)\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "closed\n"), done.stderr


def test_a_running_scan_is_asked_for_beside_a_report(
    window: Window, results: Path, until: Until, answers: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Session, "is_exporting", True)
    window.session._enter(Stage.RUNNING)
    window.session._child.start(at_work)
    until(lambda: window.scan_page.strip.stage is Stage.RUNNING)
    said = iter(["Close without them", "Keep scanning", "Close without them", "Stop and close"])
    answers.next_button = lambda: next(said)
    assert not window.close()
    assert window.session.is_running
    assert window.close()
    assert answers.asked == ["Reports are being written.", "The scan is still running."] * 2


def test_keeping_it_open_takes_back_that_the_window_is_to_close_later(
    window: Window, results: Path, answers: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Session, "is_exporting", True)
    answers.button = "Close when they are written"
    assert not window.close()
    answers.button = "Keep open"
    assert not window.close()
    assert window.statusBar().currentMessage() == ""
    monkeypatch.setattr(Session, "is_exporting", False)
    window.session.exported.emit(Exported((), ()))
    assert window.isVisible()


@pytest.mark.parametrize("stage", [Stage.PAUSED, Stage.STARTING, Stage.OPENED])
def test_a_window_that_is_worked_in_again_does_not_close_by_itself(
    window: Window, results: Path, answers: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, stage: Stage
) -> None:
    monkeypatch.setattr(Session, "is_exporting", True)
    answers.button = "Close when they are written"
    assert not window.close()
    window.session._enter(stage)
    assert window.statusBar().currentMessage() == ""
    monkeypatch.setattr(Session, "is_exporting", False)
    window.session.exported.emit(Exported((), ()))
    assert window.isVisible()
