"""Films at full size, decoded by a worker process that may be killed for it, the newest wish first."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import SimpleQueue

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from screener.desktop.control.film_source import SPEC, decode_film, locate, moved, unpack_pixels
from screener.errors import ScreenerError
from screener.images.decode import read_bytes
from screener.images.refusal import unread
from screener.records import Decoded, DecodeSettings, Limits, Provenance, Reason, Refused, Row, Source
from screener.scanning.messages import Began, Decoder, Frame, Job, Setup
from screener.scanning.pool import DecodePool
from screener.tasks.load import load_task

_PATIENCE = 1.0
"""Seconds that a new wish waits for the film before it; then it gets a worker of its own."""

_TASK = load_task("pneumonia")
"""Any will do: what is in scope plays no part in showing a film."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A film to be shown.

    Attributes:
        number: tells wishes apart.
        row: the film's.
        root: see `locate`.
        inputs: see `locate`.
        results: see `moved`.
    """

    number: int
    row: Row
    root: str
    inputs: tuple[str, ...]
    results: Path


@dataclass(frozen=True, slots=True, eq=False)
class Film:
    """What came of a wish: its pixels (uint8, H x W or H x W x 3), or why there are none."""

    wish: Wish
    pixels: NDArray[np.uint8] | None
    refused: Refused | None


class FilmLoader(QObject):
    """Decodes the film that was asked for last."""

    loaded = Signal(object)
    """The `Film` of the newest wish; an older one's never comes."""

    def __init__(self, limits: Limits, parent: QObject | None = None) -> None:
        """No process starts before the first wish.

        Args:
            limits: what one film may cost.
            parent: Qt's.
        """
        super().__init__(parent)
        self._limits = limits
        self._number = 0
        self._desk: _Desk | None = None
        self._came.connect(self._pass_on)

    _came = Signal(object)

    def ask(self, row: Row, provenance: Provenance, results: Path, inputs: tuple[str, ...] = ()) -> None:
        """Wish for the film of `row`; `loaded` follows.

        Args:
            row: the film's.
            provenance: of its scan.
            results: the scan's folder.
            inputs: what was scanned, where it is known better than by the provenance.
        """
        self._number += 1
        wish = Wish(self._number, row, provenance.root, inputs or provenance.inputs, results)
        if self._desk is None or self._desk.is_slow():
            self._abandon()
            self._desk = _Desk(self._limits, self._came.emit)
        self._desk.put(wish)

    def forget(self) -> None:
        """No film is wished for any more."""
        self._number += 1

    def close(self, seconds: float = 2.0) -> None:
        """End the worker; wait for that as long as is given, for one that hangs ends at its time limit."""
        self._number += 1
        if self._desk is not None:
            self._desk.put(None)
            self._desk.wait(seconds)
            self._desk = None

    def _abandon(self) -> None:
        if self._desk is not None:
            self._desk.put(None)

    def _pass_on(self, film: Film) -> None:
        if film.wish.number == self._number:
            self.loaded.emit(film)


class _Desk:
    """A thread, its wishes, and the one decode worker that it has at a time."""

    def __init__(self, limits: Limits, tell: Callable[[Film], None]) -> None:
        self._limits = limits
        self._tell = tell
        self._wishes: SimpleQueue[Wish | None] = SimpleQueue()
        self._busy_since: float | None = None
        self._pool: DecodePool | None = None
        self._frame = 0
        # A daemon: a film that hangs must not hold up the end of the program, which ends its worker too.
        self._thread = threading.Thread(target=self._run, daemon=True, name="screener-film")
        self._thread.start()

    def put(self, wish: Wish | None) -> None:
        self._wishes.put(wish)

    def wait(self, seconds: float) -> None:
        self._thread.join(seconds)

    def is_slow(self) -> bool:
        since = self._busy_since
        return since is not None and time.monotonic() - since > _PATIENCE

    def _run(self) -> None:
        while (wish := self._newest()) is not None:
            self._busy_since = time.monotonic()
            try:
                film = self._film(wish)
            except Exception as error:  # noqa: BLE001  the thread's end: no film would ever come again
                self._end_worker()
                film = Film(wish, None, Refused(Reason.INTERNAL, type(error).__name__))
            self._busy_since = None
            try:
                self._tell(film)
            except RuntimeError:  # the window is gone
                break
        self._end_worker()

    def _newest(self) -> Wish | None:
        wish = self._wishes.get()
        while wish is not None and not self._wishes.empty():
            wish = self._wishes.get()
        return wish

    def _film(self, wish: Wish) -> Film:
        row = wish.row
        where = _located(wish)
        tried = where if isinstance(where, Source) else None
        sha256, outcome = ("", where) if isinstance(where, Refused) else self._decoded(wish, where)
        if row.sha256 not in ("", sha256):
            if sha256:  # another film lies there now, perhaps another patient's: the score is not of it
                outcome = Refused(Reason.VANISHED)
            for source in moved(row.key, row.name, wish.root, wish.results, tried):
                sha256, found = self._decoded(wish, source)
                if sha256 == row.sha256:
                    outcome = found
                    break
        if isinstance(outcome, Refused):
            return Film(wish, None, outcome)
        return Film(wish, unpack_pixels(outcome.thumbnail), None)

    def _decoded(self, wish: Wish, source: Source) -> tuple[str, Decoded | Refused]:
        """The sha256 of what lies at `source`, "" if it cannot be read, and what its wished frame gives."""
        sha256 = ""
        outcome: Decoded | Refused = Refused(Reason.NO_PIXELS)
        try:
            for event in self._worker(wish.row.frame).events(iter([Job(wish.number, source)])):
                if isinstance(event, Began):
                    sha256 = event.sha256
                elif isinstance(event, Frame):
                    outcome = event.outcome
                elif event.failure is not None:
                    outcome = event.failure
        except ScreenerError as error:
            self._end_worker()  # it may have none left that could decode the next film
            outcome = Refused(Reason.INTERNAL, str(error))
        return sha256, outcome

    def _worker(self, frame: int) -> DecodePool:
        """The worker that decodes frame `frame` of a file; another frame takes another worker."""
        if self._frame != frame:
            self._end_worker()
        if self._pool is None:
            settings = DecodeSettings(SPEC, _TASK, self._limits, thumbnail=0, gate=False)
            setup = Setup(settings, Decoder(read_bytes, partial(decode_film, wanted=frame)))
            self._pool = DecodePool(setup, workers=1)
            self._frame = frame
        return self._pool

    def _end_worker(self) -> None:
        if self._pool is not None:
            self._pool.close()
            self._pool = None


def _located(wish: Wish) -> Source | Refused:
    """Where the film should lie, or why that is not to be found out."""
    try:
        found = locate(wish.row.key, wish.row.name, wish.root, wish.inputs)
    except OSError as error:
        return unread(error)
    return found or Refused(Reason.VANISHED)
