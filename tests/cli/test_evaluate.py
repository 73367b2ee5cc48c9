"""`screener evaluate` in the terminal: a table, one JSON, exit codes."""

import json
from pathlib import Path

import pytest

from builders.model import build_model
from builders.pictures import film, png
from screener.cli.main import main


@pytest.fixture
def arguments(tmp_path: Path) -> list[str]:
    """A call that evaluates a tiny model on eight films."""
    build_model(tmp_path / "weights" / "pneumonia-tiny")
    for number in range(8):
        path = tmp_path / "chest" / ("PNEUMONIA" if number % 2 else "NORMAL") / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png(film(160, 140, seed=number)))
    call = ["evaluate", str(tmp_path / "chest"), "--model", "tiny", "--weights", str(tmp_path / "weights")]
    return [*call, "--out", str(tmp_path / "out"), "--format", "json", "--workers", "1"]


def call(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    shown = capsys.readouterr()
    return int(left.value.code or 0), shown.out, shown.err


def test_the_table_holds_figures_with_intervals_and_says_where_the_reports_are(
    arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    code, out, _ = call(arguments, capsys)
    assert code == 0
    for words in (
        "balanced",
        "Sensitivity",
        "AUC",
        "evaluation.json",
        "8 labelled films",
        "not for diagnosis",
    ):
        assert words in out
    assert "…" not in out
    assert max(map(len, out.splitlines()[:14])) <= 80


def test_json_is_all_that_stands_on_stdout(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = call([*arguments, "--json"], capsys)
    found = json.loads(out)
    assert (code, found["exit_code"], err) == (0, 0, "")
    assert found["support"] == {"normal": 4, "pneumonia": 4}
    assert set(found["scores"]["auc"]) == {"value", "low", "high"}


def test_an_error_is_one_line_and_in_json_an_object(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = call([*arguments, "--split", "tests", "--json"], capsys)
    assert code == 2
    assert "unknown split 'tests'" in json.loads(out)["error"]
    assert err.count("\n") == 1


def test_a_film_without_a_score_makes_it_3(
    arguments: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "chest" / "NORMAL" / "broken.png").write_bytes(b"no picture")
    code, out, _ = call(arguments, capsys)
    assert code == 3
    assert "1 of 9 labelled films has no score" in out


def test_data_that_are_not_there_are_named_as_they_were_typed(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = call(["evaluate", "nowhere"], capsys)
    assert (code, err) == (
        2,
        "screener: nowhere: there is no such folder or CSV file of labelled pictures\n",
    )
