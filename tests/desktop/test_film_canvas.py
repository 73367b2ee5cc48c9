"""The film's light and place: tables, pyramids, zoom and drags, looked at pixel by pixel."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from builders.pictures import film, patch
from screener.desktop.view.film_canvas import FilmCanvas
from screener.desktop.view.light import Window, pyramid, step_for

windows = st.builds(Window, st.floats(0, 255), st.floats(2, 510), st.booleans())


@pytest.fixture
def canvas(qtbot: QtBot) -> FilmCanvas:
    canvas = FilmCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(400, 300)
    canvas.show()
    return canvas


def _seen(canvas: FilmCanvas) -> np.ndarray:
    image = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return pixels[:, : image.width() * 3].reshape(image.height(), image.width(), 3)


def test_the_plain_window_shows_levels_as_they_are() -> None:
    assert np.array_equal(Window().table(), np.arange(256))
    assert np.array_equal(Window().flipped().table(), 255 - np.arange(256))


@given(windows)
def test_a_window_never_turns_the_order_of_levels(window: Window) -> None:
    steps = np.diff(window.table().astype(int))
    assert (steps <= 0).all() if window.inverted else (steps >= 0).all()


@given(windows, st.floats(-1000, 1000), st.floats(-1000, 1000))
def test_a_drag_stays_in_bounds(window: Window, right: float, down: float) -> None:
    after = window.dragged(right, down)
    assert 2 <= after.width <= 510
    assert 0 <= after.level <= 255


def test_a_pyramid_halves_until_it_is_small_and_the_zoom_chooses_its_step() -> None:
    steps = pyramid(np.zeros((2000, 1500), np.uint8))
    assert [s.shape for s in steps] == [(2000, 1500), (1000, 750), (500, 375)]
    assert [step_for(scale, 3) for scale in (2.0, 1.0, 0.6, 0.5, 0.25, 0.01)] == [0, 0, 0, 1, 2, 2]


def test_a_film_is_fitted_and_seen_through_its_window(canvas: FilmCanvas) -> None:
    canvas.show_film(np.full((600, 200), 100, np.uint8))
    assert canvas.zoom == pytest.approx(0.5)
    seen = _seen(canvas)
    assert (seen[150, 200] == 100).all()
    assert (seen[150, 5] < 20).all()  # the dark ground beside it
    canvas.set_window_level(canvas.window_level.flipped())
    assert (_seen(canvas)[150, 200] == 155).all()
    canvas.reset()
    assert (_seen(canvas)[150, 200] == 100).all()


def test_colours_stay_colours(canvas: FilmCanvas) -> None:
    canvas.show_film(np.full((30, 40, 3), (200, 50, 90), np.uint8))
    assert tuple(_seen(canvas)[150, 200]) == (200, 50, 90)
    canvas.show_film(patch(96))
    assert canvas.film_size().width() == 96


def test_the_wheels_point_stays_where_it_is(canvas: FilmCanvas) -> None:
    canvas.show_film(film(600, 800))
    at = QPointF(120, 80)
    before = canvas._film_point(at)
    canvas.zoom_to(3.0, at)
    after = canvas._film_point(at)
    assert (after.x(), after.y()) == pytest.approx((before.x(), before.y()))
    assert canvas.zoom == 3.0
    canvas.zoom_to(10_000)
    assert canvas.zoom == 16


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_a_double_click_shows_one_film_pixel_a_device_pixel(
    canvas: FilmCanvas, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, ratio: float
) -> None:
    monkeypatch.setattr(canvas, "devicePixelRatioF", lambda: ratio)
    canvas.show_film(film(600, 800))
    qtbot.mouseDClick(canvas, Qt.MouseButton.LeftButton)
    assert canvas.zoom * ratio == pytest.approx(1.0)
    qtbot.mouseDClick(canvas, Qt.MouseButton.LeftButton)
    assert canvas.zoom == pytest.approx(0.5)  # the whole film again


def test_drags_set_the_window_or_move_the_film(canvas: FilmCanvas, qtbot: QtBot) -> None:
    canvas.show_film(film(600, 800))
    canvas.zoom_to(2.0)
    _drag(qtbot, canvas, Qt.MouseButton.LeftButton)
    assert canvas.window_level.width == 255 + 40
    assert canvas.window_level.level == pytest.approx(127.5 - 10)
    before = canvas._film_point(QPointF(0, 0))
    _drag(qtbot, canvas, Qt.MouseButton.RightButton)
    assert canvas._film_point(QPointF(0, 0)).x() == pytest.approx(before.x() - 20)
    qtbot.mouseDClick(canvas, Qt.MouseButton.LeftButton)
    assert canvas.zoom == pytest.approx(0.5)


def test_a_heat_map_warms_the_film_by_its_strength(canvas: FilmCanvas) -> None:
    canvas.show_film(np.full((300, 400), 100, np.uint8))
    red = QImage(4, 4, QImage.Format.Format_ARGB32)
    red.fill(QColor(255, 0, 0))
    canvas.show_heat(red, 0.5)
    assert _seen(canvas)[150, 200] == pytest.approx((177, 50, 50), abs=2)
    canvas.show_heat(red, 0.0)
    assert tuple(_seen(canvas)[150, 200]) == (100, 100, 100)


def _drag(qtbot: QtBot, canvas: FilmCanvas, button: Qt.MouseButton) -> None:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QApplication

    for kind, at in (
        (QEvent.Type.MouseButtonPress, QPoint(100, 100)),
        (QEvent.Type.MouseMove, QPoint(140, 110)),
        (QEvent.Type.MouseButtonRelease, QPoint(140, 110)),
    ):
        place = QPointF(at)
        event = QMouseEvent(
            kind, place, canvas.mapToGlobal(place), button, button, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(canvas, event)
