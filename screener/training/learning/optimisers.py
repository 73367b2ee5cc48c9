"""Optimisers by name: one decorated function each, from parameter groups and a recipe."""

from collections.abc import Callable
from typing import Any

from torch import nn
from torch.optim import SGD, Adadelta, Adagrad, Adam, AdamW, Optimizer, RMSprop

from screener.training.recipes.recipe import TrainRecipe

Groups = list[dict[str, Any]]
Maker = Callable[[Groups, TrainRecipe], Optimizer]

_REGISTERED: dict[str, Maker] = {}
_BACKBONE = "backbone."


def optimiser(maker: Maker) -> Maker:
    """Register `maker` under its function's name."""
    _REGISTERED[maker.__name__] = maker
    return maker


def names() -> tuple[str, ...]:
    """Every registered name, sorted."""
    return tuple(sorted(_REGISTERED))


def make_optimiser(network: nn.Module, recipe: TrainRecipe) -> Optimizer:
    """The recipe's optimiser over what learns in `network`; weight decay spares vectors (biases, norms).

    Every group's `scale` is what its rate is of the schedule's: 1, or `backbone_lr` / `lr` in the backbone.
    """
    groups: Groups = [
        {"params": parameters, "weight_decay": decay, "scale": scale}
        for named, scale in _parts(network, recipe)
        for parameters, decay in (
            ([p for _, p in named if p.ndim > 1], recipe.weight_decay),
            ([p for _, p in named if p.ndim <= 1], 0.0),
        )
        if parameters
    ]
    return _REGISTERED[recipe.optimiser](groups, recipe)


def set_rate(optimiser: Optimizer, rate: float) -> None:
    """Let the next step of `optimiser` go at `rate`, the backbone at its share of it."""
    for group in optimiser.param_groups:
        group["lr"] = rate * group["scale"]


def _parts(network: nn.Module, recipe: TrainRecipe) -> list[tuple[list[tuple[str, nn.Parameter]], float]]:
    """What learns, by name, in parts of one rate each, and what that rate is of the recipe's."""
    learning = [(name, p) for name, p in network.named_parameters() if p.requires_grad]
    if recipe.backbone_lr is None:
        return [(learning, 1.0)]
    backbone = [(name, p) for name, p in learning if name.startswith(_BACKBONE)]
    rest = [(name, p) for name, p in learning if not name.startswith(_BACKBONE)]
    return [(backbone, recipe.backbone_lr / recipe.lr), (rest, 1.0)]


@optimiser
def sgd(groups: Groups, recipe: TrainRecipe) -> Optimizer:
    """Stochastic gradient descent with Nesterov's momentum, plain where momentum is 0."""
    return SGD(groups, lr=recipe.lr, momentum=recipe.momentum, nesterov=recipe.momentum > 0)


@optimiser
def momentum(groups: Groups, recipe: TrainRecipe) -> Optimizer:
    """Stochastic gradient descent with plain momentum (Polyak, 1964), not Nesterov's."""
    return SGD(groups, lr=recipe.lr, momentum=recipe.momentum)


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


@optimiser
def adagrad(groups: Groups, recipe: TrainRecipe) -> Optimizer:
    """Adagrad (Duchi et al., JMLR 2011)."""
    return Adagrad(groups, lr=recipe.lr)


@optimiser
def adadelta(groups: Groups, recipe: TrainRecipe) -> Optimizer:
    """Adadelta (Zeiler, 2012); its own scale makes 1 a common rate."""
    return Adadelta(groups, lr=recipe.lr)
