"""An error nobody foresaw: one line for the user, code locations for us, nothing of the patient."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from screener.cli import crash, main
from screener.records import user_folders
from screener.training.labelled.cache import default_folder


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


def test_a_user_without_a_home_gets_one_line_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", nowhere)
    monkeypatch.setattr(crash.tempfile, "tempdir", str(tmp_path))
    user_folders._borrowed_home.cache_clear()
    line = crash.note_crash(ValueError("secret"))
    (log,) = tmp_path.rglob("screener-crash.log")
    assert str(log) in line
    assert "ValueError" in log.read_text()
    assert tmp_path in default_folder().parents
    (borrowed,) = tmp_path.glob("screener-home-*")
    assert borrowed.stat().st_mode & 0o077 == 0


@pytest.mark.skipif(sys.platform == "win32", reason="others cannot write there on Windows")
def test_a_borrowed_home_that_others_can_look_into_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / f"screener-home-{os.getuid()}").mkdir(mode=0o755)
    monkeypatch.setattr(crash.tempfile, "tempdir", str(tmp_path))
    user_folders._borrowed_home.cache_clear()
    found = user_folders._borrowed_home()
    user_folders._borrowed_home.cache_clear()
    assert found.parent == tmp_path
    assert found.name != f"screener-home-{os.getuid()}"
    assert found.stat().st_mode & 0o077 == 0


@pytest.mark.skipif(sys.platform == "win32", reason="lays links as POSIX systems allow")
def test_a_log_in_the_temporary_folder_goes_through_nobody_s_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "precious").write_text("precious")
    (tmp_path / "screener-crash.log").symlink_to(tmp_path / "precious")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr(crash.tempfile, "tempdir", str(tmp_path))
    line = crash.note_crash(ValueError("secret"))
    assert (tmp_path / "precious").read_text() == "precious"
    assert Path(line.split("please report it with ")[1]).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "arguments",
    [["scan", "FILMS", "--weights", "PLACE"], ["models", "show", "PLACE"], ["study", "show", "PLACE"]],
)
def test_a_place_that_the_system_refuses_is_named_and_no_fault_of_the_program(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    place = str(tmp_path / ("x" * 300) / "y")
    given = [{"FILMS": str(tmp_path), "PLACE": place}.get(word, word) for word in arguments]
    with pytest.raises(SystemExit) as stop:
        main.main(given)
    shown = capsys.readouterr()
    (line,) = shown.err.splitlines()
    assert shown.out == ""
    assert stop.value.code in (1, 2)
    assert line.startswith("screener: ")
    assert place in line
    assert not (tmp_path / "state").exists()


def test_the_folder_that_one_is_in_may_be_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if sys.platform == "win32":
        pytest.skip("Windows removes no folder that one is in")
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    with pytest.raises(SystemExit) as stop:
        main.main(["scan", "films"])
    assert stop.value.code == 1
    shown = capsys.readouterr()
    assert shown.err.startswith("screener: the folder that this was started in is gone")
    assert shown.out == ""


_IN_A_CALLBACK = """
import signal, time, weakref
from screener.cli import main as program

class Thing:
    pass

def app(*arguments, **options):
    thing = Thing()
    reference = weakref.ref(thing, lambda gone: signal.raise_signal(signal.SIGINT))
    del thing
    time.sleep(60)

program.app = app
program.main([])
"""


def test_a_ctrl_c_where_python_can_raise_nothing_is_not_lost() -> None:
    done = subprocess.run([sys.executable, "-c", _IN_A_CALLBACK], capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stderr) == (130, "screener: stopped\n")
