"""From class-activation maps to where a model sees what it looks for."""

from __future__ import annotations

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
