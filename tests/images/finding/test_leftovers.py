"""What an earlier scan left among the films is known by its store and its names."""

import contextlib
import sqlite3
from pathlib import Path

import pytest

from builders.find import make, names
from screener.images.finding.find import count, find
from screener.images.finding.leftovers import APPLICATION_ID, is_leftover


def a_store(path: Path, application: int) -> None:
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA application_id = {application}")


def test_what_an_earlier_scan_left_is_passed_over_and_the_films_beside_it_are_not(films: Path) -> None:
    before = names(find([str(films)]))
    results = make(
        films / "a",
        "report.xlsx",
        "report-2.xlsx",
        "~$report.xlsx",
        "submission.csv",
        "worklist.csv",
        ".worklist.csv.part",
        ".report.html.0123abcd.part",
        "rows.jsonl",
        "scan.log",
    )
    a_store(results / "scan.sqlite", APPLICATION_ID)
    assert names(find([str(films)])) == before
    assert names(find([str(results)])) == ["1.png", "2.png"]
    assert count([str(results)]) == 2
    assert names(find([str(results / "report.xlsx")])) == ["report.xlsx"]


@pytest.mark.parametrize("store", ["none", "text", "other"])
def test_files_with_such_names_and_no_store_of_ours_beside_them_have_their_rows(
    tmp_path: Path, store: str
) -> None:
    folder = make(tmp_path / "films", "report.xlsx", "film.png")
    if store == "text":
        make(folder, "scan.sqlite")
    if store == "other":
        a_store(folder / "scan.sqlite", APPLICATION_ID + 1)
    expected = ["film.png", "report.xlsx", *([] if store == "none" else ["scan.sqlite"])]
    assert names(find([str(folder)])) == expected


@pytest.mark.parametrize("name", [b"film.png", b"report.pdf", b"my-report.xlsx", b"scan.sqlite.bak"])
def test_no_other_name_is_taken_for_a_leftover(name: bytes) -> None:
    assert not is_leftover(name)
