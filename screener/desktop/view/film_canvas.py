"""The film itself: fit, zoom, move, window and level, inversion, and the heat map over it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from screener.desktop.view.light import Window, pyramid, step_for

_GROUND = QColor("#0b0d10")
_SAYING = QColor("#c3ccd6")
_MOST = 16.0
_NOTCH = 1.25
_SMALL = 0.02


class FilmCanvas(QWidget):
    """A film on a dark ground. Left drag: window and level; right or Shift drag: move; wheel: zoom."""

    changed = Signal()
    """Zoom, window or inversion changed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Empty."""
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 200)
        self._steps: tuple[NDArray[np.uint8], ...] = ()
        self._heat: QImage | None = None
        self._heat_share = 0.0
        self._saying = ""
        self._window = Window()
        self._fitted = True
        self._scale = 1.0
        self._middle = QPointF(0, 0)
        self._grabbed: QPointF | None = None
        self._moving = False

    def show_film(self, pixels: NDArray[np.uint8]) -> None:
        """Show a film (uint8, H x W or H x W x 3), fitted; window and inversion stay as they are."""
        had = self.film_size()
        self._steps = pyramid(pixels)
        self._saying = ""
        if self._fitted or had != self.film_size():
            self.fit()
        self.update()

    def show_heat(self, image: QImage | None, share: float) -> None:
        """Lay a heat map over the whole film, `share` (0..1) of its strength; None for none."""
        self._heat, self._heat_share = image, share
        self.update()

    def say(self, text: str) -> None:
        """Show a sentence in the film's place."""
        self._steps = ()
        self._saying = text
        self.update()

    def film_size(self) -> QSize:
        """The film's columns and rows; empty where there is none."""
        if not self._steps:
            return QSize()
        height, width = self._steps[0].shape[:2]
        return QSize(width, height)

    @property
    def window_level(self) -> Window:
        """The window that the film is seen through."""
        return self._window

    def set_window_level(self, window: Window) -> None:
        """See the film through `window`."""
        self._window = window
        self.update()
        self.changed.emit()

    @property
    def zoom(self) -> float:
        """Screen pixels a film pixel."""
        return self._scale

    def fit(self) -> None:
        """Show the whole film, as large as it goes."""
        self._fitted = True
        size = self.film_size()
        if not size.isEmpty():
            self._scale = min(self.width() / size.width(), self.height() / size.height())
            self._middle = QPointF(size.width() / 2, size.height() / 2)
        self.update()
        self.changed.emit()

    def zoom_to(self, scale: float, at: QPointF | None = None) -> None:
        """Show film pixels `scale` screen pixels wide; the one under `at` (None: the middle) stays there."""
        at = at or QPointF(self.width() / 2, self.height() / 2)
        fixed = self._film_point(at)
        self._scale = min(max(scale, _SMALL), _MOST)
        self._fitted = False
        self._middle += fixed - self._film_point(at)
        self._stay_near()

    def full_size(self, at: QPointF | None = None) -> None:
        """Show one film pixel a device pixel, however large the screen draws; see `zoom_to` for `at`."""
        self.zoom_to(1 / self.devicePixelRatioF(), at)

    def zoom_by(self, notches: float) -> None:
        """Zoom in by so many notches of a wheel, or out."""
        self.zoom_to(self._scale * _NOTCH**notches)

    def move_by(self, right: float, down: float) -> None:
        """Look so many screen pixels further to the right and down."""
        if self._steps:
            self._fitted = False
            self._middle += QPointF(right, down) / self._scale
            self._stay_near()

    def light_by(self, contrast: float, brightness: float) -> None:
        """Make the film so many grey levels richer in contrast, and brighter."""
        self.set_window_level(self._window.dragged(-contrast, brightness))

    def reset(self) -> None:
        """As the film came: fitted, its own window, not inverted."""
        self._window = Window()
        self.fit()

    def sizeHint(self) -> QSize:
        """See Qt."""
        return QSize(640, 520)

    def paintEvent(self, event: QPaintEvent) -> None:
        """See Qt."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), _GROUND)
        if not self._steps:
            painter.setPen(_SAYING)
            box = self.rect().adjusted(24, 24, -24, -24)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), self._saying)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._scale < 4)
        self._paint_film(painter)
        if self._heat is not None and self._heat_share > 0:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.setOpacity(self._heat_share)
            size = self.film_size()
            painter.drawImage(self._on_screen(QRectF(0, 0, size.width(), size.height())), self._heat)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See Qt."""
        if self._fitted:
            self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the pointer."""
        self.zoom_to(self._scale * _NOTCH ** (event.angleDelta().y() / 120), event.position())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag."""
        self._grabbed = event.position()
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._moving = shift or event.button() != Qt.MouseButton.LeftButton
        self.setCursor(Qt.CursorShape.ClosedHandCursor if self._moving else Qt.CursorShape.SizeAllCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with a drag."""
        if self._grabbed is None or not self._steps:
            return
        step = event.position() - self._grabbed
        self._grabbed = event.position()
        if self._moving:
            self.move_by(-step.x(), -step.y())
        else:
            self.set_window_level(self._window.dragged(step.x(), step.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag."""
        self._grabbed = None
        self.unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Fit, or full size where it is fitted already."""
        if self._fitted:
            self.full_size(event.position())
        else:
            self.fit()

    def _paint_film(self, painter: QPainter) -> None:
        """Draw what can be seen of the film, and no more, from the pyramid's step that suits the zoom."""
        number = step_for(self._scale * self.devicePixelRatioF(), len(self._steps))
        pixels = self._steps[number]
        full, part = self.film_size(), pixels.shape[:2]
        across, down = full.width() / part[1], full.height() / part[0]
        seen = QRectF(self._film_point(QPointF(0, 0)), self._film_point(QPointF(self.width(), self.height())))
        left, right = max(0, int(seen.left() / across)), min(part[1], int(seen.right() / across) + 2)
        top, bottom = max(0, int(seen.top() / down)), min(part[0], int(seen.bottom() / down) + 2)
        if left >= right or top >= bottom:
            return
        shown = np.ascontiguousarray(self._window.table()[pixels[top:bottom, left:right]])
        grey = shown.ndim == 2
        form = QImage.Format.Format_Grayscale8 if grey else QImage.Format.Format_RGB888
        image = QImage(shown.data, right - left, bottom - top, shown.strides[0], form)
        area = QRectF(left * across, top * down, (right - left) * across, (bottom - top) * down)
        painter.drawImage(self._on_screen(area), image)

    def _film_point(self, point: QPointF) -> QPointF:
        return self._middle + (point - QPointF(self.width() / 2, self.height() / 2)) / self._scale

    def _on_screen(self, area: QRectF) -> QRectF:
        corner = (area.topLeft() - self._middle) * self._scale + QPointF(self.width() / 2, self.height() / 2)
        return QRectF(corner, area.size() * self._scale)

    def _stay_near(self) -> None:
        """Keep some of the film in sight."""
        size = self.film_size()
        self._middle.setX(min(max(self._middle.x(), 0.0), float(size.width())))
        self._middle.setY(min(max(self._middle.y(), 0.0), float(size.height())))
        self.update()
        self.changed.emit()
