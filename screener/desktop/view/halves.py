"""Two halves of a page, arranged as there is room."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget


class Halves(QSplitter):
    """The second half beside the first; below it where both do not fit side by side.

    So a window is no wider than a small screen, or than one on which everything is drawn twice as large.
    """

    def __init__(self, first: QWidget, second: QWidget, beside: tuple[int, int]) -> None:
        """Side by side at first.

        Args:
            first: on the left, or above.
            second: on the right, or below.
            beside: how many pixels wide both are at first. The wider one grows with the window.
        """
        super().__init__(Qt.Orientation.Horizontal)
        self._halves = (first, second)
        self._beside = beside
        self._grows = beside.index(max(beside))
        self.addWidget(first)
        self.addWidget(second)
        self.setStretchFactor(self._grows, 1)
        self.setStretchFactor(1 - self._grows, 0)
        self.setSizes(list(beside))
        self.setChildrenCollapsible(False)

    def minimumSizeHint(self) -> QSize:
        """As narrow as the halves are one above the other; as high as they are now."""
        least = super().minimumSizeHint()
        return QSize(max(self._narrowest()), least.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Turn where there is room for it, or no longer."""
        fits = sum(self._narrowest()) + self.handleWidth() <= event.size().width()
        wanted = Qt.Orientation.Horizontal if fits else Qt.Orientation.Vertical
        if wanted is not self.orientation():
            self.setOrientation(wanted)
            room = event.size().width() if fits else event.size().height()
            kept = self._beside[1 - self._grows] if fits else room // 3
            self.setSizes([room - kept if half == self._grows else kept for half in (0, 1)])
        super().resizeEvent(event)

    def _narrowest(self) -> list[int]:
        return [max(half.minimumSizeHint().width(), half.minimumWidth()) for half in self._halves]
