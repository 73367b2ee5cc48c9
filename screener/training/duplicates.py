"""Pictures that show the same thing: a perceptual hash, and pairs of near-equal hashes."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

BITS = 256
NEAR = 8
"""Hashes that differ in at most this many of the 256 bits are of one picture. Among 5,232 chest films the
duplicates differ in none, and the closest pair of different patients in 13."""

_SIDE = 16


def difference_hash(pixels: "NDArray[np.uint8]") -> "NDArray[np.bool_]":
    """Whether each of 16 x 16 places is brighter than its left neighbour: 256 bits.

    Args:
        pixels: uint8, H x W x C or H x W; colour is reduced to luma.
    """
    image = Image.fromarray(pixels.squeeze()).convert("L")
    small = np.asarray(image.resize((_SIDE + 1, _SIDE), Image.Resampling.BOX), np.int16)
    return np.asarray((small[:, 1:] > small[:, :-1]).ravel())


def near_pairs(hashes: "NDArray[np.bool_]", near: int = NEAR) -> Iterator[tuple[int, int]]:
    """The pairs (i, j), i < j, of rows of `hashes` (N x 256) that differ in at most `near` bits."""
    signs = np.where(hashes, np.float32(1), np.float32(-1))
    block = 2048
    for start in range(0, len(signs), block):
        # The dot product of two sign vectors is the number of equal bits less the number of others.
        distance = (hashes.shape[1] - signs[start : start + block] @ signs[start:].T) / 2
        for i, j in np.argwhere(distance <= near):
            if i < j:
                yield int(start + i), int(start + j)
