"""What a reader did and the store did not take: said until it is, and made up for."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from builders.window import deny, gone, kept, shown
from screener.desktop.control.readings import Given
from screener.desktop.view.scan_page import ScanPage
from screener.desktop.view.unkept_bar import UnkeptBar
from screener.errors import OutputBusy, OutputError
from screener.scanning.reading import StoredScan
from screener.scanning.verdicts import Judged, Marked, ReadingChange, Verdict, Verdicts

Until = Callable[[Callable[[], bool]], None]


def test_what_cannot_be_kept_is_said_until_it_is(
    page: ScanPage, qtbot: QtBot, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = page.lists.worklist.line(0)
    with monkeypatch.context() as denied:
        deny(denied, OutputBusy("the store is held by another program"))
        qtbot.keyClick(page.lists.films, Qt.Key.Key_V)
        assert page.film.verdicts.buttons[Verdict.AGREE].isChecked()
        until(page.unkept.isVisible)
    assert shown(page) == (0, None)
    assert not page.film.verdicts.buttons[Verdict.AGREE].isChecked()
    assert first.name in page.unkept.says.text()
    assert "--" not in page.unkept.says.text()
    qtbot.keyClick(page.lists.films, Qt.Key.Key_Space)  # another thing, which can be kept
    until(lambda: kept(page) == {first.key: (True, None)})
    assert page.unkept.isVisible()
    page.unkept.again.click()
    until(lambda: kept(page) == {first.key: (True, Verdict.AGREE)})
    until(page.unkept.isHidden)
    assert shown(page) == (1, Verdict.AGREE)


def test_what_cannot_be_kept_is_said_until_it_is_dismissed(
    page: ScanPage, qtbot: QtBot, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    deny(monkeypatch, OutputError("it is gone"))
    monkeypatch.setattr(StoredScan, "worklist_lines", gone)
    for key in (Qt.Key.Key_V, Qt.Key.Key_Down, Qt.Key.Key_Space):
        qtbot.keyClick(page.lists.films, key)
    until(lambda: "2 films" in page.unkept.says.text())
    assert [shown(page, row) for row in (0, 1)] == [(0, None), (0, None)]  # though it cannot be read anew
    page.unkept.dismiss.click()
    assert page.unkept.isHidden()
    assert kept(page) == {}


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
    assert kept(page) == {first.key: (True, Verdict.DISAGREE)}


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
