"""The program's picture: a film with a place that was found on it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap

_SIZES = (16, 24, 32, 48, 64, 128, 256)
_FILM, _BONE, _FOUND = QColor("#14202b"), QColor("#cfe3f2"), QColor("#f07a2a")


def program_icon() -> QIcon:
    """The icon, drawn for each size that systems ask for."""
    icon = QIcon()
    for size in _SIZES:
        icon.addPixmap(_drawn(size))
    return icon


def _drawn(size: int) -> QPixmap:
    picture = QPixmap(size, size)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(size / 64, size / 64)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_FILM)
    painter.drawRoundedRect(QRectF(4, 2, 56, 60), 9, 9)
    painter.setBrush(_BONE)
    for mirrored in (1, -1):
        lung = QPainterPath(QPointF(32 - 5 * mirrored, 14))
        lung.cubicTo(32 - 20 * mirrored, 10, 32 - 26 * mirrored, 38, 32 - 22 * mirrored, 52)
        lung.cubicTo(32 - 12 * mirrored, 54, 32 - 5 * mirrored, 46, 32 - 5 * mirrored, 34)
        lung.closeSubpath()
        painter.drawPath(lung)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(_FOUND, 4))
    painter.drawEllipse(QPointF(44, 40), 8.5, 8.5)
    painter.end()
    return picture
