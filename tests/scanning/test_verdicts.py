"""Readings beside a scan's rows: kept, joined, and void once the film has changed."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from builders.rows import a_provenance, a_scored_row
from screener.errors import OutputBusy, OutputError
from screener.scanning.output import open_output
from screener.scanning.reading import StoredScan
from screener.scanning.store import STORE, ScanStore, empty_store
from screener.scanning.verdicts import Judged, Marked, Verdict, Verdicts

IDENTITY = {"inputs": "x"}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / STORE
    with ScanStore(path, IDENTITY, a_provenance()) as scan, scan.transaction():
        for row in (a_scored_row(1, "a.jpeg", 0.9), a_scored_row(2, "b.jpeg", 0.4)):
            scan.put(row)
            scan.end_file(row.key, row.sha256, 0, settled=True)
    return path


def _film(store: Path, place: int) -> tuple[bytes, int, str]:
    with StoredScan(store) as scan:
        line = scan.worklist_lines()[place]
    return line.key, line.frame, line.sha256


def _replace(store: Path, sha256: str) -> None:
    """Another film lies in the place of the first."""
    with ScanStore(store, IDENTITY, a_provenance()) as scan, scan.transaction():
        row = a_scored_row(1, "a.jpeg", 0.9, sha256=sha256)
        scan.put(row)
        scan.end_file(row.key, row.sha256, 0, settled=True)


def test_a_store_without_readings_has_none(store: Path) -> None:
    assert Verdicts(store).all() == []
    with StoredScan(store) as scan:
        assert [(line.is_read, line.verdict) for line in scan.worklist_lines()] == [(0, None), (0, None)]


def test_the_last_reading_counts_and_stands_on_its_line(store: Path) -> None:
    Verdicts(store).put(Judged(*_film(store, 0), Verdict.UNSURE))
    Verdicts(store).put(Judged(*_film(store, 0), Verdict.DISAGREE))
    Verdicts(store).put(Marked(*_film(store, 1), is_read=True))
    (first, second) = Verdicts(store).all()
    assert (first.verdict, second.verdict) == (Verdict.DISAGREE, None)
    assert first.moment.endswith("+00:00")
    with StoredScan(store) as scan:
        assert [(line.is_read, line.verdict) for line in scan.worklist_lines()] == [
            (1, "disagree"),
            (1, None),
        ]


def test_a_change_leaves_alone_what_another_reader_did(store: Path) -> None:
    film = _film(store, 0)
    Verdicts(store).put(Judged(*film, Verdict.DISAGREE))
    Verdicts(store).put(Marked(*film, is_read=False))
    assert [(one.is_read, one.verdict) for one in Verdicts(store).all()] == [(False, Verdict.DISAGREE)]
    Verdicts(store).put(Marked(*film, is_read=True))
    Verdicts(store).put(Judged(*film, None))
    assert [(one.is_read, one.verdict) for one in Verdicts(store).all()] == [(True, None)]
    Verdicts(store).put(Marked(*film, is_read=False))
    Verdicts(store).put(Judged(*film, None))
    assert [one.is_read for one in Verdicts(store).all()] == [False]  # nothing was read by taking back


def test_a_change_takes_over_nothing_that_was_said_of_other_bytes(store: Path) -> None:
    Verdicts(store).put(Judged(*_film(store, 0), Verdict.AGREE))
    _replace(store, "e" * 64)
    Verdicts(store).put(Marked(*_film(store, 0), is_read=True))
    assert [(one.sha256, one.verdict) for one in Verdicts(store).all()] == [("e" * 64, None)]
    _replace(store, "d" * 64)
    Verdicts(store).put(Judged(*_film(store, 0), None))
    assert [(one.sha256, one.is_read) for one in Verdicts(store).all()] == [("d" * 64, False)]


def test_what_was_said_of_a_film_that_is_there_no_more_replaces_nothing(store: Path) -> None:
    before = _film(store, 0)
    _replace(store, "e" * 64)
    Verdicts(store).put(Judged(*_film(store, 0), Verdict.DISAGREE))
    for change in (Judged(*before, Verdict.AGREE), Marked(*before, is_read=False), Marked(b"k", 0, "", True)):
        with pytest.raises(OutputError, match="changed since it was looked at"):
            Verdicts(store).put(change)
    assert [(one.sha256, one.is_read, one.verdict) for one in Verdicts(store).all()] == [
        ("e" * 64, True, Verdict.DISAGREE)
    ]


def test_readings_outlive_a_resumed_scan_but_not_a_changed_film(store: Path) -> None:
    Verdicts(store).put(Judged(*_film(store, 0), Verdict.AGREE))
    Verdicts(store).put(Judged(*_film(store, 1), Verdict.AGREE))
    changed = a_scored_row(2, "b.jpeg", 0.5, sha256="f" * 64)
    with ScanStore(store, IDENTITY, a_provenance()) as scan:
        with scan.transaction():
            scan.keep_file(a_scored_row(1, "a.jpeg", 0.9).key)
            scan.put(changed)
            scan.end_file(changed.key, changed.sha256, 0, settled=True)
        scan.finish()
    with StoredScan(store) as scan:
        assert [line.verdict for line in scan.worklist_lines()] == ["agree", None]


def test_readings_are_kept_while_the_scan_holds_its_store(store: Path) -> None:
    with ScanStore(store, IDENTITY, a_provenance()):
        Verdicts(store).put(Judged(*_film(store, 0), Verdict.AGREE))
    assert Verdicts(store).all()[0].verdict is Verdict.AGREE


def test_a_store_that_is_gone_is_not_made_anew(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"scan\.sqlite"):
        Verdicts(tmp_path / STORE).put(Marked(b"k", 0, "", True))
    assert not (tmp_path / STORE).exists()


def test_readings_outlive_a_rescan_of_the_same_films(store: Path) -> None:
    Verdicts(store).put(Judged(*_film(store, 0), Verdict.DISAGREE))
    with open_output(store.parent, IDENTITY, a_provenance(), rescan=True) as scan:
        assert list(scan.rows()) == []
        row = a_scored_row(1, "a.jpeg", 0.2)
        with scan.transaction():
            scan.put(row)
            scan.end_file(row.key, row.sha256, 0, settled=True)
        scan.finish()
        (again,) = scan.rows()
    assert (again.is_read, again.verdict, again.score) == (True, Verdict.DISAGREE, 0.2)


def test_a_rescan_replaces_a_store_that_is_none(store: Path) -> None:
    store.write_bytes(b"not a database, though it lies where one should" * 40)
    with open_output(store.parent, IDENTITY, a_provenance(), rescan=True) as scan:
        assert scan.counts().total == 0


def test_a_store_in_use_says_so(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = sqlite3.connect
    monkeypatch.setattr(
        sqlite3, "connect", lambda *given, **named: connect(*given, **{**named, "timeout": 0})
    )
    with closing(sqlite3.connect(store, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OutputBusy, match="locked"):
            Verdicts(store).put(Marked(b"k", 0, "", True))
        other.execute("ROLLBACK")


def test_a_store_in_use_keeps_its_readings(tmp_path: Path, store: Path) -> None:
    Verdicts(store).put(Judged(*_film(store, 0), Verdict.AGREE))
    with closing(sqlite3.connect(store, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OutputError, match="locked; it keeps what readers said"):
            empty_store(store.parent)
        other.execute("ROLLBACK")
    assert Verdicts(store).all()[0].verdict is Verdict.AGREE
