"""How fast a scan is, and how long it will take."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread
from time import monotonic

from screener.errors import ScreenerError
from screener.images.finding.find import count
from screener.records import Progress

_WINDOW = 10.0
"""Seconds over which the rate is taken."""

_PAUSE = 0.1
"""Seconds between two reports of progress."""


class Pace:
    """Turns a count of films into `Progress`, not more than ten times a second."""

    def __init__(self, report: Callable[[Progress], None], clock: Callable[[], float] = monotonic) -> None:
        """`report` gets the progress; `clock` gives seconds."""
        self._report = report
        self._clock = clock
        self._marks: deque[tuple[float, int]] = deque([(clock(), 0)])
        self._reported = float("-inf")

    def note(self, done: int, total: int | None, *, last: bool = False) -> None:
        """Say that `done` of `total` films (None: not known yet) are behind us; `last` is always reported."""
        now = self._clock()
        if now - self._reported < _PAUSE and not last:
            return
        self._reported = now
        self._marks.append((now, done))
        while len(self._marks) > 2 and now - self._marks[0][0] > _WINDOW:
            self._marks.popleft()
        since, before = self._marks[0]
        rate = (done - before) / (now - since) if now > since else 0.0
        left = (max(0, total - done) / rate) if total is not None and rate > 0 else None
        self._report(Progress(done, total, rate, left))


class BackgroundCount:
    """How many files there are, counted beside the scan."""

    def __init__(self, inputs: Sequence[str], exclude: Path | None) -> None:
        """Start counting; see `screener.images.finding.find.count`."""
        self.value: int | None = None
        Thread(target=self._count, args=(inputs, exclude), daemon=True, name="screener-count").start()

    def _count(self, inputs: Sequence[str], exclude: Path | None) -> None:
        with suppress(ScreenerError, OSError):  # an input that is gone by now: the scan itself will say so
            self.value = count(inputs, exclude)
