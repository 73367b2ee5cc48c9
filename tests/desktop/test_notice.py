"""A line in a box of its own."""

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from screener.desktop.notice import show_notice


def test_the_box_says_the_line(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(QMessageBox, "exec", lambda box: said.append(box.text()))
    show_notice("there is no model; install the program again")
    assert said == ["there is no model; install the program again"]
