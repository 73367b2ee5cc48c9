"""Learning rates by name: one decorated function each, from how far the training has come to a share."""

import math
from collections.abc import Callable

from screener.errors import UnknownName
from screener.training.recipe import TrainRecipe

Schedule = Callable[[float, float], float]
"""From (progress 0..1, warm-up share) to the share of the highest learning rate."""

_REGISTERED: dict[str, Schedule] = {}

ONE_CYCLE_START = 1 / 25
ONE_CYCLE_END = 1e-3


def schedule(function: Schedule) -> Schedule:
    """Register `function` under its name, "_" read as "-"."""
    _REGISTERED[function.__name__.replace("_", "-")] = function
    return function


def names() -> tuple[str, ...]:
    """Every registered name, sorted."""
    return tuple(sorted(_REGISTERED))


def learning_rate(recipe: TrainRecipe, step: int, steps: int) -> float:
    """The rate of `step` (from 0) of `steps`.

    Raises:
        UnknownName: no such schedule.
    """
    if recipe.schedule not in _REGISTERED:
        raise UnknownName("schedule", recipe.schedule, _REGISTERED)
    progress = step / max(1, steps - 1)
    return recipe.lr * _REGISTERED[recipe.schedule](progress, recipe.warmup)


@schedule
def constant(progress: float, warmup: float) -> float:
    """The same rate throughout."""
    return 1.0


@schedule
def cosine(progress: float, warmup: float) -> float:
    """A straight rise from 0, then half a cosine down to 0 (Loshchilov and Hutter, ICLR 2017)."""
    if progress < warmup:
        return progress / warmup
    return _cosine((progress - warmup) / (1 - warmup), 1.0, 0.0)


@schedule
def one_cycle(progress: float, warmup: float) -> float:
    """Half a cosine up from a 25th, half a cosine down to a 1,000th (Smith and Topin, 2018)."""
    if progress < warmup:
        return _cosine(progress / warmup, ONE_CYCLE_START, 1.0)
    return _cosine((progress - warmup) / (1 - warmup), 1.0, ONE_CYCLE_END)


def _cosine(share: float, start: float, end: float) -> float:
    return end + (start - end) * (1 + math.cos(math.pi * share)) / 2
