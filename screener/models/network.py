"""What every network of this program looks like: a backbone, a neck, and one linear layer at the end."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from screener.records import InputSpec


class Seen(NamedTuple):
    """What a network says of N pictures.

    Attributes:
        logits: N x K.
        maps: N x K x h x w, class-activation maps (Zhou et al., CVPR 2016) in units of a logit: their mean
            over h x w, plus the bias, is the logit. None for a network with a dense head.
        features: N x D, what the last layer reads.
    """

    logits: Tensor
    maps: Tensor | None
    features: Tensor


class Network(nn.Module):
    """Backbone (N x C x H x W -> N x D' x h x w), neck (-> N x D) and head (linear, -> N x K).

    `pooled` says that the neck is global average pooling and nothing that changes features at inference:
    only then does the head, laid over the feature map, give an exact map of what it saw.
    """

    def __init__(self, backbone: nn.Module, neck: nn.Module, head: nn.Linear, *, pooled: bool) -> None:
        super().__init__()
        self.backbone = backbone
        self.neck = neck
        self.head = head
        self.pooled = pooled

    def forward(self, pictures: Tensor) -> Tensor:
        """Logits, N x K, of normalised pictures, float N x C x H x W."""
        logits: Tensor = self.head(self.neck(self.backbone(pictures)))
        return logits

    def see(self, pictures: Tensor) -> Seen:
        """Logits, maps and features of normalised pictures."""
        activations = self.backbone(pictures)
        features = self.neck(activations)
        maps = None
        if self.pooled:
            maps = functional.conv2d(activations, self.head.weight[:, :, None, None])
        return Seen(self.head(features), maps, features)


class Stages(nn.Sequential):
    """A part of a backbone each of whose blocks counts as a stage of its own where stages are frozen."""


def pooled(backbone: nn.Module, width: int, outputs: int, dropout: float) -> Network:
    """A network of `backbone` (with `width` channels), global average pooling, dropout and a linear layer."""
    neck = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(dropout))
    return Network(backbone, neck, nn.Linear(width, outputs), pooled=True)


class Normalise(nn.Module):
    """Grey levels 0..255, N x c x H x W, to the network's input: channels repeated, mean off, std 1.

    Has no state of its own in a state dict: mean and std stand in the card.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, spec: InputSpec) -> None:
        super().__init__()
        self.channels = len(spec.mean)
        self.register_buffer("mean", 255 * torch.tensor(spec.mean).view(1, -1, 1, 1), persistent=False)
        self.register_buffer("std", 255 * torch.tensor(spec.std).view(1, -1, 1, 1), persistent=False)

    def forward(self, levels: Tensor) -> Tensor:
        """See the class."""
        if levels.shape[1] != self.channels:
            # Joined, not broadcast: a mean of 0 would be folded out of a graph, and the channels with it.
            levels = torch.cat([levels] * self.channels, dim=1)
        return (levels - self.mean) / self.std


class Deployed(nn.Module):
    """A network as it is exported: from `prepare`'s uint8 N x H x W x c to what `Seen` holds."""

    def __init__(self, network: Network, spec: InputSpec) -> None:
        super().__init__()
        self.normalise = Normalise(spec)
        self.network = network

    @property
    def outputs(self) -> tuple[str, ...]:
        """The names of what `forward` gives, in order."""
        return ("logits", "maps", "features") if self.network.pooled else ("logits", "features")

    def forward(self, pixels: Tensor) -> tuple[Tensor, ...]:
        """The outputs of the class `Seen` that are not None."""
        seen = self.network.see(self.normalise(pixels.permute(0, 3, 1, 2).float()))
        return tuple(value for value in seen if value is not None)
