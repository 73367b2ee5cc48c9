"""One writer at a time in a folder, and none locked out by a dead one."""

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from screener import lock as locks
from screener.errors import OutputBusy, OutputError
from screener.lock import FolderLock

LOCK = "scan.lock"


def test_the_second_is_refused_until_the_first_lets_go(tmp_path: Path) -> None:
    first = FolderLock(tmp_path, "scan")
    with pytest.raises(OutputBusy, match="another scan is writing into"):
        FolderLock(tmp_path, "scan")
    first.release()
    FolderLock(tmp_path, "scan").release()
    assert list(tmp_path.iterdir()) == []


def test_another_process_is_refused_too(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path, "scan")
    program = """
import pathlib, sys
from screener.lock import FolderLock
FolderLock(pathlib.Path(sys.argv[1]), "scan")
"""
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True)
    lock.release()
    assert "OutputBusy" in done.stderr


def test_a_file_left_by_a_killed_scan_locks_nothing(tmp_path: Path) -> None:
    (tmp_path / LOCK).touch()
    lock = FolderLock(tmp_path, "scan")
    lock.release()
    assert not (tmp_path / LOCK).exists()


def test_letting_go_twice_over_a_removed_folder_is_no_error(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    lock = FolderLock(folder, "scan")
    (folder / LOCK).unlink()
    folder.rmdir()
    lock.release()
    assert not folder.exists()


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.EOPNOTSUPP, errno.EINVAL])
def test_a_file_system_without_locks_is_told_and_left_clean(
    code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(descriptor: int) -> None:
        raise OSError(code, "")

    monkeypatch.setattr(locks, "_lock", fails)
    with pytest.raises(OutputError, match=r"cannot be locked.*--out") as caught:
        FolderLock(tmp_path, "scan")
    assert not isinstance(caught.value, OutputBusy)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_another_system_may_have_locked_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(descriptor: int) -> None:
        raise OSError(errno.ENOLCK, "")

    (tmp_path / LOCK).touch()
    monkeypatch.setattr(locks, "_lock", fails)
    with pytest.raises(OutputError, match="cannot be locked"):
        FolderLock(tmp_path, "scan")
    assert (tmp_path / LOCK).exists()


def test_another_fault_of_the_disc_is_not_called_another_scan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(locks, "_lock", fails)
    with pytest.raises(OSError, match="Input/output error"):
        FolderLock(tmp_path, "scan")
