import errno
import os
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from builders.films import build_films
from screener.errors import OutputError
from screener.images.prepare import prepare
from screener.records import InputSpec
from screener.tasks.load import load_task
from screener.training.labelled.cache import cached_films, default_folder, reader_for
from screener.training.labelled.example import Example
from screener.training.labelled.labels import find_examples

TASK = load_task("pneumonia")
SPEC = InputSpec(width=24, height=24)
READ = reader_for(SPEC, TASK)


@pytest.fixture
def examples(tmp_path: Path) -> tuple[Example, ...]:
    return find_examples(build_films(tmp_path / "films", 2), TASK)


@pytest.mark.skipif(os.name == "nt", reason="rights of POSIX systems")
def test_only_the_user_can_read_the_decoded_films(examples: tuple[Example, ...], tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        cached_films(examples, SPEC, tmp_path / "cache", READ)
    finally:
        os.umask(before)
    (films,) = (tmp_path / "cache").iterdir()
    assert films.stat().st_mode & 0o077 == 0


@pytest.mark.skipif(os.name == "nt", reason="owners of POSIX systems")
def test_users_of_one_folder_do_not_meet_in_it(
    examples: tuple[Example, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cached_films(examples, SPEC, tmp_path / "cache", READ)
    (theirs,) = (tmp_path / "cache").iterdir()
    (theirs / "pixels.npy").unlink()  # as good as unreadable, which nothing is for root
    monkeypatch.setattr(os, "getuid", lambda: theirs.stat().st_uid + 1)
    films = cached_films(examples, SPEC, tmp_path / "cache", READ)
    assert films.pixels.shape == (8, 24, 24, 1)
    assert not (theirs / "pixels.npy").exists()
    (ours,) = set((tmp_path / "cache").iterdir()) - {theirs}
    assert ours.name == f"{theirs.name}-{theirs.stat().st_uid + 1}"


def test_films_are_prepared_as_for_a_scan(examples: tuple[Example, ...], tmp_path: Path) -> None:
    films = cached_films(examples, SPEC, tmp_path / "cache", READ)
    assert films.pixels.shape == (8, 24, 24, 1)
    for row, example in enumerate(examples):
        assert np.array_equal(films.pixels[row], prepare(np.asarray(Image.open(example.path)), SPEC))
    assert films.hashes.shape == (8, 256)


def test_the_second_time_no_file_is_decoded(examples: tuple[Example, ...], tmp_path: Path) -> None:
    read: list[Path] = []

    def reader(path: Path) -> np.ndarray:
        read.append(path)
        return READ(path)

    first = cached_films(examples, SPEC, tmp_path / "cache", reader)
    assert len(read) == 8
    again = cached_films(examples, InputSpec(width=24, height=24, mean=(0.5,)), tmp_path / "cache", reader)
    assert len(read) == 8
    assert np.array_equal(first.pixels, again.pixels)
    os.utime(examples[0].path, (1, 1))
    cached_films(examples, SPEC, tmp_path / "cache", reader)
    assert len(read) == 16


def test_broken_films_are_listed_and_tried_again(examples: tuple[Example, ...], tmp_path: Path) -> None:
    whole = examples[3].path.read_bytes()
    examples[3].path.write_bytes(b"not a picture".ljust(len(whole)))
    os.utime(examples[3].path, (1, 1))
    films = cached_films(examples, SPEC, tmp_path / "cache", READ)
    assert list(films.unreadable) == [3]
    assert examples[3].path.name in films.unreadable[3]
    assert not films.pixels[3].any()
    examples[3].path.write_bytes(whole)
    os.utime(examples[3].path, (1, 1))
    again = cached_films(examples, SPEC, tmp_path / "cache", READ)
    assert not again.unreadable
    assert again.pixels[3].any()


def test_a_training_that_was_quicker_is_no_fault(
    examples: tuple[Example, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def late(self: Path, target: Path) -> Path:
        monkeypatch.setattr(Path, "rename", rename)
        cached_films(examples, SPEC, tmp_path / "cache", READ)  # another one, just before this one is done
        return self.rename(target)

    monkeypatch.setattr(Path, "rename", late)
    films = cached_films(examples, SPEC, tmp_path / "cache", READ)
    assert np.array_equal(films.pixels[2], READ(examples[2].path))
    assert len(list((tmp_path / "cache").iterdir())) == 1


@pytest.mark.parametrize("name", ["pixels.npy", "levels.npy", "unreadable.json"])
@pytest.mark.parametrize("left", [0, 20, None])
def test_a_cache_that_is_not_whole_is_filled_anew(
    name: str, left: int | None, examples: tuple[Example, ...], tmp_path: Path
) -> None:
    whole = np.array(cached_films(examples, SPEC, tmp_path / "cache", READ).pixels)
    (path,) = (tmp_path / "cache").glob(f"*/{name}")
    if left is None:
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:left])
    if left == 20 and name == "unreadable.json":
        path.write_text('{"3": ')
    films = cached_films(examples, SPEC, tmp_path / "cache", READ)
    assert np.array_equal(films.pixels, whole)
    assert not films.unreadable


def test_a_film_of_another_size_or_colour_is_made_to_fit(
    examples: tuple[Example, ...], tmp_path: Path
) -> None:
    Image.new("RGB", (200, 90), (40, 90, 200)).save(examples[2].path)
    films = cached_films(examples, SPEC, tmp_path / "cache", READ)
    assert not films.unreadable
    assert films.pixels[2].shape == (24, 24, 1)
    assert 80 < films.pixels[2].mean() < 95


def test_equal_pictures_have_equal_digests(examples: tuple[Example, ...], tmp_path: Path) -> None:
    examples[1].path.write_bytes(examples[0].path.read_bytes())
    films = cached_films(examples, SPEC, tmp_path / "cache", READ)
    assert np.array_equal(films.digests[0], films.digests[1])
    assert len({digest.tobytes() for digest in films.digests}) == 7
    assert films.levels.tolist() == [[picture.min(), picture.max()] for picture in films.pixels]


def test_a_cache_that_cannot_be_written_is_said(examples: tuple[Example, ...], tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file in the way")
    with pytest.raises(OutputError, match="--cache"):
        cached_films(examples, SPEC, tmp_path / "cache", READ)


def test_the_cache_lies_where_the_user_keeps_caches(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_folder() == tmp_path / "screener" / "films"


def test_a_full_disk_is_told_before_a_write_would_end_the_process(
    examples: tuple[Example, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*given: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full, raising=False)
    with pytest.raises(OutputError, match="No space left on device; name another with --cache"):
        cached_films(examples, SPEC, tmp_path / "cache", READ)
    assert not list((tmp_path / "cache").iterdir())


def test_what_a_killed_program_left_is_swept_away_in_time(
    examples: tuple[Example, ...], tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    for name, age in (("old", 100_000.0), ("new", 60.0)):
        folder = cache / f".unfinished-{name}"
        folder.mkdir(parents=True)
        (folder / "pixels.npy").write_bytes(b"some of it")
        for path in (folder / "pixels.npy", folder):
            os.utime(path, (time.time() - age,) * 2)
    cached_films(examples, SPEC, cache, READ)
    assert [path.name for path in cache.glob(".unfinished-*")] == [".unfinished-new"]
