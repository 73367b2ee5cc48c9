"""The folders that the program writes into besides a scan's own."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from screener.commands.checks.findings import DoctorRequest, Finding, Health, present

_GIB = 1 << 30
_TEMPORARY = "set TMPDIR (Windows: TEMP) to a folder on a local disk that you may write to"
_DEEP = ("deep" * 25,) * 3
"""Folders in each other whose path is longer than Windows takes of itself."""

_STATELESS = "a crash is then noted in the temporary folder, and no --deidentify scan that stopped goes on"


def check_folders(request: DoctorRequest) -> Iterator[Finding]:
    """Findings on the temporary folder, the state folder, and where training is installed its cache."""
    temporary = _temporary()
    yield temporary
    if temporary.health is not Health.FAULT:
        yield _long_paths()
    yield _writable("State folder", request.state, _STATELESS)
    yield from _tuned(request.state)
    if present("torch"):
        from screener.training.labelled.cache import default_folder

        yield _writable("Training cache", default_folder(), "name another with screener train --cache")


def _temporary() -> Finding:
    """Whether the temporary folder takes a scan store, with the journal that makes it safe."""
    name = "Temporary folder"
    try:
        with tempfile.TemporaryDirectory(prefix="screener-doctor-") as folder:
            with closing(sqlite3.connect(Path(folder) / "try.sqlite")) as store:
                (journal,) = store.execute("PRAGMA journal_mode = WAL").fetchone()
                store.execute("CREATE TABLE films (name TEXT)")
            free = shutil.disk_usage(folder).free
    except (OSError, sqlite3.Error) as error:
        return Finding(name, Health.FAULT, f"cannot be written: {error}", _TEMPORARY)
    text = f"{tempfile.gettempdir()}, {free / _GIB:.0f} GiB free, SQLite {sqlite3.sqlite_version}"
    if journal != "wal":
        return Finding(name, Health.NOTE, f"{text}; it does not support a write-ahead log", _TEMPORARY)
    if free < _GIB:
        return Finding(name, Health.NOTE, f"{tempfile.gettempdir()}, under 1 GiB free", _TEMPORARY)
    return Finding(name, Health.OK, f"{text}, writable")


def _long_paths() -> Finding:
    """Whether films may lie as deep as Windows of itself does not reach, which takes 259 characters."""
    name = "Long paths"
    try:
        with tempfile.TemporaryDirectory(prefix="screener-doctor-") as folder:
            deep = Path(folder).joinpath(*_DEEP)
            deep.mkdir(parents=True)
            (deep / "film").touch()
    except OSError:
        text = "files whose path has more than 259 characters cannot be read"
        return Finding(
            name, Health.NOTE, text, "have Windows allow them (LongPathsEnabled), or move the films"
        )
    return Finding(name, Health.OK, "paths of more than 259 characters can be used")


def _tuned(state: Path) -> Iterator[Finding]:
    """What later scans use instead of the usual numbers of workers, threads and films a step."""
    from screener.scanning.tuned import UnreadableError, all_remembered

    try:
        kept = all_remembered(state)
    except UnreadableError as error:
        yield Finding("Tuned", Health.NOTE, "what screener bench --tune kept is damaged", str(error))
        return
    for part in kept:
        gain = f"{part.gain:.2f} times as fast on {part.day}"
        yield Finding("Tuned", Health.OK, f"{part.of}: {part.tuning.said}, {gain}")


def _writable(name: str, folder: Path, otherwise: str) -> Finding:
    """Whether `folder`, or what would hold it, can be written; nothing is left there."""
    try:
        there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        return Finding(name, Health.NOTE, f"{folder} cannot be written: {error.strerror}", otherwise)
    made = "writable" if there == folder else "can be made"
    return Finding(name, Health.OK, f"{folder}, {made}")
