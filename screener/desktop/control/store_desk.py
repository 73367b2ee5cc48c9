"""Stores at the window's hand, each in a thread of its own: no disk holds up the window or another scan."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import SimpleQueue

from PySide6.QtCore import QObject, Signal, SignalInstance

from screener.errors import OutputError
from screener.records import Provenance
from screener.scanning.reading import Line, StoredScan
from screener.scanning.store import STORE
from screener.scanning.verdicts import ReadingChange, Verdicts

_SHARE = 10.0
"""Reading the lists takes at most about a tenth of the time: after a slow one there is a longer rest."""

_LONGEST_REST = 30.0
"""Seconds: a drive that did not answer once may be quick again."""

_END_SECONDS = 5.0
"""How long what was asked for may still take at the end."""


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """A scan's lists at one moment.

    Attributes:
        folder: the scan's.
        provenance: see `Provenance`.
        complete: whether the scan came to its end.
        worklist: most suspicious first.
        problems: by name.
        readings: the number of the last of this scan's changes that `StoreDesk.keep` had dealt with.
        places: what was scanned, as absolute paths, where the store knows.
    """

    folder: Path
    provenance: Provenance
    complete: bool
    worklist: list[Line]
    problems: list[Line]
    readings: int = 0
    places: tuple[str, ...] = ()


Task = Callable[[], object]


class StoreDesk(QObject):
    """Reads one scan's store on demand and says what changed. All of one store is done in turn."""

    changed = Signal(object)
    """A `Snapshot` that differs from the one before."""

    row_read = Signal(object)
    """A whole `Row` that was asked for."""

    row_lost = Signal(object)
    """The `Line` of a row that was asked for, and cannot be read."""

    kept = Signal(int)
    """The number of a change that is now in its store."""

    not_kept = Signal(int, str)
    """The number of a change that could not be kept, and why, in one line."""

    failed = Signal(str)
    """The store could not be read; one line."""

    def __init__(self, parent: QObject | None = None) -> None:
        """No scan is open before `open`."""
        super().__init__(parent)
        self._folder: Path | None = None
        self._last: Snapshot | None = None
        self._fetches = 0
        self._reading = False
        self._rest_until = 0.0
        self._came.connect(self._pass_on)
        self._given = 0
        self._last_given: dict[Path, int] = {}
        self._dealt_with: dict[Path, int] = {}
        self._work: dict[Path, tuple[SimpleQueue[Task | None], threading.Thread]] = {}

    _came = Signal(object, object, object)

    def open(self, folder: Path) -> None:
        """Turn to the scan in `folder` and read it."""
        self._folder = folder
        self._rest_until = 0.0
        self._do(self._forget, folder)
        self.refresh(now=True)

    def leave(self) -> None:
        """Tell of no scan, until one is opened; what was given to `keep` is still kept."""
        self._folder = None

    def refresh(self, *, now: bool = False) -> None:
        """Read the lists again; if not `now`, only when the last reading is over and some rest was had."""
        if self._folder is None or (not now and (self._reading or time.monotonic() < self._rest_until)):
            return
        self._reading = True
        self._do(self._read, self._folder)

    def fetch(self, line: Line) -> None:
        """Read the whole row of `line`; `row_read` or `row_lost` follows, unless another is wanted then."""
        self._fetches += 1
        if self._folder is not None:
            self._do(self._fetch, self._folder, line, self._fetches)

    def keep(self, folder: Path, change: ReadingChange) -> int:
        """Write what was read in the scan in `folder`; the number that `kept` or `not_kept` will tell."""
        self._given += 1
        self._last_given[folder] = self._given
        self._do(self._keep, folder, change, self._given)
        return self._given

    def settle(self, seconds: float) -> None:
        """Wait, so many seconds at most, until all that was asked for is done."""
        last = time.monotonic() + seconds
        done = [threading.Event() for _ in self._work]
        for (queue, _), one in zip(self._work.values(), done, strict=True):
            queue.put(one.set)
        for one in done:
            one.wait(max(0.0, last - time.monotonic()))

    def close(self) -> None:
        """Finish what was asked for, and end; for a drive that does not answer it waits some seconds only."""
        self._folder = None
        last = time.monotonic() + _END_SECONDS
        for queue, _ in self._work.values():
            queue.put(None)
        for _, thread in self._work.values():
            thread.join(max(0.0, last - time.monotonic()))

    def _do(self, work: Callable[..., None], folder: Path, *arguments: object) -> None:
        if folder not in self._work:
            queue: SimpleQueue[Task | None] = SimpleQueue()
            # A daemon, no executor, or the program could not end before a drive answers that may never do.
            thread = threading.Thread(target=_run, args=(queue,), daemon=True, name="screener-store")
            self._work[folder] = queue, thread
            thread.start()
        self._work[folder][0].put(partial(self._guarded, work, folder, *arguments))

    def _guarded(self, work: Callable[..., None], folder: Path, *arguments: object) -> None:
        try:
            work(folder, *arguments)
            return
        except OutputError as error:
            said = str(error)
        except Exception as error:  # noqa: BLE001  the thread's end: nobody else would ever hear of it
            said = f"this is a fault of the program: {type(error).__name__}"
        with contextlib.suppress(
            RuntimeError
        ):  # the window is gone, and nobody hears; the next is still kept
            self._came.emit(folder, self.failed, said)

    def _pass_on(self, folder: Path, signal: SignalInstance, what: object) -> None:
        """Tell of the scan that is open; what was read of another before must not be taken for its."""
        if folder == self._folder:
            signal.emit(what)

    def _forget(self, folder: Path) -> None:
        self._last = None

    def _read(self, folder: Path) -> None:
        began = time.monotonic()
        try:
            with StoredScan(folder / STORE) as scan:
                snapshot = Snapshot(
                    folder,
                    scan.provenance(),
                    scan.is_complete(),
                    scan.worklist_lines(),
                    scan.problem_lines(),
                    self._dealt_with.get(folder, 0),
                    scan.places(),
                )
        finally:
            if folder == self._folder:
                now = time.monotonic()
                self._rest_until = now + min(_SHARE * (now - began), _LONGEST_REST)
                self._reading = False
        if folder == self._folder and not _same(self._last, snapshot):
            self._last = snapshot
            self._came.emit(folder, self.changed, snapshot)

    def _fetch(self, folder: Path, line: Line, number: int) -> None:
        if number < self._fetches:  # a key was held down: the reader is further on by now
            return
        row = None
        try:
            with StoredScan(folder / STORE) as scan:
                row = scan.row(line.key, line.frame)
        finally:
            if row is None:
                self._came.emit(folder, self.row_lost, line)
        if row is not None:
            self._came.emit(folder, self.row_read, row)

    def _keep(self, folder: Path, change: ReadingChange, number: int) -> None:
        try:
            Verdicts(folder / STORE).put(change)
        except Exception as error:  # noqa: BLE001  whatever it is, the reader must hear that it is not kept
            self.not_kept.emit(number, f"{type(error).__name__}: {error}")
        else:
            self.kept.emit(number)
        self._dealt_with[folder] = number
        if number == self._last_given[folder] and folder == self._folder:  # after the last of those that wait
            self._read(folder)


def _run(queue: SimpleQueue[Task | None]) -> None:
    while (work := queue.get()) is not None:
        work()


def _same(one: Snapshot | None, other: Snapshot) -> bool:
    return (
        one is not None
        and one.folder == other.folder
        and one.complete == other.complete
        and one.worklist == other.worklist
        and one.problems == other.problems
    )
