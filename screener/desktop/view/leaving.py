"""How the window is closed: what is asked before, and what is waited for."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QApplication, QMainWindow

from screener.desktop.control.readings import Given
from screener.desktop.control.session import Session
from screener.desktop.control.stage import Stage
from screener.desktop.view import boxes
from screener.desktop.view.progress_strip import ProgressStrip


class Leaving:
    """Asks before anything is lost, and closes the window later where that is wanted."""

    def __init__(self, window: QMainWindow, session: Session, strip: ProgressStrip) -> None:
        """The window stays for now."""
        self._window = window
        self._session = session
        self._strip = strip
        self._waits = False

    def may_leave(self) -> bool:
        """Ask in turn where reports are written, a scan runs, or something is not saved."""
        self.stay()  # what was answered before counts no longer
        if self._writes_reports and not self._may_leave_reports():
            return False
        if self._session.is_running and not self._is_at_end and not boxes.may_stop(self._window):
            return False
        unsaved = self._unsaved()
        return not unsaved or boxes.may_lose(self._window, len({one.film for one in unsaved}))

    def leave_if_asked(self) -> None:
        """Close, where the user wanted that once the reports are written."""
        if self._waits and not self._writes_reports:
            self._waits = False
            self._window.close()

    def stay(self) -> None:
        """Close by itself no more."""
        if self._waits:
            self._waits = False
            self._window.statusBar().clearMessage()

    def _may_leave_reports(self) -> bool:
        wish = boxes.leave_reports(self._window)
        if wish is boxes.Leave.LATER and self._writes_reports:
            self._waits = True
            said = QCoreApplication.translate("Leaving", "The window closes when the reports are written.")
            self._window.statusBar().showMessage(said)
            return False
        return wish is not boxes.Leave.NOT

    def _unsaved(self) -> list[Given]:
        QApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        try:
            return self._session.readings.unsettled()
        finally:
            QApplication.restoreOverrideCursor()

    @property
    def _is_at_end(self) -> bool:
        return self._session.is_running and self._strip.stage is Stage.REPORTING

    @property
    def _writes_reports(self) -> bool:
        return self._is_at_end or self._session.is_exporting
