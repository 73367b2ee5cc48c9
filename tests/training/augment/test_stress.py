import numpy as np
import pytest

from screener.training.augment import stress
from screener.training.augment.stress import LEVELS, QUALITY


def _films(count: int, channels: int = 1) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, 20, 24, channels)).astype(np.uint8)


def test_one_seed_gives_one_result_and_leaves_the_films_alone() -> None:
    films = _films(60)
    before = films.copy()
    first = stress.stress(films, 4)
    assert np.array_equal(first, stress.stress(films, 4))
    assert not np.array_equal(first, stress.stress(films, 5))
    assert np.array_equal(films, before)
    assert first.shape == films.shape
    assert first.dtype == np.uint8


def test_no_film_stays_as_it_is() -> None:
    films = _films(49)
    assert all((a != b).mean() > 0.05 for a, b in zip(films, stress.stress(films, 0), strict=True))


@pytest.mark.parametrize("change", (*LEVELS, *QUALITY), ids=lambda change: change.__name__)
@pytest.mark.parametrize("channels", [1, 3])
def test_a_change_keeps_the_shape(change: stress.Change, channels: int) -> None:
    picture = _films(1, channels)[0].astype(np.float64)
    changed = change(picture, np.random.default_rng(1))
    assert changed.shape == picture.shape
    assert np.isfinite(changed).all()
    assert change.__doc__
    assert np.array_equal(changed, picture) == (change is stress.kept)
