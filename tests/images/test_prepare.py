"""The one preprocessing function that training and scanning share."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from screener.images.prepare import prepare
from screener.records import InputSpec

SIDES = st.integers(1, 70)
SPEC = InputSpec(width=24, height=16)


@given(
    SIDES, SIDES, st.sampled_from(["squash", "pad", "crop"]), st.sampled_from(["grey", "rgb"]), st.booleans()
)
def test_any_picture_becomes_the_models_shape(h: int, w: int, fit: str, colour: str, rgb: bool) -> None:
    pixels = np.full((h, w, 3) if rgb else (h, w), 90, np.uint8)
    result = prepare(pixels, replace(SPEC, fit=fit, colour=colour))
    assert result.dtype == np.uint8
    assert result.shape == (16, 24, 1 if colour == "grey" else 3)
    assert set(np.unique(result)) <= ({90} if fit != "pad" else {0, 90})


def test_a_film_of_the_right_size_is_left_alone() -> None:
    pixels = np.arange(16 * 24, dtype=np.uint16).astype(np.uint8).reshape(16, 24)
    assert np.array_equal(prepare(pixels, SPEC)[..., 0], pixels)


def test_padding_keeps_the_shape_of_what_is_shown() -> None:
    result = prepare(np.full((100, 50), 200, np.uint8), replace(SPEC, width=32, height=32, fit="pad"))[..., 0]
    columns = np.flatnonzero(result.any(axis=0))
    assert (columns[0], columns[-1]) == (8, 23)
    assert (result[:, 8:24] == 200).all()


def test_cropping_keeps_the_centre() -> None:
    pixels = np.zeros((30, 90), np.uint8)
    pixels[:, 30:60] = 255
    result = prepare(pixels, replace(SPEC, width=15, height=15, fit="crop"))
    assert (result[:, 1:-1] == 255).all()
    assert (result > 200).all()  # the outermost columns blend with what lies just outside


@pytest.mark.parametrize("side", [96, 84, 72, 60, 48, 32])
def test_the_centre_alone_is_cut_at_whole_pixels(side: int) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (96, 96, 3), np.uint8)
    spec = InputSpec(width=side, height=side, colour="rgb", centre=side / 96)
    edge = (96 - side) // 2
    assert np.array_equal(prepare(pixels, spec), pixels[edge : edge + side, edge : edge + side])


@given(SIDES, SIDES, st.floats(0.05, 1))
def test_some_of_any_picture_is_left(h: int, w: int, centre: float) -> None:
    assert prepare(np.full((h, w), 90, np.uint8), replace(SPEC, centre=centre)).min() == 90


def test_colour_becomes_luma_for_a_grey_model() -> None:
    pixels = np.zeros((16, 24, 3), np.uint8)
    pixels[..., 1] = 255
    assert np.unique(prepare(pixels, SPEC)).tolist() == [150]  # 0.587 x 255, ITU-R 601-2


@pytest.mark.shared
def test_the_published_small_films_come_from_their_originals_to_the_bit(shared_data: Path) -> None:
    originals = sorted((shared_data / "cxr-original").glob("*/*"))
    assert len(originals) == 60
    for original in originals:
        twin = np.asarray(Image.open(shared_data / "cxr" / "train" / original.parent.name / original.name))
        small = prepare(np.asarray(Image.open(original).convert("L")), InputSpec())
        file = io.BytesIO()
        Image.fromarray(small[..., 0]).convert("RGB").save(file, "JPEG", quality=75)
        assert np.abs(np.asarray(Image.open(file)).astype(int) - twin).max() <= 1
