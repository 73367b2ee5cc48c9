"""The pipeline: which row a file gets, and that nothing but the file decides it."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import astuple, replace
from pathlib import Path

import numpy as np
import pytest

from builders.model import tiny_card
from builders.scripted import a_provenance, picture, setup, write_films
from screener.engines.base import Outputs
from screener.images.judging.gate import Gate, describe
from screener.records import Caution, Reason, Refused, Row, Source, Status
from screener.scanning.naming import ByContent, Naming, by_path
from screener.scanning.pipeline import Pipeline, Rules
from screener.scanning.pool import DecodePool
from screener.scanning.store import STORE, ScanStore


class SumEngine:
    """Judges by grey levels, one picture at a time, and remembers how many it was given."""

    description = "sums"

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.go = threading.Event()
        self.go.set()

    def infer(self, batch: np.ndarray) -> Outputs:
        self.go.wait(30)
        self.batches.append(len(batch))
        levels = batch.reshape(len(batch), -1).astype(np.float32)
        logits = np.stack([levels[:, 1], levels[:, 2]], axis=1) / 255
        logits[levels[:, 0] == 255] = np.nan  # what `white` orders
        return Outputs(logits, np.repeat(logits[:, :, None, None], 2, axis=3), None)

    def close(self) -> None:
        pass


class Bench:
    """A folder of films and a store, to be scanned again and again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.engine = SumEngine()
        self.log: list[str] = []
        self.gate = True
        self.model_gate: Gate | None = None
        self.naming: Callable[[ScanStore], Naming] = lambda store: by_path
        self.seconds = 30.0

    def scan(
        self,
        films: dict[str, str] | list[tuple[Source, Refused | None]],
        *,
        workers: int = 1,
        batch_size: int = 4,
        store: str = STORE,
        tick: Callable[[int], None] = lambda done: None,
        backwards: bool = False,
    ) -> tuple[dict[str, Row], Pipeline]:
        """The rows of all films, by name and frame, and the pipeline that made them."""
        found = films if isinstance(films, list) else [(s, None) for s in write_films(self.folder, films)]
        pool = DecodePool(setup(seconds=self.seconds, gate=self.model_gate), workers)
        try:
            with ScanStore(self.folder / store, {}, a_provenance()) as kept:
                rules = Rules(tiny_card(), batch_size, self.gate, self.naming(kept), self.log.append)
                pipeline = Pipeline(rules, self.engine, kept)
                pipeline.run(iter(found[::-1] if backwards else found), pool, tick)
                kept.finish()
                return {f"{row.name}{row.frame or ''}": row for row in kept.rows()}, pipeline
        finally:
            pool.close()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.engine.go.set()


def test_every_file_gets_its_row(bench: Bench) -> None:
    rows, pipeline = bench.scan({"a": "ok 1", "b": "corrupt", "c": "scope 3", "d": "white 4", "e": "fault"})
    assert [row.status for row in rows.values()] == [
        Status.SCORED,
        Status.UNREADABLE,
        Status.OUT_OF_SCOPE,
        Status.FAILED,
        Status.FAILED,
    ]
    assert [row.reason for row in rows.values()] == [
        None,
        Reason.CORRUPT,
        Reason.COLOUR,
        Reason.NOT_FINITE,
        Reason.INTERNAL,
    ]
    assert [row.score is None for row in rows.values()] == [False, True, True, True, True]
    assert (pipeline.done, pipeline.rows, pipeline.reused) == (5, 5, 0)


def test_a_multi_frame_file_gives_a_row_a_frame(bench: Bench) -> None:
    rows, _ = bench.scan({"a": "ok 1\ncorrupt\nok 3", "b": "ok 1"})
    assert list(rows) == ["a1", "a2", "a3", "b"]
    assert [row.image_id for row in rows.values()] == ["a-frame1", "a-frame2", "a-frame3", "b"]


