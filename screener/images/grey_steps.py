"""The steps of DICOM's grey-level chain and their formulas (PS3.3 section C.11), pure and in float64."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rescale:
    """Rescale Slope and Intercept (0028,1053) (0028,1052)."""

    slope: float
    intercept: float


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A Modality or VOI LUT (C.11.1.1, C.11.2.1.1).

    Attributes:
        first: the input value that the first entry belongs to; values beyond either end take the end's.
        entries: float64, at least one.
        bits: bits of an entry, the third value of the LUT Descriptor.
    """

    first: int
    entries: Floats
    bits: int


@dataclass(frozen=True, slots=True)
class Window:
    """Window Center and Width (0028,1050) (0028,1051), and the VOI LUT Function (0028,1056)."""

    centre: float
    width: float
    function: str = "LINEAR"

    @property
    def usable(self) -> bool:
        """Whether the width is one that C.11.2.1.2 and C.11.2.1.3 allow."""
        least_is_allowed = self.function == "LINEAR"
        finite = bool(np.isfinite(self.centre) and np.isfinite(self.width))
        return finite and (self.width >= 1 if least_is_allowed else self.width > 0)


@dataclass(frozen=True, slots=True)
class Chain:
    """What is to be done to stored values.

    Attributes:
        bits: bits of a stored value; 0 for floats.
        signed: whether they are two's complement.
        modality: the first step, if any.
        voi: the second; None to choose a window (see `render`).
        inverted: whether the smallest value is white: MONOCHROME1, or Presentation LUT Shape INVERSE.
        padding: lowest and highest stored value that stands for no picture (C.7.5.1.1.2), or None.
    """

    bits: int
    signed: bool = False
    modality: Rescale | Table | None = None
    voi: Window | Table | None = None
    inverted: bool = False
    padding: tuple[float, float] | None = None

    @property
    def counts(self) -> bool:
        """Whether a step is given in stored values or in what comes of them, so that their sign matters."""
        return self.modality is not None or self.voi is not None or self.padding is not None


def values_of(bits: int, signed: bool) -> Floats:
    """The value of each bit pattern of up to 16 bits, float64, 2**bits of them."""
    values = np.arange(1 << bits, dtype=np.float64)
    if signed:
        values[1 << (bits - 1) :] -= 1 << bits
    return values


def modality(values: Floats, step: Rescale | Table | None) -> Floats:
    """Stored values to those of the modality (C.11.1)."""
    if step is None:
        return values
    if isinstance(step, Table):
        return _look_up(values, step)
    return values * step.slope + step.intercept


def voi_share(values: Floats, step: Window | Table) -> Floats:
    """Modality values to a share of full brightness, 0 to 1 (C.11.2)."""
    if isinstance(step, Table):
        return np.clip(_look_up(values, step) / (2.0**step.bits - 1), 0, 1)
    centre, width = step.centre, step.width
    if step.function == "SIGMOID":  # C.11.2.1.3.1
        return 1 / (1 + np.exp(np.clip(-4 * (values - centre) / width, -700, 700)))
    if step.function == "LINEAR_EXACT":  # C.11.2.1.3.2
        return np.clip((values - centre) / width + 0.5, 0, 1)
    if width == 1:  # C.11.2.1.2.1: a step, since the line's slope has no end
        return (values > centre - 0.5).astype(np.float64)
    return np.clip((values - (centre - 0.5)) / (width - 1) + 0.5, 0, 1)


def to_bytes(share: Floats, inverted: bool) -> NDArray[np.uint8]:
    """A share of full brightness to uint8, halves rounded up whichever way round the film was stored."""
    levels = share * 255.0
    if inverted:
        levels = 255.0 - levels
    # The first rounding takes away float64's residue, which differs between a film and its complement.
    rounded: NDArray[np.uint8] = np.floor(np.round(levels, 6) + 0.5).astype(np.uint8)
    return rounded


def _look_up(values: Floats, table: Table) -> Floats:
    indices = np.clip(np.floor(values) - table.first, 0, len(table.entries) - 1)
    found: Floats = table.entries[indices.astype(np.intp)]
    return found
