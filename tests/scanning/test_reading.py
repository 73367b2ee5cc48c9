"""A store read from outside: what a report sees, and the same while the scan writes."""

import contextlib
import dataclasses
import os
import sqlite3
from pathlib import Path

import pytest

from builders.rows import MemoryView, a_provenance, a_view
from screener.errors import OutputBusy, OutputError
from screener.records import Row
from screener.scanning.reading import StoredScan
from screener.scanning.store import STORE, ScanStore

VIEW = MemoryView(tuple(row for row in a_view(12).rows() if "\ud800" not in row.detail), a_provenance())
"""Every kind of row; half a surrogate is none that a scan would store."""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / STORE
    with ScanStore(path, {"inputs": "x"}, a_provenance()) as scan:
        with scan.transaction():
            for row in VIEW.rows():
                scan.put(row)
        _finish(scan)
    return path


def _finish(scan: ScanStore) -> None:
    with scan.transaction():
        for row in VIEW.rows():
            scan.end_file(row.key, row.sha256, row.frame, settled=True)
    scan.finish()


def _fields(rows: object) -> list[dict[str, object]]:
    return [{f.name: getattr(row, f.name) for f in dataclasses.fields(Row)} for row in rows]  # type: ignore[attr-defined]


def test_it_sees_what_the_store_sees(store: Path) -> None:
    with ScanStore(store, {"inputs": "x"}, a_provenance()) as whole, StoredScan(store) as seen:
        assert _fields(seen.worklist()) == _fields(whole.worklist())
        assert _fields(seen.problems()) == _fields(whole.problems())
        assert _fields(seen.rows()) == _fields(whole.rows())
        assert seen.counts() == whole.counts()
        assert seen.provenance() == a_provenance()


def test_lines_are_the_rows_in_brief(store: Path) -> None:
    with StoredScan(store) as seen:
        rows, lines = list(seen.worklist()), seen.worklist_lines()
        assert [(r.key, r.frame, r.name, r.score, r.band) for r in rows] == [
            (line.key, line.frame, line.name, line.score, line.band) for line in lines
        ]
        assert [bool(r.cautions) for r in rows] == [bool(line.cautioned) for line in lines]
        assert [r.reason for r in seen.problems()] == [line.reason for line in seen.problem_lines()]
        one = seen.row(lines[0].key, lines[0].frame)
        assert one is not None
        assert one.thumbnail == rows[0].thumbnail
        assert seen.row(b"nobody", 0) is None


def test_reading_changes_nothing_and_says_whether_the_scan_is_complete(store: Path) -> None:
    before = store.read_bytes()
    with StoredScan(store) as seen:
        assert seen.is_complete()
    assert store.read_bytes() == before
    with ScanStore(store, {"inputs": "x"}, a_provenance()), StoredScan(store) as seen:
        assert not seen.is_complete()


def test_a_store_in_a_place_that_cannot_be_written_can_be_read(store: Path) -> None:
    if not hasattr(os, "geteuid"):
        pytest.skip("needs POSIX permissions")
    with sqlite3.connect(store) as db:
        db.execute("PRAGMA journal_mode = WAL")
    db.close()
    store.parent.chmod(0o500)
    try:
        with StoredScan(store) as seen:
            assert seen.counts() == VIEW.counts()
    finally:
        store.parent.chmod(0o700)


def test_a_store_that_is_held_is_not_read_over_its_holders_shoulder(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *place, timeout, **how: connect(*place, timeout=0, **how))
    with contextlib.closing(connect(store, isolation_level=None)) as db:
        db.execute("BEGIN EXCLUSIVE")
        with pytest.raises(OutputBusy, match=r"scan\.sqlite is held by another program"):
            StoredScan(store)


def test_a_store_with_half_of_a_change_is_not_read_without_its_journal(store: Path) -> None:
    with contextlib.closing(sqlite3.connect(store, isolation_level=None)) as db:
        db.execute("PRAGMA cache_size = 1")
        db.execute("BEGIN")
        db.execute("UPDATE rows SET name = hex(zeroblob(4000))")
        torn = store.parent / "torn"
        torn.mkdir()
        for name in (STORE, f"{STORE}-journal"):
            (torn / name).write_bytes((store.parent / name).read_bytes())
        db.execute("ROLLBACK")
    with pytest.raises(OutputError, match=r"scan\.sqlite cannot be used"):
        StoredScan(torn / STORE)


@pytest.mark.parametrize("content", [b"no database at all" * 100, b""])
def test_what_is_no_store_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / STORE).write_bytes(content)
    with pytest.raises(OutputError, match=r"scan\.sqlite cannot be used"):
        StoredScan(tmp_path / STORE)


def test_a_missing_store_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"scan\.sqlite cannot be used"):
        StoredScan(tmp_path / STORE)
    assert not (tmp_path / STORE).exists()
