"""Paths without links, and where Windows has no name for them."""

import os
from pathlib import Path

import pytest

from screener.images.finding.find import find
from screener.records.real_path import real_path, resolved


def _nameless(path: str, *, strict: bool = False) -> str:
    raise OSError(22, "The volume does not contain a recognized file system", path, 1005)


def test_links_are_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    try:
        (tmp_path / "link").symlink_to("real", target_is_directory=True)
    except OSError:
        pytest.skip("links cannot be made here")
    there = os.path.realpath(tmp_path / "real")
    assert real_path(str(tmp_path / "link")) == there
    assert real_path(os.fsencode(tmp_path / "link")) == os.fsencode(there)
    assert resolved(tmp_path / "link") == Path(there)


def test_a_drive_without_a_name_is_named_as_it_was(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os.path, "realpath", _nameless)
    assert real_path(str(tmp_path)) == str(tmp_path)
    assert resolved(tmp_path / "a" / ".." / "b") == tmp_path / "b"


def test_films_on_a_drive_without_a_name_are_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    film = tmp_path / "a" / "film.png"
    film.parent.mkdir()
    film.write_bytes(b"none")
    monkeypatch.setattr(os.path, "realpath", _nameless)
    assert [source.path for source, _ in find([str(tmp_path)])] == [film]
