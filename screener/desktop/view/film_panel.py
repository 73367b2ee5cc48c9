"""The right half of the window: the film, its tools, the reader's verdict, and what is known of it."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QLabel, QTextBrowser, QVBoxLayout, QWidget

from screener.desktop import words
from screener.desktop.control.film_loader import Film
from screener.desktop.view.details import details
from screener.desktop.view.film_canvas import FilmCanvas
from screener.desktop.view.film_tools import FilmTools
from screener.desktop.view.halves import Halves
from screener.desktop.view.verdict_bar import VerdictBar
from screener.records import Provenance, Reason, Row
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
        self.tools = FilmTools(self.canvas)
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.note.hide()
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
        stack.addWidget(self.note)
        stack.addWidget(self.tools)
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
        self.tools.name_pictures(kind)
        self.verdicts.name_pictures(kind)

    def clear(self, said: str = "") -> None:
        """Show no film, and nothing of one; say why."""
        self._row = self._small = None
        self.tools.show_heat(None)
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
        self.tools.show_heat(row)
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

    def _write(self) -> None:
        if self._row is not None and self._provenance is not None:
            self.page.setHtml(details(self._row, self._provenance, self.palette()))


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
