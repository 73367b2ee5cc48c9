"""Fit the gate of a model to the pictures it is trained on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from screener.images.judging.gate import Gate, describe

if TYPE_CHECKING:
    from numpy.typing import NDArray

COMPONENTS = {"film": 24, "patch": 8}
"""Principal components kept; see docs/decisions.md for how many catch the most at no false refusals."""

KEEP = 0.997
"""The share of training and validation pictures, each, that must pass either limit."""

ROOM = (1.3, 1.15)
"""What the limits are widened by, within the components and from their span, for other hospitals' films."""


def fit_gate(training: NDArray[np.uint8], validation: NDArray[np.uint8], kind: str, seed: int = 0) -> Gate:
    """The gate for model inputs like `training` (uint8, N x H x W x C).

    The Gaussian is fitted to the training pictures and to a moved copy of each (turned by up to 10
    degrees, scaled by up to a fifth, shifted by up to a twelfth), since another hospital frames its films
    otherwise. Either limit lets `KEEP` of the training pictures and their moved copies, and of the
    validation pictures, pass with `ROOM` to spare.

    Args:
        training: the pictures to know.
        validation: pictures of other patients, which the limits must let pass too.
        kind: `film` or `patch`.
        seed: of the moves.
    """
    rng = np.random.default_rng(seed)
    moved = np.stack([_moved(picture, rng) for picture in training]) if kind == "film" else training[:0]
    plain = describe(training, kind)
    known = np.concatenate([plain, describe(moved, kind)]) if len(moved) else plain
    mean = known.mean(axis=0)
    _, singular, rows = np.linalg.svd(known - mean, full_matrices=False)
    count = min(COMPONENTS[kind], int((singular > 1e-9 * singular[0]).sum()))
    variances = singular[:count] ** 2 / len(known)
    raw = Gate(kind, mean, rows[:count], variances, (1.0, 1.0))
    sets = [known, describe(validation, kind)] if len(validation) else [known]
    limits = np.max([np.quantile(raw.distances(one), KEEP, axis=0) for one in sets], axis=0)
    wide = (float(limits[0] * ROOM[0]), max(float(limits[1] * ROOM[1]), 1e-6))
    return Gate(kind, mean, rows[:count], variances, wide)


def _moved(picture: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    image = Image.fromarray(picture[..., 0] if picture.shape[2] == 1 else picture)
    width, height = image.size
    scale, angle = rng.uniform(0.8, 1.2), rng.uniform(-10, 10)
    dx, dy = rng.uniform(-1 / 12, 1 / 12, 2)
    turned = image.rotate(angle, Image.Resampling.BILINEAR)
    x, y = width * (0.5 + dx), height * (0.5 + dy)
    w, h = width / scale / 2, height / scale / 2
    box = (x - w, y - h, x + w, y + h)
    result = turned.transform((width, height), Image.Transform.EXTENT, box, Image.Resampling.BILINEAR)
    return np.asarray(result).reshape(picture.shape)
