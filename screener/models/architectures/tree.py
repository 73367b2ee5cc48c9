"""A decision tree as a network: the honest baseline, exported, scanned with and evaluated like any other."""

import torch
from torch import Tensor, nn

from screener.models.architectures.registry import Blueprint, architecture
from screener.models.network import Network

MOST_LEAVES = 256
"""A tree may have fewer; the network's other leaves then stay unused."""

_NEVER = 1e9


class Tree(nn.Module):
    """From pictures, N x C x H x W, to the leaf that each falls into: N x `MOST_LEAVES`, one 1, else 0.

    All questions are asked at once, and a leaf is reached where every answer on its way is the right one:
    two look-ups and one product of small whole numbers, which every engine computes exactly.
    """

    pixels: Tensor
    thresholds: Tensor
    ways: Tensor
    lengths: Tensor

    def __init__(self) -> None:
        super().__init__()
        # Floats throughout, since only those are stored; whole numbers of this size are exact in them.
        self.register_buffer("pixels", torch.zeros(MOST_LEAVES - 1))
        self.register_buffer("thresholds", torch.full((MOST_LEAVES - 1,), _NEVER))
        self.register_buffer("ways", torch.zeros(MOST_LEAVES - 1, MOST_LEAVES))
        self.register_buffer("lengths", torch.full((MOST_LEAVES,), _NEVER))

    def forward(self, pictures: Tensor) -> Tensor:
        """See the class."""
        asked = pictures.flatten(1).index_select(1, self.pixels.long())
        answers = 2 * (asked > self.thresholds).to(pictures.dtype) - 1
        return (answers @ self.ways == self.lengths).to(pictures.dtype)

    @torch.no_grad()
    def plant(self, pixels: Tensor, thresholds: Tensor, ways: Tensor) -> None:
        """Become the tree of these questions.

        Args:
            pixels: Q, the index in a flattened picture that each question asks for.
            thresholds: Q; the answer is yes above it.
            ways: Q x L, for each leaf what must be answered: 1 yes, -1 no, 0 not asked on its way.
        """
        questions, leaves = ways.shape
        self.pixels.zero_()
        self.ways.zero_()
        self.thresholds.fill_(_NEVER)
        self.lengths.fill_(_NEVER)
        self.pixels[:questions] = pixels
        self.thresholds[:questions] = thresholds
        self.ways[:questions, :leaves] = ways
        self.lengths[:leaves] = ways.abs().sum(dim=0)


@architecture(size=32, mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0), grown=True)
def decision_tree(blueprint: Blueprint) -> Network:
    """A decision tree on the grey levels of 32 x 32: the honest baseline, without a heat map."""
    return Network(nn.Identity(), Tree(), nn.Linear(MOST_LEAVES, blueprint.outputs), pooled=False)
