"""The decode pool: child processes that may hang, die or run out of memory without the scan's doing so."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from multiprocessing.connection import wait

from screener.engines.spawn import end, kill, start_apart
from screener.errors import ScreenerError
from screener.records import Decoded, Reason, Refused, Source
from screener.scanning import worker
from screener.scanning.messages import Began, Ended, Event, Frame, Job, Ready, Setup
from screener.scanning.wire import LONGEST, Garbled, unpack

_AHEAD = 2
"""Jobs that a worker has at hand: the one it decodes, and the next."""

_START_SECONDS = 120.0
"""How long a worker may take to start; a virus scanner can make it slow."""

_STILLBORN = 5
"""Workers in a row that may die before they start."""

_MOST_WORKERS = 61 if os.name == "nt" else sys.maxsize
"""Workers at most: Windows waits for no more than 63 things at once, and Python's own pools stop here too."""

_END_SECONDS = 5.0
"""How long a killed worker may take to be gone."""

_STUCK = 5
"""Workers that may be left behind because they hang where even a kill does not reach them."""


class _Hand:
    """One worker process and what it has been given."""

    def __init__(self, setup: Setup) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(
            target=worker.main, args=(theirs,), daemon=True, name="screener-decode"
        )
        start_apart(self.process)
        theirs.close()
        self.jobs: deque[Job] = deque()
        self.ready = False
        self.alone = False
        self.served = 0
        self.spent = 0.0
        self._counted = time.monotonic()
        self.tell(setup)

    def give(self, job: Job) -> None:
        if not self.jobs and self.ready:
            self._restart_clock()
        self.jobs.append(job)
        self.tell(job)

    def begin(self) -> None:
        """It has started."""
        self.ready = True
        self._restart_clock()

    def finish(self) -> Job:
        """Its current job is over."""
        self.alone = False
        self.served += 1
        self._restart_clock()
        return self.jobs.popleft()

    def count_time(self, waited_since: float | None) -> None:
        """Add to the time spent on the current job: up to now from the last count, or from `waited_since`."""
        now = time.monotonic()
        self.spent += now - max(self._counted, waited_since or 0.0)
        self._counted = now

    def _restart_clock(self) -> None:
        self.spent = 0.0
        self._counted = time.monotonic()

    def tell(self, message: Setup | Job) -> None:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # its death shows when we read
            self.connection.send(message)

    def has_room(self) -> bool:
        return not self.alone and len(self.jobs) < _AHEAD

    def end(self, until: float | None = None) -> bool:
        """End the process; False where the system cannot, while it hangs in a read of a dead drive.

        Args:
            until: when to wait no longer, on the monotonic clock; None for some seconds from now.
        """
        self.connection.close()
        if not end(self.process, _END_SECONDS if until is None else max(0.0, until - time.monotonic())):
            return False
        self.process.close()
        return True


