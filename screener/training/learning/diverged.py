"""A training whose weights or losses are no longer numbers: found before they are kept."""

import math
from collections.abc import Iterable
from pathlib import Path

import torch
from torch import Tensor

from screener.errors import DataError
from screener.training.progress import EpochResult


class Diverged(DataError):
    """The loss is no longer a number, or what leads to it is not."""

    def __init__(self, epochs: int, working: Path | None = None) -> None:
        """Say so.

        Args:
            epochs: that are behind us.
            working: where the last of them is kept, if it is.
        """
        said = f"the loss is no longer a number in epoch {epochs + 1}; lower the recipe's lr (--set lr=...)"
        if epochs and working:
            said += (
                f". Epoch {epochs} is kept: with --resume it goes on from there. If that ends like this "
                f"again, remove {working} and begin anew with the lower lr"
            )
        super().__init__(said)


def check_numbers(epochs: int, tensors: Iterable[Tensor], result: EpochResult | None = None) -> None:
    """Look at weights, and at the epoch's figures where there are some, before they are kept.

    Raises:
        Diverged: one of them is no number, or infinite.
    """
    sound = all(bool(torch.isfinite(tensor).all()) for tensor in tensors if tensor.is_floating_point())
    if not sound or (result and not math.isfinite(result.loss + result.validation_loss)):
        raise Diverged(epochs)
