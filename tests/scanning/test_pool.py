"""The decode pool, one misfortune a test: every file gets its end, and the others don't notice."""

import contextlib
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from multiprocessing.context import SpawnProcess
from pathlib import Path
from unittest.mock import Mock

import pytest

from builders.scripted import setup, write_films
from screener.errors import ScreenerError
from screener.records import Decoded, Reason, Refused
from screener.scanning import pool as module
from screener.scanning.messages import Began, Ended, Event, Frame, Job, Setup
from screener.scanning.pool import DecodePool

Run = Callable[..., dict[str, list[Event]]]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """Decode files with given contents; each one's events, by name."""
    pools: list[DecodePool] = []

    def run(films: dict[str, str], workers: int = 1, told: Setup | None = None, known: str = "") -> dict:
        sources = write_films(tmp_path, films)
        pool = DecodePool(told or setup(), workers)
        pools.append(pool)
        events: dict[str, list[Event]] = {name: [] for name in films}
        for event in pool.events(Job(n, s, known) for n, s in enumerate(sources, 1)):
            events[event.job.source.name].append(event)
        return events

    yield run
    for pool in pools:
        pool.close()


def kinds(events: list[Event]) -> list[type]:
    return [type(event) for event in events]


def failure(events: list[Event]) -> Refused | None:
    last = events[-1]
    assert isinstance(last, Ended)
    assert sum(isinstance(event, Ended) for event in events) == 1
    return last.failure


def test_each_file_begins_gives_its_frame_and_ends(run: Run) -> None:
    events = run({f"{n:02}": f"ok {n}" for n in range(12)}, workers=2)
    assert all(kinds(one) == [Began, Frame, Ended] for one in events.values())
    frame = events["03"][1]
    assert isinstance(frame, Frame)
    assert frame.number == 0
    assert isinstance(frame.outcome, Decoded)


def test_frames_of_one_file_are_numbered_from_one(run: Run) -> None:
    events = run({"a": "ok 1\nok 2\ncorrupt\nok 4"})["a"]
    frames = [event for event in events if isinstance(event, Frame)]
    assert [frame.number for frame in frames] == [1, 2, 3, 4]
    assert frames[2].outcome == Refused(Reason.CORRUPT, "as ordered")


def test_known_content_is_not_decoded_again(run: Run) -> None:
    import hashlib

    known = hashlib.sha256(b"die").hexdigest()
    (end,) = run({"a": "die"}, known=known)["a"]
    assert end.unchanged


def test_a_file_that_yields_nothing_is_a_file_without_pixels(run: Run) -> None:
    frame = run({"a": ""})["a"][1]
    assert isinstance(frame, Frame)
    assert frame.outcome == Refused(Reason.NO_PIXELS)


def test_a_file_that_is_gone_is_refused(run: Run, tmp_path: Path) -> None:
    sources = write_films(tmp_path, {"a": "ok 1"})
    (tmp_path / "a").unlink()
    pool = DecodePool(setup(), 1)
    try:
        (end,) = pool.events(iter([Job(1, sources[0])]))
    finally:
        pool.close()
    assert end.failure == Refused(Reason.VANISHED)


def test_a_file_that_never_ends_is_cut_off_and_the_others_go_on(run: Run) -> None:
    events = run({"a": "ok 1", "b": "hang", "c": "ok 3", "d": "ok 4"}, told=setup(seconds=0.5))
    assert failure(events["b"]) == Refused(Reason.TIME_LIMIT)
    assert [failure(events[name]) for name in "acd"] == [None] * 3


def test_waiting_for_another_file_does_not_count_as_time(run: Run) -> None:
    events = run(dict.fromkeys("abcd", "slow 0.4"), told=setup(seconds=0.7))
    assert [failure(one) for one in events.values()] == [None] * 4


def test_time_in_which_nobody_listened_does_not_count(tmp_path: Path) -> None:
    import time

    sources = write_films(tmp_path, {"a": "\n".join(f"ok {n}" for n in range(200))})
    pool = DecodePool(setup(seconds=0.5), 1)
    try:
        events = []
        for event in pool.events(iter([Job(1, sources[0])])):
            events.append(event)
            time.sleep(0.005)  # 200 frames of 1 kB fit no pipe: the worker has to wait for us
        assert failure(events) is None
    finally:
        pool.close()


def test_a_file_that_kills_its_worker_twice_is_given_up(run: Run) -> None:
    events = run({"a": "ok 1", "b": "ok 1\nok 2\ndie", "c": "ok 3"})
    assert failure(events["b"]) == Refused(Reason.WORKER_DIED)
    assert kinds(events["b"]).count(Began) == 2
    assert failure(events["a"]) is None
    assert failure(events["c"]) is None


def test_a_worker_that_dies_once_costs_its_file_nothing(run: Run, tmp_path: Path) -> None:
    events = run({"a": f"die-once {tmp_path / 'mark'}", "b": "ok 2"})
    assert failure(events["a"]) is None
    assert kinds(events["a"]) == [Began, Began, Frame, Ended]


