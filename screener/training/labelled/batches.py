"""From cached films to batches on the device."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """Pictures and what they show.

    Attributes:
        pixels: uint8, N x H x W x C; may be memory-mapped.
        labels: int64, N, class indexes.
        rows: int64, M: which of the N belong; the rest is another split's.
    """

    pixels: "NDArray[np.uint8]"
    labels: "NDArray[np.int64]"
    rows: "NDArray[np.int64]"

    def __len__(self) -> int:
        """Pictures that belong."""
        return len(self.rows)

    @property
    def own_labels(self) -> "NDArray[np.int64]":
        """The labels of the pictures that belong, int64, M."""
        return self.labels[self.rows]


def epoch_order(
    labels: "NDArray[np.int64]", *, balanced: bool, generator: np.random.Generator
) -> "NDArray[np.int64]":
    """The places of N pictures in the order of one epoch, N places.

    Args:
        labels: int64, N.
        balanced: every class makes up the same share of the epoch: the rarer are drawn again, none a
            second time before all of its class had their turn.
        generator: of the draw.
    """
    if not balanced:
        return generator.permutation(len(labels))
    classes = np.unique(labels)
    share = -(-len(labels) // len(classes))
    drawn = []
    for label in classes:
        places = np.flatnonzero(labels == label)
        turns = -(-share // len(places))
        drawn.append(np.concatenate([generator.permutation(places) for _ in range(turns)])[:share])
    return generator.permutation(np.concatenate(drawn))[: len(labels)]


def spans(count: int, size: int) -> list[slice]:
    """`count` pictures in batches of `size`, the last perhaps smaller.

    A last picture alone joins the batch before: batch norm cannot learn from one.
    """
    starts = list(range(0, count, size))
    if len(starts) > 1 and count - starts[-1] == 1:
        starts.pop()
    return [slice(start, end) for start, end in zip(starts, [*starts[1:], count], strict=True)]


def even_spans(count: int, size: int) -> list[slice]:
    """`count` pictures in as few parts of at most `size` as there can be, all but equally large.

    No part is a picture alone, for whose sake some may have one more than `size`.
    """
    parts = max(1, min(-(-count // size), count // 2))
    cuts = [count * part // parts for part in range(parts + 1)]
    return [slice(start, end) for start, end in itertools.pairwise(cuts)]


def batches(
    data: Labelled,
    order: "NDArray[np.int64]",
    size: int,
    share: "Callable[[NDArray[np.int64]], NDArray[np.int64]]" = lambda places: places,
    done: int = 0,
) -> Iterator[tuple[Tensor, Tensor]]:
    """Batches of the `spans` of `order` (places in `data.rows`), of each what `share` takes.

    The first `done` are left out.

    Yields:
        uint8 N x H x W x C and int64 N, on the CPU.
    """
    for span in spans(len(order), size)[done:]:
        rows = data.rows[share(order[span])]
        yield torch.from_numpy(data.pixels[rows]), torch.from_numpy(data.labels[rows])


def to_levels(pixels: Tensor, side: tuple[int, int], device: torch.device) -> Tensor:
    """Grey levels 0..255, float32 N x C x h x w at `side` (rows, columns), antialiased, on `device`."""
    levels = pixels.to(device).permute(0, 3, 1, 2).float()
    if tuple(levels.shape[-2:]) == side:
        return levels
    return functional.interpolate(levels, size=side, mode="bilinear", antialias=True)
