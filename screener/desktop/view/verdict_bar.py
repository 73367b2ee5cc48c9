"""What the reader makes of a score: three buttons and a tick."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from screener.desktop import words
from screener.reports.wording import of_kind
from screener.scanning.verdicts import Verdict


class VerdictBar(QWidget):
    """Shows the reading of one film and says what is chosen; it keeps nothing."""

    judged = Signal(object)
    """A `Verdict`, or None where the chosen one was pressed again."""

    marked = Signal(bool)
    """Whether the film is to count as read."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Nothing chosen."""
        super().__init__(parent)
        above, below = QHBoxLayout(), QHBoxLayout()
        above.addWidget(QLabel(self.tr("Is the score right?")))
        above.addStretch(1)
        self.setAccessibleName(self.tr("Is the score right?"))
        self.buttons = {verdict: self._button(verdict) for verdict in Verdict}
        for button in self.buttons.values():
            below.addWidget(button)
        self.read = QCheckBox(self.tr("Read"))
        self.read.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.read.clicked.connect(self.marked)
        above.addWidget(self.read)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 8)
        column.addLayout(above)
        column.addLayout(below)
        self.name_pictures("film")

    def name_pictures(self, kind: str) -> None:
        """Call the picture what those of a task of `kind` are called."""
        self.read.setToolTip(of_kind(kind, self.tr("Mark the film as read (Space).")))

    def show_reading(self, is_read: bool, verdict: str | None) -> None:
        """Show what is kept."""
        self.read.setChecked(is_read)
        for one, button in self.buttons.items():
            button.setChecked(verdict == one)

    def _button(self, verdict: Verdict) -> QPushButton:
        button = QPushButton(words.verdict_name(verdict))
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setToolTip(self.tr("V goes from one verdict to the next."))
        button.clicked.connect(lambda on: self.judged.emit(verdict if on else None))
        return button