def test_many_deaths_side_by_side_lose_no_file(run: Run) -> None:
    films = {f"{n:02}": "die" if n % 3 == 0 else f"ok {n}" for n in range(18)}
    events = run(films, workers=3)
    reasons = {name: failure(one) for name, one in events.items()}
    assert {name for name, refused in reasons.items() if refused} == {f"{n:02}" for n in range(0, 18, 3)}


def test_a_fault_of_ours_names_the_place_and_not_the_patient(run: Run) -> None:
    end = run({"a": "fault", "b": "ok 1"})["a"][-1]
    assert isinstance(end, Ended)
    assert end.failure == Refused(Reason.INTERNAL, "KeyError")
    assert "scripted.py" in end.trace
    assert "DOE" not in repr(end)


def test_frames_before_running_out_of_memory_are_void(run: Run) -> None:
    events = run({"a": "ok 1\nok 2\nmemory\nok 3"})
    assert failure(events["a"]) == Refused(Reason.OUT_OF_MEMORY)


def test_a_worker_that_ran_out_of_memory_is_replaced_and_its_file_tried_alone(run: Run) -> None:
    events = run({"a": "ok 1", "b": "memory", "c": "ok 3", "d": "ok 4"})
    assert kinds(events["b"]) == [Began, Began, Ended]
    assert failure(events["b"]) == Refused(Reason.OUT_OF_MEMORY)
    assert [failure(events[name]) for name in "acd"] == [None] * 3


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the memory cap is enforced on Linux")
def test_the_memory_cap_holds_for_what_a_file_asks(run: Run) -> None:
    events = run({"a": "hog 100", "b": "hog 400", "c": "ok 1"}, told=setup(memory=256 << 20))
    assert failure(events["a"]) is None
    assert failure(events["b"]) == Refused(Reason.OUT_OF_MEMORY)
    assert failure(events["c"]) is None


def test_workers_that_cannot_start_stop_the_scan_with_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("screener.scanning.worker.main", _stillborn)
    pool = DecodePool(setup(), 1)
    try:
        with pytest.raises(ScreenerError, match="end at once"):
            list(pool.events(iter([Job(1, write_films(tmp_path, {"a": "ok 1"})[0])])))
    finally:
        pool.close()


def test_no_worker_outlives_the_pool(tmp_path: Path) -> None:
    pool = DecodePool(setup(), 2)
    ids = [hand.process.pid for hand in pool._hands]
    list(pool.events(iter([Job(1, write_films(tmp_path, {"a": "ok 1"})[0])])))
    pool.close()
    for process in ids:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


def test_there_are_no_more_workers_than_the_system_can_wait_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_WORKERS", 2)
    hand = Mock(spec_set=module._Hand)
    monkeypatch.setattr(module, "_Hand", hand)
    DecodePool(setup(), 64)
    assert hand.call_count == 2


@pytest.fixture
def spared(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[SpawnProcess]]:
    """The workers that were to be killed, and that no kill reaches, as in a read of a dead network drive."""
    kill, spared = SpawnProcess.kill, []
    monkeypatch.setattr(SpawnProcess, "kill", lambda process: spared.append(process))
    monkeypatch.setattr("screener.scanning.pool._END_SECONDS", 0.1)
    yield spared
    for process in set(spared):
        with contextlib.suppress(ValueError):  # one that ended by itself when its pipe was closed
            kill(process)
            process.join()


def test_a_worker_that_cannot_be_killed_is_left_behind_and_told(
    tmp_path: Path, spared: list[SpawnProcess]
) -> None:
    sources = write_films(tmp_path, {"a": "hang", "b": "ok 1"})
    pool = DecodePool(setup(seconds=1), 1)
    ends = [e for e in pool.events(Job(n, s) for n, s in enumerate(sources, 1)) if isinstance(e, Ended)]
    assert [end.failure for end in ends] == [Refused(Reason.TIME_LIMIT), None]
    assert pool.notes == ("the drive did not answer when films should be read: see that it is connected",)
    assert spared[0].is_alive()
    assert spared[0] not in multiprocessing.active_children()  # nobody waits for it at the end
    pool.close()


def test_a_drive_that_answers_no_more_stops_the_scan(
    run: Run, spared: list[SpawnProcess], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("screener.scanning.pool._STUCK", 2)
    with pytest.raises(ScreenerError, match="no longer answers"):
        run(dict.fromkeys("abc", "hang"), told=setup(seconds=1))


def test_ctrl_c_is_not_the_workers_to_handle(tmp_path: Path) -> None:
    sources = write_films(tmp_path, dict.fromkeys("abc", "slow 0.2"))
    pool = DecodePool(setup(), 1)
    try:
        events = []
        for event in pool.events(Job(n, s) for n, s in enumerate(sources, 1)):
            events.append(event)
            os.kill(pool._hands[0].process.pid, signal.SIGINT)
        assert kinds(events) == [Began, Frame, Ended] * 3
    finally:
        pool.close()


def _stillborn(connection: object) -> None:
    os._exit(3)
