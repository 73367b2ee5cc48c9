"""Several processes that train one network: who does what, and how they keep together.

PyTorch's `torchrun` starts them, on one machine or many, and says in the environment who each one is.
Each takes its part of every batch; gradients are averaged once a step, however each did its part.
"""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar, cast

import torch
from torch import distributed, nn

from screener.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_PATIENCE = timedelta(hours=6)
"""How long the others wait while the first decodes the films, validates or exports."""

_LEAST = 2
"""Pictures that each process must have of a batch: batch norm cannot learn from one."""

Told = TypeVar("Told")


@dataclass(frozen=True, slots=True)
class Ranks:
    """Which of how many processes this is.

    Attributes:
        rank: from 0; the first leads: it alone reports, validates, writes and exports.
        count: of all processes.
        local: from 0, on this machine.
    """

    rank: int = 0
    count: int = 1
    local: int = 0

    @property
    def leads(self) -> bool:
        """Whether this is the first."""
        return self.rank == 0

    def share(self, places: "NDArray[np.int64]") -> "NDArray[np.int64]":
        """This process's part of a batch; of one too small to be parted, all of it."""
        if len(places) < _LEAST * self.count:
            return places
        return places[self.rank :: self.count]

    def seed(self, seed: int) -> int:
        """A seed of this process's own, for its augmentation and dropout; the first's is `seed`."""
        return seed + self.rank * 1_000_000_007

    def begin_alike(self, network: nn.Module) -> None:
        """Give `network` the first process's weights."""
        if self.count > 1:
            for tensor in network.state_dict().values():
                distributed.broadcast(tensor, src=0)

    def mean(self, network: nn.Module, facts: tuple[float, ...], weight: float) -> tuple[float, ...]:
        """Make the gradients in `network` those of all processes' pictures together; the mean of `facts`.

        Args:
            network: has the gradients of the mean loss of this process's pictures.
            facts: means over this process's pictures: that loss and others.
            weight: what that mean was divided by: how many pictures, or the sum of their classes' weights.
        """
        if self.count == 1:
            return facts
        gradients = [weight.grad for weight in network.parameters() if weight.grad is not None]
        last = gradients[0].new_tensor((*facts, 1.0))
        together = torch.cat([*(gradient.reshape(-1) for gradient in gradients), last]) * weight
        distributed.all_reduce(together)
        together /= together[-1].clone()
        pieces = torch.split(together[: -len(last)], [gradient.numel() for gradient in gradients])
        for gradient, piece in zip(gradients, pieces, strict=True):
            gradient.copy_(piece.view_as(gradient))
        return tuple(together[-len(last) : -1].tolist())

    def told(self, say: Callable[[], Told]) -> Told:
        """What `say` gives in the first process, in all of them: anything that JSON holds."""
        if self.count == 1:
            return say()
        text = json.dumps(say()).encode() if self.leads else b""
        size = torch.tensor([len(text)])
        distributed.broadcast(size, src=0)
        letters = torch.tensor(list(text.ljust(int(size))), dtype=torch.uint8)
        distributed.broadcast(letters, src=0)
        return cast("Told", json.loads(bytes(letters.tolist())))

    def in_turn(self, do: Callable[[], Told]) -> Told:
        """What `do` gives; the first process of each machine does it before the others begin."""
        if self.count == 1:
            return do()
        if self.local:
            self.wait()
            return do()
        done = do()
        self.wait()
        return done

    def wait(self) -> None:
        """Wait until every process is here."""
        if self.count > 1:
            distributed.barrier()


ALONE = Ranks()


def this_rank() -> Ranks:
    """Who `torchrun` says that this process is; alone where it was started otherwise."""
    names = ("RANK", "WORLD_SIZE", "LOCAL_RANK")
    if any(name not in os.environ for name in names):
        return ALONE
    return Ranks(*(int(os.environ[name]) for name in names))


@contextmanager
def joined() -> Iterator[Ranks]:
    """This process among the others, for as long as the context lasts.

    Each has a GPU of its machine to itself, where there are any.

    Raises:
        UsageError: there are fewer GPUs here than processes.
    """
    ranks = this_rank()
    if ranks.count == 1:
        yield ranks
        return
    gpus = torch.cuda.device_count()
    if gpus:
        if ranks.local >= gpus:
            raise UsageError(f"this machine has {gpus} GPUs; start no more: torchrun --nproc-per-node {gpus}")
        torch.cuda.set_device(ranks.local)
    distributed.init_process_group("cpu:gloo,cuda:nccl" if gpus else "gloo", timeout=_PATIENCE)
    try:
        yield ranks
    finally:
        distributed.destroy_process_group()


def check_together(ranks: Ranks, epoch: int, batch: int) -> None:
    """Make sure that all processes go on from one epoch, and that a batch is enough for all.

    Raises:
        UsageError: they do not, or it is not.
    """
    if batch < _LEAST * ranks.count:
        least = _LEAST * ranks.count
        raise UsageError(f"batch is {batch}; {ranks.count} processes need a batch of at least {least}")
    if ranks.told(lambda: epoch) != epoch:
        raise UsageError("the processes see different checkpoints; --out must be in a folder that all share")
