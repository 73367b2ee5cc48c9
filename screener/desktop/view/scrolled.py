"""A page for which a small screen, or large letters, may leave no room."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QWidget


class Scrolled(QScrollArea):
    """The page, as large as there is room; where there is too little it scrolls, and nothing is cut off."""

    def __init__(self, page: QWidget, parent: QWidget | None = None) -> None:
        """Around `page`."""
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(page)
