"""From the start page to a worklist that is read, in the window itself."""

import os
import re
import signal
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from builders import film, jpeg
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QColor, QDesktopServices, QDropEvent, QPalette, QShortcut
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from screener import NOTICE
from screener.commands.scan import scan
from screener.desktop.colours import is_dark
from screener.desktop.control.stage import Stage
from screener.desktop.settings import Memory, Recent, Settings
from screener.desktop.view.window import Window
from screener.errors import Stopped
from screener.records import Band, Progress, Reason, ScanRequest
from screener.scanning.verdicts import Verdict, Verdicts

Until = Callable[[Callable[[], bool]], None]


def _start(window: Window, films: Path, until: Until, stage: Stage = Stage.DONE) -> None:
    window.start_page.choose((str(films),))
    window.start_page.start.click()
    until(lambda: window.session.stage is stage)


def test_a_drop_chooses_and_start_needs_a_choice(window: Window, films: Path) -> None:
    assert not window.start_page.start.isEnabled()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(films)), QUrl("https://example.org/film.dcm")])
    drop = QDropEvent(
        QPoint(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(drop)
    assert window.start_page.inputs == (str(films),)
    assert window.start_page.start.isEnabled()
    assert window.start_page.drop.says.text() == "films"


def test_models_are_named_in_words_and_the_notice_stands(window: Window) -> None:
    assert window.start_page.task.itemText(0) == "Chest film: pneumonia"
    assert window._notice.isVisible()
    assert window._notice.text() == NOTICE


def test_a_scan_fills_the_lists_and_shows_the_film(window: Window, films: Path, until: Until) -> None:
    _start(window, films, until)
    page = window.scan_page
    until(lambda: page.lists.worklist.total == 6)
    scores = [page.lists.worklist.line(row).score for row in range(6)]
    assert scores == sorted(scores, reverse=True)
    until(lambda: page.film.canvas.film_size().width() == 280)  # the film, and no longer its thumbnail
    assert page.lists.current.name in page.film.page.toPlainText().replace("\u200b", "")
    assert "Probabilities" in page.film.page.toPlainText()
    problems = {page.lists.problems.line(row).name: row for row in range(2)}
    told = page.lists.problems.index(problems["notes.txt"], 1).data()
    assert told.lower() == Reason.NOT_AN_IMAGE.sentence.lower()
    out = Path(window.session.scan.out)
    assert {p.name for p in out.iterdir()} >= {"report.html", "report.xlsx", "submission.csv", "scan.sqlite"}
    assert "6 of 8 scored" in page.strip.says.text()


def test_keys_read_and_judge_and_the_store_keeps_it(
    window: Window, films: Path, until: Until, qtbot: QtBot
) -> None:
    _start(window, films, until)
    page = window.scan_page
    until(lambda: page._snapshot is not None and page._snapshot.complete)
    page.lists.select_first()
    first = page.lists.current
    qtbot.keyClick(page.lists.films, Qt.Key.Key_Space)
    until(lambda: page.lists.worklist.line(0).is_read == 1)
    qtbot.keyClick(page.lists.films, Qt.Key.Key_Down)
    until(lambda: page.lists.films.currentIndex().row() == 1)
    for _ in range(2):
        qtbot.keyClick(page.lists.films, Qt.Key.Key_V)
    until(lambda: page.lists.worklist.line(1).verdict == Verdict.DISAGREE)
    kept = {r.key: r for r in Verdicts(Path(window.session.scan.out) / "scan.sqlite").all()}
    assert kept[first.key].is_read
    assert kept[first.key].verdict is None
    second = page.lists.worklist.line(1)
    assert kept[second.key].verdict is Verdict.DISAGREE
    assert kept[second.key].sha256 == second.sha256
    assert page.film.verdicts.buttons[Verdict.DISAGREE].isChecked()


def test_the_film_in_view_stays_as_the_list_grows_and_ends(window: Window, films: Path, until: Until) -> None:
    for seed in range(100, 200):
        (films / f"more-{seed}.jpeg").write_bytes(jpeg(film(64, 64, seed=seed)))
    _start(window, films, until, Stage.RUNNING)
    page = window.scan_page
    until(lambda: page.lists.current is not None)
    name = page.lists.current.name
    assert not window.tools.new.isEnabled()
    until(lambda: window.session.stage is Stage.DONE)
    until(lambda: page.shows_all)
    assert page.lists.current.name == page._line.name == name
    assert window.tools.new.isEnabled()


def test_keys_that_decide_do_not_repeat(window: Window) -> None:
    repeats = {one.key().toString(): one.autoRepeat() for one in window.scan_page.findChildren(QShortcut)}
    assert not any(repeats[key] for key in ("V", "H", "I", "F", "R"))
    assert repeats["+"]


def test_pause_resume_stop(window: Window, films: Path, until: Until) -> None:
    for seed in range(100, 260):
        (films / f"more-{seed}.jpeg").write_bytes(jpeg(film(64, 64, seed=seed)))
    _start(window, films, until, Stage.RUNNING)
    strip = window.scan_page.strip
    until(lambda: bool(strip.says.text()))
    strip.pause.click()
    assert window.session.stage is Stage.STOPPING
    until(lambda: window.session.stage is Stage.PAUSED)
    until(lambda: not window.session.is_running)
    out = window.session.scan.out
    assert re.match(r"\d+ (of 168 files|files so far)$", strip.says.text())
    strip.resume.click()
    until(lambda: window.session.stage is Stage.RUNNING)
    assert window.session.scan.out == out
    strip.stop.click()
    until(lambda: window.session.stage is Stage.STOPPED)
    before = window.scan_page.lists.worklist.total
    strip.resume.click()
    until(lambda: window.session.stage is Stage.DONE)
    until(lambda: window.scan_page.lists.worklist.total == 166)
    assert before <= 166


def test_a_killed_scan_says_so_and_goes_on(window: Window, films: Path, until: Until) -> None:
    for seed in range(100, 260):
        (films / f"more-{seed}.jpeg").write_bytes(jpeg(film(64, 64, seed=seed)))
    _start(window, films, until, Stage.RUNNING)
    os.kill(window.session.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
    until(lambda: window.session.stage is Stage.TROUBLED)
    strip = window.scan_page.strip
    assert strip.heading.text() == "The scan ended unexpectedly"
    assert "Resume" in strip.says.text()
    assert strip.resume.isVisible()
    strip.resume.click()
    until(lambda: window.session.stage is Stage.DONE)
    until(lambda: window.scan_page.lists.worklist.total == 166)


def test_an_empty_folder_is_told_in_plain_words(window: Window, tmp_path: Path, until: Until) -> None:
    (tmp_path / "empty").mkdir()
    _start(window, tmp_path / "empty", until, Stage.TROUBLED)
    assert window.scan_page.strip.heading.text() == "There is no file in what you chose"
    assert not window.scan_page.strip.resume.isVisible()
    assert not window.tools.export.isEnabled()


def test_closing_asks_while_a_scan_runs_and_keeps_what_is_done(
    window: Window, films: Path, until: Until, answers: SimpleNamespace
) -> None:
    for seed in range(100, 260):
        (films / f"more-{seed}.jpeg").write_bytes(jpeg(film(64, 64, seed=seed)))
    _start(window, films, until, Stage.RUNNING)
    answers.button = "Keep scanning"
    assert not window.close()
    assert window.session.is_running
    answers.button = "Stop and close"
    assert window.close()
    assert not window.session.is_running
    assert answers.asked == ["The scan is still running."] * 2
    assert (Path(window.session.scan.out) / "scan.sqlite").is_file()


def test_results_go_where_settings_say_and_reopen(
    window: Window, films: Path, until: Until, memory: Memory, tmp_path: Path
) -> None:
    memory.keep(Settings(str(tmp_path / "results"), 1))
    _start(window, films, until)
    out = Path(window.session.scan.out)
    assert out.parent == tmp_path / "results"
    assert out.name.startswith("films-screener-")
    with closing(sqlite3.connect(out / "scan.sqlite")) as db, db:
        db.execute("""INSERT INTO meta VALUES ('notes', '["no CUDA device here: scored on the CPU"]')""")
    window._show_start()
    assert window.start_page.recent.item(0).text() == out.name
    window.start_page.recent.itemActivated.emit(window.start_page.recent.item(0))
    until(lambda: window.scan_page.lists.worklist.total == 6)
    assert window.session.stage is Stage.OPENED
    assert "Chest film: pneumonia" in window.scan_page.strip.says.text()
    assert "There is no CUDA device: scored on the processor." in window.scan_page.strip.says.text()
    assert not window.scan_page.strip.resume.isVisible()  # it is complete
    other = tmp_path / "elsewhere" / "films"
    other.mkdir(parents=True)
    (other / "one.jpeg").write_bytes(jpeg(film(seed=77)))
    window._show_start()
    _start(window, other, until)
    assert Path(window.session.scan.out).name == f"{out.name}-2"  # what is there belongs to other films


def test_resume_follows_the_settings_until_there_are_results_and_those_from_then_on(
    window: Window, films: Path, until: Until, memory: Memory, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    memory.keep(Settings(str(tmp_path / "file"), 1))
    _start(window, films, until, Stage.TROUBLED)
    memory.keep(Settings(str(tmp_path / "results"), 1))
    resume = window.scan_page.strip.resume
    resume.click()
    until(lambda: window.session.stage is Stage.DONE)
    out = Path(window.session.scan.out)
    assert out.parent == tmp_path / "results"
    with closing(sqlite3.connect(out / "scan.sqlite")) as db, db:
        db.execute("UPDATE meta SET value = '0' WHERE name = 'finished'")
    (films / "late.jpeg").write_bytes(jpeg(film(seed=50)))
    memory.keep(Settings(str(tmp_path / "elsewhere"), 1))
    window._reopen(Recent(str(out)))  # nothing is remembered of it
    until(lambda: window.session.stage is Stage.OPENED and resume.isVisible())
    resume.click()
    until(lambda: window.session.stage is Stage.DONE)
    until(lambda: window.scan_page.lists.worklist.total == 7)
    assert window.session.scan.out == str(out)


def test_a_scan_of_relative_paths_is_gone_on_with_and_its_films_are_found(
    window: Window, films: Path, models: Path, until: Until, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "b" / "others"
    other.mkdir(parents=True)
    (other / "late.jpeg").write_bytes(jpeg(film(seed=40)))
    monkeypatch.chdir(tmp_path)

    def interrupt(progress: Progress) -> None:
        raise KeyboardInterrupt

    request = ScanRequest(
        ("films", "b/others"), model=str(models / "pneumonia-tiny"), out=Path("out"), workers=1
    )
    with pytest.raises(Stopped):
        scan(request, interrupt)
    monkeypatch.chdir(other)
    scan_page = window.scan_page
    window._reopen(Recent(str(tmp_path / "out")))
    until(lambda: scan_page.strip.resume.isVisible())
    scan_page.strip.resume.click()
    until(lambda: window.session.stage is Stage.DONE)
    until(lambda: scan_page.shows_all)
    assert scan_page.lists.worklist.total == 7
    assert scan_page._snapshot.provenance.inputs == request.inputs
    window._show_start()
    window._reopen(Recent(str(tmp_path / "out")))
    until(lambda: scan_page.film.canvas.film_size().width() == 280)  # the film, and not its thumbnail


@pytest.mark.parametrize("name", ["", "n" * 300])
def test_a_folder_without_results_is_not_opened(
    window: Window, films: Path, memory: Memory, name: str
) -> None:
    window._reopen(Recent(str(films / name)))  # no system has a file of so long a name
    assert window.session.scan is None
    assert window._pages.currentWidget() is window.start_page
    assert memory.recent() == []
    assert window.findChild(QMessageBox).text() == "There are no results of a scan in this folder."


def test_a_choice_that_cannot_be_ordered_leaves_the_start_page(
    window: Window, films: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(5, "input/output error")

    monkeypatch.setattr("screener.desktop.view.window.new_order", fail)
    with pytest.raises(OSError, match="input"):
        window._start((str(films),), window._models[0])
    assert window._pages.currentWidget() is window.start_page


def test_results_that_cannot_be_read_are_told_in_plain_words(
    window: Window, tmp_path: Path, until: Until
) -> None:
    (tmp_path / "scan.sqlite").write_bytes(b"no database" * 1000)
    window._reopen(Recent(str(tmp_path)))
    until(lambda: window.session.stage is Stage.OPENED and window.scan_page.strip.more.isVisible())
    assert window.scan_page.strip.heading.text() == "These results cannot be read"


def test_the_window_follows_the_system_from_light_to_dark(window: Window, qapp: QApplication) -> None:
    before = qapp.palette()
    light = window._notice.styleSheet()
    try:
        qapp.setPalette(QPalette(QColor("#22262c")))
        qapp.processEvents()
        assert window._notice.styleSheet() != light
        assert is_dark(window.scan_page.film.page.palette())
    finally:
        qapp.setPalette(before)
        qapp.processEvents()
    assert window._notice.styleSheet() == light


def test_export_writes_and_opens_the_report(
    window: Window, films: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    _start(window, films, until)
    report = Path(window.session.scan.out) / "report.html"
    report.unlink()
    window.tools.export_asked.emit("html")
    until(lambda: bool(opened))
    assert Path(opened[0]) == report
    assert report.stat().st_size > 1000


def test_keys_go_to_the_list_from_the_start_on(window: Window, films: Path, until: Until) -> None:
    window.activateWindow()
    _start(window, films, until, Stage.STARTING)
    until(lambda: window.scan_page.lists.films.hasFocus())
    until(lambda: window.session.stage is Stage.RUNNING)
    window.scan_page.strip.pause.setFocus()
    until(lambda: window.session.stage in (Stage.DONE, Stage.REPORTING))
    until(lambda: window.session.stage is Stage.DONE)
    assert window.scan_page.lists.films.hasFocus()  # and not the filter that comes after the hidden button
    until(lambda: window.windowTitle() == "Done – films – Screener")


def test_lists_read_before_a_key_do_not_take_back_what_it_did(
    window: Window, films: Path, until: Until, qtbot: QtBot
) -> None:
    _start(window, films, until)
    page = window.scan_page
    until(lambda: page.shows_all)
    page.lists.select_first()
    before = page._snapshot
    for _ in range(3):
        qtbot.keyClick(page.lists.films, Qt.Key.Key_V)
        page._show_lists(before)  # it comes late
    until(lambda: page.lists.worklist.line(0).verdict == Verdict.UNSURE)
    until(lambda: page._line.verdict == Verdict.UNSURE)


def test_one_operating_point_cuts_the_list_in_two_and_outlives_another_choice(
    window: Window, films: Path, until: Until, memory: Memory
) -> None:
    memory.keep(Settings(workers=1, point="balanced"))
    _start(window, films, until)
    page = window.scan_page
    until(lambda: page.shows_all and page.lists.worklist.total == 6)
    bands = {page.lists.worklist.line(row).band for row in range(6)}
    assert bands <= {Band.POSITIVE, Band.NEGATIVE}
    until(lambda: "balanced" in page.film.page.toPlainText())
    assert "sensitive" not in page.film.page.toPlainText()
    memory.keep(Settings(workers=1))
    (films / "late.jpeg").write_bytes(jpeg(film(seed=50)))
    window._reopen(memory.recent()[0])
    window.session.resume(memory.settings())
    until(lambda: window.session.stage is Stage.DONE)
    until(lambda: page.lists.worklist.total == 7)
    assert page._snapshot.provenance.settings["operating point"] == "balanced"


def test_a_model_without_eight_bits_is_told_in_plain_words(
    window: Window, films: Path, until: Until, memory: Memory
) -> None:
    memory.keep(Settings(workers=1, precision="int8"))
    _start(window, films, until, Stage.TROUBLED)
    assert window.scan_page.strip.heading.text() == "The model cannot be run in eight bits here"
    assert "Settings" in window.scan_page.strip.says.text()


def test_films_in_a_zip_are_listed_and_shown(window: Window, films: Path, until: Until) -> None:
    archive = films.parent / "export.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for path in sorted(films.glob("film-*.jpeg")):
            packed.write(path, f"ward/{path.name}")
    _start(window, archive, until)
    until(lambda: window.scan_page.lists.worklist.total == 6)
    until(lambda: window.scan_page.film.canvas.film_size().width() == 280)
