"""What every engine promises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Outputs:
    """What a model says of N pictures.

    Attributes:
        logits: float32, N x K, before temperature and softmax.
        maps: float32, N x K x h x w, class-activation maps in units of a logit; None if the model has none.
        features: float32, N x D, what the last layer reads; None if the model gives none.
    """

    logits: NDArray[np.float32]
    maps: NDArray[np.float32] | None
    features: NDArray[np.float32] | None


class Engine(Protocol):
    """A model, loaded and ready.

    `infer` takes uint8, N x H x W x C (N at least 1, the rest the card's) and answers for each picture
    what it would answer for it alone: to the bit, whatever stands beside it in the batch.
    """

    @property
    def description(self) -> str:
        """Engine, version, device and precision, for the provenance of a report."""

    def infer(self, batch: NDArray[np.uint8]) -> Outputs:
        """See the class."""

    def close(self) -> None:
        """Let go of the device."""
