"""Which numbers of workers, threads and films a step are fastest here: whole scans, taken in turn."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from screener.commands.timings.records import BenchRequest, Trial, Tuned
from screener.records.user_folders import state_folder
from screener.scanning.tuned import (
    Remembered,
    Tuning,
    all_remembered,
    key_of,
    remember,
    usual,
)

if TYPE_CHECKING:
    from screener.models.catalogue import Installed
    from screener.records import Source

ROUNDS = 3
"""How often each way is scanned, in turn with the others: other programs then slow all of them alike."""

LEAST_SECONDS = 3.0
"""A scan that is over sooner says more of its start than of its rate: nothing is remembered of it."""

GAIN = 1.05
"""A way is remembered if its median rate is so many times the usual one's, and it won every round."""

_HOPELESS = 0.8
"""A way that has less than this share of the best rate of the first round is not tried again."""

_GPU_BATCHES = (16, 64, 256)


def ways(*, shared: bool) -> tuple[Tuning, ...]:
    """What is tried, the usual way first, where workers and model share the cores, and where they do not.

    On a CPU: a thread a core or half as many (cores that are two threads of one share its arithmetic), and
    as many workers as cores, half or a quarter (workers compete with the model, and take memory). On a GPU:
    films a step.
    """
    plain = usual()
    if not shared:
        return tuple(Tuning(plain.workers, plain.threads, size) for size in _GPU_BATCHES)
    threads = dict.fromkeys((plain.threads, max(1, plain.threads // 2)))
    workers = dict.fromkeys(max(1, plain.workers // part) for part in (1, 2, 4))
    return tuple(Tuning(w, t, plain.batch_size) for t in threads for w in workers)


def tune(
    request: BenchRequest,
    model: Installed,
    device: str,
    sources: Sequence[Source],
    begin: Callable[[str], None],
    *,
    shared: bool,
) -> Tuned:
    """Scan the sources in every way, in turn, and remember the fastest for later scans.

    Args:
        request: what is measured.
        model: that scores.
        device: that was asked for: `cpu`, `cuda` or `mps`.
        sources: the films.
        begin: is told which scan begins.
        shared: whether workers and model share the cores; if not there is a GPU.

    Raises:
        ScreenerError: whatever `scan` raises, or the memory cannot be written.
    """
    from screener.models.card import card_hash

    tried = ways(shared=shared)
    rates: dict[Tuning, list[float]] = {way: [] for way in tried}
    shortest = float("inf")
    left = list(tried)
    for turn in range(ROUNDS):
        for way in left:
            begin(way.said)
            seconds, rows = _scanned(request, way, sources)
            rates[way].append(rows / seconds)
            shortest = min(shortest, seconds)
        if not turn:
            best = max(found[0] for found in rates.values())
            left = [way for way in tried if way == tried[0] or rates[way][0] >= _HOPELESS * best]
    trials = tuple(Trial(way, tuple(found)) for way, found in rates.items())
    if shortest < LEAST_SECONDS:
        return Tuned(trials, None, None)
    winner = winner_of(trials)
    key = key_of(model.card.name, card_hash(model.folder), device, request.precision)
    found = None
    if winner is not trials[0]:
        gain = median(winner.rates) / median(trials[0].rates)
        found = Remembered(key, winner.way, round(gain, 3), date.today().isoformat())
    folder = state_folder()
    return Tuned(trials, winner.way, remember(folder, key, found) if found or _kept(folder, key) else None)


def winner_of(trials: Sequence[Trial]) -> Trial:
    """The fastest trial by its median, or the first (the usual way) where none beats that for certain."""
    plain = trials[0]
    sure = [
        trial
        for trial in trials[1:]
        if len(trial.rates) == len(plain.rates)
        and median(trial.rates) >= GAIN * median(plain.rates)
        and all(rate > usual_rate for rate, usual_rate in zip(trial.rates, plain.rates, strict=True))
    ]
    return max(sure, key=lambda trial: median(trial.rates), default=plain)


def _scanned(request: BenchRequest, way: Tuning, sources: Sequence[Source]) -> tuple[float, int]:
    """Seconds from the first film to the last row, and how many rows there were."""
    from screener.commands.timings.whole import timed_scan

    with tempfile.TemporaryDirectory(prefix="screener-bench-") as temporary:
        _, seconds, result = timed_scan(request, way, sources, Path(temporary) / "scan")
    return seconds, result.counts.total


def _kept(folder: Path, key: str) -> bool:
    """Whether something is kept for `key` that has to be forgotten; also where that cannot be read."""
    from screener.scanning.tuned import UnreadableError

    try:
        return any(part.of == key for part in all_remembered(folder))
    except UnreadableError:
        return True
