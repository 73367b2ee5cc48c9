import os
import sys
import threading
from pathlib import Path

import pytest

from screener.records import Source
from screener.scanning import ahead
from screener.scanning.ahead import ReadAhead, fetch


def _source(path: Path, member: str | None = None) -> Source:
    return Source(path, path.name, path.name.encode(), path.stem, member)


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that were fetched; one called `stuck` never ends, one called `gone` fails."""
    names: list[str] = []

    def remember(path: Path) -> None:
        names.append(path.name)
        if path.name == "stuck":
            threading.Event().wait()
        if path.name == "gone":
            raise FileNotFoundError(path)

    monkeypatch.setattr(ahead, "fetch", remember)
    return names


def test_files_are_fetched_in_order_and_failures_are_left_to_the_worker(fetched: list[str]) -> None:
    near = ReadAhead()
    for name in ("a", "gone", "b"):
        near.want(_source(Path(name)))
    near.want(_source(Path("archive.zip"), "inner.dcm"))
    near.close()
    assert near._thread is not None
    near._thread.join(10)
    assert not near._thread.is_alive()
    assert fetched == ["a", "gone", "b"]


def test_a_drive_that_does_not_answer_holds_nobody_up(fetched: list[str]) -> None:
    near = ReadAhead()
    for name in ("stuck", *map(str, range(1000))):
        near.want(_source(Path(name)))
    near.close()
    assert fetched in (["stuck"], [])
    assert near._thread is not None
    assert near._thread.daemon


def test_nothing_is_started_for_nothing() -> None:
    near = ReadAhead()
    near.want(_source(Path("archive.zip"), "inner.dcm"))
    near.close()
    assert near._thread is None


def test_a_file_is_read_into_the_cache_whatever_the_system_offers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = tmp_path / "film"
    film.write_bytes(b"x" * 3_000_000)
    fetch(film)
    monkeypatch.delattr(os, "posix_fadvise", raising=False)
    fetch(film)
    with pytest.raises(FileNotFoundError):
        fetch(tmp_path / "gone")
    assert film.stat().st_size == 3_000_000


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes in folders there")
def test_what_is_no_plain_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    fetch(tmp_path / "pipe")  # would hang
    fetch(tmp_path)  # a folder cannot be read
    assert (tmp_path / "pipe").exists()
