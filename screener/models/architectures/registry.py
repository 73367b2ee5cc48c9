"""The list of networks, and how one is made."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import torch

from screener.errors import UnknownName, UsageError
from screener.models.network import Network
from screener.records import InputSpec

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


@dataclass(frozen=True, slots=True)
class Blueprint:
    """What a network is built for.

    Attributes:
        outputs: classes, K.
        channels: of the network's input, 1 or 3.
        size: (height, width) of the input; only networks with a dense head depend on it.
        dropout: share of features dropped before the last layer; None for the architecture's own.
    """

    outputs: int
    channels: int = 3
    size: tuple[int, int] = (224, 224)
    dropout: float | None = None

    def drop(self, own: float) -> float:
        """The dropout to use, `own` being the architecture's."""
        return own if self.dropout is None else self.dropout


Builder = Callable[[Blueprint], Network]


@dataclass(frozen=True, slots=True)
class Architecture:
    """A registered network.

    Attributes:
        name: as users type it.
        build: makes it, with random weights.
        size: its own input side, pixels.
        mean: by channel, on 0..1; one value makes a one-channel network.
        std: likewise.
        summary: the first line of its docstring.
        published: what torchvision calls the network whose published weights fit the backbone; "" where there
            is none.
        grown: whether it is a tree, grown on the data at once instead of trained step by step.
        dense: whether its head is cut to one input size, so that no other can be learned from first.
    """

    name: str
    build: Builder
    size: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    summary: str
    published: str = ""
    grown: bool = False
    dense: bool = False


_REGISTERED: dict[str, Architecture] = {}


def architecture(
    size: int = 224,
    mean: tuple[float, ...] = IMAGENET_MEAN,
    std: tuple[float, ...] = IMAGENET_STD,
    published: str = "",
    *,
    grown: bool = False,
    dense: bool = False,
) -> Callable[[Builder], Builder]:
    """A decorator that registers a builder under its function's name."""

    def register(builder: Builder) -> Builder:
        summary = (builder.__doc__ or "").strip().splitlines()[0]
        name = builder.__name__
        _REGISTERED[name] = Architecture(name, builder, size, mean, std, summary, published, grown, dense)
        return builder

    return register


def names() -> tuple[str, ...]:
    """Every registered name, sorted."""
    return tuple(sorted(_REGISTERED))


def architecture_named(name: str) -> Architecture:
    """The architecture called `name`, "-" read as "_".

    Raises:
        UnknownName: there is none; the message gives the near matches.
    """
    name = name.replace("-", "_")
    if name not in _REGISTERED:
        raise UnknownName("model", name, _REGISTERED)
    return _REGISTERED[name]


def build(name: str, spec: InputSpec, outputs: int, dropout: float | None = None) -> Network:
    """The network called `name` for inputs of `spec` and `outputs` classes, with random weights.

    Raises:
        UnknownName: no such architecture.
        UsageError: the input is too small for it.
    """
    found = architecture_named(name)
    blueprint = Blueprint(outputs, len(spec.mean), (spec.height, spec.width), dropout)
    with warnings.catch_warnings():
        # Of a dense layer behind pools that leave nothing, which is refused below.
        warnings.filterwarnings("ignore", "Initializing zero-element tensors", UserWarning)
        network = found.build(blueprint)
    # A forward pass on one blank picture finds an input that the pools would shrink to nothing.
    blank = torch.zeros(1, blueprint.channels, spec.height, spec.width)
    try:
        with torch.no_grad():
            network.eval()(blank)
    except RuntimeError as error:
        small = min(spec.width, spec.height) < found.size
        why = f"too few; its own size is {found.size} x {found.size}" if small else error
        raise UsageError(f"{name} cannot take {spec.width} x {spec.height} pixels: {why}") from error
    return network.train()
