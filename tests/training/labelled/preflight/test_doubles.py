"""Pictures that show the same, on one side of the split or on two."""

import shutil
from pathlib import Path

import numpy as np
from PIL import Image

from builders.preflight import Look, halves
from screener.training.check import remarks
from screener.training.labelled.preflight import Prepared


def test_a_double_across_the_given_split_stops_the_run(data: Path, look: Look) -> None:
    halves(data)
    shutil.copyfile(data.with_name("01.png"), data.with_name("25.png"))
    brighter = np.asarray(Image.open(data.with_name("02.png"))) * 0.9 + 9
    Image.fromarray(brighter.astype(np.uint8)).save(data.with_name("27.png"))
    message, found = look()
    assert [(p.first, p.second, p.exact) for p in found.crossing] == [
        ("01.png", "25.png", True),
        ("02.png", "27.png", False),
    ]
    assert "2 pairs of pictures that show the same (1 of them exactly) are on both sides" in str(message)


def test_a_double_among_the_test_pictures_is_told_and_stops_nothing(data: Path, look: Look) -> None:
    halves(data)
    clean, found = look()
    assert isinstance(clean, Prepared)
    assert found.pairs_with_test == ()
    shutil.copyfile(data.with_name("01.png"), data.with_name("30.png"))
    fainter = np.asarray(Image.open(data.with_name("27.png"))) * 0.9 + 9
    Image.fromarray(fainter.astype(np.uint8)).save(data.with_name("31.png"))
    prepared, found = look()
    assert isinstance(prepared, Prepared)
    assert [(p.first, p.second, p.exact, p.splits) for p in found.pairs_with_test] == [
        ("01.png", "30.png", True, ("train", "test")),
        ("27.png", "31.png", False, ("validation", "test")),
    ]
    assert found.pairs == ()
    (said,) = (one for one in remarks(found) if "test pictures" in one)
    assert said == (
        "2 pairs of pictures that show the same (1 of them exactly) have one in the test pictures "
        "(01.png and 30.png): figures there will be too good"
    )


def test_a_test_picture_that_cannot_be_read_is_no_double_and_stops_nothing(data: Path, look: Look) -> None:
    halves(data)
    for number in (30, 31):
        data.with_name(f"{number}.png").write_bytes(b"no picture")
    prepared, found = look()
    assert isinstance(prepared, Prepared)
    assert (found.pairs_with_test, found.unreadable) == ((), ())


def test_a_drawn_split_keeps_doubles_together(data: Path, look: Look) -> None:
    for number in (10, 14, 18):
        shutil.copyfile(data.with_name("01.png"), data.with_name(f"{number}.png"))
    prepared, found = look()
    assert isinstance(prepared, Prepared)
    assert len(found.pairs) == 3
    assert not found.crossing


def test_the_same_picture_under_two_labels_is_told(data: Path, look: Look) -> None:
    shutil.copyfile(data.with_name("01.png"), data.with_name("02.png"))
    prepared, found = look()
    assert isinstance(prepared, Prepared)
    (conflict,) = found.conflicts
    assert (conflict.first, conflict.second, conflict.labels) == ("01.png", "02.png", ("normal", "pneumonia"))
