"""The decode worker: a child process that reads untrusted bytes, and may be killed for it."""

from __future__ import annotations

import contextlib
import hashlib
import math
import os
import signal
import sys
import traceback
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

from screener.engines.job_object import hold_to
from screener.engines.spawn import crash_quietly
from screener.images.judging.gate import Gate
from screener.interrupt import interrupts
from screener.records import Decoded, Reason, Refused
from screener.scanning.messages import Began, Ended, Event, Frame, Job, Ready, Setup
from screener.scanning.wire import pack

_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_GRACE = 10.0
"""Seconds past the time limit after which a worker that nobody kills ends by itself."""


def main(connection: Connection) -> None:
    """Serve jobs from `connection` until it is closed: the scan has ended, or died."""
    _leave_terminal()
    crash_quietly()
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))
    try:
        setup: Setup = connection.recv()
        _cap_memory(setup.settings.limits.memory)
        connection.send_bytes(pack(Ready()))
        while True:
            job: Job = connection.recv()
            out_of_memory = False
            for event in _watched(serve(job, setup), setup.settings.limits.seconds + _GRACE):
                connection.send_bytes(pack(event))
                out_of_memory = isinstance(event, Ended) and _is_out_of_memory(event)
            if out_of_memory:  # what is left of the memory may be in pieces: the next file deserves better
                return
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return


def serve(job: Job, setup: Setup) -> Iterator[Event]:
    """What becomes of one file: `Began` once it is read, a `Frame` for each picture, `Ended`."""
    try:
        yield from _serve(job, setup)
    except MemoryError:
        yield Ended(job, failure=Refused(Reason.OUT_OF_MEMORY))
    except (GeneratorExit, KeyboardInterrupt):
        raise
    except Exception as error:  # noqa: BLE001  the process boundary: a fault of ours must not end the scan
        yield Ended(job, failure=Refused(Reason.INTERNAL, type(error).__name__), trace=trace_of(error))


def _serve(job: Job, setup: Setup) -> Iterator[Event]:
    data = setup.decoder.read(job.source, setup.settings.limits)
    if isinstance(data, Refused):
        yield Ended(job, failure=data)
        return
    sha256 = hashlib.sha256(data).hexdigest()
    if sha256 == job.known:
        yield Ended(job, unchanged=True)
        return
    yield Began(job, sha256)
    for number, outcome in _numbered(setup.decoder.decode(data, setup.settings)):
        if isinstance(outcome, Refused) and outcome.reason is Reason.OUT_OF_MEMORY:
            # Which frame it hits depends on what came before: no half files.
            yield Ended(job, failure=outcome)
            return
        yield Frame(job, number, _judged(outcome, setup.gate))
    yield Ended(job)


def _judged(outcome: Decoded | Refused, gate: Gate | None) -> Decoded | Refused:
    """The outcome with the model's own doubt, where nothing else raised one."""
    if gate is None or isinstance(outcome, Refused) or outcome.scope is not None:
        return outcome
    doubt = gate.judge(outcome.model_input)
    return replace(outcome, scope=doubt[0], scope_detail=doubt[1]) if doubt else outcome


def _numbered(outcomes: Iterator[Decoded | Refused]) -> Iterator[tuple[int, Decoded | Refused]]:
    """(0, the outcome) of a file with one, or (1, first), (2, second), ..."""
    first = next(outcomes, Refused(Reason.NO_PIXELS))
    second = next(outcomes, None)
    if second is None:
        yield 0, first
        return
    yield 1, first
    yield 2, second
    yield from enumerate(outcomes, start=3)


def trace_of(error: BaseException) -> str:
    """The type of `error` and the lines of code that it came through.

    The message and the values stay out: a codec may have put a patient's name there.
    """
    frames = traceback.extract_tb(error.__traceback__)
    steps = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    return f"{type(error).__name__} at {' < '.join(reversed(steps))}"


def _is_out_of_memory(event: Ended) -> bool:
    return event.failure is not None and event.failure.reason is Reason.OUT_OF_MEMORY


def _watched(events: Iterator[Event], seconds: float) -> Iterator[Event]:
    """`events`, each under an alarm that ends this process should the scan have died meanwhile.

    The scan itself enforces the time limit; this only keeps a film that never ends from outliving it. The
    alarm's action is the system's own, which needs no Python to run. On Windows, which has none, workers end
    with the scan: see `engines.spawn`.
    """
    if sys.platform == "win32":
        yield from events
        return
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    while True:
        signal.setitimer(signal.ITIMER_REAL, math.ceil(seconds))
        event = next(events, None)
        signal.setitimer(signal.ITIMER_REAL, 0)
        if event is None:
            return
        yield event


def _leave_terminal() -> None:
    """Ctrl-C is the scan's to handle; and what a C library prints may quote the file: nobody shall see it."""
    for number in interrupts():
        signal.signal(number, signal.SIG_IGN)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        with contextlib.suppress(OSError):  # a program without a console has none
            os.dup2(nowhere, stream)


def _cap_memory(allowance: int) -> None:
    """Let this process take `allowance` bytes more than it has: of address space, or on Windows of memory.

    Linux and Windows enforce it, macOS takes note of it; there the checks before decoding stand alone.
    """
    if sys.platform == "win32":
        hold_to(allowance)
        return
    import resource

    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
        used = pages * resource.getpagesize()
    except OSError:
        used = 1 << 30
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = used + allowance
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    with contextlib.suppress(ValueError, OSError):  # macOS refuses limits below what it has mapped
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
