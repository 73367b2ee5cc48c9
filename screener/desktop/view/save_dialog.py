"""Where a report shall be saved, and as what."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget


class SaveDialog(QFileDialog):
    """Asks for a file; a report that is there already is replaced only if the user says so."""

    def __init__(self, name: str, forms: Mapping[str, str], parent: QWidget | None = None) -> None:
        """Begin among the user's documents.

        Args:
            name: of the file, without its suffix.
            forms: the reports' formats, of `records.FORMATS`, each with how it is told to the user.
            parent: Qt's.
        """
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        super().__init__(parent, self.tr("Save the report"), documents)
        self._forms = {f"{said} (*.{_suffix(form)})": form for form, said in forms.items()}
        self.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        self.setNameFilters(list(self._forms))
        self.filterSelected.connect(self._name_suffix)
        self._name_suffix()
        self.selectFile(name)

    @property
    def form(self) -> str:
        """The format that is chosen."""
        return self._forms[self.selectedNameFilter()]

    @property
    def path(self) -> Path:
        """The file that is chosen."""
        return Path(self.selectedFiles()[0])

    def _name_suffix(self) -> None:
        self.setDefaultSuffix(_suffix(self.form))


def _suffix(form: str) -> str:
    return form if form in ("xlsx", "html") else "csv"  # `worklist` is a CSV, too
