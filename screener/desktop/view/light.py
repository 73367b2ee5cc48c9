"""A film's light: pyramids of sizes, and window, level and inversion as a table of 256 grey levels. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_SMALLEST = 512


@dataclass(frozen=True, slots=True)
class Window:
    """Which grey levels are spread from black to white.

    Attributes:
        level: the middle one, 0..255.
        width: how many, at least 1.
        inverted: whether black and white change places.
    """

    level: float = 127.5
    width: float = 255.0
    inverted: bool = False

    def dragged(self, right: float, down: float) -> Window:
        """The window after a drag: right widens it (less contrast), down lowers the level (brighter)."""
        width = min(max(self.width + right, 2.0), 510.0)
        level = min(max(self.level - down, 0.0), 255.0)
        return replace(self, level=level, width=width)

    def flipped(self) -> Window:
        """Black and white changed."""
        return replace(self, inverted=not self.inverted)

    def table(self) -> NDArray[np.uint8]:
        """What each stored level becomes, uint8, 256."""
        levels = np.arange(256, dtype=np.float64)
        shown = ((levels - self.level) / self.width + 0.5).clip(0, 1) * 255
        return np.round(255 - shown if self.inverted else shown).astype(np.uint8)


def pyramid(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], ...]:
    """The picture and its halves, quarters and so on, so that a small view of a large film is no mosaic."""
    levels = [np.ascontiguousarray(pixels)]
    while max(levels[-1].shape[:2]) > _SMALLEST and min(levels[-1].shape[:2]) > 1:
        levels.append(np.asarray(Image.fromarray(levels[-1]).reduce(2)))
    return tuple(levels)


def step_for(scale: float, steps: int) -> int:
    """Which step of a pyramid to draw from at `scale` device pixels a film pixel."""
    step = 0
    while step + 1 < steps and scale <= 0.5:
        scale *= 2
        step += 1
    return step
