"""What a frozen program sees to first."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from screener.cli import frozen
from screener.errors import MissingExtra


@pytest.mark.skipif(sys.platform == "win32", reason="there closed streams are no numbers to be given out")
def test_a_program_without_streams_gives_their_numbers_to_no_file() -> None:
    code = (
        "import os, sys\n"
        "from screener.cli.frozen import open_streams\n"
        "assert sys.stdout is None and sys.stderr is None and sys.stdin is None\n"
        "open_streams()\n"
        "print('nobody hears this'); print('nor this', file=sys.stderr); assert sys.stdin.read() == ''\n"
        "assert os.open(os.devnull, os.O_RDONLY) > 2\n"
        "assert all(os.get_inheritable(number) for number in (0, 1, 2))\n"
    )
    closed = ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", sys.executable, "-c", code]
    assert subprocess.run(closed, timeout=60).returncode == 0


def test_streams_that_are_there_stay(capsys: pytest.CaptureFixture[str]) -> None:
    before = sys.stdin, sys.stdout, sys.stderr
    frozen.open_streams()
    assert (sys.stdin, sys.stdout, sys.stderr) == before


def test_other_programs_get_their_own_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setenv("LD_LIBRARY_PATH", "ours")
    monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", "theirs")
    monkeypatch.setenv("DYLD_LIBRARY_PATH", "ours")
    monkeypatch.delenv("DYLD_LIBRARY_PATH_ORIG", raising=False)
    frozen.give_back_paths()
    assert os.environ["LD_LIBRARY_PATH"] == "theirs"
    assert "LD_LIBRARY_PATH_ORIG" not in os.environ
    assert "DYLD_LIBRARY_PATH" not in os.environ


def test_unfrozen_the_search_path_is_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", "the user's")
    monkeypatch.delenv("LD_LIBRARY_PATH_ORIG", raising=False)
    frozen.give_back_paths()
    assert os.environ["LD_LIBRARY_PATH"] == "the user's"


def test_training_that_was_left_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(frozen, "find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match="screener train is not in this program"):
        frozen.need_training("train")


@pytest.mark.parametrize(
    "arguments",
    [
        ["train", "--data", "films"],
        ["train", "--recipe-fields"],
        ["evaluate", "films"],
        ["study", "list"],
        ["study", "show", "R1"],
        ["study", "run", "R1", "--data", "films"],
        ["models", "quantise", "model", "--data", "films"],
    ],
)
def test_what_only_training_can_do_says_so_where_only_its_data_files_are_left(
    arguments: list[str], tmp_path: Path
) -> None:
    whole = Path(frozen.__file__).parents[1]
    parts = shutil.ignore_patterns("__pycache__", "training")
    shutil.copytree(whole, tmp_path / "screener", ignore=parts)
    (tmp_path / "screener" / "training" / "studies").mkdir(parents=True)
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); sys.frozen = True\n"
        "from screener.cli.main import main\n"
        f"main({arguments!r})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2
    assert "is not in this program" in done.stderr


def test_training_that_is_there_may_be_used() -> None:
    assert frozen.need_training("train") is None
