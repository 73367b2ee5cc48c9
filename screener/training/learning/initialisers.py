"""How weights begin, by name: one decorated function each, over the weight of one layer."""

from collections.abc import Callable

from torch import Tensor, nn
from torch.nn import init

Fill = Callable[[Tensor], Tensor]
"""Fills a weight (outputs x inputs, or outputs x inputs x kernel) in place, and returns it."""

_REGISTERED: dict[str, Fill] = {}


def initialiser(fill: Fill) -> Fill:
    """Register `fill` under its function's name, "_" read as "-"."""
    _REGISTERED[fill.__name__.replace("_", "-")] = fill
    return fill


def names() -> tuple[str, ...]:
    """Every registered name, and `default`, sorted."""
    return tuple(sorted((*_REGISTERED, "default")))


def initialise(network: nn.Module, name: str) -> None:
    """Begin every convolution and linear layer anew, biases at 0; `default` leaves all as it is."""
    if name == "default":
        return
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            _REGISTERED[name](layer.weight)
            if layer.bias is not None:
                init.zeros_(layer.bias)


@initialiser
def glorot_normal(weight: Tensor) -> Tensor:
    """Variance 2 / (inputs + outputs) (Glorot and Bengio, AISTATS 2010)."""
    return init.xavier_normal_(weight)


@initialiser
def glorot_uniform(weight: Tensor) -> Tensor:
    """The same variance, evenly spread."""
    return init.xavier_uniform_(weight)


@initialiser
def lecun_normal(weight: Tensor) -> Tensor:
    """Variance 1 / inputs (LeCun et al., 1998)."""
    return init.kaiming_normal_(weight, nonlinearity="linear")


@initialiser
def lecun_uniform(weight: Tensor) -> Tensor:
    """The same variance, evenly spread."""
    return init.kaiming_uniform_(weight, nonlinearity="linear")


@initialiser
def kaiming_normal(weight: Tensor) -> Tensor:
    """Variance 2 / inputs, for layers before a ReLU (He et al., ICCV 2015)."""
    return init.kaiming_normal_(weight, nonlinearity="relu")


@initialiser
def kaiming_uniform(weight: Tensor) -> Tensor:
    """The same variance, evenly spread."""
    return init.kaiming_uniform_(weight, nonlinearity="relu")
