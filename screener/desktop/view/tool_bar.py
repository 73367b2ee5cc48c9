"""What can be done at any time: the tool bar, its keys, and the reports that can be written."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolBar, QToolButton, QWidget


class ToolBar(QToolBar):
    """Says what is asked for; it does nothing itself."""

    export_asked = Signal(str)
    """A report's format, of `records.FORMATS`."""

    save_asked = Signal()
    """A report shall be saved where the user says."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """With every action enabled."""
        super().__init__(parent)
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.new = self._action(self.tr("New scan"), QKeySequence.StandardKey.New)
        self.open = self._action(self.tr("Open results …"), QKeySequence.StandardKey.Open)
        self.folder = self._action(self.tr("Show results folder"))
        self.settings = self._action(self.tr("Settings …"))
        self.guide = self._action(self.tr("Guide"), QKeySequence.StandardKey.HelpContents)
        self.about = self._action(self.tr("About"))
        self.export = QToolButton()
        self.export.setText(self.tr("Export"))
        self.export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.forms = {
            "xlsx": self.tr("Excel"),
            "html": self.tr("Web page (HTML)"),
            "worklist": self.tr("CSV: the worklist, with verdicts"),
            "csv": self.tr("CSV: names and scores alone"),
        }
        """Formats of reports, as they are told."""
        self.export.setMenu(self._reports())
        gap = QWidget()
        gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addActions([self.new, self.open])
        self.addSeparator()
        self.addWidget(self.export)
        self.addAction(self.folder)
        self.addWidget(gap)
        self.addActions([self.settings, self.guide, self.about])

    def _action(self, text: str, key: QKeySequence.StandardKey | None = None) -> QAction:
        action = QAction(text, self)
        if key is not None:
            action.setShortcut(QKeySequence(key))
        return action

    def _reports(self) -> QMenu:
        menu = QMenu(self.export)
        for form, name in self.forms.items():
            menu.addAction(name).triggered.connect(lambda _=False, form=form: self.export_asked.emit(form))
        menu.addSeparator()
        menu.addAction(self.tr("Save elsewhere …")).triggered.connect(self.save_asked)
        return menu
