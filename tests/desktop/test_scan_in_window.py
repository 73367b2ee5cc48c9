"""From the start page to a worklist that is read, in the window itself."""

import os
import re
import signal
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QColor, QDropEvent, QPalette, QShortcut
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from builders.pictures import film, jpeg
from builders.window import start
from screener import NOTICE
from screener.desktop.colours import is_dark
from screener.desktop.control.stage import Stage
from screener.desktop.settings import Memory, Settings
from screener.desktop.view.window import Window
from screener.records import Band, Reason
from screener.scanning.verdicts import Verdict, Verdicts

Until = Callable[[Callable[[], bool]], None]


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
    start(window, films, until)
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
    assert "2 not scored: read them all the same (Problems)" in page.strip.says.text()


def test_keys_read_and_judge_and_the_store_keeps_it(
    window: Window, films: Path, until: Until, qtbot: QtBot
) -> None:
    start(window, films, until)
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
    store = Path(window.session.scan.out) / "scan.sqlite"
    until(
        lambda: len(list(Verdicts(store).all())) == 2
    )  # the list shows at once what is written a little later
    until(lambda: any(r.verdict is Verdict.DISAGREE for r in Verdicts(store).all()))
    kept = {r.key: r for r in Verdicts(store).all()}
    assert kept[first.key].is_read
    assert kept[first.key].verdict is None
    second = page.lists.worklist.line(1)
    assert kept[second.key].verdict is Verdict.DISAGREE
    assert kept[second.key].sha256 == second.sha256
    assert page.film.verdicts.buttons[Verdict.DISAGREE].isChecked()


def test_the_film_in_view_stays_as_the_list_grows_and_ends(window: Window, films: Path, until: Until) -> None:
    for seed in range(100, 600):  # many: the scan must not be over when its first films are seen
        (films / f"more-{seed}.jpeg").write_bytes(jpeg(film(64, 64, seed=seed)))
    start(window, films, until, Stage.RUNNING)
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
    start(window, films, until, Stage.RUNNING)
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
    start(window, films, until, Stage.RUNNING)
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
    start(window, tmp_path / "empty", until, Stage.TROUBLED)
    assert window.scan_page.strip.heading.text() == "There is no file in what you chose"
    assert not window.scan_page.strip.resume.isVisible()
    assert not window.tools.export.isEnabled()


def test_closing_asks_while_a_scan_runs_and_keeps_what_is_done(
    window: Window, films: Path, until: Until, answers: SimpleNamespace
) -> None:
    for seed in range(100, 260):
        (films / f"more-{seed}.jpeg").write_bytes(jpeg(film(64, 64, seed=seed)))
    start(window, films, until, Stage.RUNNING)
    answers.button = "Keep scanning"
    assert not window.close()
    assert window.session.is_running
    answers.button = "Stop and close"
    assert window.close()
    assert not window.session.is_running
    assert answers.asked == ["The scan is still running."] * 2
    assert (Path(window.session.scan.out) / "scan.sqlite").is_file()


def test_a_choice_that_cannot_be_ordered_leaves_the_start_page(
    window: Window, films: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(5, "input/output error")

    monkeypatch.setattr("screener.desktop.view.window.new_order", fail)
    with pytest.raises(OSError, match="input"):
        window._start((str(films),), window._models[0])
    assert window._pages.currentWidget() is window.start_page


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


def test_keys_go_to_the_list_from_the_start_on(window: Window, films: Path, until: Until) -> None:
    window.activateWindow()
    start(window, films, until, Stage.STARTING)
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
    start(window, films, until)
    page = window.scan_page
    until(lambda: page.shows_all)
    page.lists.select_first()
    before = page._snapshot
    for _ in range(3):
        qtbot.keyClick(page.lists.films, Qt.Key.Key_V)
        page._show_lists(before)  # it comes late
    until(lambda: page._line.verdict == Verdict.UNSURE)
    assert page.lists.worklist.line(0).verdict == Verdict.UNSURE


def test_one_operating_point_cuts_the_list_in_two_and_outlives_another_choice(
    window: Window, films: Path, until: Until, memory: Memory
) -> None:
    memory.keep(Settings(workers=1, point="balanced"))
    start(window, films, until)
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
    start(window, films, until, Stage.TROUBLED)
    assert window.scan_page.strip.heading.text() == "The model cannot be run in eight bits here"
    assert "Settings" in window.scan_page.strip.says.text()


def test_films_in_a_zip_are_listed_and_shown(window: Window, films: Path, until: Until) -> None:
    archive = films.parent / "export.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for path in sorted(films.glob("film-*.jpeg")):
            packed.write(path, f"ward/{path.name}")
    start(window, archive, until)
    until(lambda: window.scan_page.film.canvas.film_size().width() == 280)
    until(lambda: window.scan_page.shows_all)
    assert window.scan_page.lists.worklist.total == 6
