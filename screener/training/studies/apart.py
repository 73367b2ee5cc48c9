"""A training in a process of its own: its memory is given back, and its end, however bad, is its own."""

from __future__ import annotations

import multiprocessing
import signal
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from screener.engines.spawn import start_apart
from screener.errors import ScreenerError, Stopped
from screener.training.progress import TrainProgress
from screener.training.request import TrainRequest

_GRACE = 20.0
"""Seconds in which a training that was told to stop may come to its next step."""

_PACE = 0.2
"""Seconds between two reports of a step."""


class TrialFailed(ScreenerError):
    """A training that ended without a model; the message is its own one line."""


@dataclass(frozen=True, slots=True)
class _End:
    """What a child says last; an empty `why` is a success."""

    why: str = ""
    stopped: bool = False


def train_apart(request: TrainRequest, log: Path, report: Callable[[TrainProgress], None]) -> None:
    """Train as `request` says; the model folder is there when it returns.

    Args:
        request: see `TrainRequest`; its `out` must be named.
        log: gets the traceback of an error that nobody foresaw.
        report: told of epochs and now and then of steps.

    Raises:
        TrialFailed: the training failed, or its process died.
        Stopped: Ctrl-C; what was done is kept.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    child = context.Process(target=_train, args=(request, log, theirs), name="screener trial")
    start_apart(child)
    theirs.close()
    try:
        end = _follow(ours.recv, report)
    except KeyboardInterrupt:
        with suppress(OSError):  # it has ended already
            ours.send("stop")
        child.join(_GRACE)
        if child.is_alive():
            child.terminate()
        raise Stopped("stopped; what was done is kept") from None
    finally:
        ours.close()
        child.join()
    if end is None:
        raise TrialFailed(death(child.exitcode))
    if end.stopped:
        raise Stopped("stopped; what was done is kept")
    if end.why:
        raise TrialFailed(end.why)


def _follow(hear: Callable[[], Any], report: Callable[[TrainProgress], None]) -> _End | None:
    """What the child said last; None where it died without a word."""
    while True:
        try:
            said = hear()
        except (EOFError, ConnectionResetError):
            return None
        if isinstance(said, _End):
            return said
        report(said)


def death(code: int | None) -> str:
    """How a process ended that said nothing, by its exit code."""
    if code is not None and code < 0:
        name = signal.Signals(-code).name
        hint = "; it may have run out of memory: a smaller batch or side needs less" if code == -9 else ""
        return f"its process was ended by {name}{hint}"
    return f"its process ended with code {code} without a word"


def _train(request: TrainRequest, log: Path, theirs: Connection) -> None:
    """The child's whole life."""
    # Ctrl-C reaches every process of the terminal; this one is told by its parent, between two steps.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    last = 0.0

    def report(progress: TrainProgress) -> None:
        nonlocal last
        if theirs.poll():  # told to stop, or left alone by a parent that has died
            raise KeyboardInterrupt
        now = time.monotonic()
        if progress.finished is not None or now - last >= _PACE:
            last = now
            try:
                theirs.send(progress)
            except ConnectionError:  # the study was killed since
                raise KeyboardInterrupt from None

    try:
        from screener.training.run import run

        run(request, report)
        end = _End()
    except Stopped as error:
        end = _End(str(error), stopped=True)
    except ScreenerError as error:
        end = _End(str(error))
    except KeyboardInterrupt:
        end = _End("stopped", stopped=True)
    except Exception as error:  # noqa: BLE001  one trial must not end a study; its log has the rest
        said = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
        end = _End(f"{said}; see {_written(log, traceback.format_exc())}")
    with suppress(ConnectionError):  # the study was killed: there is nobody to tell
        theirs.send(end)


def _written(log: Path, text: str) -> str:
    """Where to read on: in the log, or why there is none."""
    try:
        log.write_text(text, "utf-8")
    except OSError as error:
        return f"no log, for {log.name} could not be written ({error.strerror})"
    return log.name
