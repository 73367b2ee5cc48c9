"""The statistics that scope is judged by, against numpy's own."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from screener.images.judging import greylevels

PICTURES = arrays(np.uint8, st.tuples(st.integers(48, 80), st.integers(48, 80)))


@given(PICTURES)
def test_spread_is_that_of_numpys_percentiles(pixels: np.ndarray) -> None:
    low, high = np.percentile(pixels, (1, 99))  # of every pixel: so small a picture is not sampled
    assert abs(greylevels.grey_levels(pixels).spread - (high - low)) < 1e-9


@given(arrays(np.uint8, st.integers(1, 500)))
def test_variance_is_numpys(levels: np.ndarray) -> None:
    found = greylevels._variance(np.bincount(levels, minlength=256))
    assert abs(found - levels.astype(float).var()) < 1e-6


def test_grey_and_colour_of_one_picture_look_alike() -> None:
    grey = np.random.default_rng(0).integers(0, 256, (300, 700), np.uint8)
    one = greylevels.grey_levels(grey)
    three = greylevels.grey_levels(np.repeat(grey[:, :, None], 3, axis=2))
    assert one == three


def test_smoothness_tells_a_slope_from_noise_at_any_size() -> None:
    for side in (64, 600, 2000):
        slope = np.tile(np.linspace(0, 255, side).astype(np.uint8), (side, 1))
        noise = np.random.default_rng(1).integers(0, 256, (side, side), np.uint8)
        assert greylevels.grey_levels(slope).smoothness > 0.99
        assert abs(greylevels.grey_levels(noise).smoothness) < 0.05
