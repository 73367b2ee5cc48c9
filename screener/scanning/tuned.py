"""What `screener bench --tune` found to be fastest here, kept for later scans.

One JSON file in the user's own folder, a part for each model, device, precision and machine. It decides how
fast a scan runs and nothing else: rows are the same whatever stands in it. Standard library only.
"""

from __future__ import annotations

import json
import os
import platform
from contextlib import suppress
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from typing import Any

from screener.engines.cores import cores
from screener.errors import OutputError
from screener.records.swap import swap_in
from screener.records.user_folders import state_folder

FILE = "tuned.json"
"""What the file is called in `state_folder`."""

BATCH = 16
"""Films a step of the engine and a transaction, where nothing else was asked for or found."""

_MOST = 4096
"""The largest number that any field may have."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """How a scan shares the machine out; 0 leaves a number open.

    Attributes:
        workers: decode processes.
        threads: films that the model scores side by side on a CPU, each on one thread.
        batch_size: films a step of the engine and a transaction.
    """

    workers: int
    threads: int
    batch_size: int

    @property
    def said(self) -> str:
        """In words, within 31 letters for up to 99 of each."""
        workers = f"{self.workers} worker{'s' * (self.workers > 1)}"
        threads = f"{self.threads} thread{'s' * (self.threads > 1)}"
        return f"{workers}, {threads}, {self.batch_size} a step"


@dataclass(frozen=True, slots=True)
class Remembered:
    """One part of the file.

    Attributes:
        of: what it is for: see `key_of`.
        tuning: what was fastest.
        gain: its films a second over those of a scan that was told nothing.
        day: of the measurement, as 2026-11-28.
    """

    of: str
    tuning: Tuning
    gain: float
    day: str


class UnreadableError(ValueError):
    """The file is there and is not what `remember` writes."""


def usual() -> Tuning:
    """What a scan does that was told nothing: a worker and a thread a core."""
    return Tuning(cores(), cores(), BATCH)


def key_of(model: str, seal: str, device: str, precision: str) -> str:
    """What a tuning holds for: this model on this device of this machine, with as many cores as now.

    Args:
        model: its name.
        seal: sha256 of its card.
        device: `cpu`, `cuda` or `mps`.
        precision: as asked for.
    """
    return f"{model} {seal[:12]}, {device}, {precision}, {cores()} cores of {platform.node() or 'here'}"


def all_remembered(folder: Path) -> tuple[Remembered, ...]:
    """Every part of `folder`'s file, in its order; none where there is no file.

    Raises:
        UnreadableError: the file is not whole; the message tells what to do.
    """
    path = folder / FILE
    try:
        found = json.loads(path.read_text("utf-8"))
        return tuple(_part(of, fields) for of, fields in found.items())
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise UnreadableError(f"{path} cannot be used; take it away, or run screener bench --tune") from error


def remembered(folder: Path, key: str) -> Tuning | None:
    """What was found for `key`, or None.

    Raises:
        UnreadableError: see `all_remembered`.
    """
    return next((part.tuning for part in all_remembered(folder) if part.of == key), None)


def filled(asked: Tuning, key: str) -> tuple[Tuning, tuple[str, ...]]:
    """`asked`, with what was found for `key` in place of each 0, else what is usual; and notes on it."""
    notes: tuple[str, ...] = ()
    found = None
    if 0 in astuple(asked):
        try:
            found = remembered(state_folder(), key)
        except UnreadableError as error:
            notes = (str(error),)
    pairs = zip(astuple(asked), astuple(found or usual()), strict=True)
    return Tuning(*(wish or default for wish, default in pairs)), notes


def remember(folder: Path, key: str, found: Remembered | None) -> Path:
    """Keep `found` for `key`, or forget what was kept for it; the file is written whole or not at all.

    Returns:
        the file.

    Raises:
        OutputError: it cannot be written.
    """
    try:
        kept = all_remembered(folder)
    except UnreadableError:
        kept = ()  # measured anew: what could not be read is no loss
    parts = [part for part in kept if part.of != key] + ([found] if found else [])
    path = folder / FILE
    unfinished = folder / f".{FILE}.{os.getpid()}"
    text = json.dumps(
        {part.of: {**asdict(part.tuning), "gain": part.gain, "day": part.day} for part in parts}, indent=1
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(text + "\n", "utf-8")
        swap_in(unfinished, path)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink()
        raise OutputError(f"{path} cannot be written ({error.strerror or error})") from error
    return path


def _part(of: str, fields: dict[str, Any]) -> Remembered:
    numbers = [fields[name] for name in ("workers", "threads", "batch_size")]
    if not all(type(number) is int and 1 <= number <= _MOST for number in numbers):
        raise ValueError(of)
    return Remembered(str(of), Tuning(*numbers), float(fields["gain"]), str(fields["day"]))
