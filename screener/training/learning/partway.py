"""An epoch that is not over: how far it has come, and Ctrl-C held back until a step is done."""

import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from types import FrameType

import torch
from torch import Tensor

_PATIENCE = 30.0
"""Seconds after Ctrl-C from which another one ends a step at once: it may hang."""


@dataclass(frozen=True, slots=True)
class Partway:
    """How far an epoch has come.

    Attributes:
        steps: that are done.
        loss: the sum of theirs.
        accuracy: likewise.
        seconds: that they took.
    """

    steps: int = 0
    loss: float = 0.0
    accuracy: float = 0.0
    seconds: float = 0.0


def draws_of(generator: torch.Generator, device: torch.device) -> dict[str, Tensor]:
    """The states of PyTorch's own generators and of `generator`, uint8 each."""
    draws = {"own": torch.get_rng_state(), "augmentation": generator.get_state()}
    if device.type == "cuda":
        draws["device"] = torch.cuda.get_rng_state(device)
    return draws


def draw_on(draws: Mapping[str, Tensor], generator: torch.Generator, device: torch.device) -> None:
    """Bring the generators to where `draws_of` saw them; nothing where `draws` is empty."""
    if not draws:
        return
    torch.set_rng_state(draws["own"])
    generator.set_state(draws["augmentation"])
    if device.type == "cuda" and "device" in draws:
        torch.cuda.set_rng_state(draws["device"], device)


@contextmanager
def held_back() -> Iterator[Callable[[], bool]]:
    """Ctrl-C breaks nothing off meanwhile; given is whether it came.

    Where Ctrl-C is not this thread's to handle, or is ignored, it stays so.
    """
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield lambda: False
        return
    came: list[float] = []

    def note(number: int, frame: FrameType | None) -> None:
        if came and monotonic() - came[0] > _PATIENCE:
            before(number, frame)
        came.append(monotonic())

    signal.signal(signal.SIGINT, note)
    try:
        yield lambda: bool(came)
    finally:
        signal.signal(signal.SIGINT, before)
