"""A table of lines on the screen: one line is current, and stays so while others come and go around it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from screener.desktop.model.lists import Filter, identity
from screener.desktop.model.table import LineTable
from screener.scanning.reading import Line

_WHOLE_LINE = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows


class LineView(QTableView):
    """A table of lines: one whole line is selected at a time, and Space is told."""

    chosen = Signal(object)
    """The `Line` that became current, or None; not told where lines came and went around it."""

    space_pressed = Signal()

    resized = Signal()

    def __init__(self, table: LineTable, parent: QWidget | None = None) -> None:
        """A view of `table`."""
        super().__init__(parent)
        self._table = table
        self._kept: Line | None = None
        self._settling = False
        self._unasked = False
        self.setModel(table)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideLeft)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 16)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        self.selectionModel().currentRowChanged.connect(self._row_changed)

    @property
    def current(self) -> Line | None:
        """The current line as it is now; None where there is none."""
        index = self.currentIndex()
        return self._table.line(index.row()) if index.isValid() else None

    def clear(self) -> None:
        """Show nothing, of another scan."""
        self._kept = None
        self._table.set_lines([])

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show these lines, as far as the filter lets them through."""
        with self._settled():
            self._table.set_lines(lines)

    def show_only(self, wanted: Filter) -> None:
        """Show what `wanted` lets through; the first line is current where the current one is not."""
        with self._settled():
            self._table.set_filter(wanted)
        now, before = self.current, self._kept
        if now is None or before is None or identity(now) != identity(before):
            self._go_to_first()

    def select_first(self) -> None:
        """Make the first line current, which no reader has asked for."""
        self._go_to_first()
        self._unasked = True

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See Qt."""
        super().resizeEvent(event)
        self.resized.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """What is pressed is asked for, though it may be current already."""
        self._unasked = False
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space; Home and End, of the list; letters do not search, for there is a field for that.

        Where the current line came by itself while the list grew, others may stand above it by now: reading
        begins at the top.
        """
        if event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self.space_pressed.emit()
        elif event.text() and event.text().isprintable():
            event.ignore()
        elif event.key() == Qt.Key.Key_Home:
            self._go_to(0)
        elif event.key() == Qt.Key.Key_End:
            self._go_to(self._table.rowCount() - 1)
        elif event.key() == Qt.Key.Key_Down and self._unasked and self.currentIndex().row() > 0:
            self._go_to(0)
        else:
            super().keyPressEvent(event)

    def _row_changed(self, index: QModelIndex) -> None:
        if self._settling:
            return
        self._unasked = False
        # The keyboard, when it comes to a table without a current line, makes one so, but selects none.
        self.selectionModel().select(index, _WHOLE_LINE)
        if (line := self.current) is not None:
            self._kept = line
        self.chosen.emit(line)

    def _go_to(self, row: int) -> None:
        self.selectionModel().setCurrentIndex(self._table.index(row, 0), _WHOLE_LINE)

    def _go_to_first(self) -> None:
        """Make the first line current and say so, though Qt may have made it current already."""
        self._settling = True
        self._go_to(0)
        self.scrollToTop()
        self._settling = False
        self._kept = self.current
        self.chosen.emit(self._kept)

    @contextlib.contextmanager
    def _settled(self) -> Iterator[None]:
        """While lines come and go, Qt makes others current: afterwards the line is so that was before."""
        self._settling = True
        try:
            yield
            if self._kept is not None and (row := self._table.row_of(self._kept)) >= 0:
                self._go_to(row)
        finally:
            self._settling = False
