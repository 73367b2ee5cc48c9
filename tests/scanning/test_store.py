"""The store: what goes in comes out to the last bit, and what is not whole does not count."""

import json
import sqlite3
import threading
from dataclasses import astuple, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders.store import IDENTITY, PROVENANCE, Open
from screener.errors import OutputError
from screener.records import Band, Caution, Facts, Reason, Row, Status
from screener.scanning.columns import from_columns, provenance_from_text, provenance_to_text, to_columns
from screener.scanning.store import STORE, ScanStore

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
SHARES = st.floats(0, 1)
FACTS = st.builds(Facts, TEXT, st.integers(1, 9), st.integers(1, 9), codec=TEXT, patient=TEXT)
ROWS = st.one_of(
    st.builds(
        Row,
        key=st.binary(),
        name=TEXT,
        image_id=TEXT,
        status=st.just(Status.SCORED),
        frame=st.integers(0, 10_000),
        sha256=TEXT,
        cautions=st.lists(st.sampled_from(Caution)).map(tuple),
        probabilities=st.tuples(SHARES, SHARES),
        score=SHARES,
        band=st.sampled_from(Band),
        facts=st.none() | FACTS,
        applied=st.lists(TEXT).map(tuple),
        heat_map=st.binary(),
        heat_map_shape=st.tuples(st.integers(0, 9), st.integers(0, 9)),
        thumbnail=st.binary(),
    ),
    st.builds(
        Row,
        key=st.binary(),
        name=TEXT,
        image_id=TEXT,
        status=st.sampled_from(Status),
        reason=st.sampled_from(Reason),
        detail=TEXT,
    ),
)


def row(key: bytes, score: float | None = None, frame: int = 0, sha256: str = "s") -> Row:
    if score is None:
        return Row(key, key.decode(), "", Status.UNREADABLE, frame, sha256, Reason.CORRUPT)
    return Row(
        key, key.decode(), "", Status.SCORED, frame, sha256, score=score, probabilities=(1 - score, score)
    )


def keep(store: ScanStore, *rows: Row, settled: bool = True) -> None:
    """Commit the rows of one file."""
    with store.transaction():
        for one in rows:
            store.put(one)
        store.end_file(rows[0].key, rows[0].sha256, max(r.frame for r in rows), settled=settled)


@given(ROWS)
def test_a_row_comes_back_to_the_last_bit(one: Row) -> None:
    assert astuple(from_columns(to_columns(one), one.thumbnail or None)) == astuple(one)


@given(ROWS)
def test_sqlite_gives_back_what_it_was_given(one: Row) -> None:
    with (
        TemporaryDirectory() as folder,
        ScanStore(Path(folder) / STORE, IDENTITY, PROVENANCE) as store,
    ):
        keep(store, one)
        assert [astuple(found) for found in store.rows()] == [astuple(one)]


def test_provenance_comes_back() -> None:
    assert provenance_from_text(provenance_to_text(PROVENANCE)) == PROVENANCE


def test_notes_are_kept_once_over_all_runs(opened: Open) -> None:
    with opened() as store:
        assert store.provenance() == PROVENANCE  # as of a store from before there were notes
        store.note(["no GPU"])
    with opened() as store:
        store.note(["a drive failed", "no GPU"])
        store.note(())
        assert store.provenance() == replace(PROVENANCE, notes=("no GPU", "a drive failed"))


def test_an_earlier_version_can_read_the_provenance_of_a_scan_with_notes() -> None:
    noted = replace(PROVENANCE, notes=("no GPU",))
    assert "notes" not in json.loads(provenance_to_text(noted))


def test_places_come_to_a_store_that_knew_of_none(opened: Open, tmp_path: Path) -> None:
    with opened() as store:
        assert store.places() == ()
    for places in (("/a/films", "/b/\udcff*"), ("/b/\udcff*", "/a/films")):
        with ScanStore(tmp_path / STORE, IDENTITY, PROVENANCE, places) as store:
            assert store.places() == ("/a/films", "/b/\udcff*")


def test_views_are_in_order(opened: Open) -> None:
    with opened() as store:
        for name, score in [(b"c", 0.5), (b"b", 0.9), (b"a", 0.5), (b"e", None), (b"d", None)]:
            keep(store, row(name, score))
        assert [one.key for one in store.worklist()] == [b"b", b"a", b"c"]
        assert [one.key for one in store.problems()] == [b"d", b"e"]
        assert [one.key for one in store.rows()] == [b"a", b"b", b"c", b"d", b"e"]
        assert store.counts().status == {Status.SCORED: 3, Status.UNREADABLE: 2}


def test_the_worklist_is_read_off_an_index(opened: Open, tmp_path: Path) -> None:
    with opened() as store:
        plan = store._db.execute(
            "EXPLAIN QUERY PLAN SELECT * FROM rows WHERE status = 'scored' ORDER BY score DESC, key, frame"
        ).fetchall()
    assert "worklist" in plan[0][3]
    assert len(plan) == 1


def test_thumbnails_come_with_their_rows_and_go_with_them(opened: Open) -> None:
    with opened() as store:
        keep(store, replace(row(b"a", 0.5), thumbnail=b"picture"))
        assert next(store.rows()).thumbnail == b"picture"
        keep(store, row(b"a"))
        assert next(store.rows()).thumbnail == b""


