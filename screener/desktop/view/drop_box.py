"""The place to drop films on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QStyle, QVBoxLayout, QWidget

from screener.desktop.colours import line

_NAMED = 3


class DropBox(QFrame):
    """A dashed box that takes folders, zips and films, and two buttons for those who would rather choose."""

    dropped = Signal(object)
    """Absolute paths."""

    folder_asked = Signal()
    files_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Empty."""
        super().__init__(parent)
        self.setAcceptDrops(True)
        self._over = False
        self.says = QLabel()
        self.says.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.says.setWordWrap(True)
        self.says.setTextFormat(Qt.TextFormat.PlainText)
        font = self.says.font()
        font.setPointSizeF(font.pointSizeF() * 1.35)
        self.says.setFont(font)
        self.below = QLabel()
        self.below.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.below.setWordWrap(True)
        self.below.setTextFormat(Qt.TextFormat.PlainText)
        self.folder = QPushButton(self.tr("Choose a folder …"))
        self.folder.clicked.connect(self.folder_asked)
        self.files = QPushButton(self.tr("Choose films or a zip …"))
        self.files.clicked.connect(self.files_asked)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.folder)
        row.addWidget(self.files)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 28, 24, 24)
        column.setSpacing(10)
        picture = QLabel()
        picture.setPixmap(self.style().standardIcon(QStyle.StandardPixmap.SP_DirOpenIcon).pixmap(56, 56))
        picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(picture)
        column.addWidget(self.says)
        column.addWidget(self.below)
        column.addSpacing(6)
        column.addLayout(row)
        self.show_chosen(())

    def show_chosen(self, inputs: Sequence[str]) -> None:
        """Say what was chosen."""
        if not inputs:
            self.says.setText(self.tr("Drop a folder, a zip or films here"))
            self.below.setText(self.tr("DICOM, JPEG, PNG and TIFF. Nothing leaves this computer."))
            return
        names = [Path(one).name or one for one in inputs[:_NAMED]]
        more = len(inputs) - len(names)
        listed = ", ".join(names) + (self.tr(" and {0} more").format(more) if more else "")
        self.says.setText(listed)
        self.below.setText(str(Path(inputs[0]).parent))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take what lies on a disk."""
        if paths_of(event.mimeData()):
            self._over = True
            self.update()
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """See Qt."""
        self._over = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        """See Qt."""
        self._over = False
        self.update()
        event.acceptProposedAction()
        self.dropped.emit(paths_of(event.mimeData()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """A dashed line around it, stronger while something hangs over it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = self.palette().highlight().color() if self._over else line(self.palette())
        painter.setPen(QPen(colour, 2, Qt.PenStyle.DashLine))
        painter.setBrush(self.palette().base())
        painter.drawRoundedRect(self.rect().adjusted(2, 2, -2, -2), 12, 12)


def paths_of(data: QMimeData) -> tuple[str, ...]:
    """The files and folders of a drop, as absolute paths; none where it has none."""
    return tuple(url.toLocalFile() for url in data.urls() if url.isLocalFile())
