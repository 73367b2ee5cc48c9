"""From files to committed rows: decode pool -> batches -> engine -> rows -> store."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import repeat

import numpy as np

from screener.engines.base import Engine, Outputs
from screener.engines.scores import probabilities
from screener.models.card import ModelCard
from screener.records import Decoded, Reason, Refused, Row, Source
from screener.scanning.messages import Began, Ended, Event, Frame, Job
from screener.scanning.naming import Naming
from screener.scanning.pool import DecodePool
from screener.scanning.rows import Seen, refused_row, renamed, scored_row, unscored_row
from screener.scanning.store import ScanStore

TRANSIENT = frozenset(
    {
        Reason.NO_PERMISSION,
        Reason.VANISHED,
        Reason.READ_FAILED,
        Reason.OUT_OF_MEMORY,
        Reason.TIME_LIMIT,
        Reason.WORKER_DIED,
        Reason.INTERNAL,
    }
)
"""Reasons that the same bytes need not meet again: the next run tries such a file anew."""

_IN_FLIGHT = 2
"""Batches given to the engine and not yet committed: one in work, one at hand."""

_MOST_ITEMS = 256
"""Rows and ends in a transaction, where few files give the engine anything to do."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a scan does with what it finds.

    Attributes:
        card: the model's.
        batch_size: pictures a step of the engine; rows a transaction, about.
        gate: whether a picture out of scope is refused; if not it is scored with a caution.
        naming: what rows are called.
        log: takes the trace of a fault of the program, which has no data of the film in it.
    """

    card: ModelCard
    batch_size: int
    gate: bool
    naming: Naming
    log: Callable[[str], None]


@dataclass(slots=True)
class _OpenFile:
    """A file that a worker is decoding."""

    source: Source
    sha256: str
    copied: list[Row] | None = None
    kept: bool = False
    frames: int = 0
    settled: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class _Picture:
    """A frame for the engine."""

    source: Source
    frame: int
    sha256: str
    decoded: Decoded


@dataclass(frozen=True, slots=True)
class _End:
    """All frames of a file stand before this; `frames` None says that its rows stay as they are."""

    key: bytes
    sha256: str
    frames: int | None
    settled: bool


@dataclass(slots=True)
class _Batch:
    """What is committed together, in order."""

    items: list[_Picture | Row | _End] = field(default_factory=list)
    pictures: list[_Picture] = field(default_factory=list)

    def add(self, item: _Picture | Row | _End) -> None:
        self.items.append(item)
        if isinstance(item, _Picture):
            self.pictures.append(item)


class Pipeline:
    """One scan. The caller's thread reads the workers and writes the store; one other runs the engine.

    At most `_IN_FLIGHT` batches and the one being filled are held; workers wait when these are full. So
    memory does not grow with the number of films.
    """

    def __init__(self, rules: Rules, engine: Engine, store: ScanStore) -> None:
        """Nothing starts before `run`."""
        self._rules = rules
        self._engine = engine
        self._store = store
        self._open: dict[int, _OpenFile] = {}
        self._batch = _Batch()
        self._flight: deque[tuple[_Batch, Future[Outputs | None]]] = deque()
        self._thread = ThreadPoolExecutor(1, "screener-infer")
        self._listed = 0
        self.done = 0
        self.reused = 0
        self.rows = 0

    def run(
        self, found: Iterator[tuple[Source, Refused | None]], pool: DecodePool, tick: Callable[[int], None]
    ) -> None:
        """Make rows of all files and commit them.

        Args:
            found: the files, from `screener.images.finding.find`.
            pool: decodes them.
            tick: is told, at each event, how many files are behind us.

        On Ctrl-C all files that are behind us are still committed, and KeyboardInterrupt goes on up.
        """
        try:
            for event in pool.events(self._jobs(found)):
                self._take(event)
                while self._flight and self._flight[0][1].done():
                    self._commit_oldest()
                tick(self.done)
            self._hand_over()
        except KeyboardInterrupt:
            pool.close()
            self._hand_over()
            self._commit_flight()
            raise
        else:
            self._commit_flight()
        finally:
            self._thread.shutdown(cancel_futures=True)

    def _jobs(self, found: Iterator[tuple[Source, Refused | None]]) -> Iterator[Job]:
        for source, refused in found:
            self._listed += 1
            if refused is None:
                yield Job(self._listed, source, self._store.known(source.key))
            else:
                self._take(Ended(Job(self._listed, source), failure=refused))

    def _take(self, event: Event) -> None:
        match event:
            case Began(job=job, sha256=sha256):
                self._open[job.number] = self._reopened(job, sha256)
            case Frame(job=job, number=number, outcome=outcome):
                file = self._open[job.number]
                if not file.kept and file.copied is None:
                    self._take_frame(file, number, outcome)
            case Ended(job=job):
                self.done += 1
                if event.trace:
                    self._rules.log(event.trace)
                self._take_end(event, self._open.pop(job.number, None))
        # At the end of a file, so that a file and its end are committed together where that is possible.
        enough = self._rules.batch_size * (1 if isinstance(event, Ended) else 2)
        if len(self._batch.pictures) >= enough or len(self._batch.items) >= _MOST_ITEMS:
            self._hand_over()

    def _reopened(self, job: Job, sha256: str) -> _OpenFile:
        """The file of a job whose decoding begins, perhaps for the second time."""
        before = self._open.get(job.number)
        source = before.source if before and before.sha256 == sha256 else self._rules.naming(job, sha256)
        if self._store.known(source.key) == sha256:
            return _OpenFile(source, sha256, kept=True)
        return _OpenFile(source, sha256, copied=self._store.rows_of_content(sha256) or None)

    def _take_frame(self, file: _OpenFile, number: int, outcome: Decoded | Refused) -> None:
        file.frames = number
        if isinstance(outcome, Refused):
            file.settled = file.settled and outcome.reason not in TRANSIENT
            self._batch.add(refused_row(file.source, number, file.sha256, outcome))
            return
        frame = file.source, number, file.sha256, outcome
        if outcome.scope and self._rules.gate:
            self._batch.add(unscored_row(*frame, outcome.scope, outcome.scope_detail))
        else:
            self._batch.add(_Picture(*frame))

    def _take_end(self, event: Ended, file: _OpenFile | None) -> None:
        if event.unchanged or (file and file.kept):
            self.reused += 1
            source = file.source if file else event.job.source
            self._batch.add(_End(source.key, "", None, True))
        elif file and (file.copied or not event.failure):
            for row in file.copied or ():
                self._batch.add(renamed(row, file.source))
            frames = max(row.frame for row in file.copied) if file.copied else file.frames
            self._batch.add(_End(file.source.key, file.sha256, frames, file.settled))
        elif event.failure:
            source = file.source if file else self._rules.naming(event.job, "")
            sha256 = file.sha256 if file else ""
            self._batch.add(refused_row(source, 0, sha256, event.failure))
            self._batch.add(_End(source.key, sha256, 0, event.failure.reason not in TRANSIENT))

    def _hand_over(self) -> None:
        """Give the batch to the engine; wait, if it has as many as it may."""
        while len(self._flight) >= _IN_FLIGHT:
            self._commit_oldest()
        batch, self._batch = self._batch, _Batch()
        self._flight.append((batch, self._thread.submit(self._infer, batch)))

    def _infer(self, batch: _Batch) -> Outputs | None:
        if not batch.pictures:
            return None
        return self._engine.infer(np.stack([picture.decoded.model_input for picture in batch.pictures]))

    def _commit_flight(self) -> None:
        while self._flight:
            self._commit_oldest()

    def _commit_oldest(self) -> None:
        batch, future = self._flight[0]
        seen = iter(self._seen(future.result()))
        with self._store.transaction():
            for item in batch.items:
                match item:
                    case Row():
                        self._store.put(item)
                    case _Picture():
                        self._store.put(self._scored(item, next(seen)))
                    case _End(frames=None):
                        self._store.keep_file(item.key)
                    case _End(frames=int(frames)):
                        self._store.end_file(item.key, item.sha256, frames, settled=item.settled)
        self._flight.popleft()  # only now: a Ctrl-C in between commits it again, to the same effect
        self.rows += sum(not isinstance(item, _End) for item in batch.items)

    def _seen(self, outputs: Outputs | None) -> Iterator[Seen]:
        if outputs is None:
            return
        shares = probabilities(outputs.logits, self._rules.card.temperature)
        yield from map(Seen, shares, repeat(None) if outputs.maps is None else outputs.maps)

    def _scored(self, picture: _Picture, seen: Seen) -> Row:
        frame = picture.source, picture.frame, picture.sha256, picture.decoded
        return scored_row(*frame, seen, self._rules.card)
