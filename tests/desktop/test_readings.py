"""What a reader does, key by key: none is lost, none is of a film that was not in view, and all is told."""

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from builders_rows import a_provenance, a_scored_row
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from screener.desktop.choices import new_order
from screener.desktop.control.child import Child
from screener.desktop.control.readings import Given, changed
from screener.desktop.control.session import Session
from screener.desktop.settings import Recent, Settings
from screener.desktop.view.scan_page import ScanPage
from screener.desktop.view.unkept_bar import UnkeptBar
from screener.desktop.view.window import Window
from screener.errors import OutputBusy, OutputError
from screener.records import Row
from screener.scanning.reading import Line, StoredScan
from screener.scanning.store import STORE, ScanStore
from screener.scanning.verdicts import Judged, Marked, ReadingChange, Verdict, Verdicts

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def page(window: Window, tmp_path: Path, until: Until) -> ScanPage:
    """The page of an earlier scan of two films, the first in view."""
    _scan(tmp_path, a_scored_row(1, "a.jpeg", 0.9), a_scored_row(2, "b.jpeg", 0.4))
    window._reopen(Recent(str(tmp_path)))
    until(lambda: window.scan_page._row is not None)
    return window.scan_page


def _scan(folder: Path, *rows: Row) -> None:
    """These rows come into the store of `folder`, by whoever scans."""
    with ScanStore(folder / STORE, {"inputs": "x"}, a_provenance()) as scan, scan.transaction():
        for row in rows:
            scan.put(row)
            scan.end_file(row.key, row.sha256, 0, settled=True)


def _kept(page: ScanPage) -> dict[bytes, tuple[bool, Verdict | None]]:
    assert page._snapshot is not None
    return {one.key: (one.is_read, one.verdict) for one in Verdicts(page._snapshot.folder / STORE).all()}


def _shown(page: ScanPage, row: int = 0) -> tuple[int, str | None]:
    line = page.lists.worklist.line(row)
    return line.is_read, line.verdict


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


def _deny(monkeypatch: pytest.MonkeyPatch, error: OutputError) -> None:
    def deny(self: Verdicts, change: ReadingChange) -> None:
        raise error

    monkeypatch.setattr(Verdicts, "put", deny)


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
    assert _shown(page) == (1, Verdict.DISAGREE)
    qtbot.keyClick(films, Qt.Key.Key_Space)
    gate.open.set()
    until(lambda: _kept(page) == {first.key: (False, Verdict.DISAGREE)})
    until(lambda: _shown(page) == (0, Verdict.DISAGREE))
    assert second.key not in _kept(page)


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
    until(lambda: _kept(page) == {first.key: (True, Verdict.DISAGREE)})
    assert other.lists.worklist.line(0).verdict is None  # it has not heard of it
    other.lists.space_pressed.emit()
    until(lambda: other.lists.worklist.line(0).verdict == Verdict.DISAGREE)
    assert _kept(page) == {first.key: (True, Verdict.DISAGREE)}
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
    assert _shown(page, 1) == (0, None)
    gate.open.set()
    until(lambda: _kept(page) == {second.key: (True, Verdict.AGREE)})  # as soon as it is
    assert page.film.verdicts.isEnabled()


def test_a_film_whose_results_cannot_be_read_is_not_judged(
    page: ScanPage, qtbot: QtBot, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StoredScan, "row", lambda *_: None)
    qtbot.keyClick(page.lists.films, Qt.Key.Key_Down)
    until(lambda: page.film.canvas._saying == "The results of this film cannot be read.")
    qtbot.keyClick(page.lists.films, Qt.Key.Key_V)
    assert not page.film.verdicts.isEnabled()
    assert _shown(page, 1) == (0, None)


