"""Random numbers for a batch, one a picture."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """Draws for `count` pictures; every one is shaped N x 1 x 1 x 1 and lies on `device`."""

    generator: torch.Generator
    count: int
    device: torch.device
    strength: float = 1.0

    def uniform(self, low: float, high: float) -> Tensor:
        """From `low` to `high`."""
        drawn = torch.rand(self.count, 1, 1, 1, generator=self.generator)
        return (low + (high - low) * drawn).to(self.device)

    def spread(self, width: float) -> Tensor:
        """From -`width` to `width`, scaled by the strength."""
        return self.strength * self.uniform(-width, width)

    def chosen(self, share: float) -> Tensor:
        """True for about `share` (times the strength, at most all) of the pictures."""
        return self.uniform(0, 1) < min(1.0, share * self.strength)

    def normal(self, *shape: int) -> Tensor:
        """Standard normal numbers, N x `shape`."""
        return torch.randn(self.count, *shape, generator=self.generator).to(self.device)
