"""SQLite takes a store's address, wherever it lies."""

import sqlite3
from contextlib import closing
from pathlib import Path, PurePath, PureWindowsPath

import pytest

from screener.scanning.address import address_of


def test_a_name_of_odd_signs_leads_to_its_file(tmp_path: Path) -> None:
    path = tmp_path / "a ?mode=rwc#%20\u00e9.sqlite"
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE there (n)")
    with closing(sqlite3.connect(address_of(path, "mode=ro"), uri=True)) as db:
        assert db.execute("SELECT name FROM sqlite_master").fetchone() == ("there",)


@pytest.mark.parametrize(
    ("path", "address"),
    [
        (
            PureWindowsPath(r"\\server\films out\scan.sqlite"),
            "file:////server/films%20out/scan.sqlite?mode=ro",
        ),
        (PureWindowsPath(r"C:\out\scan.sqlite"), "file:///C:/out/scan.sqlite?mode=ro"),
    ],
)
def test_a_server_is_no_authority_that_sqlite_would_refuse(path: PurePath, address: str) -> None:
    assert address_of(path, "mode=ro") == address
    with pytest.raises(sqlite3.OperationalError, match="unable to open database file"):
        sqlite3.connect(address, uri=True)
