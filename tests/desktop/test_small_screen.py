"""A small screen, and letters twice as large: nothing lies beyond the window's edge, no text is cut."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale, QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from screener.desktop.app import translate
from screener.desktop.model.worklist import FILM, VERDICT
from screener.desktop.view.halves import Halves
from screener.desktop.view.scan_page import ScanPage
from screener.desktop.view.scrolled import Scrolled
from screener.desktop.view.settings_dialog import SettingsDialog
from screener.desktop.view.window import Window

SMALL = (960, 520)
"""What a screen of 1920 by 1080 pixels has at 200 %, less a task bar."""


@pytest.fixture
def large_letters(qapp: QApplication) -> Iterator[None]:
    usual = qapp.font()
    large = qapp.font()
    large.setPointSizeF(2 * usual.pointSizeF())
    qapp.setFont(large)
    yield
    qapp.setFont(usual)


def _inside(widget: QWidget, window: Window) -> bool:
    place = QRect(widget.mapTo(window, QPoint()), widget.size())
    return widget.isVisible() and window.rect().contains(place)


def test_all_of_a_scan_fits_on_a_small_screen(window: Window, page: ScanPage, qtbot: QtBot) -> None:
    window.resize(1440, 900)
    halves = page.film.findChild(Halves)
    films = page.lists.films
    assert halves.orientation() is Qt.Orientation.Horizontal
    assert not films.isColumnHidden(VERDICT)
    window.resize(*SMALL)
    qtbot.waitUntil(lambda: (window.width(), window.height()) == SMALL)
    assert halves.orientation() is Qt.Orientation.Vertical
    for widget in (*page.film.verdicts.buttons.values(), page.film.verdicts.read, page.film.canvas):
        assert _inside(widget, window)
    assert _inside(window._notice, window)
    page._split.setSizes([1, 5000])
    qtbot.waitUntil(lambda: films.isColumnHidden(VERDICT))  # names come first
    assert films.columnWidth(FILM) > films.fontMetrics().horizontalAdvance("person1140_bacteria_3083")
    window.resize(1440, 900)
    qtbot.waitUntil(lambda: halves.orientation() is Qt.Orientation.Horizontal)
    page._split.setSizes([600, 840])
    qtbot.waitUntil(lambda: not films.isColumnHidden(VERDICT))


@pytest.mark.usefixtures("large_letters")
def test_large_letters_are_moved_into_view_and_never_cut(window: Window, qtbot: QtBot) -> None:
    page = window.start_page
    page.about.setText("Sorts frontal chest films of children by how likely they show pneumonia. " * 4)
    page.about.show()
    window.resize(1200, 600)
    qtbot.waitUntil(lambda: window.size().height() == 600)
    texts = [one for one in page.findChildren(QLabel) if one.isVisible() and one.text()]
    for text in texts:
        needed = text.heightForWidth(text.width()) if text.wordWrap() else text.sizeHint().height()
        assert text.height() >= needed, text.text()
        assert text.wordWrap() or text.width() >= text.sizeHint().width(), text.text()
    page.choose(("/films",))
    window.activateWindow()
    start: QPushButton = page.start
    start.setFocus()
    page.task.setFocus()
    for _ in range(3):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert start.hasFocus()
    qtbot.waitUntil(lambda: _inside(start, window) and not start.visibleRegion().isEmpty())


@pytest.fixture(params=["en_US", "zh_CN"])
def language(qapp: QApplication, request: pytest.FixtureRequest) -> Iterator[str]:
    translators = translate(qapp, QLocale(request.param))
    yield request.param
    for one in translators:
        qapp.removeTranslator(one)


@pytest.mark.usefixtures("large_letters", "language")
def test_large_letters_leave_a_whole_scan_within_a_screen(
    window: Window, page: ScanPage, qtbot: QtBot
) -> None:
    window.resize(1024, 768)
    qtbot.waitUntil(lambda: (window.width(), window.height()) == (1024, 768))
    qtbot.waitUntil(lambda: page._split.orientation() is Qt.Orientation.Vertical)
    moved = page.findChild(Scrolled)
    assert moved.horizontalScrollBar().maximum() == 0
    for widget in (
        page.lists.search,
        page.film.canvas,
        page.film.tools.state,
        *page.film.verdicts.buttons.values(),
    ):
        moved.ensureWidgetVisible(widget)
        assert _inside(widget, window)
        assert widget.width() >= widget.minimumSizeHint().width()
    dialog = SettingsDialog(window._memory.settings(), window)
    assert dialog.sizeHint().width() <= 1024
    window.resize(2600, 1200)
    qtbot.waitUntil(lambda: page._split.orientation() is Qt.Orientation.Horizontal)
    assert page._split.sizes()[0] < page._split.sizes()[1]
