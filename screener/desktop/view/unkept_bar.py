"""What a reader did and the store did not take, said until it is made up for or dismissed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from screener.desktop.colours import notice_tone
from screener.desktop.control.readings import Given
from screener.desktop.view.boxes import tell_details
from screener.reports.wording import visible

_LISTED = 20
"""Films that the details name at most: they are no longer than a screen."""


class UnkeptBar(QFrame):
    """Names the films, and asks to try again or to be dismissed. Hidden while there is nothing to say."""

    again_asked = Signal()
    dismissed = Signal()

    let_go = Signal()
    """The button that had the keyboard is gone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """With nothing to say."""
        super().__init__(parent)
        self.setObjectName("unkept")
        self.says = QLabel()
        self.says.setWordWrap(True)
        self.says.setTextFormat(Qt.TextFormat.PlainText)  # a film's name may hold anything
        self._details = ""
        self.more = QPushButton(self.tr("Details …"))
        self.more.clicked.connect(self._show_details)
        self.again = QPushButton(self.tr("Try again"))
        self.again.clicked.connect(self.again_asked)
        self.dismiss = QPushButton(self.tr("Dismiss"))
        self.dismiss.clicked.connect(self.dismissed)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.addWidget(self.says, 1)
        for button in (self.more, self.again, self.dismiss):
            row.addWidget(button)
        self.recolour()
        self.hide()

    def show_unkept(self, unkept: Sequence[Given], why: str, shown: Path | None) -> None:
        """Say what is not kept, and keep all of it, and `why`, for who asks; `shown` is the scan in view."""
        had_keys = any(button.hasFocus() for button in (self.more, self.again, self.dismiss))
        films = list({one.film: one for one in unkept}.values())
        listed = [f"{visible(one.folder.name)}/{_name(one)}" for one in films[:_LISTED]]
        self._details = "\n".join([*listed, *["…"][: len(films) - len(listed)], why])
        if len(films) == 1:
            heading = self.tr("Not saved: what you said of {0}").format(_name(films[0]))
        else:
            heading = self.tr("Not saved: what you said of {0} films").format(len(films))
        if others := {visible(one.folder.name): None for one in films if one.folder != shown}:
            heading += f" ({', '.join(others)})"
        advice = self.tr(
            "The results may be in use by another program, may lie where nothing can be written, or may be "
            "gone. The list shows what is saved."
        )
        self.says.setText(f"{heading}\n{advice}")
        self.setVisible(bool(films))
        if had_keys and not films:
            self.let_go.emit()

    def recolour(self) -> None:
        """Take on the colours of the palette, which has turned light or dark."""
        tone = notice_tone(self.palette())
        self.setStyleSheet(
            f"#unkept {{ background: {tone.ground.name()}; border-left: 5px solid {tone.strong.name()}; }}"
            f"#unkept QLabel {{ color: {tone.text.name()}; }}"
        )

    def _show_details(self) -> None:
        tell_details(self, self.says.text(), self._details)


def _name(one: Given) -> str:
    frame = one.change.frame
    return visible(f"{one.name} ({frame})" if frame else one.name)