class DecodePool:
    """Workers that decode files side by side. Their number changes how soon events come, and nothing else."""

    def __init__(self, setup: Setup, workers: int) -> None:
        """Start `workers` processes (at least 1), or as many as can be; they get ready meanwhile."""
        self._setup = setup
        self._hands: list[_Hand] = []
        self._again: deque[Job] = deque()
        self._tried: set[int] = set()
        self._stillborn = 0
        self._stuck = 0
        try:
            for _ in range(min(workers, _MOST_WORKERS)):
                self._hands.append(_Hand(setup))
        except BaseException:
            self.close()
            raise

    def events(self, jobs: Iterator[Job]) -> Iterator[Event]:
        """What becomes of each job: `Began` when it is read, `Frame`s, and one `Ended`.

        Jobs are taken from the iterator as workers have room, so nothing piles up; a job's events come in
        order, those of different jobs mixed. A file that hangs or kills its worker, or exhausts its
        memory, still gets its `Ended`. One that killed its worker, or ran out of memory in one that had
        done others before, is tried once more, alone in a fresh worker: its events then start anew.

        Raises:
            ScreenerError: workers cannot be started, or too many hang and cannot be ended.
        """
        more = True
        while True:
            while more and (hand := self._roomiest()) is not None:
                job = self._again.popleft() if self._again else next(jobs, None)
                if job is None:
                    more = False
                else:
                    hand.give(job)
            busy = [hand for hand in self._hands if hand.jobs]
            if not busy:
                if not self._again:
                    return
                more = True
                continue
            asked = time.monotonic()
            ready = wait([hand.connection for hand in self._hands], max(0.0, self._patience(busy)))
            for hand in busy:
                # A hand that has something to say may be held up by our own slowness: its clock shows
                # only the time that we really waited for it.
                hand.count_time(asked if hand.connection in ready else None)
            for hand in list(self._hands):
                if hand.connection in ready:
                    yield from self._listen(hand)
                elif hand.jobs and hand.spent >= self._limit(hand):
                    yield from self._overdue(hand)
            more = more or bool(self._again)

    def outcomes(self, sources: Iterable[Source]) -> Iterator[tuple[Source, Decoded | Refused]]:
        """(source, what it gave) for each frame, and for each file that gave none; see `events`."""
        for event in self.events(Job(number, source) for number, source in enumerate(sources, 1)):
            match event:
                case Frame(job=job, outcome=outcome):
                    yield job.source, outcome
                case Ended(job=job, failure=Refused() as failure):
                    yield job.source, failure

    def close(self) -> None:
        """End all workers at once."""
        for hand in self._hands:
            kill(hand.process)
        until = time.monotonic() + _END_SECONDS
        for hand in self._hands:
            hand.end(until)
        self._hands = []

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should know of the workers, if anything."""
        if not self._stuck:
            return ()
        return ("the drive did not answer when films should be read: see that it is connected",)

    def _roomiest(self) -> _Hand | None:
        free = [hand for hand in self._hands if hand.has_room()]
        return min(free, key=lambda hand: len(hand.jobs), default=None)

    def _limit(self, hand: _Hand) -> float:
        return self._setup.settings.limits.seconds if hand.ready else _START_SECONDS

    def _patience(self, busy: list[_Hand]) -> float:
        return min(self._limit(hand) - hand.spent for hand in busy)

    def _listen(self, hand: _Hand) -> Iterator[Event]:
        try:
            message = hand.connection.recv_bytes(LONGEST)
            event = unpack(message, hand.jobs[0] if hand.jobs else None, self._setup.settings.input)
        except (EOFError, OSError, Garbled):
            yield from self._died(hand)
            return
        match event:
            case Ready():
                hand.begin()
                self._stillborn = 0
            case Began() | Frame():
                yield event
            case Ended(job=job, failure=failure):
                hand.finish()
                if failure is not None and failure.reason is Reason.OUT_OF_MEMORY:
                    used = hand.served > 1
                    rest = hand.jobs
                    if used and job.number not in self._tried:
                        self._replace(hand, rest, alone=job)
                        return
                    self._replace(hand, rest)
                yield event

    def _died(self, hand: _Hand) -> Iterator[Event]:
        if not hand.ready:
            self._stillborn += 1
            if self._stillborn >= _STILLBORN:
                raise ScreenerError(
                    "the processes that decode films end at once; see whether memory is short or a security "
                    "program stops them"
                )
            self._replace(hand, hand.jobs)
        elif not hand.jobs:
            self._replace(hand, hand.jobs)
        else:
            job = hand.jobs.popleft()
            if job.number in self._tried:
                self._replace(hand, hand.jobs)
                yield Ended(job, failure=Refused(Reason.WORKER_DIED))
            else:
                self._replace(hand, hand.jobs, alone=job)

    def _overdue(self, hand: _Hand) -> Iterator[Event]:
        if not hand.ready:
            hand.process.kill()  # counts as stillborn when we next listen
            return
        job = hand.jobs.popleft()
        self._replace(hand, hand.jobs)
        yield Ended(job, failure=Refused(Reason.TIME_LIMIT))

    def _replace(self, hand: _Hand, rest: deque[Job], alone: Job | None = None) -> None:
        """Put a fresh worker in the place of `hand`; `rest` is given out again, `alone` to it only."""
        self._stuck += not hand.end()
        if self._stuck >= _STUCK:
            self._hands.remove(hand)
            raise ScreenerError(
                "the drive with the films no longer answers; check that it is connected, and run the "
                "same command again, which continues from here"
            )
        fresh = _Hand(self._setup)
        self._hands[self._hands.index(hand)] = fresh
        self._again.extend(rest)
        if alone is not None:
            self._tried.add(alone.number)
            fresh.alone = True
            fresh.give(alone)
