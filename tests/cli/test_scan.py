"""`screener scan` as a user meets it: the last line, and the exit code."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from builders.model import build_model
from screener.cli.main import main


def _run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stop:
        main(["scan", *arguments])
    shown = capsys.readouterr()
    return int(stop.value.code or 0), shown.out, shown.err


@pytest.fixture
def options(tmp_path: Path) -> tuple[str, ...]:
    build_model(tmp_path / "weights" / "pneumonia-tiny")
    return ("--weights", str(tmp_path / "weights"), "--model", "tiny", "--out", str(tmp_path / "out"))


def test_a_folder_without_a_readable_film_ends_with_one_clear_line(
    tmp_path: Path, options: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    films = tmp_path / "films"
    films.mkdir()
    (films / "notes.txt").write_text("no film")
    code, _, err = _run(capsys, str(films), *options)
    assert code == 1
    assert "screener: the one file could not be scored; see Problems" in err
    assert (tmp_path / "out" / "report.xlsx").is_file(), "the report says why"


def test_a_scan_with_a_film_and_a_stray_file_says_so_by_its_exit_code(
    tmp_path: Path, options: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    films = tmp_path / "films"
    films.mkdir()
    Image.linear_gradient("L").save(films / "film.png")
    code, out, err = _run(capsys, str(films), *options, "--no-gate")
    assert (code, err) == (0, "")
    assert "film.png" in out
    (films / "notes.txt").write_text("no film")
    code, out, _ = _run(capsys, str(films), *options, "--no-gate")
    assert code == 3
    assert "1 kept from an earlier run" in out


def test_two_options_that_contradict_each_other_are_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = _run(capsys, str(tmp_path), "--include-patient-id", "--deidentify")
    assert code == 2
    assert "contradict" in err
    code, out, _ = _run(capsys, str(tmp_path), "--include-patient-id", "--deidentify", "--json")
    assert (code, json.loads(out)["exit_code"]) == (2, 2)


@pytest.mark.skipif(sys.platform == "win32", reason="no shell that closes streams")
def test_a_scan_without_standard_streams_is_a_scan(tmp_path: Path, options: tuple[str, ...]) -> None:
    films = tmp_path / "films"
    films.mkdir()
    Image.linear_gradient("L").save(films / "film.png")
    scan = [sys.executable, "-m", "screener", "scan", str(films), *options, "--no-gate", "--workers", "1"]
    closed = ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", *scan]
    assert subprocess.run(closed, timeout=300).returncode == 0
    assert (tmp_path / "out" / "submission.csv").read_text("utf-8").startswith("id,label\nfilm,")


@pytest.mark.parametrize("limit", ["nan", "inf", "1e300"])
def test_a_time_limit_that_is_no_time_is_wrong_usage(
    tmp_path: Path, options: tuple[str, ...], capsys: pytest.CaptureFixture[str], limit: str
) -> None:
    code, _, err = _run(capsys, str(tmp_path), *options, "--time-limit", limit)
    assert code == 2
    assert "Invalid value for '--time-limit'" in err
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_log_that_is_full_ends_no_scan(
    tmp_path: Path, options: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    films = tmp_path / "films"
    films.mkdir()
    Image.linear_gradient("L").save(films / "film.png")
    monkeypatch.setattr("screener.cli.progress._PLAIN_SECONDS", 0.0)
    full = Path("/dev/full").open("w", buffering=1)  # noqa: SIM115  closing it fails
    monkeypatch.setattr("sys.stderr", full)
    with pytest.raises(SystemExit) as stop:
        main(["scan", str(films), *options, "--no-gate"])
    with pytest.raises(OSError, match="No space left"):
        full.close()
    assert stop.value.code == 0
    assert (tmp_path / "out" / "report.xlsx").is_file()


def test_a_memory_limit_of_more_than_a_tebibyte_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["scan", "films", "--memory-limit", "1048577"])
    assert stop.value.code == 2
    assert "--memory-limit" in capsys.readouterr().err
