"""Reports into their folder, each whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from glob import escape
from pathlib import Path

from screener.errors import OutputError, UnknownName
from screener.records import FORMATS
from screener.records.swap import swap_in
from screener.reports.base import Remarks, ReportWriter, ScanView, View, Writer
from screener.reports.excel.edited import edited

_SIBLINGS = 99

_STALE = 86_400.0
"""Seconds after which a report that is still being written is what a killed program left."""


@dataclass(slots=True)
class Plot:
    """A picture as a file of its own.

    Attributes:
        name: the file's.
        title: what it shows.
        png: its bytes.
    """

    name: str
    title: str
    png: bytes

    def write(self, view: object, path: Path) -> Remarks:
        """See `ReportWriter`; the picture was drawn before."""
        path.write_bytes(self.png)
        return Remarks()


@dataclass(frozen=True, slots=True)
class Published:
    """What was written.

    Attributes:
        paths: the reports, in the order of the formats asked for.
        missing_ids: ids of the sample submission that no film gave.
        notes: what the user should know, one sentence each.
    """

    paths: tuple[Path, ...]
    missing_ids: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def report_writer(format: str, sample: Path | None = None) -> ReportWriter:
    """The writer of a report format; `sample` is Kaggle's sample submission, which only `csv` reads.

    The imports are literal, so that a frozen program holds them, and inside, so that asking for help
    loads none of them.

    Raises:
        UnknownName: no such format.
        UsageError: the sample submission cannot be read.
    """
    match format:
        case "csv":
            from screener.reports.csv import Submission, read_sample

            return Submission(None if sample is None else read_sample(sample))
        case "xlsx":
            from screener.reports.excel.workbook import ExcelReport

            return ExcelReport()
        case "html":
            from screener.reports.html.page import HtmlReport

            return HtmlReport()
        case "worklist":
            from screener.reports.worklist import WorklistCsv

            return WorklistCsv()
        case "jsonl":
            from screener.reports.jsonl import JsonLines

            return JsonLines()
    raise UnknownName("report format", format, FORMATS)


def publish(formats: Sequence[str], view: ScanView, folder: Path, sample: Path | None = None) -> Published:
    """The reports of `view` in `folder`, one of each format.

    Each is written beside its place, synced and swapped in, so that a reader finds the former report or the
    new one and never half of one. A former report is replaced, but for two: a workbook that somebody has
    saved since, for it may hold verdicts, and one that another program holds open (as Excel does on
    Windows). The new one becomes its sibling then, `report-2.xlsx`, and a note says so.

    Raises:
        UnknownName: no such format; nothing has been written.
        UsageError: the sample submission cannot be read; nothing has been written.
        OutputError: the folder cannot be written or is full; reports that were there are as they were.
    """
    return put([report_writer(format, sample) for format in dict.fromkeys(formats)], view, folder)


def save_as(format: str, view: ScanView, path: Path) -> Published:
    """The report of `view` as the file `path`; see `publish`.

    Raises:
        UnknownName: no such format; nothing has been written.
        OutputError: the file cannot be written, or its disk is full; one that was there is as it was.
    """
    writer = report_writer(format)
    writer.name = path.name
    return put([writer], view, path.parent)


def put(writers: Sequence[Writer[View]], view: View, folder: Path) -> Published:
    """What `writers` make of `view`, in `folder`; see `publish`.

    Raises:
        OutputError: the folder cannot be written or is full; reports that were there are as they were.
    """
    paths: list[Path] = []
    missing_ids: tuple[str, ...] = ()
    notes: list[str] = []
    for writer in writers:
        target = folder / writer.name
        # A name of its own: another process may be writing the same report.
        part = folder / f".{writer.name}.{secrets.token_hex(4)}.part"
        try:
            _sweep(folder, writer.name)
            remarks = writer.write(view, part)
            _sync(part)
            path, why = _swap_in(part, target)
            _sync_folder(folder)
        except OSError as error:
            raise _output_error(error, target) from error
        finally:
            with contextlib.suppress(OSError):  # Windows, of one that is open; a later report sweeps it away
                part.unlink(missing_ok=True)
        paths.append(path)
        missing_ids += remarks.missing_ids
        notes.extend(remarks.notes)
        if path != target:
            notes.append(f"{target.name} {why}; the new report is {path.name}")
    return Published(tuple(paths), missing_ids, tuple(notes))


def _sweep(folder: Path, name: str) -> None:
    """Remove what killed programs left of a report, and links that somebody laid there."""
    for part in folder.glob(f".{escape(name)}*.part"):
        with contextlib.suppress(OSError):  # done meanwhile, another user's, or open: names are unique anyway
            if part.is_symlink() or time.time() - part.stat().st_mtime > _STALE:
                part.unlink()


def _swap_in(part: Path, target: Path) -> tuple[Path, str]:
    """Where the report went, and why not to `target`, if so."""
    why = ""
    for place in _places(target):
        if place.suffix == ".xlsx" and edited(place):
            why = why or "was changed since it was written, and is kept"
            continue
        try:
            swap_in(part, place)
        except PermissionError:
            if not place.exists():
                raise
            why = why or "is open in another program"
        else:
            return place, why
    raise PermissionError(errno.EACCES, f"it {why}, and so are {_SIBLINGS - 1} siblings", str(target))


def _places(target: Path) -> Iterator[Path]:
    yield target
    for number in range(2, _SIBLINGS + 1):
        yield target.with_name(f"{target.stem}-{number}{target.suffix}")


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows opens no folder, and keeps its renames without being asked
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _output_error(error: OSError, target: Path) -> OutputError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        happened = (
            "the disk, or the one for temporary files, is full; make room and run the same command again"
        )
    else:
        happened = f"{error.strerror or error}; choose another place with --out"
    kept = " (the former report is as it was)" if target.exists() else ""
    return OutputError(f"{target} could not be written: {happened}{kept}")
