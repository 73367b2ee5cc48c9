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
    (253, 180, 47),
    (255, 226, 60),
)
"""Dark violet to yellow. Lightness rises all the way, so the order survives grey print and any eye; white is
left out, for that is what dense places of a film look like."""

_LEVELS = 64
_OPACITY = 0.65
_CLEAR_BELOW = 0.3
_ENLARGED = 4
_GAP = 4
_QUALITY = 82


def heat(row: Row) -> NDArray[np.float32] | None:
    """The row's heat map, float32 h x w on 0..1, what is no number as 0; None where the row has none."""
    import numpy as np

    if not row.heat_map:
        return None
    values = np.frombuffer(row.heat_map, "<f2").reshape(row.heat_map_shape).astype(np.float32)
    return np.nan_to_num(values, nan=0.0, posinf=1.0, neginf=0.0).clip(0.0, 1.0)


def layer(values: NDArray[np.float32]) -> bytes:
    """`values` (float32, h x w, 0..1) as a small PNG with clear places, to be laid over the film.

    It is enlarged a little first, so that it looks smooth even where a printer stretches it coarsely.
    """
    height, width = values.shape
    image = Image.fromarray(_steps(_stretched(values, (width * _ENLARGED, height * _ENLARGED))))
    image.putpalette(_palette()[:, :3].tobytes())
    out = BytesIO()
    image.save(out, "PNG", transparency=_palette()[:, 3].tobytes(), optimize=True)
    return out.getvalue()


def overlay(film: Image.Image, values: NDArray[np.float32]) -> Image.Image:
    """The film (any mode) in RGB with `values` (float32, h x w, 0..1) stretched smoothly over it."""
    warm = Image.fromarray(_palette()[_steps(_stretched(values, film.size))])
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
    picture = film
    if (values := heat(row)) is not None:
        picture = Image.new("RGB", (film.width * 2 + _GAP, film.height), "white")
        picture.paste(film, (0, 0))
        picture.paste(overlay(film, values), (film.width + _GAP, 0))
    out = BytesIO()
    picture.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def _stretched(values: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.float32]:
    import numpy as np

    return np.asarray(Image.fromarray(values).resize(size, Image.Resampling.BICUBIC)).clip(0, 1)


def _steps(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    import numpy as np

    return (values * (_LEVELS - 1)).round().astype(np.uint8)


@cache
def _palette() -> NDArray[np.uint8]:
    """The colour of each level, uint8, levels x 4 (RGBA): the weaker, the clearer."""
    import numpy as np

    anchors = np.array(_ANCHORS, np.float64)
    shares = np.linspace(0, 1, _LEVELS)
    places = np.linspace(0, 1, len(anchors))
    channels = [np.interp(shares, places, anchors[:, channel]) for channel in range(3)]
    alpha = ((shares - _CLEAR_BELOW) / (1 - _CLEAR_BELOW)).clip(0, 1) * _OPACITY * 255
    return np.stack([*channels, alpha], axis=1).round().astype(np.uint8)
