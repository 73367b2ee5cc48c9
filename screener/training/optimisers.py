"""Optimisers by name: one decorated function each, from parameter groups and a recipe."""

from collections.abc import Callable
from typing import Any

from torch import nn
from torch.optim import SGD, Adam, AdamW, Optimizer, RMSprop

from screener.errors import UnknownName
from screener.training.recipe import TrainRecipe

Groups = list[dict[str, Any]]
Maker = Callable[[Groups, TrainRecipe], Optimizer]

_REGISTERED: dict[str, Maker] = {}


def optimiser(maker: Maker) -> Maker:
    """Register `maker` under its function's name."""
    _REGISTERED[maker.__name__] = maker
    return maker


def names() -> tuple[str, ...]:
    """Every registered name, sorted."""
    return tuple(sorted(_REGISTERED))


def make_optimiser(network: nn.Module, recipe: TrainRecipe) -> Optimizer:
    """The recipe's optimiser over `network`; weight decay spares vectors (biases, norms).

    Raises:
        UnknownName: no such optimiser.
    """
    if recipe.optimiser not in _REGISTERED:
        raise UnknownName("optimiser", recipe.optimiser, _REGISTERED)
    trained = [parameter for parameter in network.parameters() if parameter.requires_grad]
    groups: Groups = [
        {"params": [p for p in trained if p.ndim > 1], "weight_decay": recipe.weight_decay},
        {"params": [p for p in trained if p.ndim <= 1], "weight_decay": 0.0},
    ]
    return _REGISTERED[recipe.optimiser](groups, recipe)


@optimiser
def sgd(groups: Groups, recipe: TrainRecipe) -> Optimizer:
    """Stochastic gradient descent with Nesterov's momentum, plain where momentum is 0."""
    return SGD(groups, lr=recipe.lr, momentum=recipe.momentum, nesterov=recipe.momentum > 0)


@optimiser
def adam(groups: Groups, recipe: TrainRecipe) -> Optimizer:
    """Adam (Kingma and Ba, ICLR 2015)."""
    return Adam(groups, lr=recipe.lr)


@optimiser
def adamw(groups: Groups, recipe: TrainRecipe) -> Optimizer:
    """Adam with decoupled weight decay (Loshchilov and Hutter, ICLR 2019)."""
    return AdamW(groups, lr=recipe.lr)


@optimiser
def rmsprop(groups: Groups, recipe: TrainRecipe) -> Optimizer:
    """RMSprop (Hinton, 2012)."""
    return RMSprop(groups, lr=recipe.lr, momentum=recipe.momentum)
