"""Who hears the window instead of seeing it, and who has no mouse."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QFrame, QLabel, QScrollBar, QWidget
from pytestqt.qtbot import QtBot

from screener.desktop.settings import Settings
from screener.desktop.view.settings_dialog import SettingsDialog
from screener.desktop.view.window import Window


def _unnamed(whole: QWidget) -> list[str]:
    """The widgets that take the keyboard and have no name to be told by."""
    found = []
    for widget in whole.findChildren(QWidget):
        inner = isinstance(widget, QLabel | QScrollBar) or widget.objectName().startswith("qt_")
        inner |= isinstance(widget.window(), QFrame)  # what a combo box opens speaks as the box does
        if widget.focusPolicy() is not Qt.FocusPolicy.NoFocus and not inner:
            heard = QAccessible.queryAccessibleInterface(widget)
            if not heard.text(QAccessible.Text.Name).strip():
                found.append(f"{type(widget).__name__} in {type(widget.parent()).__name__}")
    return found


def test_all_that_takes_the_keyboard_has_a_name(window: Window, qtbot: QtBot) -> None:
    dialog = SettingsDialog(Settings())
    qtbot.addWidget(dialog)
    assert _unnamed(window) == []
    assert _unnamed(dialog) == []


def test_the_film_is_moved_and_lit_by_keys(window: Window, qtbot: QtBot) -> None:
    page = window.scan_page
    window._show_scan("a scan")
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    canvas, films = page.film.canvas, page.lists.films
    films.setFocus()
    canvas.show_film(np.zeros((2000, 2000), np.uint8))
    canvas.zoom_to(2.0)
    shift, ctrl = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
    x, y = canvas._middle.x(), canvas._middle.y()
    qtbot.keyClick(films, Qt.Key.Key_Right, shift)
    qtbot.keyClick(films, Qt.Key.Key_Up, shift)
    assert (canvas._middle.x(), canvas._middle.y()) == pytest.approx((x + 30, y - 30))
    qtbot.keyClick(films, Qt.Key.Key_Left, shift)
    qtbot.keyClick(films, Qt.Key.Key_Down, shift)
    assert (canvas._middle.x(), canvas._middle.y()) == pytest.approx((x, y))
    before = canvas.window_level
    qtbot.keyClick(films, Qt.Key.Key_Up, ctrl)
    qtbot.keyClick(films, Qt.Key.Key_Right, ctrl)
    assert canvas.window_level.level == before.level - 8  # brighter
    assert canvas.window_level.width == before.width - 8  # more contrast
    qtbot.keyClick(films, Qt.Key.Key_Down, ctrl)
    qtbot.keyClick(films, Qt.Key.Key_Left, ctrl)
    assert canvas.window_level == before
