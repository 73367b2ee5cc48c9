"""A scan's store, opened to be read only: while the scan runs, or long after."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from screener.errors import OutputError
from screener.records import Band, Counts, Provenance, Row, Status
from screener.scanning.columns import COLUMNS, from_columns, provenance_from_text
from screener.scanning.verdicts import JOIN, has_table

_FIELDS = ", ".join(f"rows.{name}" for name in COLUMNS)
_SELECT = f"SELECT {_FIELDS}, jpeg FROM rows LEFT JOIN thumbnails USING (key, frame)"  # noqa: S608  our own names
_LINE = "rows.key, rows.frame, name, rows.sha256, status, reason, detail, score, band, cautions <> '[]'"
_WORKLIST = "WHERE status = 'scored' ORDER BY score DESC, rows.key, rows.frame"
_PROBLEMS = "WHERE status <> 'scored' ORDER BY rows.key, rows.frame"


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


class StoredScan:
    """A scan's rows, a `ScanView`. Use it in a `with`, and briefly: a scan that ends tidies its store."""

    def __init__(self, path: Path) -> None:
        """Open the store at `path`.

        Raises:
            OutputError: it is missing, damaged, or no scan store of this version.
        """
        self._path = path
        with self._explained():
            self._db = _connect(path)

    def provenance(self) -> Provenance:
        """See `ScanView`."""
        with self._explained():
            return provenance_from_text(self._meta("provenance"))

    def is_complete(self) -> bool:
        """Whether the scan came to its end."""
        with self._explained():
            return self._meta("finished") == "1"

    def counts(self) -> Counts:
        """See `ScanView`."""
        with self._explained():
            status = self._db.execute("SELECT status, count(*) FROM rows GROUP BY status").fetchall()
            band = self._db.execute(
                "SELECT band, count(*) FROM rows WHERE band IS NOT NULL GROUP BY band"
            ).fetchall()
        return Counts({Status(s): n for s, n in status}, {Band(b): n for b, n in band})

    def worklist(self) -> Iterator[Row]:
        """See `ScanView`."""
        return self._rows(_WORKLIST)

    def problems(self) -> Iterator[Row]:
        """See `ScanView`."""
        return self._rows(_PROBLEMS)

    def rows(self) -> Iterator[Row]:
        """See `ScanView`."""
        return self._rows("ORDER BY rows.key, rows.frame")

    def row(self, key: bytes, frame: int) -> Row | None:
        """One row, or None where it is gone."""
        return next(self._rows("WHERE rows.key = ? AND rows.frame = ?", (key, frame)), None)

    def worklist_lines(self) -> list[Line]:
        """The worklist, most suspicious first, in brief."""
        return self._lines(_WORKLIST)

    def problem_lines(self) -> list[Line]:
        """The problems in brief."""
        return self._lines(_PROBLEMS)

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
        with self._explained():
            for *columns, thumbnail in self._db.execute(f"{_SELECT} {clauses}", values):
                yield from_columns(tuple(columns), thumbnail)

    def _lines(self, clauses: str) -> list[Line]:
        with self._explained():
            read, join = (", coalesce(is_read, 0), verdict", JOIN) if has_table(self._db) else ("", "")
            found = self._db.execute(f"SELECT {_LINE}{read} FROM rows {join} {clauses}")  # noqa: S608  our own names
            return [Line(*values) for values in found]

    def _meta(self, name: str) -> str:
        found: tuple[Any, ...] | None = self._db.execute(
            "SELECT value FROM meta WHERE name = ?", (name,)
        ).fetchone()
        return str(found[0]) if found else ""

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, ValueError, KeyError, TypeError) as error:
            raise OutputError(f"{self._path} cannot be read as a scan: {error}") from error


def _connect(path: Path) -> sqlite3.Connection:
    """A connection that writes nothing, though the store may lie where nothing can be written."""
    address = path.resolve().as_uri()
    try:
        return _checked(f"{address}?mode=ro")
    except sqlite3.OperationalError:
        # A write-ahead log wants a file beside it; on a disc that cannot be written nobody changes it either.
        if not path.is_file():
            raise
        return _checked(f"{address}?immutable=1")


def _checked(address: str) -> sqlite3.Connection:
    db = sqlite3.connect(address, uri=True, timeout=5)
    try:
        db.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone()
    except BaseException:
        db.close()
        raise
    return db
