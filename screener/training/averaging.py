"""Averaged weights: an exponential mean over steps, steadier than the last step's (Polyak; EMA)."""

import copy

import torch

from screener.models.network import Network


class Averaged:
    """A shadow of a network whose weights follow it slowly.

    Attributes:
        network: the shadow, in evaluation mode.
        steps: updates so far.
    """

    def __init__(self, network: Network, decay: float) -> None:
        self.network = copy.deepcopy(network).eval().requires_grad_(False)
        self.steps = 0
        self._decay = decay

    @torch.no_grad()
    def update(self, network: Network) -> None:
        """Move a step's share towards `network`; the first steps more, or the random start would stay."""
        self.steps += 1
        share = 1 - min(self._decay, self.steps / (self.steps + 10))
        now = network.state_dict()
        for name, mean in self.network.state_dict().items():
            if mean.is_floating_point():
                mean.lerp_(now[name], share)
            else:
                mean.copy_(now[name])
