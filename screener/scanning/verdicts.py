"""What readers made of a scan's scores: kept in its store, in a table of their own.

The table is no part of what makes two scans the same, and a scan that goes on leaves it alone.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from screener.errors import OutputBusy, OutputError
from screener.records import Verdict
from screener.records.real_path import resolved
from screener.scanning.address import address_of

__all__ = [
    "JOIN",
    "TABLE",
    "Judged",
    "Marked",
    "Reading",
    "ReadingChange",
    "Verdict",
    "Verdicts",
    "has_table",
]

TABLE = "verdicts"

JOIN = (
    "LEFT JOIN verdicts ON verdicts.key = rows.key AND verdicts.frame = rows.frame "
    "AND verdicts.sha256 = rows.sha256"
)
"""Rows with their reading. It holds for the bytes that were read: a film that has changed since has none."""

_CREATE = """
CREATE TABLE IF NOT EXISTS verdicts (
    key BLOB NOT NULL, frame INTEGER NOT NULL, sha256 TEXT NOT NULL,
    is_read INTEGER NOT NULL, verdict TEXT, moment TEXT NOT NULL, PRIMARY KEY (key, frame)
) WITHOUT ROWID
"""

_ROW = "SELECT 1 FROM rows WHERE key = ? AND frame = ? AND sha256 = ?"

# A reading of other bytes is void, and leaves nothing to the one that takes its place.
_MARK = """
INSERT INTO verdicts VALUES (?, ?, ?, ?, NULL, ?) ON CONFLICT (key, frame) DO UPDATE SET
    is_read = excluded.is_read,
    verdict = CASE WHEN sha256 = excluded.sha256 THEN verdict END,
    sha256 = excluded.sha256, moment = excluded.moment
"""
_JUDGE = """
INSERT INTO verdicts VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (key, frame) DO UPDATE SET
    is_read = max(excluded.is_read, is_read AND sha256 = excluded.sha256),
    verdict = excluded.verdict,
    sha256 = excluded.sha256, moment = excluded.moment
"""


@dataclass(frozen=True, slots=True)
class Reading:
    """What readers did with one row.

    Attributes:
        key: the row's.
        frame: the row's.
        sha256: of the bytes that were read.
        is_read: whether the film was marked as read.
        verdict: None while there is none.
        moment: when this was last changed, ISO 8601, UTC.
    """

    key: bytes
    frame: int
    sha256: str
    is_read: bool
    verdict: Verdict | None
    moment: str


@dataclass(frozen=True, slots=True)
class Marked:
    """A row was marked as read, or as unread; its verdict stays. For the attributes see `Reading`."""

    key: bytes
    frame: int
    sha256: str
    is_read: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """A row was given a verdict, and so is read; or its verdict was taken back. See `Reading`."""

    key: bytes
    frame: int
    sha256: str
    verdict: Verdict | None


ReadingChange = Marked | Judged


class Verdicts:
    """The readings in a scan's store. Each call opens it and lets go of it, beside a running scan too."""

    def __init__(self, store: Path) -> None:
        """The readings in the file `store`, which must be a scan's."""
        self._store = store

    def put(self, change: ReadingChange) -> None:
        """Keep a change. What it does not speak of stays as it is, for somebody else may have changed that.

        Raises:
            OutputBusy: the store is held by another program.
            OutputError: it is gone, or cannot be written, or holds another film in that place by now.
        """
        row = (change.key, change.frame, change.sha256)
        moment = datetime.now(UTC).isoformat(timespec="seconds")
        with self._open("rw") as db, db:
            db.execute("BEGIN IMMEDIATE")
            if not db.execute(_ROW, row).fetchone():
                raise OutputError(f"{self._store}: the film has changed since it was looked at")
            db.execute(_CREATE)
            match change:
                case Marked(is_read=is_read):
                    db.execute(_MARK, (*row, is_read, moment))
                case Judged(verdict=verdict):
                    db.execute(_JUDGE, (*row, verdict is not None, verdict, moment))

    def all(self) -> list[Reading]:
        """Every reading, by key and frame; none where no film was read yet.

        Raises:
            OutputError: the store cannot be read.
        """
        with self._open("ro") as db:
            if not has_table(db):
                return []
            columns = "key, frame, sha256, is_read, verdict, moment"
            found = db.execute(f"SELECT {columns} FROM verdicts ORDER BY key, frame")  # noqa: S608  our own names
            return [
                Reading(key, frame, sha256, bool(is_read), verdict and Verdict(verdict), moment)
                for key, frame, sha256, is_read, verdict, moment in found
            ]

    @contextlib.contextmanager
    def _open(self, mode: str) -> Iterator[sqlite3.Connection]:
        try:
            address = address_of(resolved(self._store), f"mode={mode}")
            with contextlib.closing(sqlite3.connect(address, uri=True, timeout=10)) as db:
                yield db
        except sqlite3.Error as error:
            code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
            kind = OutputBusy if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) else OutputError
            raise kind(f"verdicts cannot be kept in {self._store}: {error}") from error


def has_table(db: sqlite3.Connection) -> bool:
    """Whether a store has readings at all."""
    found = db.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (TABLE,))
    return found.fetchone() is not None
