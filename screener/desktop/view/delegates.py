"""How a band and a score are drawn in the worklist."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from screener.desktop.colours import Tone, band_tone, line
from screener.desktop.model.table import LINE_ROLE
from screener.records import Band
from screener.scanning.reading import Line

_PAD = 9
_BAR = 5


class BandDelegate(QStyledItemDelegate):
    """A pill in the band's colours, with its shape and name."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """See Qt."""
        _paint_ground(painter, option, index)
        tone = _tone(option, index)
        if tone is None:
            return
        text = str(index.data())
        box = QRectF(option.rect).adjusted(4, 4, -4, -4)
        box.setWidth(min(box.width(), option.fontMetrics.horizontalAdvance(text) + 2 * _PAD))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(tone.strong, 1))
        painter.setBrush(tone.ground)
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        painter.setPen(tone.text)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """See Qt."""
        self.initStyleOption(option, index)
        width = option.fontMetrics.horizontalAdvance(option.text) + 2 * _PAD + 12
        return QSize(width, option.fontMetrics.height() + 16)


class ScoreDelegate(QStyledItemDelegate):
    """The probability as a number, with a bar under it."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """See Qt."""
        _paint_ground(painter, option, index)
        tone = _tone(option, index)
        found: Line = index.data(LINE_ROLE)
        box = QRectF(option.rect).adjusted(_PAD, 3, -_PAD, -5)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        role = option.palette.ColorRole.HighlightedText if selected else option.palette.ColorRole.Text
        painter.save()
        painter.setPen(option.palette.color(role))
        text = box.adjusted(0, 0, 0, -_BAR)
        painter.drawText(text, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), index.data())
        bar = QRectF(box.left(), box.bottom() - _BAR + 1, box.width(), _BAR - 1)
        painter.fillRect(bar, line(option.palette))
        if tone is not None and found.score is not None:
            painter.fillRect(
                QRectF(bar.topLeft(), bar.size()).adjusted(0, 0, -bar.width() * (1 - found.score), 0),
                tone.strong,
            )
        painter.restore()


def _tone(option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> Tone | None:
    found: Line | None = index.data(LINE_ROLE)
    return band_tone(Band(found.band), option.palette) if found is not None and found.band else None


def _paint_ground(
    painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
) -> None:
    """The row's ground as the style draws it, selected or not."""
    style = option.widget.style()
    style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, option.widget)