def test_what_the_listing_refuses_is_a_row_too(bench: Bench) -> None:
    lost = Source(bench.folder / "x", "x", b"x", "x")
    rows, _ = bench.scan([(lost, Refused(Reason.NO_PERMISSION, "a folder"))])
    assert (rows["x"].reason, rows["x"].detail) == (Reason.NO_PERMISSION, "a folder")


def test_the_model_s_own_gate_is_asked_where_tags_raise_no_doubt(bench: Bench) -> None:
    """One that knows a single picture, and nothing else."""
    known = describe(picture("ok", "3", 1).model_input[None], "film")[0]
    bench.model_gate = Gate("film", known, np.zeros((1, len(known))), np.ones(1), (1.0, 0.1))
    films = {"a": "ok 3", "b": "ok 4", "c": "scope 3", "d": "scope 4"}
    refused, _ = bench.scan(films)
    assert {name: row.reason for name, row in refused.items()} == {
        "a": None,
        "b": Reason.UNLIKE_TRAINING,
        "c": Reason.COLOUR,
        "d": Reason.COLOUR,
    }
    assert refused["b"].detail.endswith("times the distance that is allowed")
    bench.gate = False
    flagged, _ = bench.scan(films, store="flagged")
    assert [row.cautions for row in flagged.values()] == [(), *[(Caution.GATE_OFF,)] * 3]


def test_without_the_gate_a_doubted_picture_is_scored_and_flagged(bench: Bench) -> None:
    bench.gate = False
    rows, _ = bench.scan({"a": "ok 1", "b": "scope 1"})
    assert rows["b"].score == rows["a"].score
    assert (rows["a"].cautions, rows["b"].cautions) == ((), (Caution.GATE_OFF,))


def test_order_batch_size_and_workers_change_nothing(bench: Bench) -> None:
    films = {f"{n:02}": f"ok {n}" for n in range(23)} | {"m": "ok 3\nok 5", "x": "corrupt"}
    plain, _ = bench.scan(films, store="plain")
    others = [
        bench.scan(films, store="one", batch_size=1)[0],
        bench.scan(films, store="many", batch_size=64, workers=3)[0],
        bench.scan(films, store="back", batch_size=5, workers=2, backwards=True)[0],
    ]
    for other in others:
        assert [astuple(row) for row in other.values()] == [astuple(row) for row in plain.values()]


def test_a_second_run_scores_nothing_twice(bench: Bench) -> None:
    films = {f"{n:02}": f"ok {n}" for n in range(10)} | {"x": "corrupt", "y": "scope 1"}
    first, _ = bench.scan(films)
    bench.engine.batches.clear()
    second, pipeline = bench.scan(films)
    assert bench.engine.batches == []
    assert (pipeline.done, pipeline.reused, pipeline.rows) == (12, 12, 0)
    assert [astuple(row) for row in second.values()] == [astuple(row) for row in first.values()]


def test_only_what_is_new_or_changed_is_scored(bench: Bench) -> None:
    before, _ = bench.scan({"a": "ok 1", "b": "ok 2"})
    bench.engine.batches.clear()
    rows, pipeline = bench.scan({"a": "ok 1", "b": "ok 3", "c": "ok 4"})
    assert sum(bench.engine.batches) == 2
    assert pipeline.reused == 1
    assert rows["b"].score != before["b"].score


def test_the_same_content_under_another_name_is_inferred_once(bench: Bench) -> None:
    rows, _ = bench.scan({"a": "ok 1\nok 2"})
    bench.engine.batches.clear()
    rows, _ = bench.scan({"a": "ok 1\nok 2", "b": "ok 1\nok 2"})
    assert bench.engine.batches == []
    assert list(rows) == ["a1", "a2", "b1", "b2"]
    assert rows["b2"].image_id == "b-frame2"
    assert rows["b2"].heat_map == rows["a2"].heat_map


def test_a_row_whose_file_is_gone_goes_with_it(bench: Bench) -> None:
    bench.scan({"a": "ok 1", "b": "ok 2"})
    (bench.folder / "b").unlink()
    rows, _ = bench.scan({"a": "ok 1"})
    assert list(rows) == ["a"]


