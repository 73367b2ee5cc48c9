"""A list of lines as Qt's views want it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from screener.desktop.model.lists import Change, Filter, Insert, Remove, identity, moves
from screener.scanning.reading import Line

LINE_ROLE = int(Qt.ItemDataRole.UserRole) + 1
"""The `Line` itself, of any column."""

_MOST_MOVES = 400
"""More moves than these cost a view more than starting over."""

Index = QModelIndex | QPersistentModelIndex


class LineTable(QAbstractTableModel):
    """Lines, of which a filter shows some. Subclasses say what stands in the columns."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Without lines."""
        super().__init__(parent)
        self._all: Sequence[Line] = []
        self._shown: list[Line] = []
        self._filter = Filter()

    @abstractmethod
    def headers(self) -> tuple[str, ...]:
        """The columns' headings, in the reader's language."""

    @abstractmethod
    def cell(self, line: Line, column: int, role: int) -> Any:
        """What a view gets for a role of one cell."""

    def set_lines(self, lines: Sequence[Line]) -> None:
        """Show these lines, as far as the filter lets them through."""
        self._all = lines
        self._update()

    def set_filter(self, wanted: Filter) -> None:
        """Show what `wanted` lets through."""
        self._filter = wanted
        self._update()

    @property
    def total(self) -> int:
        """How many lines there are, shown or not."""
        return len(self._all)

    def line(self, row: int) -> Line:
        """The shown line at `row`."""
        return self._shown[row]

    def row_of(self, line: Line) -> int:
        """Where a film is shown; -1 where it is not."""
        wanted = identity(line)
        return next((row for row, one in enumerate(self._shown) if identity(one) == wanted), -1)

    def rowCount(self, parent: Index | None = None) -> int:
        """See Qt."""
        return 0 if parent is not None and parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index | None = None) -> int:
        """See Qt."""
        return 0 if parent is not None and parent.isValid() else len(self.headers())

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        """See Qt."""
        if not index.isValid():
            return None
        line = self._shown[index.row()]
        return line if role == LINE_ROLE else self.cell(line, index.column(), role)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = int(Qt.ItemDataRole.DisplayRole)
    ) -> Any:
        """See Qt."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.headers()[section]
        return None

    def _update(self) -> None:
        wanted = self._filter.apply(self._all)
        steps = []
        for step in moves(self._shown, wanted):
            steps.append(step)
            if len(steps) > _MOST_MOVES:
                self.beginResetModel()
                self._shown = wanted
                self.endResetModel()
                return
        for step in steps:
            self._make(step)

    def _make(self, step: Remove | Insert | Change) -> None:
        match step:
            case Remove(first, last):
                self.beginRemoveRows(QModelIndex(), first, last)
                del self._shown[first : last + 1]
                self.endRemoveRows()
            case Insert(first, lines):
                self.beginInsertRows(QModelIndex(), first, first + len(lines) - 1)
                self._shown[first:first] = lines
                self.endInsertRows()
            case Change(place, line):
                self._shown[place] = line
                self.dataChanged.emit(self.index(place, 0), self.index(place, self.columnCount() - 1))
