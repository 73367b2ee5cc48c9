"""The measurement: every step is timed, nothing is left behind, and the figures are read rightly."""

import hashlib
import math
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders.dicom import dicom
from builders.model import build_model
from builders.pictures import film, jpeg
from screener.commands.bench import STAGES, bench
from screener.commands.timings.records import PARTS, BenchRequest, Rates, Step
from screener.commands.timings.steps import read_step
from screener.commands.timings.verdict import HELP, limit_of, limit_sentences, notes, shares
from screener.errors import ModelError, NothingToScan, UnknownName, UsageError
from screener.images.finding.find import find
from screener.records import Limits, Progress

RATE = st.floats(0.01, 1e5)


@pytest.fixture
def ward(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of six films, one of them twice, and a text; a tiny model; an empty temporary folder."""
    weights, films = tmp_path / "weights", tmp_path / "films"
    build_model(weights / "pneumonia-tiny")
    monkeypatch.setattr("screener.models.catalogue.shipped", lambda: weights)
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    for module in ("steps", "workers"):
        monkeypatch.setattr(f"screener.commands.timings.{module}.LEAST_SECONDS", 0.05)
    films.mkdir()
    for seed in range(5):
        (films / f"{seed}.jpg").write_bytes(jpeg(film(seed=seed)))
    (films / "copy.jpg").write_bytes(jpeg(film(seed=0)))
    (films / "wide.dcm").write_bytes(dicom(film(bits=12, seed=9), "rle", bits=12))
    (films / "notes.txt").write_text("no film")
    return films


def test_every_step_is_measured_and_nothing_is_left(ward: Path, tmp_path: Path) -> None:
    before = sorted(ward.iterdir())
    told: list[Progress] = []
    result = bench(BenchRequest((str(ward),), model="tiny"), told.append)
    assert [step.name for step in result.steps] == list(PARTS)
    assert all(step.mean > 0 and step.median > 0 for step in result.steps)
    assert (result.films, result.scored, result.unread) == (7, 6, 1)  # the copy is left out
    assert dict(result.kinds) == {"jpeg": 5, "dicom": 1}
    assert result.rates.limit < min(result.rates.decode, result.rates.model)
    assert result.rates.scan > 0
    assert result.startup > 0
    assert [step.done for step in told] == list(range(len(STAGES)))
    assert sorted(ward.iterdir()) == before
    assert list((tmp_path / "temporary").iterdir()) == []


def test_precision_is_that_of_a_scan(ward: Path) -> None:
    with pytest.raises(UnknownName, match="unknown precision 'int4'"):
        bench(BenchRequest((str(ward),), model="tiny", precision="int4"), lambda step: None)
    with pytest.raises(ModelError, match="int8"):
        bench(BenchRequest((str(ward),), model="tiny", precision="int8"), lambda step: None)


def test_the_limit_on_files_holds(ward: Path) -> None:
    result = bench(BenchRequest((str(ward),), model="tiny", limit=2), lambda step: None)
    assert result.films == 2
    assert any("raise --limit" in note for note in result.notes)


def test_the_limit_holds_within_an_archive(ward: Path, tmp_path: Path) -> None:
    archive = tmp_path / "films.zip"
    with ZipFile(archive, "w") as files:
        for seed in range(6):
            files.writestr(f"{seed}.jpg", jpeg(film(seed=seed)))
    result = bench(BenchRequest((str(archive),), model="tiny", limit=2), lambda step: None)
    assert (result.films, dict(result.kinds)) == (2, {"jpeg": 2})


def test_a_folder_without_films_is_said_so(ward: Path, tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    with pytest.raises(NothingToScan, match="no file in"):
        bench(BenchRequest((str(texts),), model="tiny"), lambda step: None)
    (texts / "notes.txt").write_text("no film")
    with pytest.raises(NothingToScan, match="can be decoded"):
        bench(BenchRequest((str(texts),), model="tiny"), lambda step: None)


def test_a_folder_that_is_not_there_is_wrong_usage(ward: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere"):
        bench(BenchRequest((str(tmp_path / "nowhere"),), model="tiny"), lambda step: None)


def test_files_of_equal_content_are_read_but_kept_once(ward: Path) -> None:
    step, kept = read_step([source for source, _ in find((str(ward),))], Limits())
    assert len(step.seconds) == 8
    others = sorted(path.name for path in ward.iterdir() if path.name != "copy.jpg")
    assert [source.path.name for source in kept] == others


def test_hashing_counts_as_reading(ward: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a 16-bit film a worker spends a fifth of its time on it."""
    clock, plain = [0.0], hashlib.sha256

    def slow(data: bytes) -> object:
        clock[0] += 1
        return plain(data)

    monkeypatch.setattr("hashlib.sha256", slow)
    monkeypatch.setattr("screener.commands.timings.steps.perf_counter", lambda: clock[0])
    step, _ = read_step([source for source, _ in find((str(ward),))], Limits())
    assert step.seconds == (1.0,) * 8


@given(decode=RATE, model=RATE)
def test_sharing_cores_is_never_faster_than_either_alone(decode: float, model: float) -> None:
    shared = limit_of(decode, model, shared=True)
    apart = limit_of(decode, model, shared=False)
    assert shared < apart <= min(decode, model)
    assert shared >= apart / 2.000001


def _steps(**milliseconds: float) -> list[Step]:
    return [Step(name, (milliseconds.get(name, 1.0) / 1e3,)) for name in PARTS]


@given(st.lists(st.floats(1e-6, 10), min_size=len(PARTS), max_size=len(PARTS)), st.integers(1, 64))
def test_shares_add_up(seconds: list[float], cores: int) -> None:
    steps = [Step(name, (value,)) for name, value in zip(PARTS, seconds, strict=True)]
    assert sum(shares(steps, cores).values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("slow", "part"),
    [("read", "reading"), ("decode", "decoding"), ("model", "the model"), ("store", "writing")],
)
def test_the_slowest_part_is_the_limit_and_has_a_remedy(slow: str, part: str) -> None:
    rates = Rates(decode=50, model=40, limit=22, scan=20)
    sentence, remedy = limit_sentences(_steps(**{slow: 100.0}), rates, 2, shared=True)
    assert sentence.startswith(f"The limit is {part}, 9")
    assert remedy == HELP[part]


def test_a_report_weighs_as_often_as_there_are_cores() -> None:
    even = dict.fromkeys(PARTS, 1.0)
    assert shares(_steps(**even), 8)["report"] == pytest.approx(8 / 15)


def test_beside_a_gpu_the_slower_side_is_the_limit() -> None:
    decode_bound = Rates(decode=100, model=900, limit=100, scan=90)
    sentence, _ = limit_sentences(_steps(), decode_bound, 16, shared=False)
    assert sentence.startswith("The limit is decoding")
    assert "200 films" in sentence
    model_bound = Rates(decode=1000, model=900, limit=900, scan=800)
    sentence, _ = limit_sentences(_steps(), model_bound, 16, shared=False)
    assert sentence.startswith("The limit is the model")
    assert "1000 films" in sentence


def test_notes_say_what_spoils_the_figures() -> None:
    good = Rates(decode=50, model=40, limit=22, scan=20)
    slow = Rates(decode=50, model=40, limit=22, scan=10)
    assert notes(200, 0, good, 0) == ()
    assert "0.5 s only" in notes(5, 0, slow, 0)[0]
    assert "under its limit" in notes(300, 0, slow, 0)[0]
    assert notes(200, 100, good, 0)[0].startswith("100 of 200")
    assert "60% of the cores" in notes(200, 0, good, 0.6)[0]
    assert len(notes(300, 0, slow, 2.0)) == 1
    fast = Rates(decode=50, model=40, limit=22, scan=28)
    assert "measure again" in notes(300, 0, fast, 0)[0]
    unscored = Rates(decode=50, model=math.inf, limit=50, scan=45)
    assert "No film reached the model" in notes(500, 0, unscored, 0)[0]
