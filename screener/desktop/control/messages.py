"""What a child process tells the window; `records.Progress` is the other message."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from screener.records import ScanResult

STOP = "stop"
"""What the window tells a child that shall end, keeping what is done."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The scan's output folder is ours; its store can be read from now on."""

    out: Path


@dataclass(frozen=True, slots=True, eq=False)
class Finished:
    """The scan is complete, its reports are written."""

    result: ScanResult


@dataclass(frozen=True, slots=True)
class Halted:
    """The scan stopped because it was told to; what was done is kept."""


@dataclass(frozen=True, slots=True)
class Exported:
    """Reports were written.

    Attributes:
        paths: the reports.
        notes: what the user should know, one sentence each.
    """

    paths: tuple[Path, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """It could not go on.

    Attributes:
        kind: the name of the error's class: one of `screener.errors`, or another for a fault of ours.
        detail: one line: the error's own, or for a fault the code that it came through.
    """

    kind: str
    detail: str
