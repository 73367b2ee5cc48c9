"""The scan store: one SQLite file that is the truth; reports are views of it."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from screener.errors import OutputError
from screener.images.finding.leftovers import APPLICATION_ID
from screener.records import Provenance, Row
from screener.records.real_path import resolved
from screener.scanning.address import address_of
from screener.scanning.columns import COLUMNS, provenance_to_text, to_columns
from screener.scanning.identity import check_same
from screener.scanning.verdicts import TABLE
from screener.scanning.view import StoreView, explained

STORE = "scan.sqlite"

_SCHEMA = "1"
_OVERWRITE = "PRAGMA secure_delete = ON"
"""What is dropped is films' names and pictures: SQLite by default leaves their bytes in the file."""

_TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files (
    key BLOB PRIMARY KEY,
    sha256 TEXT NOT NULL,
    settled INTEGER NOT NULL,
    run INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX files_by_content ON files (sha256);
CREATE TABLE rows (
    key BLOB NOT NULL, frame INTEGER NOT NULL, name TEXT NOT NULL, image_id TEXT NOT NULL,
    sha256 TEXT NOT NULL, status TEXT NOT NULL, reason TEXT, detail TEXT NOT NULL, cautions TEXT NOT NULL,
    probabilities TEXT, score REAL, band TEXT, facts TEXT, applied TEXT NOT NULL, heat_map BLOB NOT NULL,
    heat_map_height INTEGER NOT NULL, heat_map_width INTEGER NOT NULL,
    PRIMARY KEY (key, frame)
) WITHOUT ROWID;
CREATE INDEX worklist ON rows (score DESC, key, frame) WHERE status = 'scored';
CREATE TABLE thumbnails (
    key BLOB NOT NULL, frame INTEGER NOT NULL, jpeg BLOB NOT NULL, PRIMARY KEY (key, frame)
);
"""


class ScanStore(StoreView):
    """The rows of one scan, a `ScanView`. Use it in a `with`; one thread at a time.

    A file's rows count only once `end_file` says that they are all there. What a `transaction` has
    committed survives the death of the process and of the machine (write-ahead log, synced each time).
    """

    def __init__(
        self,
        path: Path,
        identity: Mapping[str, str],
        provenance: Provenance,
        places: tuple[str, ...] = (),
    ) -> None:
        """Open the store at `path`, or make it.

        Args:
            path: the file.
            identity: what makes two scans the same, from `identity.identity_of`.
            provenance: for a new store; one that is continued keeps its own, but for the last day.
            places: what is scanned, from `identity.places_of`; kept where the store has none yet.

        Raises:
            OutputTaken: it holds a scan with another identity.
            OutputError: it cannot be read or written, or is not a scan store of this version.
        """
        with explained(path):
            # No statement outside `transaction` changes anything, so Python's own transactions stay off.
            super().__init__(path, sqlite3.connect(path, isolation_level=None, timeout=5))
            self._opened = path.stat()
            self._day = provenance.day
            try:
                if not self._db.execute("SELECT 1 FROM sqlite_master").fetchone():
                    self._db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                self._db.execute("PRAGMA journal_mode = WAL")
                self._db.execute("PRAGMA synchronous = FULL")
                self._db.execute(_OVERWRITE)
                self._run = self._begin(identity, provenance, places)
                self._db.execute("CREATE TEMP TABLE copies (sha256 TEXT PRIMARY KEY, n INTEGER)")
            except BaseException:
                super().close()
                raise

    def _begin(self, identity: Mapping[str, str], provenance: Provenance, places: tuple[str, ...]) -> int:
        """Make the tables or check them; the number of this run."""
        with self.transaction():
            tables = {name for (name,) in self._db.execute("SELECT name FROM sqlite_master")}
            if not tables - {TABLE}:  # readers' verdicts outlive a --rescan
                for statement in _TABLES.split(";"):
                    self._db.execute(statement)
                self._set("schema", _SCHEMA)
                self._set("identity", json.dumps(identity))
                self._set("provenance", provenance_to_text(provenance))
                self._set("run", "0")
            elif "meta" not in tables or self._get("schema") != _SCHEMA:
                raise OutputError(
                    f"{self._path} is not a scan store of this version; choose another --out, or --rescan"
                )
            check_same(json.loads(self._get("identity")), identity, self._path.parent)
            if places and not self.places():
                self._set("places", json.dumps(places))
            run = int(self._get("run")) + 1
            self._set("run", str(run))
            self._set("finished", "0")
        return run

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside is kept, or nothing.

        Raises:
            OutputError: the disk is full or fails, the store is no longer in its place, or its folder can no
                longer be written; what was committed before is intact.
        """
        self._check_place()
        with explained(self._path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def _check_place(self) -> None:
        """Raises OutputError where the reports will not get into the folder, or not beside this store.

        SQLite writes on into a file that somebody has deleted, and into a folder that takes no new files.
        """
        try:
            is_there = os.path.samestat(self._path.stat(), self._opened)
        except OSError:
            is_there = False
        if not is_there:
            raise OutputError(f"{self._path} was deleted or moved away during the scan; run it again")
        if not os.access(self._path.parent, os.W_OK):
            raise OutputError(
                f"{self._path.parent} can no longer be written; allow it and run the same command again, "
                "which goes on from here"
            )

    def known(self, key: bytes) -> str:
        """The sha256 of the content that the rows of file `key` are final for; "" for none."""
        found = self._first("SELECT sha256 FROM files WHERE key = ? AND settled", key)
        return str(found[0]) if found else ""

    def rows_of_content(self, sha256: str) -> list[Row]:
        """The final rows of some file with this content; none if there is none."""
        found = self._first("SELECT key FROM files WHERE sha256 = ? AND settled ORDER BY key LIMIT 1", sha256)
        return list(self._rows("WHERE rows.key = ? ORDER BY rows.frame", found)) if found else []

    def copy_number(self, sha256: str) -> int:
        """How often this run has asked this of `sha256` before."""
        found = self._first("SELECT n FROM copies WHERE sha256 = ?", sha256)
        number = int(found[0]) if found else 0
        self._first("REPLACE INTO copies VALUES (?, ?)", sha256, number + 1)
        return number

    def put(self, row: Row) -> None:
        """Keep a row in the place of any with its key and frame. Inside a `transaction`."""
        places = ", ".join("?" * len(COLUMNS))
        self._db.execute(f"REPLACE INTO rows VALUES ({places})", to_columns(row))  # noqa: S608  question marks only
        if row.thumbnail:
            self._db.execute("REPLACE INTO thumbnails VALUES (?, ?, ?)", (row.key, row.frame, row.thumbnail))
        else:
            self._db.execute("DELETE FROM thumbnails WHERE key = ? AND frame = ?", (row.key, row.frame))

    def end_file(self, key: bytes, sha256: str, frames: int, *, settled: bool) -> None:
        """Say that all rows of a file are there. Inside a `transaction`.

        Args:
            key: the file's.
            sha256: its content's; "" if it could not be read.
            frames: how many frames it has if their numbers start at 1; 0 if its only row has frame 0.
                Rows with other numbers, from other content or a first try, are dropped.
            settled: whether the same bytes will always give the same rows; if not, the next run tries anew.
        """
        self._db.execute("REPLACE INTO files VALUES (?, ?, ?, ?)", (key, sha256, settled, self._run))
        low = 1 if frames else 0
        for table in ("rows", "thumbnails"):
            self._db.execute(
                f"DELETE FROM {table} WHERE key = ? AND NOT frame BETWEEN ? AND ?",  # noqa: S608  two known names
                (key, low, frames),
            )

    def keep_file(self, key: bytes) -> None:
        """Say that a file is still there, unchanged. Inside a `transaction`."""
        self._db.execute("UPDATE files SET run = ? WHERE key = ?", (self._run, key))

    def note(self, notes: Sequence[str]) -> None:
        """Add to the scan's notes, each sentence once however many runs have it to say."""
        kept = self.provenance().notes
        merged = tuple(dict.fromkeys((*kept, *notes)))
        if merged != kept:
            with self.transaction():
                self._set("notes", json.dumps(merged))

    def finish(self) -> None:
        """Drop the files that this run has not met, and say that the scan is complete."""
        with self.transaction():
            self._db.execute("DELETE FROM files WHERE run <> ?", (self._run,))
            self._db.execute("DELETE FROM rows WHERE key NOT IN (SELECT key FROM files)")
            self._db.execute("DELETE FROM thumbnails WHERE key NOT IN (SELECT key FROM files)")
            self._set("until", self._day)
            self._set("finished", "1")

    def close(self) -> None:
        """Close it; what is left is one file that can be read from a read-only place, too."""
        with contextlib.suppress(sqlite3.Error):  # somebody reads it, or the disk is full: it stays a WAL
            self._db.execute("PRAGMA journal_mode = DELETE")
        super().close()

    def _set(self, name: str, value: str) -> None:
        self._db.execute("REPLACE INTO meta VALUES (?, ?)", (name, value))


def remove_store(folder: Path) -> None:
    """Delete the store of `folder`, if any, with what a killed scan left beside it."""
    for path in store_files(folder):
        path.unlink(missing_ok=True)


def empty_store(folder: Path) -> None:
    """Drop all that the store of `folder` holds but the readers' verdicts; a damaged one is deleted whole.

    Raises:
        OutputError: it is in use, or the disk is full; nothing is lost.
    """
    path = folder / STORE
    if not path.exists():
        remove_store(folder)
        return
    try:
        with contextlib.closing(sqlite3.connect(path, isolation_level=None, timeout=5)) as db:
            names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            if TABLE not in names:
                raise sqlite3.DatabaseError
            db.execute(_OVERWRITE)
            db.execute("BEGIN IMMEDIATE")
            for name in set(names) - {TABLE}:
                db.execute(f'DROP TABLE "{name}"')
            db.execute("COMMIT")
            with contextlib.suppress(sqlite3.OperationalError):  # no room to make it smaller: it is empty
                db.execute("VACUUM")
    except sqlite3.OperationalError as error:
        raise OutputError(f"{path} cannot be used: {error}; it keeps what readers said") from error
    except sqlite3.DatabaseError:
        remove_store(folder)


def store_files(folder: Path) -> list[Path]:
    """The store of `folder` and all that SQLite may keep beside it, there or not."""
    return [folder / f"{STORE}{suffix}" for suffix in ("", "-wal", "-shm", "-journal")]


def peek(folder: Path) -> tuple[Mapping[str, str], bool] | None:
    """The identity of the scan in `folder` and whether it is complete; None if there is none to be read."""
    path = folder / STORE
    # Unlike pathlib's, it raises nothing where somebody else's folder is not to be looked into.
    if not os.path.isfile(path):  # noqa: PTH113
        return None
    try:
        with contextlib.closing(sqlite3.connect(address_of(resolved(path), "mode=ro"), uri=True)) as db:
            meta = dict(db.execute("SELECT name, value FROM meta"))
        return (json.loads(meta["identity"]), meta["finished"] == "1") if meta["schema"] == _SCHEMA else None
    except (sqlite3.Error, KeyError, ValueError):
        return None
