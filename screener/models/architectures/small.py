"""Small networks of the reference experiments, trained from nothing; parameter counts are tested."""

from torch import nn

from screener.models.architectures.registry import Blueprint, architecture
from screener.models.network import Network


@architecture(size=150, mean=(0.0,), std=(1.0,), dense=True)
def cnn5(blueprint: Blueprint) -> Network:
    """Five convolutions with batch norm on grey 150 x 150: R0's network."""
    widths = (32, 64, 64, 128, 256)
    dropouts = (0.0, 0.1, 0.0, 0.2, 0.2)
    layers: list[nn.Module] = []
    before = blueprint.channels
    for width, dropout in zip(widths, dropouts, strict=True):
        layers += [nn.Conv2d(before, width, 3, padding=1), nn.ReLU()]
        if dropout:
            layers.append(nn.Dropout(blueprint.drop(dropout)))
        layers += [nn.BatchNorm2d(width), nn.MaxPool2d(2, ceil_mode=True)]
        before = width
    height, width = (_halved(side, 5, up=True) for side in blueprint.size)
    return _with_dense(layers, before * height * width, (128,), blueprint, 0.2)


@architecture(size=224, dense=True)
def cnn4(blueprint: Blueprint) -> Network:
    """Four padded convolutions and two dense layers on RGB 224 x 224: R1's network."""
    layers: list[nn.Module] = []
    before = blueprint.channels
    for width in (64, 128, 256, 512):
        layers += [nn.Conv2d(before, width, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
        before = width
    height, width = (_halved(side, 4) for side in blueprint.size)
    return _with_dense(layers, before * height * width, (1024, 512), blueprint, 0.5)


@architecture(size=96, mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0), dense=True)
def cnn3(blueprint: Blueprint) -> Network:
    """Three unpadded convolutions on RGB 96 x 96: R3's small network."""
    layers: list[nn.Module] = []
    before = blueprint.channels
    height, width = blueprint.size
    for channels in (32, 64, 128):
        layers += [nn.Conv2d(before, channels, 3), nn.ReLU(), nn.MaxPool2d(2)]
        layers.append(nn.Dropout(blueprint.drop(0.3)))
        before = channels
        height, width = (height - 2) // 2, (width - 2) // 2
    return _with_dense(layers, before * height * width, (256,), blueprint, 0.3)


@architecture(size=96, mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0), dense=True)
def cnn9(blueprint: Blueprint) -> Network:
    """Nine unpadded convolutions in three groups on RGB 96 x 96: R3's larger network."""
    layers: list[nn.Module] = []
    before = blueprint.channels
    height, width = blueprint.size
    for channels in (32, 64, 128):
        for _ in range(3):
            layers += [nn.Conv2d(before, channels, 3), nn.ReLU()]
            before = channels
        layers += [nn.MaxPool2d(2), nn.Dropout(blueprint.drop(0.3))]
        height, width = (height - 6) // 2, (width - 6) // 2
    return _with_dense(layers, before * height * width, (256,), blueprint, 0.3)


def _with_dense(
    layers: list[nn.Module], flat: int, widths: tuple[int, ...], blueprint: Blueprint, dropout: float
) -> Network:
    """`layers`, then dense layers of `widths` with ReLU and dropout, then the last linear layer."""
    neck: list[nn.Module] = [nn.Flatten()]
    for width in widths:
        neck += [nn.Linear(flat, width), nn.ReLU(), nn.Dropout(blueprint.drop(dropout))]
        flat = width
    head = nn.Linear(flat, blueprint.outputs)
    return Network(nn.Sequential(*layers), nn.Sequential(*neck), head, pooled=False)


def _halved(side: int, times: int, *, up: bool = False) -> int:
    for _ in range(times):
        side = (side + up) // 2
    return side
