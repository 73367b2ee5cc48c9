"""What a reader does with films: shown at once, kept by the desk, and remembered where it cannot be kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from screener.desktop.control.store_desk import Snapshot, StoreDesk
from screener.desktop.model.lists import identity
from screener.scanning.reading import Line
from screener.scanning.verdicts import Judged, Marked, ReadingChange, Verdict


@dataclass(frozen=True, slots=True)
class Given:
    """A change that was given to the desk.

    Attributes:
        folder: of the scan that it belongs to, which need not be the one that is shown by now.
        name: the film's.
        change: see `ReadingChange`.
    """

    folder: Path
    name: str
    change: ReadingChange


class Readings(QObject):
    """Lists may have been read before the last keys were pressed: what those did is laid over them."""

    changed = Signal()
    """What is laid over the lists is another than before."""

    told = Signal()
    """`unkept` is another than before."""

    def __init__(self, desk: StoreDesk, parent: QObject | None = None) -> None:
        """Nothing was read yet."""
        super().__init__(parent)
        self._desk = desk
        self._given: dict[int, Given] = {}
        self.unkept: list[Given] = []
        """What could not be kept, and was neither kept since nor dismissed."""
        self.why = ""
        """Of the last of them: one line for who looks after the computer."""
        desk.kept.connect(self._note_kept)
        desk.not_kept.connect(self._note_unkept)

    def mark(self, folder: Path, line: Line, is_read: bool) -> None:
        """Keep that a film was marked as read, or as unread."""
        self._keep(Given(folder, line.name, Marked(line.key, line.frame, line.sha256, is_read)))

    def judge(self, folder: Path, line: Line, verdict: Verdict | None) -> None:
        """Keep a verdict, or that it was taken back."""
        self._keep(Given(folder, line.name, Judged(line.key, line.frame, line.sha256, verdict)))

    def try_again(self) -> None:
        """Keep what could not be kept."""
        again, self.unkept = self.unkept, []
        self.told.emit()
        for one in again:
            self._keep(one)

    def dismiss(self) -> None:
        """Speak no more of what could not be kept."""
        self.unkept = []
        self.told.emit()

    def laid_over(self, snapshot: Snapshot) -> Snapshot:
        """The lists with all that was done since they were read."""
        self._given = {number: one for number, one in self._given.items() if number > snapshot.readings}
        changes = [one.change for one in self._given.values() if one.folder == snapshot.folder]
        return replace(snapshot, worklist=changed(snapshot.worklist, changes)) if changes else snapshot

    def _keep(self, given: Given) -> None:
        self._given[self._desk.keep(given.folder, given.change)] = given
        self.changed.emit()

    def _note_kept(self, number: int) -> None:
        if (kept := self._given.get(number)) is not None:
            self._drop_unkept(kept)

    def _note_unkept(self, number: int, why: str) -> None:
        if (lost := self._given.pop(number, None)) is not None:
            self._drop_unkept(lost)
            self.unkept.append(lost)
            self.why = why
            self.told.emit()
            self.changed.emit()

    def _drop_unkept(self, newer: Given) -> None:
        """Forget what is made up for by a later change of the same thing."""
        left = [one for one in self.unkept if not _same_thing(one, newer)]
        if len(left) < len(self.unkept):
            self.unkept = left
            self.told.emit()


def changed(lines: Iterable[Line], changes: Iterable[ReadingChange]) -> list[Line]:
    """The lines after the changes, as the store would have them."""
    of_film: dict[tuple[bytes, int], list[ReadingChange]] = {}
    for change in changes:
        of_film.setdefault((change.key, change.frame), []).append(change)
    return [_changed(line, of_film.get(identity(line), ())) for line in lines]


def _changed(line: Line, changes: Iterable[ReadingChange]) -> Line:
    for change in changes:
        if change.sha256 != line.sha256:  # another film by now
            continue
        match change:
            case Marked(is_read=is_read):
                line = line._replace(is_read=int(is_read))
            case Judged(verdict=verdict):
                line = line._replace(is_read=1 if verdict else line.is_read, verdict=verdict and str(verdict))
    return line


def _same_thing(one: Given, other: Given) -> bool:
    return type(one.change) is type(other.change) and (one.folder, one.change.key, one.change.frame) == (
        other.folder,
        other.change.key,
        other.change.frame,
    )
