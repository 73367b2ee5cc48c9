"""What the terminal shows at the end of a scan, and its JSON twin."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from screener.cli.main import main
from screener.cli.progress import duration
from screener.cli.result import print_json, print_result
from screener.records import (
    Band,
    Caution,
    Counts,
    Interval,
    OperatingPoint,
    Provenance,
    Row,
    ScanResult,
    Status,
)

SHARE = Interval(0.97, 0.95, 0.99)


def _row(name: str, score: float, band: Band) -> Row:
    return Row(os.fsencode(name), name, Path(name).stem, Status.SCORED, score=score, band=band)


def _points(result: ScanResult) -> tuple[OperatingPoint, ...]:
    return result.provenance.operating_points


def _result(out: Path, **fields: object) -> ScanResult:
    provenance = Provenance(
        program="screener 0",
        model="pneumonia-tiny",
        model_sha256="0" * 64,
        task="pneumonia",
        task_title="Chest film: pneumonia",
        labels=("normal", "pneumonia"),
        positive=("pneumonia",),
        operating_points=(
            OperatingPoint("sensitive", 0.125, SHARE, SHARE),
            OperatingPoint("specific", 0.875, SHARE, SHARE),
        ),
        engine="OpenVINO on the CPU",
        settings={},
        inputs=("films",),
        root="films",
        day="2026-01-01",
    )
    values: dict[str, object] = {
        "out": out,
        "reports": (out / "submission.csv",),
        "provenance": provenance,
        "counts": Counts(
            {Status.SCORED: 3, Status.UNREADABLE: 1}, {Band.POSITIVE: 1, Band.UNCERTAIN: 1, Band.NEGATIVE: 1}
        ),
        "top": (_row("[red]a.png", 0.91, Band.POSITIVE), _row("b.png", 0.5, Band.UNCERTAIN)),
        "reused": 2,
        "seconds": 4.0,
        "rate": 0.5,
    }
    return ScanResult(**(values | fields))


def test_the_closing_tables_give_counts_films_and_reports(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reports = (tmp_path / "submission.csv", tmp_path / "report-2.xlsx")
    told: dict[str, object] = {"missing_ids": ("x", "y"), "notes": ("two films share an id",)}
    print_result(_result(tmp_path, reports=reports, **told))
    text = capsys.readouterr().out
    for words in ("positive", "uncertain: read first", "negative", "unreadable", "not scored: see Problems"):
        assert words in text
    assert "0.9100" in text
    assert "[red]a.png" in text, "a file name is text, never markup"
    assert "submission.csv" in text.replace("\n", "")
    assert "lacks 2 ids of the sample submission: x, y" in text
    assert "two films share an id" in text
    assert "2 kept from an earlier run" in text
    print_result(_result(tmp_path, missing_ids=("x",)))
    assert "lacks 1 id of the sample submission: x" in capsys.readouterr().out
    assert "not for diagnosis" in text


@pytest.mark.parametrize(
    ("report", "where"),
    [
        ("report.html", "see Problems"),
        ("rows.jsonl", "see rows.jsonl"),
        ("worklist.csv", "--format xlsx tells why"),
    ],
)
def test_reasons_are_said_to_be_where_they_are(
    report: str, where: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    print_result(_result(tmp_path, reports=(tmp_path / report,)))
    assert f"not scored: {where}" in capsys.readouterr().out


def test_no_score_looks_as_if_it_were_on_the_other_side_of_a_threshold(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result = _result(tmp_path, top=(_row("b.png", 0.5003, Band.UNCERTAIN),))
    points = tuple(
        replace(point, threshold=t) for point, t in zip(_points(result), (0.2, 0.5004), strict=True)
    )
    print_result(replace(result, provenance=replace(result.provenance, operating_points=points)))
    text = capsys.readouterr().out
    assert "score 0.5004 or more" in text
    assert "0.5003" in text


def test_what_a_reader_should_know_of_a_film_stands_beside_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    grown_up = replace(_row("a.png", 0.91, Band.POSITIVE), cautions=(Caution.ADULT,))
    result = _result(tmp_path, top=(grown_up, _row("b.png", 0.5, Band.UNCERTAIN)))
    print_result(result)
    text = capsys.readouterr().out
    assert "Cautions" in text
    assert "an adult's film" in text
    print_json(result)
    told = [film["cautions"] for film in json.loads(capsys.readouterr().out)["top"]]
    assert told == [["adult"], []]
    print_result(_result(tmp_path))
    assert "Cautions" not in capsys.readouterr().out


def test_json_is_one_object_and_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    print_json(_result(tmp_path))
    summary = json.loads(capsys.readouterr().out)
    assert summary["exit_code"] == 3
    assert summary["films"] == 4
    assert summary["status"] == {"scored": 3, "unreadable": 1}
    assert summary["top"][0] == {
        "name": "[red]a.png",
        "frame": 0,
        "id": "[red]a",
        "score": 0.91,
        "band": "positive",
        "cautions": [],
    }


def test_a_failure_is_one_json_object_too(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["scan", "no/such/folder", "--json"])
    shown = capsys.readouterr()
    failure = json.loads(shown.out)
    assert stop.value.code == failure["exit_code"]
    assert failure["error"] in shown.err


@pytest.mark.parametrize(
    ("status", "code"),
    [({Status.SCORED: 2}, 0), ({Status.SCORED: 1, Status.FAILED: 1}, 3), ({Status.FAILED: 2}, 1), ({}, 1)],
)
def test_exit_codes_follow_the_counts(tmp_path: Path, status: dict[Status, int], code: int) -> None:
    assert _result(tmp_path, counts=Counts(status, {})).exit_code == code


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.4, "0 s"), (59.4, "59 s"), (185, "3 min 05 s"), (7800, "2 h 10 min")]
)
def test_durations_read_as_people_say_them(seconds: float, words: str) -> None:
    assert duration(seconds) == words
