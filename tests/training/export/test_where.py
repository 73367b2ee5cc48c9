"""Mean heat maps by outcome: sorted rightly, averaged, and never of so few films that one shows."""

from pathlib import Path

import numpy as np
import pytest

from builders.model import tiny_card
from screener.engines.base import Outputs
from screener.engines.maps import heat_map
from screener.training.export.where import FEWEST, mean_picture, outcomes, plot_outcomes
from screener.training.labelled.batches import Labelled

LABELS = np.array([1, 1, 1, 0, 0], np.int64)
LOGITS = np.array([[0, 9], [0, 9], [9, 0], [0, 9], [9, 0]], np.float32)


class Answers:
    """An engine with answers ready."""

    description = "none"

    def __init__(self, maps: bool = True) -> None:
        random = np.random.default_rng(1)
        self.maps = random.normal(0, 1, (5, 2, 3, 3)).astype(np.float32) if maps else None

    def infer(self, batch: np.ndarray) -> Outputs:
        return Outputs(LOGITS, self.maps, None)

    def close(self) -> None:
        pass


def data(pictures: int = 5) -> Labelled:
    pixels = np.random.default_rng(2).integers(0, 255, (pictures, 8, 8, 1), np.uint8)
    return Labelled(pixels, np.resize(LABELS, pictures), np.arange(pictures))


def test_pictures_are_sorted_by_what_became_of_them() -> None:
    engine = Answers()
    found = outcomes(engine, tiny_card(), data())
    assert [(one.name, one.pictures) for one in found] == [
        ("pneumonia, found", 2),
        ("pneumonia, missed", 1),
        ("no pneumonia, false alarm", 1),
        ("no pneumonia, passed as negative", 1),
    ]
    assert engine.maps is not None
    positive = np.array([False, True])
    expected = (heat_map(engine.maps[0], positive) + heat_map(engine.maps[1], positive)) / 2
    assert found[0].heat == pytest.approx(expected, abs=1e-6)


def test_without_maps_there_is_nothing_to_show() -> None:
    assert outcomes(Answers(maps=False), tiny_card(), data()) == []


def test_the_mean_picture_is_of_many_or_not_at_all() -> None:
    assert mean_picture(data(FEWEST - 1)) is None
    many = data(FEWEST)
    mean = mean_picture(many)
    assert mean is not None
    assert np.abs(mean - many.pixels.mean(axis=0)).max() <= 0.5


def test_the_plot_is_a_picture_with_and_without_films_under_it(tmp_path: Path) -> None:
    found = outcomes(Answers(), tiny_card(), data())
    for name, under in (("with.png", mean_picture(data(FEWEST))), ("without.png", None)):
        plot_outcomes(found, under, tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")
