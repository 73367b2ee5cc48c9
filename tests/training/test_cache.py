import os
from pathlib import Path

import numpy as np
import pytest
from builders_films import build_films
from PIL import Image

from screener.errors import DataError, OutputError
from screener.images.prepare import prepare
from screener.records import InputSpec
from screener.tasks.load import load_task
from screener.training.cache import cached_films, default_folder, reader_for
from screener.training.labels import Example, find_examples

TASK = load_task("pneumonia")
SPEC = InputSpec(width=24, height=24)
READ = reader_for(SPEC, TASK)


@pytest.fixture
def examples(tmp_path: Path) -> tuple[Example, ...]:
    return find_examples(build_films(tmp_path / "films", 2), TASK)


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


def test_a_broken_film_is_named_and_leaves_no_cache(examples: tuple[Example, ...], tmp_path: Path) -> None:
    examples[3].path.write_bytes(b"not a picture")
    with pytest.raises(DataError, match=examples[3].path.name):
        cached_films(examples, SPEC, tmp_path / "cache", READ)
    assert not list((tmp_path / "cache").iterdir())


def test_a_cache_that_cannot_be_written_is_said(examples: tuple[Example, ...], tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file in the way")
    with pytest.raises(OutputError, match="--cache"):
        cached_films(examples, SPEC, tmp_path / "cache", READ)


def test_the_cache_lies_where_the_user_keeps_caches(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_folder() == tmp_path / "screener" / "films"
