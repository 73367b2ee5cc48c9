"""Averaged weights: an exponential mean over steps, steadier than the last step's (Polyak; EMA).

With it the mean of where a training began and where it came to (WiSE-FT).
"""

import copy

import torch

from screener.models.network import Network


class Averaged:
    """A shadow of a network whose weights follow it slowly.

    Attributes:
        network: the shadow, in evaluation mode.
        steps: updates so far.
    """

    def __init__(self, network: Network, decay: float, start_share: float = 0.0) -> None:
        """A shadow of `network` as it is before the first step.

        Args:
            network: with the weights that the training begins with.
            decay: a step, 0..1.
            start_share: of those weights in the `kept` ones, 0..1.
        """
        self.network = copy.deepcopy(network).eval().requires_grad_(False)
        self.steps = 0
        self._decay = decay
        self._start_share = start_share
        self._start = copy.deepcopy(self.network) if start_share else None

    @torch.no_grad()
    def kept(self) -> Network:
        """The network to judge and keep: the shadow, or a mix of it with what the training began with."""
        if self._start is None:
            return self.network
        mix = copy.deepcopy(self.network)
        start = self._start.state_dict()
        for name, mean in mix.state_dict().items():
            if mean.is_floating_point():
                mean.lerp_(start[name], self._start_share)
        return mix

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
