"""Learning rates by name: one decorated function each, from how far the training has come to a share."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from screener.training.recipes.recipe import TrainRecipe


@dataclass(frozen=True, slots=True)
class Moment:
    """How far a training has come.

    Attributes:
        progress: from 0 at its first step to 1 at its last.
        epochs: behind it, with the share of the one that it is in.
        recipe: see `TrainRecipe`.
    """

    progress: float
    epochs: float
    recipe: TrainRecipe


Schedule = Callable[[Moment], float]
"""From a moment to the share of the highest learning rate."""

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
    """The rate of `step` (from 0) of `steps`."""
    moment = Moment(step / max(1, steps - 1), step * recipe.epochs / steps, recipe)
    return recipe.lr * _REGISTERED[recipe.schedule](moment)


@schedule
def constant(moment: Moment) -> float:
    """The same rate throughout."""
    return 1.0


@schedule
def cosine(moment: Moment) -> float:
    """A straight rise from 0, then half a cosine down to 0 (Loshchilov and Hutter, ICLR 2017)."""
    progress, warmup = moment.progress, moment.recipe.warmup
    if progress < warmup:
        return progress / warmup
    return _cosine((progress - warmup) / (1 - warmup), 1.0, 0.0)


@schedule
def one_cycle(moment: Moment) -> float:
    """Half a cosine up from a 25th, half a cosine down to a 1,000th (Smith and Topin, 2018)."""
    progress, warmup = moment.progress, moment.recipe.warmup
    if progress < warmup:
        return _cosine(progress / warmup, ONE_CYCLE_START, 1.0)
    return _cosine((progress - warmup) / (1 - warmup), 1.0, ONE_CYCLE_END)


@schedule
def step(moment: Moment) -> float:
    """Lowered by `step_factor` after every `step_every` epochs."""
    return float(moment.recipe.step_factor ** (moment.epochs // moment.recipe.step_every))


@schedule
def warm_restarts(moment: Moment) -> float:
    """Half a cosine down to 0, again and again, each `restart_growth` times as long (SGDR, ICLR 2017)."""
    begun, period = moment.epochs, float(moment.recipe.restart_every)
    while begun >= period:
        begun -= period
        period *= moment.recipe.restart_growth
    return _cosine(begun / period, 1.0, 0.0)


def _cosine(share: float, start: float, end: float) -> float:
    return end + (start - end) * (1 + math.cos(math.pi * share)) / 2
