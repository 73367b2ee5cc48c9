"""The right half of the window: the film, its tools, the reader's verdict, and what is known of it."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QImage, QTextOption
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QSlider,
    QTextBrowser,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from screener.desktop import words
from screener.desktop.control.film_loader import Film
from screener.desktop.view.details import details
from screener.desktop.view.film_canvas import FilmCanvas
from screener.desktop.view.halves import Halves
from screener.desktop.view.verdict_bar import VerdictBar
from screener.records import Provenance, Reason, Row
from screener.reports.heatmap import heat, layer
from screener.reports.wording import of_kind
from screener.scanning.reading import Line

_DETAILS = 330
"""Pixels that the page of details is wide at first."""


_THUMBNAIL = 1024
"""More pixels on its longer side no thumbnail of a scan has: the store may be another hand's."""


class FilmPanel(QWidget):
    """Shows one row. The thumbnail of its scan comes at once, the whole film when it is decoded."""

    judged = Signal(object)
    """A `Verdict` that was chosen, or None where it was taken back."""

    marked = Signal(bool)
    """Whether the film is to count as read."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Empty."""
        super().__init__(parent)
        self._row: Row | None = None
        self._small: NDArray[np.uint8] | None = None
        self._provenance: Provenance | None = None
        self.canvas = FilmCanvas()
        self.verdicts = VerdictBar()
        self.verdicts.judged.connect(self.judged)
        self.verdicts.marked.connect(self.marked)
        self.page = QTextBrowser()
        self.page.setOpenLinks(False)
        self.page.setWordWrapMode(QTextOption.WrapMode.WordWrap)
        self.page.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.page.setFrameShape(QTextBrowser.Shape.NoFrame)
        known = QWidget()
        column = QVBoxLayout(known)
        column.setContentsMargins(0, 6, 0, 0)
        column.addWidget(self.page, 1)
        column.addWidget(self.verdicts)
        picture = QWidget()
        stack = QVBoxLayout(picture)
        stack.setContentsMargins(0, 0, 0, 6)
        stack.addWidget(self.canvas, 1)
        stack.addLayout(self._tools())
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(Halves(picture, known, beside=(640, _DETAILS)))
        self.name_pictures("film")
        self.clear()

    def name_pictures(self, kind: str) -> None:
        """Call the pictures what those of a task of `kind` are called; they are films until then."""
        self._kind = kind
        self.setAccessibleName(of_kind(kind, self.tr("The selected film")))
        self.canvas.setAccessibleName(of_kind(kind, self.tr("Film")))
        self.page.setAccessibleName(of_kind(kind, self.tr("What is known of the film")))
        self.fit.setToolTip(of_kind(kind, self.tr("Show the whole film (F). Double-click does, too.")))
        self.full.setToolTip(of_kind(kind, self.tr("One screen pixel a film pixel. The wheel zooms.")))
        self.reset.setToolTip(of_kind(kind, self.tr("As the film came (R).")))
        warm = self.tr(
            "The places that speak most for the score (H). Each film has a scale of its own: a warm "
            "place in a film with a low score is not suspicious for being warm."
        )
        self.heat.setToolTip(of_kind(kind, warm))
        self.verdicts.name_pictures(kind)

    def clear(self, said: str = "") -> None:
        """Show no film, and nothing of one; say why."""
        self._row = self._small = None
        self._show_heat()
        self.canvas.say(said or of_kind(self._kind, self.tr("Select a film in the list to look at it.")))
        self.note.hide()
        self.page.clear()
        self.verdicts.setEnabled(False)
        self.verdicts.show_reading(False, None)

    def show_row(self, row: Row, provenance: Provenance) -> None:
        """Show what the store knows of a film, its thumbnail in the film's place."""
        self._row, self._provenance = row, provenance
        self.verdicts.setEnabled(row.score is not None)
        self._small = _pixels(row.thumbnail)
        if self._small is not None:
            self.canvas.show_film(self._small)
        else:
            self.canvas.say(of_kind(self._kind, self.tr("Reading the film …")))
        self.note.hide()
        self._show_heat()
        self._write()

    def show_line(self, line: Line) -> None:
        """Show what the reader did with the film."""
        self.verdicts.show_reading(bool(line.is_read), line.verdict)

    def show_film(self, film: Film) -> None:
        """Show the whole film, or why it cannot be shown; the thumbnail stays, where there is one."""
        if self._row is None or film.wish.row.key != self._row.key or film.wish.row.frame != self._row.frame:
            return
        if film.pixels is not None:
            self.canvas.show_film(film.pixels)
        elif film.refused is not None and self._small is None:
            self.canvas.say(_why(film.refused.reason))
        elif film.refused is not None:
            self.note.setText(
                self.tr("Only the small picture of the scan: {0}").format(_why(film.refused.reason))
            )
            self.note.show()
            return
        self.note.hide()

    def changeEvent(self, event: QEvent) -> None:
        """Write the page anew when the system turns light or dark."""
        if event.type() == QEvent.Type.PaletteChange:
            self._write()
        super().changeEvent(event)

    def _tools(self) -> QVBoxLayout:
        self.fit = _tool(self.tr("Fit"))
        self.fit.clicked.connect(self.canvas.fit)
        self.full = _tool(self.tr("1:1"))
        self.full.setAccessibleName(self.tr("Full size"))
        self.full.clicked.connect(lambda: self.canvas.zoom_to(1 / self.canvas.devicePixelRatioF()))
        self.invert = _tool(self.tr("Invert"))
        self.invert.setCheckable(True)
        self.invert.setToolTip(self.tr("Change black and white (I)."))
        self.invert.clicked.connect(lambda: self.canvas.set_window_level(self.canvas.window_level.flipped()))
        self.reset = _tool(self.tr("Reset"))
        self.reset.clicked.connect(self.canvas.reset)
        self.heat = QCheckBox(self.tr("Heat map"))
        self.heat.toggled.connect(self._show_heat)
        self.strength = QSlider(Qt.Orientation.Horizontal)
        self.strength.setRange(0, 100)
        self.strength.setValue(70)
        self.strength.setMinimumWidth(40)
        self.strength.setMaximumWidth(140)
        self.strength.setAccessibleName(self.tr("Strength of the heat map"))
        self.strength.valueChanged.connect(self._show_heat)
        self.state = QLabel()
        self.state.setToolTip(
            self.tr(
                "Drag with the left button for window and level, with the right to move; or press the arrow "
                "keys with Ctrl, and with Shift."
            )
        )
        self.state.setMinimumWidth(self.state.fontMetrics().horizontalAdvance(self._state(100, 255, 128)))
        self.canvas.changed.connect(self._say_state)
        row = QHBoxLayout()
        row.setContentsMargins(6, 0, 6, 0)
        for widget in (self.fit, self.full, self.invert, self.reset, self.heat, self.strength):
            row.addWidget(widget)
        row.setStretchFactor(self.strength, 1)
        row.addStretch(1)
        row.addWidget(self.state)
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.note.hide()
        column = QVBoxLayout()
        column.addWidget(self.note)
        column.addLayout(row)
        for button in (self.fit, self.full, self.invert, self.reset, self.heat):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return column

    def _show_heat(self) -> None:
        values = heat(self._row) if self._row is not None else None
        self.heat.setEnabled(values is not None)
        self.strength.setEnabled(values is not None and self.heat.isChecked())
        if values is None or not self.heat.isChecked():
            self.canvas.show_heat(None, 0)
            return
        self.canvas.show_heat(QImage.fromData(layer(values)), self.strength.value() / 100)

    def _say_state(self) -> None:
        window = self.canvas.window_level
        self.invert.setChecked(window.inverted)
        ratio = self.canvas.devicePixelRatioF()
        self.state.setText(self._state(self.canvas.zoom * ratio * 100, window.width, window.level))

    def _state(self, percent: float, width: float, level: float) -> str:
        return self.tr("{0} %   W {1}  L {2}").format(round(percent), round(width), round(level))

    def _write(self) -> None:
        if self._row is not None and self._provenance is not None:
            self.page.setHtml(details(self._row, self._provenance, self.palette()))


def _tool(text: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    return button


def _pixels(thumbnail: bytes) -> NDArray[np.uint8] | None:
    """The pixels of a thumbnail that a scan made; None where there is none, or it is not a scan's."""
    if not thumbnail:
        return None
    try:
        image = Image.open(BytesIO(thumbnail), formats=["JPEG"])
        return np.asarray(image, np.uint8) if max(image.size) <= _THUMBNAIL else None
    except (OSError, ValueError):
        return None


def _why(reason: Reason) -> str:
    sentence = words.of_records(reason.sentence)
    return sentence[:1].upper() + sentence[1:]
