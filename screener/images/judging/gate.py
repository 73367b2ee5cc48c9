"""Is this the kind of picture that the model was trained on? A statistical gate on the model's own input.

A training set spans a small part of all pictures. The gate knows it as a Gaussian in a few principal
components (Moghaddam and Pentland 1997, "distance in feature space" and "distance from feature space"): a
picture is out when it lies too far from the mean within the components, or too far from their span. The
limits are set on training and validation pictures, with room for other hospitals' framing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from screener.records import Reason

if TYPE_CHECKING:
    from numpy.typing import NDArray

FILE = "gate.npz"
"""The gate's file in a model folder."""

_SIDE = 32
_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_DENSITY = -np.log((np.arange(256) + 1.0) / 256)
"""The optical density of each level."""


@dataclass(frozen=True, slots=True, eq=False)
class Gate:
    """A Gaussian over descriptions of pictures, and how far from it is too far.

    Attributes:
        kind: which description: `film` or `patch`.
        mean: float64, D.
        components: float64, k x D, orthonormal rows.
        variances: float64, k, all above 0.
        limits: (largest squared distance within the components in units of their variances, largest
            squared distance from their span).
    """

    kind: str
    mean: NDArray[np.float64]
    components: NDArray[np.float64]
    variances: NDArray[np.float64]
    limits: tuple[float, float]

    def distances(self, description: NDArray[np.float64]) -> NDArray[np.float64]:
        """Both squared distances over their limits, N x 2, for descriptions N x D; above 1 is out."""
        offset = description - self.mean
        within = offset @ self.components.T
        span = ((offset - within @ self.components) ** 2).sum(axis=1)
        return np.stack([(within**2 / self.variances).sum(axis=1), span], axis=1) / self.limits

    def judge(self, model_input: NDArray[np.uint8]) -> tuple[Reason, str] | None:
        """Why the picture (uint8, H x W x C, from `prepare`) is out of scope, or None when it is in.

        A film that is out while its negative is well in is called inverted.
        """
        distance = self.distances(describe(model_input[None], self.kind)).max()
        if distance <= 1:
            return None
        if self.kind == "film":
            negative = self.distances(describe(255 - model_input[None], self.kind)).max()
            if negative <= min(1.0, distance / 2):
                return Reason.INVERTED, ""
        return Reason.UNLIKE_TRAINING, f"{min(distance, 99.0):.1f} times the distance that is allowed"


def describe(inputs: NDArray[np.uint8], kind: str) -> NDArray[np.float64]:
    """N x D descriptions of N model inputs (uint8, N x H x W x C).

    A film is described by its layout: 32 x 32 grey levels less their mean, scaled to length 1, so that
    exposure and contrast don't count. A patch is described by its stain: quantiles of the optical density
    of each colour, and how much of it is fine structure.
    """
    return np.stack([_DESCRIPTIONS[kind](picture) for picture in inputs])


def _layout(picture: NDArray[np.uint8]) -> NDArray[np.float64]:
    grey = Image.fromarray(picture[..., 0] if picture.shape[2] == 1 else picture).convert("L")
    small = np.asarray(grey.resize((_SIDE, _SIDE), Image.Resampling.BOX), np.float64).ravel()
    small -= small.mean()
    return small / (np.linalg.norm(small) + 1e-6)


def _stain(picture: NDArray[np.uint8]) -> NDArray[np.float64]:
    planes = [np.ascontiguousarray(plane) for plane in np.moveaxis(picture, 2, 0)]
    densities = [_DENSITY[plane] for plane in planes]
    grain = [[np.abs(np.diff(d[::step, ::step], axis=0)).mean() for d in densities] for step in (1, 4)]
    grey = (densities[0] + densities[1] + densities[2]) / 3
    return np.concatenate(
        [
            np.stack([_density_quantiles(plane) for plane in planes], axis=1).ravel(),
            np.log(np.array(grain).ravel() + 1e-3),
            [(density - grey).std() for density in densities],
        ]
    )


def _density_quantiles(plane: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The optical density's, from a histogram; between two pixels as numpy interpolates."""
    lightest_first = np.cumsum(np.bincount(plane.ravel(), minlength=256)[::-1])
    rank = np.array(_QUANTILES) * (plane.size - 1)
    share = rank - np.floor(rank)
    ends = (np.searchsorted(lightest_first, end, side="right") for end in (np.floor(rank), np.ceil(rank)))
    below, above = (_DENSITY[255 - end] for end in ends)
    found: NDArray[np.float64] = below + (above - below) * share
    return found


_DESCRIPTIONS = {"film": _layout, "patch": _stain}


def write_gate(gate: Gate, folder: Path) -> None:
    """Write the gate into a model folder."""
    np.savez(
        folder / FILE,
        kind=np.array(gate.kind),
        mean=gate.mean.astype(np.float32),
        components=gate.components.astype(np.float32),
        variances=gate.variances,
        limits=np.array(gate.limits),
    )


def read_gate(folder: Path) -> Gate | None:
    """The gate of a model folder, or None when the model has none."""
    path = folder / FILE
    if not path.is_file():
        return None
    with np.load(path, allow_pickle=False) as fields:
        return Gate(
            kind=str(fields["kind"]),
            mean=fields["mean"].astype(np.float64),
            components=fields["components"].astype(np.float64),
            variances=fields["variances"].astype(np.float64),
            limits=(float(fields["limits"][0]), float(fields["limits"][1])),
        )
