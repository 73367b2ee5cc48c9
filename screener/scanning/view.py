"""A scan's rows as its reports and its window see them, over a connection that somebody opened."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from screener.errors import OutputBusy, OutputError
from screener.records import Band, Counts, Provenance, Row, Status
from screener.scanning.columns import COLUMNS, from_columns, provenance_from_text
from screener.scanning.verdicts import JOIN, has_table

WORKLIST = "WHERE status = 'scored' ORDER BY score DESC, rows.key, rows.frame"
"""The rows with a score, most suspicious first; read off an index."""

PROBLEMS = "WHERE status <> 'scored' ORDER BY rows.key, rows.frame"
"""The rows without one."""

_FIELDS = ", ".join(f"rows.{name}" for name in COLUMNS)
_PICTURES = "LEFT JOIN thumbnails ON thumbnails.key = rows.key AND thumbnails.frame = rows.frame"


class StoreView:
    """The rows in a store, a `ScanView`. Use it in a `with`."""

    def __init__(self, path: Path, db: sqlite3.Connection) -> None:
        """A view of the store at `path`, through `db`, which it will close."""
        self._path = path
        self._db = db

    def provenance(self) -> Provenance:
        """See `ScanView`."""
        notes = json.loads(self._get("notes") or "[]")  # scans from before notes were kept have none
        kept, until = provenance_from_text(self._get("provenance")), self._get("until")
        return replace(kept, notes=tuple(notes), until="" if until == kept.day else until)

    def places(self) -> tuple[str, ...]:
        """What was scanned, as absolute paths; empty where names are hashed, and in stores of before."""
        return tuple(json.loads(self._get("places") or "[]"))

    def counts(self) -> Counts:
        """See `ScanView`."""
        with explained(self._path):
            status = self._db.execute("SELECT status, count(*) FROM rows GROUP BY status").fetchall()
            band = self._db.execute(
                "SELECT band, count(*) FROM rows WHERE band IS NOT NULL GROUP BY band"
            ).fetchall()
        return Counts({Status(s): n for s, n in status}, {Band(b): n for b, n in band})

    def worklist(self) -> Iterator[Row]:
        """See `ScanView`."""
        return self._rows(WORKLIST)

    def problems(self) -> Iterator[Row]:
        """See `ScanView`."""
        return self._rows(PROBLEMS)

    def rows(self) -> Iterator[Row]:
        """See `ScanView`."""
        return self._rows("ORDER BY rows.key, rows.frame")

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _rows(self, clauses: str, values: tuple[object, ...] = ()) -> Iterator[Row]:
        with explained(self._path):
            read, join = (", is_read, verdict", JOIN) if has_table(self._db) else (", 0, NULL", "")
            select = f"SELECT {_FIELDS}, jpeg{read} FROM rows {_PICTURES} {join} {clauses}"  # noqa: S608  our own names
            for *columns, thumbnail, is_read, verdict in self._db.execute(select, values):
                yield from_columns(tuple(columns), thumbnail, is_read, verdict)

    def _first(self, statement: str, *values: object) -> tuple[Any, ...] | None:
        with explained(self._path):
            found: tuple[Any, ...] | None = self._db.execute(statement, values).fetchone()
        return found

    def _get(self, name: str) -> str:
        found = self._first("SELECT value FROM meta WHERE name = ?", name)
        return str(found[0]) if found else ""


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn SQLite's complaints about the store at `path` into an error that a user can act on."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
        if code == sqlite3.SQLITE_FULL:
            what = "the disk is full; make room and run the same command again, which continues from here"
        elif code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise OutputBusy(f"{path} is held by another program; close it and run again") from error
        elif code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_ERROR):
            what = "it is damaged, or no scan store; choose another --out, or --rescan to start anew"
        else:
            what = f"{error}; check the disk, or choose another place with --out"
        raise OutputError(f"{path} cannot be used: {what}") from error
