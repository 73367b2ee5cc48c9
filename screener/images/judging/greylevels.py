"""Statistics of a picture's grey levels and colours, by which `scope` judges it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_GRID = 16
_SAMPLED_SIDE = 128
"""Statistics of pixels are taken from every n-th row and column, so that about so many are left."""

_FRONTAL = np.array(
    [
        (-10, -5, 0, 7),
        (-9, 1, 3, 6),
        (-12, 2, -1, 7),
        (-14, 1, -1, 9),
        (-15, -1, 1, 11),
        (-15, -3, 2, 11),
        (-15, 0, 8, 12),
        (-13, 7, 12, 14),
    ],
    np.float64,
)
"""The left half of the mean frontal film, 8 x 8, standardised and made symmetric, in tenths.

Computed from the 5,216 training films of Kermany, Zhang and Goldbaum 2018 (CC BY 4.0).
"""


@dataclass(frozen=True, slots=True)
class GreyLevels:
    """A picture's statistics.

    Attributes:
        spread: from the 1st to the 99th percentile of the grey levels, 0 to 255.
        layout: the share of the grey levels' variance that lies between the cells of a 16 x 16 grid, not
            within them, 0 to 1: how much of the picture is still there when seen from afar.
        smoothness: the correlation of neighbours in a row, -1 to 1; 1 where nothing varies.
        chroma: the mean difference between a pixel's largest and smallest colour, 0 to 255; 0 for grey.
        frontal: the correlation of the picture's 8 x 8 layout with the mean frontal film's, -1 to 1; the
            negative of a film has the opposite sign.
    """

    spread: float
    layout: float
    smoothness: float
    chroma: float
    frontal: float


def grey_levels(pixels: NDArray[np.uint8]) -> GreyLevels:
    """The statistics of a picture, uint8, H x W or H x W x 3."""
    image = Image.fromarray(pixels)
    grey = pixels
    if pixels.ndim == 3:
        image = image.convert("L")
        grey = np.asarray(image)
    step = max(1, min(grey.shape) // _SAMPLED_SIDE)
    sample = grey[::step, ::step]
    counts = np.bincount(sample.ravel(), minlength=256)
    small = image.reduce(step).convert("F").resize((_GRID, _GRID), Image.Resampling.BOX)
    cells = np.asarray(small, np.float64)
    coarse = cells.reshape(_GRID // 2, 2, _GRID // 2, 2).mean(axis=(1, 3))
    return GreyLevels(
        spread=_percentile(counts, 0.99) - _percentile(counts, 0.01),
        layout=float(min(1.0, cells.var() / max(_variance(counts), 1e-9))),
        smoothness=_correlation(grey[::step, :-1:step], grey[::step, 1::step], nothing=1.0),
        chroma=_chroma(pixels[::step, ::step]),
        frontal=_correlation(coarse, np.hstack([_FRONTAL, _FRONTAL[:, ::-1]]), nothing=0.0),
    )


def _percentile(counts: NDArray[np.intp], share: float) -> float:
    """The grey level below which `share` of the pixels lie, between two of them as numpy interpolates."""
    rank = share * (int(counts.sum()) - 1)
    below, above = np.searchsorted(np.cumsum(counts), (math.floor(rank), math.ceil(rank)), side="right")
    return float(below + (above - below) * (rank - math.floor(rank)))


def _variance(counts: NDArray[np.intp]) -> float:
    levels = np.arange(len(counts))
    mean = float(counts @ levels) / float(counts.sum())
    return float(counts @ np.square(levels - mean)) / float(counts.sum())


def _chroma(pixels: NDArray[np.uint8]) -> float:
    if pixels.ndim == 2:
        return 0.0
    red, green, blue = np.moveaxis(pixels, 2, 0)  # plane by plane: numpy is slow along an axis of three
    largest, smallest = np.maximum(np.maximum(red, green), blue), np.minimum(np.minimum(red, green), blue)
    return float((largest - smallest).mean())


def _correlation(first: NDArray[np.generic], second: NDArray[np.generic], nothing: float) -> float:
    """Pearson's; `nothing` where either doesn't vary."""
    a, b = first.astype(np.float32), second.astype(np.float32)
    a, b = a - a.mean(), b - b.mean()
    scale = float(np.sqrt(np.square(a).sum() * np.square(b).sum()))
    return float((a * b).sum()) / scale if scale > 0 else nothing
