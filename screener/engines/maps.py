"""From class-activation maps to where a model sees what it looks for."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def heat_map(maps: NDArray[np.float32], positive: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Where the evidence for the positive labels lies: float32, h x w, 0 least to 1 most of this picture.

    The mean map of the positive labels less the mean map of the others: what is added to all logits alike
    changes no probability, and so no heat map either. A map without relief is 0 throughout.

    Args:
        maps: K x h x w, class-activation maps in units of a logit, finite.
        positive: K, which labels count as positive.
    """
    evidence = maps[positive].mean(axis=0, dtype=np.float64) - maps[~positive].mean(axis=0, dtype=np.float64)
    low, high = evidence.min(), evidence.max()
    if high - low < 1e-6:
        return np.zeros(evidence.shape, np.float32)
    scaled: NDArray[np.float32] = ((evidence - low) / (high - low)).astype(np.float32)
    return scaled


def on_whole_picture(levels: NDArray[np.float32], centre: float) -> NDArray[np.float32]:
    """A heat map of a picture's centre as one of the whole picture, float32, h' x w', 0 outside the centre.

    Args:
        levels: h x w, 0..1, of the middle `centre` of each side.
        centre: see `InputSpec`; at 1 the map comes back as it is.
    """
    if centre >= 1:
        return levels
    down, across = (_placing(side, centre) for side in levels.shape)
    placed: NDArray[np.float32] = (down @ levels @ across.T).astype(np.float32)
    return placed


def _placing(side: int, centre: float) -> NDArray[np.float64]:
    """The linear map from `side` cells of the centre to the cells of the whole that they lie in."""
    whole = math.ceil(side / centre)
    middles = (np.arange(whole) + 0.5) / whole
    cells = ((middles - 0.5) / centre + 0.5) * side - 0.5
    weights = (1 - np.abs(cells.clip(0, side - 1)[:, None] - np.arange(side))).clip(0, None)
    # A cell whose middle lies on the edge belongs to the centre, on both sides and whatever the rounding.
    weights[(cells < -0.5 - 1e-9) | (cells > side - 0.5 + 1e-9)] = 0
    return weights
