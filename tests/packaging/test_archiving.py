"""The archive: whole, repeatable, and vouched for."""

import hashlib
import os
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def archiving(script: Callable[[str], ModuleType]) -> ModuleType:
    return script("archiving")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    program = tmp_path / "one" / "screener"
    (program / "b 胸片").mkdir(parents=True)
    (program / "screener").write_bytes(b"\x7fELF")
    (program / "screener").chmod(0o755)
    (program / "b 胸片" / "data.bin").write_bytes(bytes(range(256)) * 50)
    if sys.platform != "win32":
        (program / "link").symlink_to("screener")
    return program


@pytest.mark.parametrize("suffix", ["tar.gz", "zip"])
def test_the_same_files_make_the_same_archive(archiving: ModuleType, folder: Path, suffix: str) -> None:
    first, second = (folder.parent.parent / f"{number}.{suffix}" for number in (1, 2))
    archiving.archive(folder, first)
    for path in folder.rglob("*"):
        os.utime(path, (1, 1_000_000_000))
    archiving.archive(folder, second)
    assert first.read_bytes() == second.read_bytes()


def test_a_tar_holds_all_with_links_and_permissions(
    archiving: ModuleType, folder: Path, tmp_path: Path
) -> None:
    archiving.archive(folder, tmp_path / "a.tar.gz")
    with tarfile.open(tmp_path / "a.tar.gz") as tar:
        assert tar.getnames() == sorted(tar.getnames())
        assert {member.mtime for member in tar.getmembers()} == {archiving.EPOCH}
        assert {(member.uid, member.uname) for member in tar.getmembers()} == {(0, "")}
        tar.extractall(tmp_path / "out", filter="tar")
    out = tmp_path / "out" / "screener"
    assert (out / "b 胸片" / "data.bin").read_bytes() == (folder / "b 胸片" / "data.bin").read_bytes()
    if sys.platform != "win32":
        assert os.access(out / "screener", os.X_OK)
        assert (out / "link").is_symlink()


def test_a_zip_holds_all(archiving: ModuleType, folder: Path, tmp_path: Path) -> None:
    archiving.archive(folder, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        assert packed.testzip() is None
        assert packed.read("screener/b 胸片/data.bin") == (folder / "b 胸片" / "data.bin").read_bytes()


def test_the_sha256_is_the_archives(archiving: ModuleType, folder: Path, tmp_path: Path) -> None:
    beside = archiving.archive(folder, tmp_path / "a.zip")
    digest = hashlib.sha256((tmp_path / "a.zip").read_bytes()).hexdigest()
    assert beside.name == "a.zip.sha256"
    assert beside.read_text("utf-8") == f"{digest}  a.zip\n"
