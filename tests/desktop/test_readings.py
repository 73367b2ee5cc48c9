"""What a reader does, key by key: none is lost, none is of a film that was not in view, and all is told."""

import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from pytestqt.qtbot import QtBot

from builders.rows import a_scored_row
from builders.window import deny, gone, kept, shown, store_rows
from screener.desktop.choices import new_order
from screener.desktop.control import readings
from screener.desktop.control.child import Child
from screener.desktop.control.readings import changed
from screener.desktop.control.session import Session
from screener.desktop.settings import Recent, Settings
from screener.desktop.view.scan_page import ScanPage
from screener.desktop.view.window import Window
from screener.errors import OutputBusy
from screener.scanning.reading import Line, StoredScan
from screener.scanning.store import STORE
from screener.scanning.verdicts import Judged, Marked, ReadingChange, Verdict, Verdicts

Until = Callable[[Callable[[], bool]], None]


class _Gate:
    """Holds up every call of a method of a class until it is opened, in whatever thread."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, owner: type, name: str) -> None:
        self.begun, self.open = threading.Event(), threading.Event()
        whole = getattr(owner, name)

        def late(*given: object) -> object:
            self.begun.set()
            assert self.open.wait(30)
            return whole(*given)

        monkeypatch.setattr(owner, name, late)


def test_changes_of_lines_are_those_of_the_store() -> None:
    line = Line(b"a.dcm", 0, "a.dcm", "a" * 64, "scored", None, "", 0.5, "uncertain", 0)
    lines = [line, line._replace(key=b"b.dcm", is_read=1, verdict="agree")]
    of = [(line.key, line.frame, line.sha256) for line in lines]
    done = [Judged(*of[0], Verdict.UNSURE), Marked(*of[0], False), Judged(*of[1], None)]
    assert [(line.is_read, line.verdict) for line in changed(lines, done)] == [(0, "unsure"), (1, None)]
    key, frame, _ = of[0]
    assert changed(lines, [Judged(key, frame, "of other bytes", Verdict.AGREE)]) == lines


def test_keys_before_the_lists_are_read_anew_lose_nothing(
    page: ScanPage, qtbot: QtBot, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = _Gate(monkeypatch, Verdicts, "put")
    first, second = page.lists.worklist.line(0), page.lists.worklist.line(1)
    films = page.lists.films
    for key in (Qt.Key.Key_V, Qt.Key.Key_V, Qt.Key.Key_Down, Qt.Key.Key_Up):
        qtbot.keyClick(films, key)
    assert shown(page) == (1, Verdict.DISAGREE)
    qtbot.keyClick(films, Qt.Key.Key_Space)
    gate.open.set()
    until(lambda: kept(page) == {first.key: (False, Verdict.DISAGREE)})
    until(lambda: shown(page) == (0, Verdict.DISAGREE))
    assert second.key not in kept(page)


def test_two_windows_on_one_store_keep_each_others_readings(
    page: ScanPage, qtbot: QtBot, until: Until
) -> None:
    assert page._snapshot is not None
    other = ScanPage(session := Session())
    qtbot.addWidget(other)
    session.open(Recent(str(page._snapshot.folder)))
    until(lambda: other._row is not None)
    first = page.lists.worklist.line(0)
    page.film.verdicts.buttons[Verdict.DISAGREE].click()
    until(lambda: kept(page) == {first.key: (True, Verdict.DISAGREE)})
    assert other.lists.worklist.line(0).verdict is None  # it has not heard of it
    other.lists.space_pressed.emit()
    until(lambda: other.lists.worklist.line(0).verdict == Verdict.DISAGREE)
    assert kept(page) == {first.key: (True, Verdict.DISAGREE)}
    other.loader.close()
    session.close(5)


def test_what_was_read_of_another_scan_is_not_taken_for_this_ones(
    page: ScanPage, tmp_path: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = _Gate(monkeypatch, StoredScan, "worklist_lines")
    session, first = page._session, page.lists.worklist.line(0)
    session.readings.mark(tmp_path, first, True)
    told: list[Path] = []
    session.desk.changed.connect(lambda snapshot: told.append(snapshot.folder))
    (tmp_path / "other").mkdir()
    shutil.copy(tmp_path / STORE, tmp_path / "other" / STORE)
    assert gate.begun.wait(30)
    session.open(Recent(str(tmp_path / "other")))  # while the lists are being read
    gate.open.set()
    until(lambda: bool(told))
    session.desk.refresh(now=True)
    session.desk.settle(30)
    QCoreApplication.sendPostedEvents(session.desk)
    assert told == [tmp_path / "other"]


def test_nothing_is_judged_before_the_film_is_in_view(
    page: ScanPage, qtbot: QtBot, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = page.lists.worklist.line(0), page.lists.worklist.line(1)
    assert first.name in page.film.page.toPlainText().replace("\u200b", "")
    gate = _Gate(monkeypatch, StoredScan, "row")
    qtbot.keyClick(page.lists.films, Qt.Key.Key_Down)
    assert page.film.page.toPlainText() == ""  # nothing of the film before
    assert page.film.canvas.film_size().isEmpty()
    assert not page.film.verdicts.isEnabled()
    qtbot.keyClick(page.lists.films, Qt.Key.Key_V)
    assert shown(page, 1) == (0, None)
    gate.open.set()
    until(lambda: kept(page) == {second.key: (True, Verdict.AGREE)})  # as soon as it is
    assert page.film.verdicts.isEnabled()


def test_a_key_that_is_held_down_reads_no_film_on_its_way(
    page: ScanPage, qtbot: QtBot, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, row = list[bytes](), StoredScan.row

    def noted(self: StoredScan, key: bytes, frame: int) -> object:
        read.append(key)
        return row(self, key, frame)

    monkeypatch.setattr(StoredScan, "row", noted)
    gate = _Gate(monkeypatch, StoredScan, "provenance")
    page._session.desk.refresh(now=True)
    assert gate.begun.wait(30)  # the store is busy
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Down):
        qtbot.keyClick(page.lists.films, key)
    gate.open.set()
    until(lambda: page._row is not None)
    assert read == [page.lists.worklist.line(1).key]


def test_a_film_whose_results_cannot_be_read_is_not_judged(
    page: ScanPage, qtbot: QtBot, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StoredScan, "row", lambda *_: None)
    qtbot.keyClick(page.lists.films, Qt.Key.Key_Down)
    until(lambda: page.film.canvas._saying == "The results of this film cannot be read.")
    qtbot.keyClick(page.lists.films, Qt.Key.Key_V)
    assert not page.film.verdicts.isEnabled()
    assert shown(page, 1) == (0, None)


def test_a_scan_that_gets_ready_shows_nothing_of_the_one_before(
    window: Window, page: ScanPage, tmp_path: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert page._snapshot is not None
    first, session = page.lists.worklist.line(0), page._session
    with monkeypatch.context() as denied:
        deny(denied, OutputBusy("the store is held by another program"))
        page.film.verdicts.buttons[Verdict.AGREE].click()
        until(page.unkept.isVisible)
    assert page.unkept.says.text().startswith("Not saved: what you said of a.jpeg\n")
    monkeypatch.setattr(Child, "start", lambda *_: None)  # it never has a store of its own
    window._show_scan("other films")
    session.start(new_order(("/other",), "pneumonia", "tiny", Settings()))
    assert page.unkept.says.text().startswith(f"Not saved: what you said of a.jpeg ({tmp_path.name})\n")
    page.unkept.again.click()
    until(page.unkept.isHidden)
    session.desk.settle(30)
    QCoreApplication.sendPostedEvents(session.desk)
    assert page.is_empty
    assert page.lists.worklist.total == 0
    assert [(one.key, one.verdict) for one in Verdicts(tmp_path / STORE).all()] == [
        (first.key, Verdict.AGREE)
    ]


def test_a_film_that_was_scored_anew_is_shown_anew(page: ScanPage, tmp_path: Path, until: Until) -> None:
    assert "20.00%" not in page.film.page.toPlainText()
    store_rows(tmp_path, a_scored_row(1, "a.jpeg", 0.2))
    page._session.desk.refresh(now=True)
    until(lambda: page.lists.worklist.line(1).score == 0.2)
    until(lambda: "20.00%" in page.film.page.toPlainText())
    assert page._line == page.lists.worklist.line(1)


def test_a_film_in_anothers_place_is_not_judged_for_it(
    page: ScanPage, tmp_path: Path, qtbot: QtBot, until: Until
) -> None:
    qtbot.keyClick(page.lists.films, Qt.Key.Key_Down)
    until(lambda: page._row is not None)
    first = a_scored_row(1, "a.jpeg", 0.9, sha256="f" * 64)
    store_rows(tmp_path, first)
    Verdicts(tmp_path / STORE).put(Judged(first.key, 0, first.sha256, Verdict.UNSURE))  # a colleague's
    qtbot.keyClick(page.lists.films, Qt.Key.Key_Up)
    qtbot.keyClick(page.lists.films, Qt.Key.Key_V)  # of the film that the list still names
    until(lambda: page._row is not None and page._row.sha256 == first.sha256)
    assert page._line is not None
    assert page._line.sha256 == first.sha256
    assert kept(page) == {first.key: (True, Verdict.UNSURE)}


def test_an_error_of_the_scan_before_is_not_told_of_this_one(
    window: Window, page: ScanPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, told = _Gate(monkeypatch, StoredScan, "provenance"), list[str]()
    page._session.desk.failed.connect(told.append)
    monkeypatch.setattr(StoredScan, "worklist_lines", gone)
    page._session.desk.refresh(now=True)
    assert gate.begun.wait(30)
    page._session.desk.leave()
    gate.open.set()
    page._session.desk.settle(30)
    QCoreApplication.sendPostedEvents(page._session.desk)
    assert told == []


def test_a_drive_that_does_not_answer_holds_up_no_other_scan(
    page: ScanPage,
    window: Window,
    tmp_path: Path,
    until: Until,
    answers: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers.button = "Close all the same"  # should it fail before all is kept
    slow, other = tmp_path, tmp_path / "other"
    other.mkdir()
    store_rows(other, a_scored_row(3, "c.jpeg", 0.8))
    answered, put = threading.Event(), Verdicts.put

    def late(self: Verdicts, change: ReadingChange) -> None:
        assert self._store.parent != slow or answered.wait(30)
        put(self, change)

    monkeypatch.setattr(Verdicts, "put", late)
    page._judge(Verdict.DISAGREE)
    window._reopen(Recent(str(other)))
    assert page.strip.says.text() == "Reading the results …"
    until(lambda: page._row is not None and page._row.name == "c.jpeg")
    assert page.strip.says.text().startswith("Chest film: pneumonia")
    page._judge(Verdict.AGREE)
    until(lambda: [verdict for _, verdict in kept(page).values()] == [Verdict.AGREE])
    monkeypatch.setattr(readings, "_SETTLE_SECONDS", 0.5)
    assert [one.name for one in window.session.readings.unsettled()] == ["a.jpeg"]
    window._reopen(Recent(str(slow)))  # all of one store is done in turn: what is late shall not be the last
    answered.set()
    until(lambda: page._row is not None and page._row.name == "a.jpeg")
    assert shown(page) == (1, Verdict.DISAGREE)
    assert window.session.readings.unsettled() == []
    assert [verdict for _, verdict in kept(page).values()] == [Verdict.DISAGREE]
