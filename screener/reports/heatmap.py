"""Heat maps as pictures: warm colours over a grey film."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image

from screener.records import Row

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_ANCHORS = (
    (20, 11, 53),
    (87, 16, 110),
    (158, 40, 100),
    (213, 72, 66),
    (245, 125, 21),
    (250, 193, 40),
    (252, 250, 170),
)
"""Dark violet to pale yellow: lightness rises all the way, so the order survives grey print and any eye."""

_OPACITY = 0.6
_CLEAR_BELOW = 0.2


def heat(row: Row) -> NDArray[np.float32] | None:
    """The row's heat map, float32 h x w on 0..1, what is no number as 0; None where the row has none."""
    import numpy as np

    if not row.heat_map:
        return None
    values = np.frombuffer(row.heat_map, "<f2").reshape(row.heat_map_shape).astype(np.float32)
    return np.nan_to_num(values, nan=0.0, posinf=1.0, neginf=0.0).clip(0.0, 1.0)


def colours(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """`values` (float32, h x w, 0..1) as colours that can be laid over a film: uint8, h x w x 4 (RGBA).

    The weaker a value, the clearer: below a fifth the film shows unchanged.
    """
    import numpy as np

    steps = (values * 255).round().astype(np.uint8)
    clear = ((values - _CLEAR_BELOW) / (1 - _CLEAR_BELOW)).clip(0, 1)
    alpha = (clear * _OPACITY * 255).round().astype(np.uint8)
    return np.dstack([_scale()[steps], alpha])


def layer(values: NDArray[np.float32]) -> bytes:
    """`values` (float32, h x w, 0..1) as a PNG with as many pixels, to be stretched over the film."""
    return _encoded(Image.fromarray(colours(values)), "PNG")


def overlay(film: Image.Image, values: NDArray[np.float32]) -> Image.Image:
    """The film (any mode) in RGB with `values` (float32, h x w, 0..1) stretched smoothly over it."""
    import numpy as np

    stretched = Image.fromarray(values).resize(film.size, Image.Resampling.BICUBIC)
    warm = Image.fromarray(colours(np.asarray(stretched).clip(0, 1)))
    return Image.alpha_composite(film.convert("RGBA"), warm).convert("RGB")


def film_and_overlay(row: Row, side: int) -> bytes:
    """The row's film, and beside it the film under its heat map, as a JPEG; b"" without a thumbnail.

    Args:
        row: a scored row.
        side: pixels that the film's longer side becomes at most.
    """
    if not row.thumbnail:
        return b""
    film = Image.open(BytesIO(row.thumbnail)).convert("RGB")
    film.thumbnail((side, side), Image.Resampling.LANCZOS)
    if (values := heat(row)) is None:
        return _encoded(film, "JPEG")
    pair = Image.new("RGB", (film.width * 2 + 4, film.height), "white")
    pair.paste(film, (0, 0))
    pair.paste(overlay(film, values), (film.width + 4, 0))
    return _encoded(pair, "JPEG")


@cache
def _scale() -> NDArray[np.uint8]:
    import numpy as np

    anchors = np.array(_ANCHORS, np.float64)
    places = np.linspace(0, len(anchors) - 1, 256)
    channels = [np.interp(places, np.arange(len(anchors)), anchors[:, channel]) for channel in range(3)]
    return np.stack(channels, axis=1).round().astype(np.uint8)


def _encoded(image: Image.Image, format: str) -> bytes:
    out = BytesIO()
    image.save(out, format, optimize=True, quality=82)
    return out.getvalue()
