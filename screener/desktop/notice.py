"""A line that the user must see, when there is no window to show it in."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QApplication, QMessageBox


def show_notice(line: str) -> None:
    """Show `line` in a box of its own, until it is dismissed."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    box = QMessageBox(QMessageBox.Icon.Critical, "Screener", line)
    box.exec()
    del app