def test_what_cannot_be_kept_is_said_until_it_is(
    page: ScanPage, qtbot: QtBot, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = page.lists.worklist.line(0)
    with monkeypatch.context() as denied:
        _deny(denied, OutputBusy("the store is held by another program"))
        qtbot.keyClick(page.lists.films, Qt.Key.Key_V)
        assert page.film.verdicts.buttons[Verdict.AGREE].isChecked()
        until(page.unkept.isVisible)
    assert _shown(page) == (0, None)
    assert not page.film.verdicts.buttons[Verdict.AGREE].isChecked()
    assert first.name in page.unkept.says.text()
    assert "--" not in page.unkept.says.text()
    qtbot.keyClick(page.lists.films, Qt.Key.Key_Space)  # another thing, which can be kept
    until(lambda: _kept(page) == {first.key: (True, None)})
    assert page.unkept.isVisible()
    page.unkept.again.click()
    until(lambda: _kept(page) == {first.key: (True, Verdict.AGREE)})
    until(page.unkept.isHidden)
    assert _shown(page) == (1, Verdict.AGREE)


def test_what_cannot_be_kept_is_said_until_it_is_dismissed(
    page: ScanPage, qtbot: QtBot, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    _deny(monkeypatch, OutputError("it is gone"))
    monkeypatch.setattr(StoredScan, "worklist_lines", _gone)
    for key in (Qt.Key.Key_V, Qt.Key.Key_Down, Qt.Key.Key_Space):
        qtbot.keyClick(page.lists.films, key)
    until(lambda: "2 films" in page.unkept.says.text())
    assert [_shown(page, row) for row in (0, 1)] == [(0, None), (0, None)]  # though it cannot be read anew
    page.unkept.dismiss.click()
    assert page.unkept.isHidden()
    assert _kept(page) == {}


def _gone(self: StoredScan) -> None:
    raise OutputError("it is gone")


def test_trying_again_does_not_undo_what_was_said_since(
    page: ScanPage, qtbot: QtBot, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    put, busy, free, said = Verdicts.put, threading.Event(), threading.Event(), list[Verdict | None]()

    def late(self: Verdicts, change: ReadingChange) -> None:
        assert isinstance(change, Judged)
        said.append(change.verdict)
        if len(said) == 1:
            raise OutputBusy("held by another program")
        busy.set()
        assert free.wait(30)
        put(self, change)

    monkeypatch.setattr(Verdicts, "put", late)
    first = page.lists.worklist.line(0)
    page.film.verdicts.buttons[Verdict.AGREE].click()
    until(page.unkept.isVisible)
    page.film.verdicts.buttons[Verdict.DISAGREE].click()
    assert busy.wait(30)
    page.unkept.again.click()
    assert page.unkept.isVisible()  # of neither is it known yet
    free.set()
    until(page.unkept.isHidden)
    assert page._session.readings.unsettled() == []
    assert said == [Verdict.AGREE, Verdict.DISAGREE]
    assert _kept(page) == {first.key: (True, Verdict.DISAGREE)}


def test_a_scan_that_gets_ready_shows_nothing_of_the_one_before(
    window: Window, page: ScanPage, tmp_path: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert page._snapshot is not None
    first, session = page.lists.worklist.line(0), page._session
    with monkeypatch.context() as denied:
        _deny(denied, OutputBusy("the store is held by another program"))
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
    assert "20.0%" not in page.film.page.toPlainText()
    _scan(tmp_path, a_scored_row(1, "a.jpeg", 0.2))
    page._session.desk.refresh(now=True)
    until(lambda: page.lists.worklist.line(1).score == 0.2)
    until(lambda: "20.0%" in page.film.page.toPlainText())
    assert page._line == page.lists.worklist.line(1)


def test_a_film_in_anothers_place_is_not_judged_for_it(
    page: ScanPage, tmp_path: Path, qtbot: QtBot, until: Until
) -> None:
    qtbot.keyClick(page.lists.films, Qt.Key.Key_Down)
    until(lambda: page._row is not None)
    first = a_scored_row(1, "a.jpeg", 0.9, sha256="f" * 64)
    _scan(tmp_path, first)
    Verdicts(tmp_path / STORE).put(Judged(first.key, 0, first.sha256, Verdict.UNSURE))  # a colleague's
    qtbot.keyClick(page.lists.films, Qt.Key.Key_Up)
    qtbot.keyClick(page.lists.films, Qt.Key.Key_V)  # of the film that the list still names
    until(lambda: page._row is not None and page._row.sha256 == first.sha256)
    assert page._line is not None
    assert page._line.sha256 == first.sha256
    assert _kept(page) == {first.key: (True, Verdict.UNSURE)}


def test_films_that_are_not_saved_are_told_apart(qtbot: QtBot, tmp_path: Path) -> None:
    bar = UnkeptBar()
    qtbot.addWidget(bar)
    of = [("one", b"a", 1), ("one", b"a", 2), ("two", b"a", 1), ("two", b"a", 1)]
    unkept = [Given(tmp_path / scan, "a.dcm", Marked(key, frame, "", True)) for scan, key, frame in of]
    bar.show_unkept(unkept, "it is gone", tmp_path / "one")
    assert bar.says.text().startswith("Not saved: what you said of 3 films (two)\n")
    bar.more.click()
    assert bar.findChild(QMessageBox).informativeText().splitlines()[-4:] == [
        "one/a.dcm (1)",
        "one/a.dcm (2)",
        "two/a.dcm (1)",
        "it is gone",
    ]


def test_an_error_of_the_scan_before_is_not_told_of_this_one(
    window: Window, page: ScanPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, told = _Gate(monkeypatch, StoredScan, "provenance"), list[str]()
    page._session.desk.failed.connect(told.append)
    monkeypatch.setattr(StoredScan, "worklist_lines", _gone)
    page._session.desk.refresh(now=True)
    assert gate.begun.wait(30)
    page._session.desk.leave()
    gate.open.set()
    page._session.desk.settle(30)
    QCoreApplication.sendPostedEvents(page._session.desk)
    assert told == []
