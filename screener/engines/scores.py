"""Logits to probabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def probabilities(logits: NDArray[np.float32], temperature: float) -> NDArray[np.float64]:
    """The softmax of `logits` (N x K) over `temperature` (above 0), float64, N x K, each row summing to 1.

    A row with a logit that is not finite comes back as NaN throughout.
    """
    import numpy as np

    with np.errstate(invalid="ignore"):
        scaled = logits.astype(np.float64) / temperature
        shifted = np.exp(scaled - scaled.max(axis=1, keepdims=True))
        result: NDArray[np.float64] = shifted / shifted.sum(axis=1, keepdims=True)
    result[~np.isfinite(logits).all(axis=1)] = np.nan
    return result
