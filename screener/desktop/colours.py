"""Colours that eyes without red and green tell apart (Okabe and Ito, 2008), on light and on dark ground."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor, QPalette

from screener.records import Band


@dataclass(frozen=True, slots=True)
class Tone:
    """A colour that speaks, a ground to speak on, and a text colour that can be read on that ground."""

    strong: QColor
    ground: QColor
    text: QColor


_LIGHT = {
    Band.POSITIVE: Tone(QColor("#d55e00"), QColor("#fde5d4"), QColor("#6e2f00")),
    Band.UNCERTAIN: Tone(QColor("#e69f00"), QColor("#fff1cf"), QColor("#5c4000")),
    Band.NEGATIVE: Tone(QColor("#0072b2"), QColor("#dceefa"), QColor("#00426a")),
}
_DARK = {
    Band.POSITIVE: Tone(QColor("#f07a2a"), QColor("#4a2410"), QColor("#ffcfae")),
    Band.UNCERTAIN: Tone(QColor("#f0b429"), QColor("#44340c"), QColor("#ffe3a1")),
    Band.NEGATIVE: Tone(QColor("#4aa8e0"), QColor("#0f3147"), QColor("#bfe3fb")),
}
_NOTICE_LIGHT = Tone(QColor("#d55e00"), QColor("#fff1e6"), QColor("#7a1f00"))
_NOTICE_DARK = Tone(QColor("#f07a2a"), QColor("#40200f"), QColor("#ffc9a8"))


def is_dark(palette: QPalette) -> bool:
    """Whether a palette is light on dark."""
    ground, text = palette.color(QPalette.ColorRole.Window), palette.color(QPalette.ColorRole.WindowText)
    return ground.lightness() < text.lightness()


def band_tone(band: Band, palette: QPalette) -> Tone:
    """The colours of a band."""
    return (_DARK if is_dark(palette) else _LIGHT)[band]


def notice_tone(palette: QPalette) -> Tone:
    """The colours of what must not be overlooked."""
    return _NOTICE_DARK if is_dark(palette) else _NOTICE_LIGHT


def soft(palette: QPalette) -> QColor:
    """A text colour for what matters less, still easy to read."""
    text, ground = palette.color(QPalette.ColorRole.WindowText), palette.color(QPalette.ColorRole.Window)
    return _between(text, ground, 0.32)


def line(palette: QPalette) -> QColor:
    """The colour of thin lines between things."""
    text, ground = palette.color(QPalette.ColorRole.WindowText), palette.color(QPalette.ColorRole.Window)
    return _between(text, ground, 0.8)


def _between(one: QColor, other: QColor, share: float) -> QColor:
    mixed = (
        round(a + (b - a) * share)
        for a, b in ((one.red(), other.red()), (one.green(), other.green()), (one.blue(), other.blue()))
    )
    return QColor(*mixed)