def test_rows_of_older_content_go_when_the_file_ends(opened: Open) -> None:
    with opened() as store:
        keep(store, row(b"a", 0.1, frame=1), row(b"a", 0.2, frame=2), row(b"a", 0.3, frame=3))
        keep(store, row(b"a", 0.4, frame=1, sha256="t"), row(b"a", 0.5, frame=2, sha256="t"))
        assert [(one.frame, one.sha256) for one in store.rows()] == [(1, "t"), (2, "t")]
        keep(store, row(b"a", 0.9))
        assert [one.frame for one in store.rows()] == [0]


def test_only_final_rows_are_known(opened: Open) -> None:
    with opened() as store:
        keep(store, row(b"a", 0.5, sha256="s"))
        keep(store, row(b"b", sha256="t"), settled=False)
        assert (store.known(b"a"), store.known(b"b"), store.known(b"c")) == ("s", "", "")
        assert [one.key for one in store.rows_of_content("s")] == [b"a"]
        assert store.rows_of_content("t") == []


def test_a_file_that_is_gone_is_dropped_when_the_scan_is_complete(opened: Open) -> None:
    with opened() as store:
        keep(store, row(b"a", 0.5))
        keep(store, replace(row(b"b", 0.5), thumbnail=b"picture"))
        store.finish()
    with opened() as store:
        with store.transaction():
            store.keep_file(b"a")
        assert [one.key for one in store.rows()] == [b"a", b"b"]
        store.finish()
        assert [one.key for one in store.rows()] == [b"a"]
        assert store._db.execute("SELECT count(*) FROM thumbnails").fetchone() == (0,)


def test_nothing_of_a_film_that_is_gone_stays_in_the_file(
    opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = sqlite3.connect

    def by_default(*arguments: Any, **options: Any) -> sqlite3.Connection:
        """As SQLite comes; some systems build theirs to overwrite what is deleted."""
        db = connect(*arguments, **options)
        db.execute("PRAGMA secure_delete = OFF")
        return db

    monkeypatch.setattr(sqlite3, "connect", by_default)
    with opened() as store:
        keep(store, replace(row(b"DOE^JANE", 0.5), thumbnail=b"a picture of her" * 2_000))
        keep(store, replace(row(b"b", 0.5), thumbnail=b"another" * 2_000))
        store.finish()
    assert b"DOE^JANE" in (tmp_path / STORE).read_bytes()
    with opened() as store:
        with store.transaction():
            store.keep_file(b"b")
        store.finish()
    (left,) = tmp_path.iterdir()
    assert not any(part in left.read_bytes() for part in (b"DOE^JANE", b"a picture of her"))


def test_rows_of_a_file_that_never_ended_don_t_outlive_the_scan(opened: Open) -> None:
    with opened() as store:
        with store.transaction():
            store.put(row(b"a", 0.5, frame=1))
        store.finish()
        assert list(store.rows()) == []


def test_a_transaction_that_fails_leaves_nothing(opened: Open) -> None:
    with opened() as store:
        with pytest.raises(RuntimeError, match="on purpose"), store.transaction():
            store.put(row(b"a", 0.5))
            raise RuntimeError("on purpose")
        keep(store, row(b"b", 0.5))
        assert [one.key for one in store.rows()] == [b"b"]


def test_a_continued_store_keeps_its_provenance(opened: Open) -> None:
    opened().close()
    with opened(provenance=replace(PROVENANCE, day="2027-01-01")) as store:
        assert store.provenance() == PROVENANCE


def test_a_full_disk_is_said_and_what_was_committed_stays(opened: Open) -> None:
    with opened() as store:
        keep(store, row(b"a", 0.5))
        pages = store._db.execute("PRAGMA page_count").fetchone()[0]
        store._db.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(OutputError, match="the disk is full; make room and run the same command again"):
            keep(store, replace(row(b"b", 0.5), thumbnail=bytes(1 << 20)))
        assert [one.key for one in store.rows()] == [b"a"]


def test_a_closed_store_is_one_file_that_reads_from_a_read_only_place(opened: Open, tmp_path: Path) -> None:
    with opened() as store:
        keep(store, row(b"a", 0.5))
        assert store._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert [path.name for path in tmp_path.iterdir()] == [STORE]
    with sqlite3.connect(f"file:{tmp_path / STORE}?immutable=1", uri=True) as db:
        assert db.execute("SELECT score FROM rows").fetchall() == [(0.5,)]
    db.close()


def test_copies_are_counted_from_0(opened: Open) -> None:
    with opened() as store:
        assert [store.copy_number(name) for name in "aabab"] == [0, 1, 0, 2, 1]


def test_a_store_may_be_read_while_it_is_written(opened: Open, tmp_path: Path) -> None:
    with opened() as store:
        keep(store, row(b"a", 0.5))
        seen: list[object] = []

        def look() -> None:
            reader = sqlite3.connect(f"file:{tmp_path / STORE}?mode=ro", uri=True, timeout=1)
            seen.extend(reader.execute("SELECT score FROM rows"))
            reader.close()

        with store.transaction():
            store.put(row(b"b", 0.6))
            thread = threading.Thread(target=look)
            thread.start()
            thread.join()
        assert seen == [(0.5,)]
