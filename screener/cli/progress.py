"""A live bar with rate and time left, on stderr; a line now and then where stderr is no terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any, cast

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from screener.records import Progress as Step

_PLAIN_SECONDS = 10.0


class _Aside:
    """Standard error for what is said while a command works. Where it fails, the work goes on unsaid.

    A terminal may be gone by then, or a log's disk full: hours of a scan or a training must not end by that.
    """

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def console_aside() -> Console:
    """A console on standard error, which ends nothing where it cannot be written."""
    return Console(file=cast("IO[str]", _Aside(sys.stderr)), stderr=True, highlight=False)


@contextmanager
def live_bar(title: str, things: str, *, quiet: bool = False) -> Iterator[Callable[[Step], None]]:
    """A function that shows how far a command has come, for as long as the context lasts.

    Args:
        title: what is being done: "Scanning".
        things: what is counted: "files".
        quiet: show nothing.
    """
    console = console_aside()
    if quiet:
        yield lambda step: None
    elif console.is_terminal:
        with _bar(console, things) as bar:
            task = bar.add_task(title, total=None, rate="", left="")

            def show(step: Step) -> None:
                bar.update(
                    task,
                    completed=step.done,
                    total=step.total,
                    description=step.note or title,
                    rate=f"{step.rate:.1f} {things}/s" if step.rate else "",
                    left=f"{duration(step.seconds_left)} left" if step.seconds_left is not None else "",
                )

            yield show
    else:
        yield _plain(console, title, things)


def _bar(console: Console, things: str) -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}", style="cyan"),
        TextColumn("{task.fields[left]}", style="dim"),
        console=console,
        transient=True,
    )


def _plain(console: Console, title: str, things: str) -> Callable[[Step], None]:
    last = time.monotonic()

    def say(step: Step) -> None:
        nonlocal last
        if time.monotonic() - last < _PLAIN_SECONDS:
            return
        last = time.monotonic()
        total = f" of {step.total}" if step.total is not None else ""
        left = f", {duration(step.seconds_left)} left" if step.seconds_left is not None else ""
        rate = f", {step.rate:.1f}/s" if step.rate else ""
        line = f"{step.note or title}: {step.done}{total} {things}{rate}{left}"
        console.print(line, markup=False, highlight=False)

    return say


def duration(seconds: float) -> str:
    """A duration as a person says it: `42 s`, `3 min 05 s`, `2 h 10 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
