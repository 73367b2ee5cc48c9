"""Other ways to share the machine out are tried in turn, and only what is surely faster is remembered."""

from pathlib import Path

import pytest

from builders.model import build_model
from builders.pictures import film, jpeg
from screener.commands.bench import STAGES, TUNING, bench
from screener.commands.checks.findings import DoctorRequest, Health
from screener.commands.checks.folders import check_folders
from screener.commands.doctor import doctor
from screener.commands.scan import scan
from screener.commands.timings.records import BenchRequest, Trial
from screener.commands.timings.tuning import ROUNDS, ways, winner_of
from screener.models.card import card_hash
from screener.records import Progress, ScanRequest
from screener.records.user_folders import state_folder
from screener.scanning.tuned import (
    FILE,
    Remembered,
    Tuning,
    all_remembered,
    key_of,
    remember,
    usual,
)


@pytest.fixture
def ward(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of four films, a tiny model, and a user's folder that is empty."""
    build_model(tmp_path / "weights" / "pneumonia-tiny")
    monkeypatch.setattr("screener.models.catalogue.shipped", lambda: tmp_path / "weights")
    monkeypatch.setattr("screener.scanning.tuned.cores", lambda: 2)
    for module in ("steps", "workers"):
        monkeypatch.setattr(f"screener.commands.timings.{module}.LEAST_SECONDS", 0.05)
    films = tmp_path / "films"
    films.mkdir()
    for seed in range(4):
        (films / f"{seed}.jpg").write_bytes(jpeg(film(seed=seed)))
    return films


@pytest.fixture
def key(tmp_path: Path, ward: Path) -> str:
    """Of the tiny model on this machine's processor."""
    return key_of("pneumonia-tiny", card_hash(tmp_path / "weights" / "pneumonia-tiny"), "cpu", "fp32")


class Clock:
    """Scans that take as long as their way says; what they score is left to the real ones."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, fast: Tuning | None) -> None:
        self.asked: list[Tuning] = []
        self._fast = fast
        monkeypatch.setattr("screener.commands.timings.tuning._scanned", self._scanned)

    def _scanned(self, request: BenchRequest, way: Tuning, sources: object) -> tuple[float, int]:
        self.asked.append(way)
        return (5.0 if way == self._fast else 10.0), 100


def test_what_was_fastest_is_remembered_and_a_scan_takes_it(
    ward: Path, key: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    clock = Clock(monkeypatch, Tuning(1, 2, 16))
    told: list[Progress] = []
    result = bench(BenchRequest((str(ward),), model="tiny", tune=True), told.append)
    assert result.tuned is not None
    assert (result.tuned.best, result.tuned.kept) == (Tuning(1, 2, 16), state_folder() / FILE)
    assert clock.asked[:4] == list(ways(shared=True))
    # The others have half of its rate: after the first round only the usual way is left beside it.
    assert clock.asked[4:] == [Tuning(2, 2, 16), Tuning(1, 2, 16)] * (ROUNDS - 1)
    assert told[-1].total == len(STAGES) + 1
    assert told[-1].note == f"Measuring {TUNING}: 1 worker, 2 threads, 16 a step"
    (kept,) = all_remembered(state_folder())
    assert (kept.of, kept.tuning, kept.gain) == (key, Tuning(1, 2, 16), 2.0)

    started = _numbers_of_a_scan(monkeypatch, ScanRequest((str(ward),), model="tiny", out=tmp_path / "a"))
    assert started == (1, 2, 16)
    other = ScanRequest((str(ward),), model="tiny", out=tmp_path / "b", workers=2, threads=1, batch_size=3)
    assert _numbers_of_a_scan(monkeypatch, other) == (2, 1, 3)


def _numbers_of_a_scan(monkeypatch: pytest.MonkeyPatch, request: ScanRequest) -> tuple[int, int, int]:
    """Workers, threads and films a step that a scan really uses."""
    from screener.engines.openvino import OpenVinoEngine
    from screener.scanning.pipeline import Rules
    from screener.scanning.pool import DecodePool

    seen: dict[str, int] = {}
    pool, engine, rules = DecodePool.__init__, OpenVinoEngine.__init__, Rules.__init__

    def count_pool(self: DecodePool, setup: object, workers: int) -> None:
        seen["workers"] = workers
        pool(self, setup, workers)  # type: ignore[arg-type]

    def count_threads(self: OpenVinoEngine, folder: Path, card: object, threads: int, kind: str) -> None:
        seen["threads"] = threads
        engine(self, folder, card, threads, kind)  # type: ignore[arg-type]

    def count_batch(self: Rules, card: object, batch_size: int, *rest: object) -> None:
        seen["batch"] = batch_size
        rules(self, card, batch_size, *rest)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(DecodePool, "__init__", count_pool)
        patch.setattr(OpenVinoEngine, "__init__", count_threads)
        patch.setattr(Rules, "__init__", count_batch)
        assert scan(request, lambda step: None).counts.scored == 4
    return seen["workers"], seen["threads"], seen["batch"]


def test_where_nothing_is_faster_the_usual_way_stays_and_the_old_one_is_forgotten(
    ward: Path, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    remember(state_folder(), key, Remembered(key, Tuning(7, 7, 7), 1.3, "2026-01-01"))
    Clock(monkeypatch, None)
    result = bench(BenchRequest((str(ward),), model="tiny", tune=True), lambda step: None)
    assert result.tuned is not None
    assert (result.tuned.best, result.tuned.kept) == (usual(), state_folder() / FILE)
    assert all_remembered(state_folder()) == ()


def test_few_films_are_really_scanned_and_nothing_is_remembered(ward: Path) -> None:
    result = bench(BenchRequest((str(ward),), model="tiny", tune=True), lambda step: None)
    assert result.tuned is not None
    assert [trial.way for trial in result.tuned.trials] == list(ways(shared=True))
    assert len(result.tuned.trials[0].rates) == ROUNDS
    assert all(rate > 0 for trial in result.tuned.trials for rate in trial.rates)
    assert (result.tuned.best, result.tuned.kept) == (None, None)
    assert not state_folder().exists()


def test_without_being_asked_nothing_is_tried(ward: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch, None)
    assert bench(BenchRequest((str(ward),), model="tiny"), lambda step: None).tuned is None
    assert clock.asked == []


def test_a_memory_that_is_not_whole_costs_no_scan(ward: Path, tmp_path: Path) -> None:
    state_folder().mkdir(parents=True)
    (state_folder() / FILE).write_text("{")
    result = scan(ScanRequest((str(ward),), model="tiny", out=tmp_path / "out"), lambda step: None)
    assert result.counts.scored == 4
    assert any(FILE in note and "take it away" in note for note in result.notes)
    (finding,) = _tuned_findings()
    assert finding.health is Health.NOTE
    assert FILE in finding.remedy


def test_doctor_shows_what_later_scans_use(ward: Path, key: str) -> None:
    assert _tuned_findings() == []
    remember(state_folder(), key, Remembered(key, Tuning(1, 2, 16), 1.08, "2026-11-28"))
    (finding,) = _tuned_findings()
    assert finding.text == f"{key}: 1 worker, 2 threads, 16 a step, 1.08 times as fast on 2026-11-28"


def _tuned_findings() -> list:
    examined = doctor(DoctorRequest(state_folder()), checks=(("Folders", (check_folders,)),))
    return [finding for finding in examined.findings if finding.name == "Tuned"]


@pytest.mark.parametrize(
    ("cores", "tried"),
    [
        (1, [(1, 1)]),
        (2, [(2, 2), (1, 2), (2, 1), (1, 1)]),
        (16, [(16, 16), (8, 16), (4, 16), (16, 8), (8, 8), (4, 8)]),
    ],
)
def test_ways_on_a_processor(cores: int, tried: list, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("screener.scanning.tuned.cores", lambda: cores)
    found = ways(shared=True)
    assert [(way.workers, way.threads) for way in found] == tried
    assert found[0] == usual()
    assert {way.batch_size for way in found} == {16}


def test_ways_beside_a_gpu_differ_in_films_a_step() -> None:
    found = ways(shared=False)
    assert [way.batch_size for way in found] == [16, 64, 256]
    assert {(way.workers, way.threads) for way in found} == {(usual().workers, usual().threads)}


PLAIN, OTHER = Tuning(2, 2, 16), Tuning(1, 2, 16)


@pytest.mark.parametrize(
    ("rates", "wins"),
    [
        ((11.0, 11.0, 11.0), True),
        ((10.4, 10.4, 10.4), False),  # within the noise
        ((9.9, 12.0, 12.0), False),  # not in every round
        ((20.0,), False),  # not tried often enough
    ],
)
def test_only_what_is_surely_faster_wins(rates: tuple[float, ...], wins: bool) -> None:
    trials = (Trial(PLAIN, (10.0, 10.0, 10.0)), Trial(OTHER, rates))
    assert winner_of(trials).way == (OTHER if wins else PLAIN)


def test_of_two_that_are_faster_the_fastest_wins() -> None:
    third = Trial(Tuning(1, 1, 16), (13.0, 13.0, 13.0))
    assert winner_of((Trial(PLAIN, (10.0,) * 3), Trial(OTHER, (12.0,) * 3), third)) is third
