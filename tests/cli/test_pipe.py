"""What is printed into a pipe whose reader has left, as `| head -1` does."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from builders.model import build_model
from builders.ward import command, environment, write_ward
from screener.cli.pipe import outlive_readers


def _unread(arguments: list[str]) -> subprocess.CompletedProcess[str]:
    """The program run with a standard output that nobody reads."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        return subprocess.run(
            arguments, stdout=writer, stderr=subprocess.PIPE, text=True, timeout=120, env=environment()
        )
    finally:
        os.close(writer)


@pytest.mark.parametrize(
    "verb",
    ["--help", "--version", "models", "models show pneumonia-resnet34", "models verify", "study list"],
)
def test_a_closed_pipe_is_quiet_and_changes_no_exit_code(verb: str) -> None:
    done = _unread([sys.executable, "-m", "screener", *verb.split()])
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("json", [(), ("--json",)])
def test_a_scan_whose_pipe_is_closed_leaves_everything_and_its_exit_code(
    tmp_path: Path, json: tuple[str, ...]
) -> None:
    weights = tmp_path / "weights"
    build_model(weights / "pneumonia-tiny")
    write_ward(tmp_path / "ward", 4)
    (tmp_path / "ward" / "note.txt").write_text("no film")
    out = tmp_path / "out"
    done = _unread(command(tmp_path / "ward", "--weights", weights, "--model", "tiny", "--out", out, *json))
    assert (done.returncode, done.stderr) == (3, "")
    assert {path.name for path in out.iterdir()} == {"scan.sqlite", "submission.csv", "report.xlsx"}


def test_what_stops_a_command_is_told_nobody_by_its_exit_code_alone() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "screener", "models", "show", "none-such"]
    done = subprocess.run(command, stdout=writer, stderr=writer, timeout=120, env=environment())
    os.close(writer)
    assert done.returncode == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_no_reader_that_left(monkeypatch: pytest.MonkeyPatch) -> None:
    full = Path("/dev/full").open("w")  # noqa: SIM115  closing it fails
    monkeypatch.setattr(sys, "stdout", full)
    monkeypatch.setattr(sys, "stderr", sys.stderr)
    outlive_readers()
    sys.stdout.write("a line")
    with pytest.raises(OSError, match="No space left"):
        sys.stdout.flush()
    with pytest.raises(OSError, match="No space left"):
        full.close()
