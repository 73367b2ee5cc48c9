"""A scan as it is looked at: how it goes, its lists, the film that is selected, and what the reader does."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from screener.desktop.control.film_loader import FilmLoader
from screener.desktop.control.session import Session
from screener.desktop.control.store_desk import Snapshot
from screener.desktop.model.lists import identity
from screener.desktop.view.film_panel import FilmPanel
from screener.desktop.view.halves import Halves
from screener.desktop.view.list_pane import ListPane
from screener.desktop.view.progress_strip import ProgressStrip
from screener.desktop.view.scrolled import Scrolled
from screener.desktop.view.unkept_bar import UnkeptBar
from screener.records import Limits, Row
from screener.reports.wording import of_kind
from screener.scanning.reading import Line
from screener.scanning.verdicts import Verdict

_PAUSE_MS = 120
"""A film is decoded once the selection has rested so long: holding an arrow key decodes none."""

_LIST = 500
"""Pixels that the lists are wide at first."""

_NEXT = {None: Verdict.AGREE, Verdict.AGREE: Verdict.DISAGREE, Verdict.DISAGREE: Verdict.UNSURE}


_ARROWS = {"Left": (-1, 0), "Right": (1, 0), "Up": (0, -1), "Down": (0, 1)}
_MOVED, _LIT = 60, 8
"""Screen pixels, and grey levels, that an arrow key moves and lights the film by."""

_ONCE = frozenset("VFIRH")
"""Keys that decide; all others do more the longer they are held down."""


class ScanPage(QWidget):
    """The lists on the left, the film on the right; below them where the window is narrow."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        """The page of `session`'s scan."""
        super().__init__(parent)
        self._session = session
        self._snapshot: Snapshot | None = None
        self._line: Line | None = None
        self._row: Row | None = None
        self._early: list[Callable[[], None]] = []
        self._begun = False
        self.loader = FilmLoader(Limits(), self)
        self.strip, self.lists, self.film = ProgressStrip(), ListPane(), FilmPanel()
        self.unkept = UnkeptBar()
        self._split = Halves(self.lists, self.film, beside=(_LIST, 3 * _LIST))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.strip)
        column.addWidget(self.unkept)
        column.addWidget(Scrolled(self._split), 1)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_PAUSE_MS)
        self._rest.timeout.connect(self._ask_film)
        session.desk.changed.connect(self._show_lists)
        session.desk.row_read.connect(self._show_row)
        session.desk.row_lost.connect(self._miss_row)
        session.readings.changed.connect(self._show)
        session.readings.told.connect(self._show_unkept)
        session.stage_changed.connect(self._show_unkept)  # another scan may be shown
        self.unkept.again_asked.connect(session.readings.try_again)
        self.unkept.dismissed.connect(session.readings.dismiss)
        self.strip.let_go.connect(self.lists.take_keys)
        self.unkept.let_go.connect(self.lists.take_keys)
        self.lists.selected.connect(self._select)
        self.lists.space_pressed.connect(lambda: self._once_read(self._turn_read))
        self.film.judged.connect(self._judge)
        self.film.marked.connect(self._mark)
        self.loader.loaded.connect(self.film.show_film)
        self._bind_keys()

    def clear(self) -> None:
        """Make ready for another scan."""
        self._snapshot = self._line = self._row = None
        self._early.clear()
        self.loader.forget()
        self.lists.clear()
        self.film.clear()
        self.lists.take_keys()
        self._begun = False

    @property
    def shows_all(self) -> bool:
        """Whether the lists show a scan that came to its end."""
        return self._snapshot is not None and self._snapshot.complete

    @property
    def is_empty(self) -> bool:
        """Whether nothing of the scan has been read so far."""
        return self._snapshot is None

    def _bind_keys(self) -> None:
        canvas, tools = self.film.canvas, self.film.tools
        keys: dict[str, Callable[[], None]] = {
            "V": lambda: self._once_read(self._next_verdict),
            "F": canvas.fit,
            "I": tools.invert.click,
            "R": canvas.reset,
            "H": tools.heat.toggle,
            "+": lambda: canvas.zoom_by(1),
            "=": lambda: canvas.zoom_by(1),
            "-": lambda: canvas.zoom_by(-1),
        }
        for arrow, (right, down) in _ARROWS.items():
            keys[f"Shift+{arrow}"] = partial(canvas.move_by, right * _MOVED, down * _MOVED)
            keys[f"Ctrl+{arrow}"] = partial(canvas.light_by, right * _LIT, -down * _LIT)
        for key, action in keys.items():
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.setAutoRepeat(key not in _ONCE)  # a key that is held down must not turn a verdict over
            shortcut.activated.connect(action)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.activated.connect(self.lists.search.setFocus)

    def _show_lists(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._show()

    def _show(self) -> None:
        """Show the lists as they were read, and what the reader did since."""
        if self._snapshot is None:
            return
        self.film.name_pictures(self._snapshot.provenance.kind)
        self.lists.show_lists(self._session.readings.laid_over(self._snapshot))
        current = self.lists.current
        if current is not None and self._is_shown(current):
            self._line = current
            self.film.show_line(current)
        elif current is not None and self._line is not None:
            self._select(current)  # the film that was shown is in the list no more, or is another by now
        # A film is shown as soon as there is one, and stays: a key that is pressed as the list grows must
        # mean the film that was looked at.
        if self._snapshot.worklist and not self._begun:
            self._begun = True
            self.lists.select_first()

    def _show_unkept(self) -> None:
        scan, readings = self._session.scan, self._session.readings
        self.unkept.show_unkept(
            tuple(readings.unkept.values()), readings.why, Path(scan.out) if scan is not None else None
        )

    def _is_shown(self, line: Line) -> bool:
        return self._line is not None and _film_of(line) == _film_of(self._line)

    def _select(self, line: Line | None) -> None:
        self._rest.stop()
        self.loader.forget()
        if line is None or not self._is_shown(line):
            self._row = None
            self._early.clear()
        self._line = line
        if line is None:
            self.film.clear()
            return
        if self._row is None:
            self.film.clear(self._said(self.tr("Reading the film …")))
        self._session.desk.fetch(line)
        self.film.show_line(line)

    def _show_row(self, row: Row) -> None:
        line = self._line
        if line is None or self._snapshot is None or (row.key, row.frame) != identity(line):
            return
        if _film_of(row) != _film_of(line):  # it was scanned anew since the lists were read
            self._session.desk.refresh(now=True)
            return
        self._row = row
        self.film.show_row(row, self._snapshot.provenance)
        self._rest.start()
        early, self._early = self._early, []
        for act in early:
            act()

    def _miss_row(self, line: Line) -> None:
        if self._is_shown(line):
            self._row = None
            self._early.clear()
            self.film.clear(self._said(self.tr("The results of this film cannot be read.")))

    def _said(self, text: str) -> str:
        """A text about the scan's pictures, as those of its task are called."""
        return of_kind(self._snapshot.provenance.kind, text) if self._snapshot is not None else text

    def _ask_film(self) -> None:
        if self._row is not None and self._snapshot is not None:
            scan, snapshot = self._session.scan, self._snapshot
            inputs = (scan.inputs if scan is not None else ()) or snapshot.places
            self.loader.ask(self._row, snapshot.provenance, snapshot.folder, inputs)

    def _once_read(self, act: Callable[[], None]) -> None:
        """Do what a key asks for, but not of a film that cannot be looked at yet; then once it can."""
        if self._row is not None:
            act()
        elif self._line is not None:
            self._early.append(act)

    def _turn_read(self) -> None:
        if self._line is not None:
            self._mark(not self._line.is_read)

    def _next_verdict(self) -> None:
        if self._line is not None:
            self._judge(_NEXT.get(Verdict(self._line.verdict) if self._line.verdict else None))

    def _mark(self, is_read: bool) -> None:
        if self._snapshot is not None and self._line is not None and self._line.score is not None:
            self._session.readings.mark(self._snapshot.folder, self._line, is_read)

    def _judge(self, verdict: Verdict | None) -> None:
        if self._snapshot is not None and self._line is not None and self._line.score is not None:
            self._session.readings.judge(self._snapshot.folder, self._line, verdict)


def _film_of(line: Line | Row) -> tuple[object, ...]:
    """What tells a film from all others, and from what lay in its place, or was made of it, before."""
    return line.key, line.frame, line.sha256, line.status, line.score, line.band
