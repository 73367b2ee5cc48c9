"""A scan's store, opened to be read only: while the scan runs, or long after."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import NamedTuple

from screener.records import Row
from screener.records.real_path import resolved
from screener.scanning.address import address_of
from screener.scanning.verdicts import JOIN, has_table
from screener.scanning.view import PROBLEMS, WORKLIST, StoreView, explained

_LINE = "rows.key, rows.frame, name, rows.sha256, status, reason, detail, score, band, cautions <> '[]'"


class Line(NamedTuple):
    """What a list shows of a row: light enough that twenty thousand can be read twice a second.

    Attributes:
        key: the row's.
        frame: the row's.
        name: the row's.
        sha256: the row's.
        status: a `Status`.
        reason: a `Reason`, or None.
        detail: the row's.
        score: 0..1, or None.
        band: a `Band`, or None.
        cautioned: 1 where a reader should know something of the film, else 0.
        is_read: 1 where a reader has marked it as read, else 0.
        verdict: a `Verdict`, or None.
    """

    key: bytes
    frame: int
    name: str
    sha256: str
    status: str
    reason: str | None
    detail: str
    score: float | None
    band: str | None
    cautioned: int
    is_read: int = 0
    verdict: str | None = None


class StoredScan(StoreView):
    """A scan's rows, a `ScanView`. Use it briefly: a scan that ends tidies its store."""

    def __init__(self, path: Path) -> None:
        """Open the store at `path`.

        Raises:
            OutputError: it is missing, damaged, or no scan store of this version.
        """
        with explained(path):
            super().__init__(path, _connect(path))

    def is_complete(self) -> bool:
        """Whether the scan came to its end."""
        return self._get("finished") == "1"

    def row(self, key: bytes, frame: int) -> Row | None:
        """One row, or None where it is gone."""
        return next(self._rows("WHERE rows.key = ? AND rows.frame = ?", (key, frame)), None)

    def worklist_lines(self) -> list[Line]:
        """The worklist, most suspicious first, in brief."""
        return self._lines(WORKLIST)

    def problem_lines(self) -> list[Line]:
        """The problems in brief."""
        return self._lines(PROBLEMS)

    def _lines(self, clauses: str) -> list[Line]:
        with explained(self._path):
            read, join = (", coalesce(is_read, 0), verdict", JOIN) if has_table(self._db) else ("", "")
            found = self._db.execute(f"SELECT {_LINE}{read} FROM rows {join} {clauses}")  # noqa: S608  our own names
            return [Line(*values) for values in found]


def _connect(path: Path) -> sqlite3.Connection:
    """A connection that writes nothing, though the store may lie where nothing can be written."""
    path = resolved(path)
    try:
        return _checked(address_of(path, "mode=ro"))
    except sqlite3.OperationalError as error:
        # A write-ahead log wants a file beside it; on a disc that cannot be written nobody changes it either.
        wants_one = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
        if not wants_one or not path.is_file() or _is_unfinished(path):
            raise
        return _checked(address_of(path, "immutable=1"))


def _is_unfinished(path: Path) -> bool:
    """Whether a part of what was written last is still in a log beside the store."""
    logs = [path.with_name(path.name + suffix) for suffix in ("-wal", "-journal")]
    return any(log.exists() and log.stat().st_size for log in logs)


def _checked(address: str) -> sqlite3.Connection:
    db = sqlite3.connect(address, uri=True, timeout=5)
    try:
        db.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone()
    except BaseException:
        db.close()
        raise
    return db
