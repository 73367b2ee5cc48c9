"""The worklist and the problems as tables."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont

from screener.desktop import words
from screener.desktop.markup import tip
from screener.desktop.model.table import LineTable
from screener.records import Band
from screener.reports.wording import of_kind, visible
from screener.scanning.reading import Line
from screener.scanning.verdicts import Verdict

BAND, SCORE, FILM, VERDICT = range(4)
"""The columns of a worklist."""

_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_TIP = int(Qt.ItemDataRole.ToolTipRole)
_FONT = int(Qt.ItemDataRole.FontRole)
_SPOKEN = int(Qt.ItemDataRole.AccessibleTextRole)
_VERDICT_MARKS = {Verdict.AGREE: "✓", Verdict.DISAGREE: "✗", Verdict.UNSURE: "?"}


class Worklist(LineTable):
    """Scored films, most suspicious first. What is unread is bold, as in a mailbox."""

    kind = "film"
    """What the pictures are: a task's kind."""

    def name_pictures(self, kind: str) -> None:
        """Call the pictures what those of a task of `kind` are called."""
        if kind != self.kind:
            self.kind = kind
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, FILM, FILM)

    def headers(self) -> tuple[str, ...]:
        """See `LineTable`."""
        film = of_kind(self.kind, self.tr("Film"))
        return self.tr("Band"), self.tr("Score"), film, self.tr("Verdict")

    def cell(self, line: Line, column: int, role: int) -> Any:
        """See `LineTable`."""
        if role in (_DISPLAY, _SPOKEN):
            return self._text(line, column)
        if role == _TIP and column == FILM:
            more = of_kind(self.kind, self.tr("There is something to know of this film."))
            return tip(_name(line), more) if line.cautioned else tip(_name(line))
        if role == _FONT and column == FILM:
            font = QFont()
            font.setBold(not line.is_read)
            return font
        return None

    def _text(self, line: Line, column: int) -> str:
        if column == BAND:
            return words.band_label(Band(line.band)) if line.band else ""
        if column == SCORE:
            return words.share(line.score or 0.0)
        if column == FILM:
            return _name(line) + ("  ⚠" if line.cautioned else "")
        if line.verdict is None:
            return self.tr("Read") if line.is_read else ""
        verdict = Verdict(line.verdict)
        return f"{_VERDICT_MARKS[verdict]} {words.verdict_name(verdict)}"


class Problems(LineTable):
    """Files without a score, and why."""

    def headers(self) -> tuple[str, ...]:
        """See `LineTable`."""
        return self.tr("File"), self.tr("What is wrong")

    def cell(self, line: Line, column: int, role: int) -> Any:
        """See `LineTable`."""
        text = words.reason(line) if column else _name(line)
        if role in (_DISPLAY, _SPOKEN):
            return text
        if role == _TIP:
            return tip(text, line.detail) if column == 1 and line.detail else tip(text)
        return None


def _name(line: Line) -> str:
    return visible(f"{line.name} ({line.frame})" if line.frame else line.name)
