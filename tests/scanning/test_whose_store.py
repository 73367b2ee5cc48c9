"""Whose store it is: another scan's, another program's or none, and what becomes of it."""

import sqlite3
from pathlib import Path

import pytest

from builders.store import IDENTITY, PROVENANCE, Open
from screener.errors import OutputBusy, OutputError, OutputTaken
from screener.scanning.store import STORE, peek, remove_store


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"model": "n"}, "another model"),
        ({"scope gate": "off"}, "scope gate on instead of off"),
        ({"inputs": "2", "model": "n"}, "other inputs and another model"),
    ],
)
def test_another_scan_s_store_is_left_alone(opened: Open, changed: dict[str, str], words: str) -> None:
    opened().close()
    with pytest.raises(OutputTaken, match=words):
        opened({**IDENTITY, **changed})
    with opened() as store:
        assert store.provenance() == PROVENANCE


def test_peek_tells_whose_scan_it_is_and_whether_it_is_done(opened: Open, tmp_path: Path) -> None:
    assert peek(tmp_path) is None
    with opened() as store:
        assert peek(tmp_path) == (IDENTITY, False)
        store.finish()
    assert peek(tmp_path) == (IDENTITY, True)


@pytest.mark.parametrize("content", [b"", b"no database at all, by any means" * 40])
def test_peek_at_something_else_sees_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / STORE).write_bytes(content)
    assert peek(tmp_path) is None


def test_a_file_that_is_no_store_is_not_overwritten(opened: Open, tmp_path: Path) -> None:
    (tmp_path / STORE).write_bytes(b"my thesis " * 100)
    with pytest.raises(OutputError, match="no scan store; choose another --out, or --rescan"):
        opened()
    assert (tmp_path / STORE).read_bytes() == b"my thesis " * 100


def test_another_program_s_database_is_not_touched(opened: Open, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / STORE) as db:
        db.execute("CREATE TABLE mine (x)")
    db.close()
    with pytest.raises(OutputError, match="is not a scan store of this version"):
        opened()


def test_a_database_held_by_another_program_is_said_to_be(
    opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened().close()
    real = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *a, **k: real(*a, **{**k, "timeout": 0.05}))
    other = real(tmp_path / STORE)
    other.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(OutputBusy, match="held by another program"):
            opened()
    finally:
        other.close()


def test_remove_store_takes_what_a_killed_scan_left(tmp_path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        (tmp_path / f"{STORE}{suffix}").touch()
    (tmp_path / "report.xlsx").touch()
    remove_store(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["report.xlsx"]
