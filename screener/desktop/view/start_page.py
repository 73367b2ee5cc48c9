"""The first page: what to scan, what for, and the scans of before."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from screener.desktop import words
from screener.desktop.colours import line, soft
from screener.desktop.markup import tip
from screener.desktop.settings import Recent, Settings
from screener.desktop.view.drop_box import DropBox
from screener.desktop.view.scrolled import Scrolled
from screener.models.catalogue import Installed

_WIDEST = 760


class StartPage(QWidget):
    """Chooses; what is chosen goes out with `start_asked`."""

    start_asked = Signal(object, object)
    """The inputs (absolute paths) and the `Installed` model."""

    reopen_asked = Signal(object)
    """A `Recent` scan."""

    settings_asked = Signal()

    def __init__(self, models: Sequence[Installed], wonted: str = "", parent: QWidget | None = None) -> None:
        """Offer these models, a task at a time.

        Args:
            models: the best one of each task before its others, as `choices.in_order` has them.
            wonted: the name of the model that is chosen from the start; the first, where it is not there.
            parent: Qt's.
        """
        super().__init__(parent)
        self._models = list(models)
        self.inputs: tuple[str, ...] = ()
        self.drop = DropBox()
        self.drop.dropped.connect(self.choose)
        self.drop.folder_asked.connect(self._ask_folder)
        self.drop.files_asked.connect(self._ask_files)
        self.task = QComboBox()
        self.model = QComboBox()
        for name, title in {one.card.task: one.card.task_title for one in self._models}.items():
            self.task.addItem(words.of_records(title), name)
        self.about = QLabel()
        self.about.setWordWrap(True)
        self.about.setTextFormat(Qt.TextFormat.PlainText)
        self.task.currentIndexChanged.connect(self._offer_models)
        self.model.currentIndexChanged.connect(self._say_model)
        self.results = QLabel()
        self.results.setWordWrap(True)
        self.results.setTextFormat(Qt.TextFormat.PlainText)
        change = QPushButton(self.tr("Change …"))
        change.setAccessibleName(self.tr("Change where results go"))
        change.clicked.connect(self.settings_asked)
        place = QHBoxLayout()
        place.addWidget(self.results, 1)
        place.addWidget(change)
        form = QFormLayout()
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.addRow(self.tr("Look for"), self.task)
        form.addRow(self.tr("Model"), self.model)
        form.addRow("", self.about)
        form.addRow(self.tr("Results"), place)
        self.start = QPushButton(self.tr("Start"))
        self.start.setDefault(True)
        self.start.setMinimumHeight(self.start.sizeHint().height() + 12)
        self.start.clicked.connect(self._start)
        self.recent_heading = QLabel(f"<b>{self.tr('Earlier scans')}</b>")
        self.recent = QListWidget()
        self.recent.setAccessibleName(self.tr("Earlier scans"))
        self.recent.setMaximumHeight(170)
        self.recent.setSizeAdjustPolicy(QListWidget.SizeAdjustPolicy.AdjustToContents)
        self.recent.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.recent.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.recent.itemActivated.connect(self._reopen)
        self.recent.itemClicked.connect(self._reopen)
        self._lay_out(form)
        self.recolour()
        self._choose_model(wonted)
        self.choose(())

    def choose(self, inputs: Sequence[str]) -> None:
        """Take these absolute paths as what is to be scanned."""
        self.inputs = tuple(inputs)
        self.drop.show_chosen(self.inputs)
        self.start.setEnabled(bool(self.inputs) and bool(self._models))
        if self.start.isEnabled():
            self.start.setFocus()

    def recolour(self) -> None:
        """Take on the colours of the palette, which has turned light or dark."""
        ground, text = line(self.palette()).name(), soft(self.palette()).name()
        self.start.setStyleSheet(
            "QPushButton { background: palette(highlight); color: palette(highlighted-text); border: 0;"
            " border-radius: 6px; padding: 8px; font-weight: bold; }"
            f"QPushButton:disabled {{ background: {ground}; color: {text}; }}"
            "QPushButton:focus { border: 2px solid palette(text); }"
        )

    def show_settings(self, settings: Settings) -> None:
        """Say where results go."""
        beside = self.tr("in a dated folder beside the films")
        self.results.setText(settings.results or beside)

    def show_recent(self, scans: Sequence[Recent]) -> None:
        """Offer these scans to be opened again."""
        self.recent.clear()
        for scan in scans:
            out = Path(scan.out)  # scans of folders of one name are told apart by where they lie
            item = QListWidgetItem(f"{out.name}   ({out.parent})")
            item.setToolTip(tip(scan.out))
            item.setData(Qt.ItemDataRole.UserRole, scan)
            self.recent.addItem(item)
        self.recent.setVisible(bool(scans))
        self.recent_heading.setVisible(bool(scans))

    def _lay_out(self, form: QFormLayout) -> None:
        heading = QLabel(self.tr("Which films shall be read first?"))
        heading.setWordWrap(True)
        font = heading.font()
        font.setPointSizeF(font.pointSizeF() * 1.9)
        font.setBold(True)
        heading.setFont(font)
        column = QVBoxLayout()
        column.setSpacing(14)
        column.addStretch(1)
        column.addWidget(heading)
        column.addWidget(self.drop)
        column.addLayout(form)
        column.addWidget(self.start)
        column.addSpacing(8)
        column.addWidget(self.recent_heading)
        column.addWidget(self.recent)
        column.addStretch(2)
        middle = QWidget()
        middle.setMaximumWidth(_WIDEST)
        middle.setLayout(column)
        page = QWidget()
        row = QHBoxLayout(page)
        row.addStretch(1)
        row.addWidget(middle, 8)
        row.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(Scrolled(page))

    def _choose_model(self, name: str) -> None:
        """Choose the model of that name, or the first."""
        known = next((one for one in self._models if one.card.name == name), None)
        if known is not None:
            self.task.setCurrentIndex(self.task.findData(known.card.task))
        self._offer_models()
        if known is not None:
            offered = [self.model.itemData(place) for place in range(self.model.count())]
            self.model.setCurrentIndex(offered.index(known))

    def _offer_models(self) -> None:
        """Offer the models of the chosen task, the best first."""
        of_task = [one for one in self._models if one.card.task == self.task.currentData()]
        with QSignalBlocker(self.model):
            self.model.clear()
            for number, one in enumerate(of_task):
                name = one.card.name
                best = number == 0 and len(of_task) > 1
                self.model.addItem(self.tr("{0}  (the best)").format(name) if best else name, one)
        self._say_model()

    def _say_model(self) -> None:
        if not self._models:
            self.about.setText(
                self.tr(
                    "No model is installed. Install the program again, or name a folder of models by "
                    "SCREENER_WEIGHTS."
                )
            )
            return
        card = self.model.currentData().card
        self.about.setText(words.of_records(card.intended_use))
        self.about.setVisible(bool(card.intended_use))

    def _ask_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Choose a folder of films"))
        if folder:
            self.choose((folder,))

    def _ask_files(self) -> None:
        files, _ = QFileDialog.getOpenFileNames(self, self.tr("Choose films or a zip"))
        if files:
            self.choose(files)

    def _start(self) -> None:
        self.start_asked.emit(self.inputs, self.model.currentData())

    def _reopen(self, item: QListWidgetItem) -> None:
        self.reopen_asked.emit(item.data(Qt.ItemDataRole.UserRole))
