"""What a network says of many pictures, without learning from them."""

from typing import TYPE_CHECKING

import numpy as np
import torch

from screener.engines.base import Engine
from screener.models.network import Network, Normalise
from screener.training.labelled.batches import Labelled, batches, to_levels
from screener.training.learning.device import Compute, is_out_of_memory

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BATCH = 64


@torch.no_grad()
def logits_of(
    network: Network, normalise: Normalise, data: Labelled, side: tuple[int, int], compute: Compute
) -> "NDArray[np.float32]":
    """The logits of `data`'s pictures at `side`, float32, M x K, in the order of `data.rows`.

    `network` is used in evaluation mode and left in it. Pictures that do not fit into the device's memory
    together are looked at in halves.
    """
    network.eval()

    def said(levels: torch.Tensor) -> torch.Tensor:
        try:
            with compute.autocast():
                seen: torch.Tensor = network(normalise(levels).to(memory_format=torch.channels_last))
            return seen.float()
        except RuntimeError as error:
            if len(levels) == 1 or not is_out_of_memory(error):
                raise
        return torch.cat([said(half) for half in levels.tensor_split(2)])  # here, for the error holds memory

    return np.concatenate(
        [
            said(to_levels(pixels, side, compute.device)).cpu().numpy()
            for pixels, _ in batches(data, np.arange(len(data)), _BATCH)
        ]
    )


def engine_logits(engine: Engine, data: Labelled) -> "NDArray[np.float32]":
    """What an engine says of `data`'s pictures at their stored size: logits as in `logits_of`."""
    starts = range(0, len(data), _BATCH)
    return np.concatenate(
        [engine.infer(np.ascontiguousarray(data.pixels[data.rows[s : s + _BATCH]])).logits for s in starts]
    )
