"""An error nobody foresaw: one line for the user, code locations for us, nothing of the patient."""

import subprocess
import sys
from pathlib import Path

import pytest

from screener.cli import crash, main


def test_a_crash_is_one_line_and_a_log_without_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(arguments: list[str] | None, **_: object) -> None:
        raise KeyError("Doe^Jane")

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr(main, "app", fail)
    with pytest.raises(SystemExit) as stop:
        main.main([])
    assert stop.value.code == 1
    shown = capsys.readouterr()
    log = (tmp_path / "screener" / "screener-crash.log").read_text()
    assert "fault of the program (KeyError)" in shown.err
    assert "Traceback" not in shown.err
    assert "test_crash.py" in log
    assert "KeyError" in log
    assert "Jane" not in shown.err + shown.out + log


def test_where_nothing_can_be_written_the_line_says_where_it_happened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(blocked))
    monkeypatch.setattr(crash.tempfile, "gettempdir", lambda: str(blocked))
    try:
        raise ValueError("secret")
    except ValueError as error:
        line = crash.note_crash(error)
    assert "test_crash.py" in line
    assert "secret" not in line


def test_an_error_that_ends_nothing_is_noted_and_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    told: list[str] = []
    before = sys.excepthook
    with crash.note_faults(told.append):
        for _ in range(2):
            try:
                raise KeyError("Doe^Jane")
            except KeyError as error:
                sys.excepthook(KeyError, error, error.__traceback__)
    assert sys.excepthook is before
    assert len(told) == 1
    assert "fault of the program (KeyError)" in told[0]
    assert "KeyError" in (tmp_path / "screener" / "screener-crash.log").read_text()
    assert capsys.readouterr().err == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_behind_standard_output_is_no_fault_of_the_program() -> None:
    command = [sys.executable, "-m", "screener", "models", "list"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=120)
    assert done.returncode == 1
    assert done.stderr.startswith("screener: standard output cannot be written (No space left")
    assert "fault" not in done.stderr
