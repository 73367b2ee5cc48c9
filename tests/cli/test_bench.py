"""`screener bench` as it is typed and read."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from screener.cli.main import main
from screener.commands.timings.records import (
    PARTS,
    BenchRequest,
    BenchResult,
    Rates,
    Step,
    Trial,
    Tuned,
)
from screener.errors import NothingToScan
from screener.scanning.tuned import Tuning

RESULT = BenchResult(
    films=200,
    unread=3,
    scored=180,
    kinds=(("jpeg", 150), ("dicom", 47)),
    model="pneumonia-resnet34",
    engine="OpenVINO 2026.1, CPU, fp32",
    cores=2,
    steps=tuple(Step(name, (0.001, 0.003)) for name in PARTS),
    rates=Rates(decode=100.0, model=50.0, limit=33.3, scan=30.0),
    startup=1.2,
    limit=("The limit is the model.", "More cores help."),
    notes=("a note",),
)


def _run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], result: BenchResult, *options: str
) -> tuple[str, BenchRequest]:
    asked: list[BenchRequest] = []

    def measure(request: BenchRequest, progress: object) -> BenchResult:
        asked.append(request)
        return result

    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setattr("screener.commands.bench.bench", measure)
    with pytest.raises(SystemExit) as stop:
        main(["bench", "films", *options])
    assert not stop.value.code
    return capsys.readouterr().out, asked[0]


def test_the_page_shows_steps_rates_and_the_limit(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text, request = _run(monkeypatch, capsys, RESULT, "--limit", "7", "--precision", "int8")
    assert request == BenchRequest(("films",), precision="int8", limit=7)
    assert "200 films (150 jpeg, 47 dicom), pneumonia-resnet34" in text
    assert "90% of the limit" in text
    report = next(line for line in text.splitlines() if "xlsx" in line)
    assert "on one core" in report  # so its share of a scan on two is not that of its seconds
    assert report.split()[-2] == "22%"
    assert "10,000 films like these: 5 min 35 s." in text
    assert "The limit is the model. More cores help." in text
    assert "Note: a note" in text
    assert len([line for line in text.splitlines() if "2.00" in line]) == len(PARTS)
    assert max(map(len, text.splitlines())) <= 100


def test_json_holds_every_step(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    text, _ = _run(monkeypatch, capsys, RESULT, "--json")
    found = json.loads(text)
    assert list(found["steps"]) == list(PARTS)
    assert found["steps"]["read"] == {"median_ms": 2.0, "mean_ms": 2.0, "sum_seconds": 0.4}
    assert found["films_per_second"] == {"decode": 100.0, "model": 50.0, "limit": 33.3, "scan": 30.0}
    assert found["share_of_limit"] == 0.901


def test_json_has_no_infinity(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    unscored = replace(RESULT, scored=0, rates=replace(RESULT.rates, model=math.inf))
    text, _ = _run(monkeypatch, capsys, unscored, "--json")
    assert json.loads(text)["films_per_second"]["model"] is None
    page, _ = _run(monkeypatch, capsys, unscored)
    assert "no film" in page


def test_a_failure_is_json_too(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(request: BenchRequest, progress: object) -> BenchResult:
        raise NothingToScan("no file in films")

    monkeypatch.setattr("screener.commands.bench.bench", fail)
    with pytest.raises(SystemExit) as stop:
        main(["bench", "films", "--json"])
    assert stop.value.code == 1
    assert json.loads(capsys.readouterr().out)["error"] == "no file in films"


def test_other_ways_are_shown_and_what_is_remembered_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plain, other = Tuning(2, 2, 16), Tuning(1, 2, 16)
    trials = (Trial(plain, (10.0, 10.0, 11.0)), Trial(other, (12.5, 12.0, 12.6)))
    found = replace(RESULT, tuned=Tuned(trials, other, Path("tuned.json")))
    text, request = _run(monkeypatch, capsys, found, "--tune")
    assert request.tune
    row = next(line for line in text.splitlines() if line.startswith("1 worker, 2 threads"))
    assert row.split()[-3:] == ["12.5", "1.25", "3"]
    assert "Later scans use 1 worker, 2 threads, 16 a step, as tuned.json remembers." in text
    text, _ = _run(monkeypatch, capsys, found, "--json")
    assert json.loads(text)["tuned"]["best"] == {"workers": 1, "threads": 2, "batch_size": 16}

    stays, _ = _run(monkeypatch, capsys, replace(found, tuned=Tuned(trials, plain, None)))
    assert "The usual way stays: none was faster for certain." in stays
    few, _ = _run(monkeypatch, capsys, replace(found, tuned=Tuned(trials, None, None)))
    assert "Nothing is remembered." in few