@pytest.mark.parametrize("order", ["die", "hang", "fault", "memory"])
def test_a_failure_that_may_pass_is_tried_again(bench: Bench, order: str) -> None:
    bench.seconds = 0.5
    rows, _ = bench.scan({"a": order})
    assert rows["a"].score is None
    _, pipeline = bench.scan({"a": order})
    assert (pipeline.reused, pipeline.rows) == (0, 1)


def test_a_file_that_dies_halfway_leaves_no_half_rows(bench: Bench) -> None:
    rows, _ = bench.scan({"a": "ok 1\nok 2\nok 3\ndie", "b": "ok 4"}, batch_size=1)
    assert list(rows) == ["a", "b"]
    assert rows["a"].reason is Reason.WORKER_DIED


def test_a_fault_is_logged_without_a_word_of_the_file(bench: Bench) -> None:
    rows, _ = bench.scan({"a": "fault"})
    (line,) = bench.log
    assert line.startswith("KeyError at scripted.py:")
    assert "DOE" not in line
    assert rows["a"].detail == "KeyError"


@pytest.mark.parametrize("when", [18, 20])
def test_ctrl_c_keeps_all_that_it_says_is_done(when: int, bench: Bench) -> None:
    films = {f"{n:02}": f"ok {n}" for n in range(40)}

    def interrupt(done: int) -> None:
        if done == when:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bench.scan(films, tick=interrupt)
    first = sum(bench.engine.batches)
    assert first == when
    rows, pipeline = bench.scan(films)
    assert pipeline.reused == when
    assert sum(bench.engine.batches) == 40
    assert len(rows) == 40


def test_no_more_is_read_ahead_than_the_engine_can_take(bench: Bench) -> None:
    films = write_films(bench.folder, {f"{n:03}": f"ok {n}" for n in range(300)})
    listed = 0

    def listing() -> Iterator[tuple[Source, None]]:
        nonlocal listed
        for film in films:
            listed += 1
            yield film, None

    bench.engine.go.clear()
    seen: list[int] = []

    def let_go() -> None:
        while listed < 8:  # the workers are still starting
            time.sleep(0.05)
        time.sleep(1.0)
        seen.append(listed)
        bench.engine.go.set()

    threading.Thread(target=let_go, daemon=True).start()
    pool = DecodePool(setup(), 2)
    try:
        with ScanStore(bench.folder / STORE, {}, a_provenance()) as store:
            rules = Rules(tiny_card(), 4, True, by_path, bench.log.append)
            Pipeline(rules, bench.engine, store).run(listing(), pool, lambda done: None)
            assert store.counts().total == 300
    finally:
        pool.close()
    assert 8 <= seen[0] <= 20


def test_deidentified_rows_are_named_by_content(bench: Bench) -> None:
    bench.naming = lambda store: ByContent(store.copy_number)
    films = {"DOE": "ok 1", "ROE": "ok 1", "POE": "ok 2\nok 3"}
    rows, _ = bench.scan(films)
    assert len(rows) == 4
    assert sum(name.endswith("-2") for name in rows) == 1
    text = (bench.folder / STORE).read_bytes()
    assert not any(name.encode() in text for name in films)
    bench.engine.batches.clear()
    again, pipeline = bench.scan(films, backwards=True)
    assert bench.engine.batches == []
    assert pipeline.reused == 3
    assert [astuple(row) for row in again.values()] == [astuple(row) for row in rows.values()]


def test_a_deidentified_file_that_cannot_be_read_keeps_its_place_only(bench: Bench) -> None:
    bench.naming = lambda store: ByContent(store.copy_number)
    doe = Source(bench.folder / "DOE", "DOE", b"DOE", "DOE")
    rows, _ = bench.scan([(replace(doe, key=b"a"), None), (doe, Refused(Reason.NO_PERMISSION))])
    assert list(rows) == ["unreadable-1", "unreadable-2"]
    assert b"DOE" not in (bench.folder / STORE).read_bytes()
