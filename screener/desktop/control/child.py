"""A child process and what it says, as signals in the window's thread."""

from __future__ import annotations

import contextlib
import multiprocessing
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from screener.desktop.control.messages import STOP, Exported, Finished, Halted, Problem
from screener.engines.spawn import end

_POLL_MS = 50
_END_SECONDS = 5.0
"""How long a process may take to be gone, once it has said all and once it is killed."""

_LAST_WORDS = (Finished, Halted, Exported, Problem)


class Child(QObject):
    """One process at a time. It is no daemon, so that it may have children of its own."""

    told = Signal(object)
    """A message of `messages`, or a `Progress`."""

    lost = Signal()
    """The process ended without a last word: it was killed, or ran out of memory."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Nothing runs before `start`."""
        super().__init__(parent)
        self._process: Any = None
        self._connection: Any = None
        self._timer = QTimer(self)
        self._timer.setInterval(_POLL_MS)
        self._timer.timeout.connect(self._poll)

    def start(self, main: Callable[..., None], *arguments: object) -> None:
        """Run `main(connection, *arguments)`, which must be importable by name, in a new process."""
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=main, args=(theirs, *arguments), name="screener-scan")
        self._process.start()
        theirs.close()
        self._timer.start()

    @property
    def is_running(self) -> bool:
        """Whether a process runs whose end has not been told."""
        return self._process is not None

    @property
    def pid(self) -> int:
        """The process's id; 0 for none."""
        return int(self._process.pid) if self._process is not None else 0

    def ask_to_stop(self) -> None:
        """Tell the process to end, keeping what is done. `told` or `lost` follows."""
        if self._connection is not None:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # its end shows when we read
                self._connection.send(STOP)

    def wait(self, seconds: float) -> None:
        """Wait until the process has ended, and end it by force if it takes longer. No signal follows."""
        self._timer.stop()
        if self._process is None:
            return
        last = time.monotonic() + seconds
        while self._process.is_alive() and time.monotonic() < last:
            self._drain()
        self._clear()

    def _drain(self) -> None:
        """Take what is being said, or a process that says much could not end."""
        try:
            if self._connection.poll(_POLL_MS / 1000):
                self._connection.recv()
        except (EOFError, OSError):
            self._process.join(_POLL_MS / 1000)

    def _poll(self) -> None:
        """Pass on what was said since; the newest of several `Progress` would do, but they are few."""
        if self._process is None:
            return
        alive = self._process.is_alive()
        try:
            while self._connection.poll():
                message = self._connection.recv()
                if isinstance(message, _LAST_WORDS):
                    self._end()
                    self.told.emit(message)
                    return
                self.told.emit(message)
        except (EOFError, OSError):
            alive = False
        if not alive:
            self._end()
            self.lost.emit()

    def _end(self) -> None:
        self._timer.stop()
        self._process.join(_END_SECONDS)
        self._clear()

    def _clear(self) -> None:
        self._connection.close()
        if end(self._process, _END_SECONDS):
            self._process.close()
        self._process = self._connection = None
