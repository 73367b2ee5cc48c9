"""What may be chosen once and for all."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from screener.desktop import words
from screener.desktop.settings import MOST_WORKERS, POINTS, Settings
from screener.records import PRECISIONS


class SettingsDialog(QDialog):
    """Shows settings and takes changes."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        """Begin with `settings`."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        self.results = QLineEdit(settings.results)
        self.results.setAccessibleName(self.tr("Results folder"))
        self.results.setPlaceholderText(self.tr("in a dated folder beside the films"))
        self.results.setClearButtonEnabled(True)
        self.results.setMinimumWidth(240)
        choose = QPushButton(self.tr("Choose …"))
        choose.setAccessibleName(self.tr("Choose a folder for results"))
        choose.clicked.connect(self._choose)
        place = QHBoxLayout()
        place.addWidget(self.results, 1)
        place.addWidget(choose)
        self.workers = QSpinBox()
        self.workers.setRange(0, MOST_WORKERS)
        self.workers.setSpecialValueText(self.tr("as the computer allows"))
        self.workers.setValue(settings.workers)
        self.point = _choice(POINTS, words.point_name, settings.point)
        self.precision = _choice(PRECISIONS, words.precision_name, settings.precision)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("Results folder"), place)
        form.addRow(self.tr("Operating point"), self.point)
        cut = QLabel(
            self.tr(
                "Where the list is cut. One point cuts it in two, positive and negative; nothing is "
                "uncertain then. It holds for scans that are started from now on."
            )
        )
        cut.setWordWrap(True)
        form.addRow("", cut)
        form.addRow(self.tr("Precision"), self.precision)
        form.addRow(self.tr("Films read at once"), self.workers)
        said = QLabel(
            self.tr(
                "Fewer films at once leave the computer more room for other work. The scores stay the same."
            )
        )
        said.setWordWrap(True)
        form.addRow("", said)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(buttons)

    @property
    def settings(self) -> Settings:
        """What is chosen now."""
        return Settings(
            _folder(self.results.text().strip()),
            self.workers.value(),
            self.point.currentData(),
            self.precision.currentData(),
        )

    def _choose(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Choose a folder for results"))
        if folder:
            self.results.setText(folder)


def _folder(typed: str) -> str:
    """A folder as it was typed, in the user's home where it says no place of its own; "" for none."""
    # Unlike pathlib's, it raises nothing where nobody has that name.
    return str(Path.home() / os.path.expanduser(typed)) if typed else ""  # noqa: PTH111


def _choice(names: Sequence[str], said: Callable[[str], str], chosen: str) -> QComboBox:
    """One of several names, each told in words."""
    box = QComboBox()
    for name in names:
        box.addItem(said(name), name)
    box.setCurrentIndex(box.findData(chosen))
    return box
