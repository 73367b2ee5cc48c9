"""The left half of the window: the worklist and the problems, what is shown of them, and the keyboard."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from screener.desktop import words
from screener.desktop.colours import band_tone
from screener.desktop.control.store_desk import Snapshot
from screener.desktop.model.lists import Filter
from screener.desktop.model.worklist import BAND, FILM, SCORE, VERDICT, Problems, Worklist
from screener.desktop.view.delegates import BandDelegate, ScoreDelegate
from screener.desktop.view.line_view import LineView
from screener.records import Band
from screener.reports.wording import BAND_NAMES
from screener.scanning.reading import Line
from screener.scanning.verdicts import Verdict

_NAME = "0" * 22
"""As much of a film's name as is needed to tell it from its neighbours'."""


class ListPane(QWidget):
    """Worklist and problems, one of them shown."""

    selected = Signal(object)
    """The `Line` that is now current in the shown list, or None."""

    space_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Without lines."""
        super().__init__(parent)
        self.worklist, self.problems = Worklist(self), Problems(self)
        self.films, self.files = LineView(self.worklist), LineView(self.problems)
        self.films.setAccessibleName(self.tr("Worklist"))
        self.files.setAccessibleName(self.tr("Problems"))
        self.films.setItemDelegateForColumn(BAND, BandDelegate(self))
        self.films.setItemDelegateForColumn(SCORE, ScoreDelegate(self))
        widths = self.films.horizontalHeader()
        widths.setSectionResizeMode(FILM, QHeaderView.ResizeMode.Stretch)
        wide = self.films.fontMetrics().horizontalAdvance
        self.films.setColumnWidth(BAND, max(wide(words.band_label(band)) for band in BAND_NAMES) + 30)
        self.films.setColumnWidth(SCORE, wide("100.00%") + 34)
        self._verdict_width = max(wide(words.verdict_name(one)) for one in Verdict) + 34
        self.films.setColumnWidth(VERDICT, self._verdict_width)
        self.files.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.files.horizontalHeader().setStretchLastSection(True)
        self.files.setColumnWidth(0, 190)
        self.films.resized.connect(self._make_room)
        self._bands = {band: self._band_button(band) for band in BAND_NAMES}
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search by name"))
        self.search.setAccessibleName(self.tr("Search by name"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.search.returnPressed.connect(self.take_keys)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName(self.tr("Lists"))
        self.tabs.addTab(self.films, "")
        self.tabs.addTab(self.files, "")
        self.tabs.currentChanged.connect(self._tab_changed)
        self._lay_out()
        for view in (self.films, self.files):
            view.chosen.connect(partial(self._tell, view))
            view.space_pressed.connect(self.space_pressed)
        self._say_counts()

    def clear(self) -> None:
        """Show nothing, of another scan."""
        self.films.clear()
        self.files.clear()
        self.search.clear()
        for button in self._bands.values():
            button.setChecked(False)
        self._filter()
        self.tabs.setCurrentIndex(0)
        self._say_counts()

    def show_lists(self, snapshot: Snapshot) -> None:
        """Show the lists as they are now."""
        self.worklist.name_pictures(snapshot.provenance.kind)
        self.films.show_lines(snapshot.worklist)
        self.files.show_lines(snapshot.problems)
        counts = dict.fromkeys(BAND_NAMES, 0)
        for line in snapshot.worklist:
            if line.band is not None:
                counts[Band(line.band)] += 1
        self._say_counts(counts)

    @property
    def current(self) -> Line | None:
        """The current line of the shown list; None where there is none."""
        return self._view().current

    def select_first(self) -> None:
        """Make the first line of the shown list current, which no reader has asked for."""
        self._view().select_first()

    def take_keys(self) -> None:
        """Have the keyboard steer the shown list."""
        self._view().setFocus()

    def recolour(self) -> None:
        """Take on the colours of the palette, which has turned light or dark."""
        for band, button in self._bands.items():
            tone = band_tone(band, self.palette())
            edge, ground, text = tone.strong.name(), tone.ground.name(), tone.text.name()
            button.setStyleSheet(
                f"QToolButton {{ border: 1px solid {edge}; border-radius: 6px; padding: 4px 10px; }}"
                f"QToolButton:checked {{ background: {ground}; color: {text}; font-weight: bold; }}"
                f"QToolButton:focus {{ border: 2px solid {edge}; }}"
            )

    def _make_room(self) -> None:
        """Where names would be cut, they come before the verdicts, which stand beside the film as well."""
        fixed = sum(self.films.columnWidth(column) for column in (BAND, SCORE)) + self._verdict_width
        name = self.films.fontMetrics().horizontalAdvance(_NAME)
        self.films.setColumnHidden(VERDICT, self.films.viewport().width() < fixed + name)

    def _view(self) -> LineView:
        return self.films if self.tabs.currentIndex() == 0 else self.files

    def _lay_out(self) -> None:
        filters = QHBoxLayout()
        filters.setContentsMargins(6, 6, 6, 0)
        for button in self._bands.values():
            filters.addWidget(button)
        filters.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        looking = QHBoxLayout()
        looking.setContentsMargins(6, 0, 6, 0)
        looking.addWidget(self.search)
        column.addLayout(filters)
        column.addLayout(looking)
        column.addWidget(self.tabs, 1)
        self.recolour()

    def _band_button(self, band: Band) -> QToolButton:
        button = QToolButton()
        button.setCheckable(True)
        button.setToolTip(self.tr("Show only these; several may be chosen."))
        button.toggled.connect(self._filter)
        return button

    def _filter(self) -> None:
        bands = frozenset(str(band) for band, button in self._bands.items() if button.isChecked())
        text = self.search.text().strip()
        self.films.show_only(Filter(bands, text))
        self.files.show_only(Filter(text=text))

    def _say_counts(self, counts: dict[Band, int] | None = None) -> None:
        for band, button in self._bands.items():
            button.setText(f"{words.band_label(band)}  {counts[band] if counts else 0}")
        self.tabs.setTabText(0, self.tr("Worklist ({0})").format(self.worklist.total))
        self.tabs.setTabText(1, self.tr("Problems ({0})").format(self.problems.total))

    def _tell(self, view: LineView, line: Line | None) -> None:
        if view is self._view():
            self.selected.emit(line)

    def _tab_changed(self) -> None:
        self.selected.emit(self.current)
