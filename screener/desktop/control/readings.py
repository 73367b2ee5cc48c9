"""What a reader does with films: shown at once, kept by the desk, and remembered where it cannot be kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Signal

from screener.desktop.control.store_desk import Snapshot, StoreDesk
from screener.desktop.model.lists import identity
from screener.scanning.reading import Line
from screener.scanning.verdicts import Judged, Marked, ReadingChange, Verdict

_SETTLE_SECONDS = 5.0
"""How long closing may wait to hear what is kept: a store in use holds up each change for longer."""


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

    @property
    def film(self) -> tuple[Path, bytes, int]:
        """What tells the film from those of all scans."""
        return self.folder, self.change.key, self.change.frame


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
        self._waiting: set[int] = set()
        self.unkept: dict[int, Given] = {}
        """What could not be kept, and was neither kept since nor dismissed, by the number it failed under."""
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
        """Keep what could not be kept, unless the reader has done otherwise since."""
        again = {
            number: one
            for number, one in self.unkept.items()
            if not any(later > number and _same_thing(one, other) for later, other in self._given.items())
        }
        self.unkept = {number: one for number, one in self.unkept.items() if number not in again}
        self.told.emit()
        for one in again.values():
            self._keep(one)

    def dismiss(self) -> None:
        """Speak no more of what could not be kept."""
        self.unkept = {}
        self.told.emit()

    def unsettled(self) -> list[Given]:
        """What is not kept, or not known to be; of what is on its way it waits a little to hear."""
        if self._on_their_way():
            self._desk.settle(_SETTLE_SECONDS)
            QCoreApplication.sendPostedEvents(self)
        return [*self.unkept.values(), *self._on_their_way()]

    def laid_over(self, snapshot: Snapshot) -> Snapshot:
        """The lists with all that was done since they were read."""
        folder, read = snapshot.folder, snapshot.readings
        self._given = {
            number: one
            for number, one in self._given.items()
            if number in self._waiting or (one.folder == folder and number > read)
        }
        changes = [one.change for one in self._given.values() if one.folder == snapshot.folder]
        return replace(snapshot, worklist=changed(snapshot.worklist, changes)) if changes else snapshot

    def _keep(self, given: Given) -> None:
        number = self._desk.keep(given.folder, given.change)
        self._given[number] = given
        self._waiting.add(number)
        self.changed.emit()

    def _on_their_way(self) -> list[Given]:
        return [one for number, one in self._given.items() if number in self._waiting]

    def _note_kept(self, number: int) -> None:
        self._waiting.discard(number)
        if (kept := self._given.get(number)) is not None:
            self._drop_unkept(kept, number)

    def _note_unkept(self, number: int, why: str) -> None:
        self._waiting.discard(number)
        if (lost := self._given.pop(number, None)) is not None:
            self._drop_unkept(lost, number)
            self.unkept[number] = lost
            self.why = why
            self.told.emit()
            self.changed.emit()

    def _drop_unkept(self, newer: Given, number: int) -> None:
        """Forget what is made up for by a later change, which has this number, of the same thing."""
        left = {n: one for n, one in self.unkept.items() if n > number or not _same_thing(one, newer)}
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
    return type(one.change) is type(other.change) and one.film == other.film
