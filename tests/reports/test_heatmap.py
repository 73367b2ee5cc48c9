"""Heat maps keep their order, leave the film visible, and lie where they should."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from builders.rows import a_heat_map, a_scored_row, a_thumbnail
from screener.reports.heatmap import film_and_overlay, heat, layer, overlay


def _one_corner() -> np.ndarray:
    values = np.zeros((7, 7), np.float32)
    values[0, 0] = 1
    return values


def test_a_row_without_a_map_has_none() -> None:
    assert heat(a_scored_row(0, "a.png", 0.5, heat_map=b"", heat_map_shape=(0, 0))) is None


def test_a_map_is_read_as_it_was_kept() -> None:
    values = heat(a_scored_row(3, "a.png", 0.5))
    assert values is not None
    assert values.shape == (7, 7)
    assert values.astype("<f2").tobytes() == a_heat_map(3)


def test_what_is_no_number_or_out_of_range_does_no_harm() -> None:
    odd = np.array([[np.nan, np.inf], [-np.inf, 2.0]], "<f2")
    values = heat(a_scored_row(0, "a.png", 0.5, heat_map=odd.tobytes(), heat_map_shape=(2, 2)))
    assert values is not None
    assert values.tolist() == [[0, 1], [0, 1]]


def test_warmth_lies_where_the_map_says() -> None:
    film = Image.new("L", (70, 70), 128)
    pixels = np.asarray(overlay(film, _one_corner())).astype(int)
    assert (pixels[35:, 35:] == 128).all()
    red, green, blue = pixels[2, 2]
    assert red > green > blue


def test_lightness_rises_with_the_value() -> None:
    ramp = np.linspace(0, 1, 64, dtype=np.float32).reshape(1, 64)
    pixels = np.asarray(overlay(Image.new("L", (64, 1)), ramp)).astype(float)
    luma = (pixels @ [0.299, 0.587, 0.114])[0]
    assert (np.diff(luma) >= -1).all()
    assert luma[-1] > 100


def test_the_layer_is_small_and_clear_where_nothing_is() -> None:
    data = layer(_one_corner())
    picture = np.asarray(Image.open(BytesIO(data)).convert("RGBA"))
    assert picture.shape == (28, 28, 4)
    assert picture[20, 20, 3] == 0
    assert picture[0, 0, 3] > 100
    assert len(data) < 1000


@pytest.mark.parametrize(("width", "height"), [(192, 160), (120, 192), (20, 10)])
def test_film_and_overlay_stand_side_by_side(width: int, height: int) -> None:
    row = a_scored_row(0, "a.png", 0.5, a_thumbnail(0, width, height))
    picture = Image.open(BytesIO(film_and_overlay(row, 104)))
    assert picture.format == "JPEG"
    assert picture.height <= 104
    film = picture.crop((0, 0, (picture.width - 4) // 2, picture.height))
    assert film.width / film.height == pytest.approx(width / height, rel=0.03)
    hues = np.asarray(film.convert("HSV"))[..., 1]
    assert hues.mean() < 5


def test_a_colour_patch_keeps_its_colours() -> None:
    out = BytesIO()
    Image.new("RGB", (96, 96), (200, 60, 160)).save(out, "JPEG")
    row = a_scored_row(0, "a.png", 0.5, out.getvalue(), heat_map=b"")
    assert np.asarray(Image.open(BytesIO(film_and_overlay(row, 104)))).mean((0, 1)) == pytest.approx(
        (200, 60, 160), abs=3
    )


def test_without_a_thumbnail_there_is_no_picture() -> None:
    assert film_and_overlay(a_scored_row(0, "a.png", 0.5), 104) == b""
