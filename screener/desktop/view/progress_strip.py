"""How the scan goes, and the buttons that steer it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from screener.desktop import words
from screener.desktop.colours import notice_tone
from screener.desktop.control.stage import RUNNING, Stage
from screener.desktop.trouble import Trouble
from screener.desktop.view.boxes import tell_details
from screener.records import Progress

_BETWEEN = (Stage.STOPPING, Stage.PAUSED, Stage.STOPPED)
"""The stages that say how far the scan had come."""


class ProgressStrip(QFrame):
    """Says what the scan does; asks for pause, resume and stop."""

    pause_asked = Signal()
    resume_asked = Signal()
    stop_asked = Signal()

    let_go = Signal()
    """The button that had the keyboard is gone, and there is none in its place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Nothing to say yet."""
        super().__init__(parent)
        self.setObjectName("strip")
        self.heading = QLabel()
        font = self.heading.font()
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * 1.15)
        self.heading.setFont(font)
        self.says = QLabel()
        self.says.setWordWrap(True)
        self.says.setTextFormat(Qt.TextFormat.PlainText)
        self.more = QPushButton(self.tr("Details …"))
        self.more.clicked.connect(self._show_details)
        self.pause = QPushButton(self.tr("Pause"))
        self.pause.clicked.connect(self.pause_asked)
        self.resume = QPushButton(self.tr("Resume"))
        self.resume.clicked.connect(self.resume_asked)
        self.stop = QPushButton(self.tr("Stop"))
        self.stop.setToolTip(self.tr("End here and write the reports of what is done."))
        self.stop.clicked.connect(self.stop_asked)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setMaximumHeight(10)
        self.bar.setAccessibleName(self.tr("Progress of the scan"))
        self._details = self._counted = self.percent = ""
        self._can_resume = False
        words_ = QVBoxLayout()
        words_.setSpacing(2)
        words_.addWidget(self.heading)
        words_.addWidget(self.says)
        row = QHBoxLayout()
        row.addLayout(words_, 1)
        for button in (self.more, self.resume, self.pause, self.stop):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.addLayout(row)
        column.addWidget(self.bar)
        self.set_stage(Stage.OPENED)

    def set_stage(self, stage: Stage, *, can_resume: bool = False) -> None:
        """Say where the scan stands.

        Args:
            stage: where.
            can_resume: whether a scan that was opened again can be gone on with.
        """
        self.stage = stage
        self._can_resume = can_resume
        self.heading.setText(self._headings()[stage])
        if stage is Stage.STARTING:
            self._counted = ""
        if stage not in RUNNING or stage is Stage.STARTING:
            self.percent = ""
        self.say(self._counted if stage in _BETWEEN else "")
        self.bar.setVisible(stage in (*RUNNING, Stage.STOPPING))
        if stage in (Stage.STARTING, Stage.STOPPING, Stage.REPORTING):
            self.bar.setRange(0, 0)
        self._dress()

    def show_progress(self, step: Progress) -> None:
        """Say how far the scan has come."""
        self._counted = self._count(step)
        if self.stage not in RUNNING:
            return
        ended = step.total is not None and step.done >= step.total and step.seconds_left in (None, 0)
        self.percent = f"{step.done / step.total:.0%}" if step.total else ""
        stage = Stage.REPORTING if ended else Stage.RUNNING
        if stage is not self.stage:
            self.set_stage(stage)
        if stage is Stage.RUNNING:
            self.bar.setRange(0, step.total or 0)
            self.bar.setValue(step.done)
        self.say("   ·   ".join((self._counted, *self._pace(step))))

    def say(self, text: str) -> None:
        """Say something below the heading."""
        self.says.setText(text)
        self.says.setVisible(bool(text))

    def show_trouble(self, trouble: Trouble, details: str) -> None:
        """Say what stopped the scan, and the way on."""
        self.set_stage(Stage.TROUBLED, can_resume=trouble.can_resume)
        self.heading.setText(trouble.heading)
        self.say(trouble.advice)
        self._details = details
        self._dress()

    def recolour(self) -> None:
        """Take on the colours of the palette, which has turned light or dark."""
        self._dress()

    def _count(self, step: Progress) -> str:
        if step.total is None:
            return self.tr("{0} files so far").format(step.done)
        return self.tr("{0} of {1} files").format(step.done, step.total)

    def _pace(self, step: Progress) -> list[str]:
        parts = []
        if step.rate > 0:
            parts.append(self.tr("{0} a second").format(f"{step.rate:.1f}"))
        if step.seconds_left is not None and step.seconds_left >= 1:
            parts.append(self.tr("{0} left").format(words.duration(step.seconds_left)))
        return parts

    def _headings(self) -> dict[Stage, str]:
        return {
            Stage.STARTING: self.tr("Getting the model ready …"),
            Stage.RUNNING: self.tr("Scanning"),
            Stage.REPORTING: self.tr("Writing the reports …"),
            Stage.STOPPING: self.tr("Stopping; what is done is kept …"),
            Stage.PAUSED: self.tr("Paused"),
            Stage.STOPPED: self.tr("Stopped; what was done is kept"),
            Stage.DONE: self.tr("Done"),
            Stage.OPENED: self.tr("An earlier scan"),
            Stage.TROUBLED: "",
        }

    def _dress(self) -> None:
        """The buttons that mean something now, and a ground that cannot be overlooked in trouble."""
        troubled = self.stage is Stage.TROUBLED
        buttons = (self.resume, self.pause, self.stop)
        had_keys = any(button.hasFocus() for button in buttons)
        self.pause.setVisible(self.stage in RUNNING)
        self.stop.setVisible(self.stage in RUNNING or self.stage is Stage.PAUSED)
        self.resume.setVisible(
            self.stage in (Stage.PAUSED, Stage.STOPPED)
            or (self.stage in (Stage.OPENED, Stage.TROUBLED) and self._can_resume)
        )
        self.more.setVisible(troubled and bool(self._details))
        if had_keys:
            # Left to itself Qt would hand the keyboard to whatever comes next: Space would press that.
            left = next((button for button in buttons if button.isVisible()), None)
            if left is not None:
                left.setFocus()
            else:
                self.let_go.emit()
        tone = notice_tone(self.palette())
        self.setStyleSheet(
            f"#strip {{ background: {tone.ground.name()}; border-left: 5px solid {tone.strong.name()}; }}"
            f"#strip QLabel {{ color: {tone.text.name()}; }}"
            if troubled
            else ""
        )

    def _show_details(self) -> None:
        tell_details(self, self.heading.text(), self._details)
