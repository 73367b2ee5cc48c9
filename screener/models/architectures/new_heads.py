"""Two networks of the reference experiments with a head of their own: R2's AlexNet and VGG-19."""

from torch import nn
from torchvision import models as zoo

from screener.models.architectures.published import first_convolution
from screener.models.architectures.registry import Blueprint, architecture
from screener.models.network import Network


@architecture(size=227, dense=True)
def alexnet_lrn(blueprint: Blueprint) -> Network:
    """AlexNet as laid out in 2012 (Krizhevsky et al.), one tower, with local response norms and R2's head."""
    backbone = nn.Sequential(
        *(nn.Conv2d(blueprint.channels, 96, 11, stride=4), nn.ReLU(), nn.MaxPool2d(3, 2), _response_norm()),
        *(nn.Conv2d(96, 256, 5, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2), _response_norm()),
        *(nn.Conv2d(256, 384, 3, padding=1), nn.ReLU()),
        *(nn.Conv2d(384, 384, 3, padding=1), nn.ReLU()),
        *(nn.Conv2d(384, 256, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2)),
    )
    height, width = (_after_alexnet(side) for side in blueprint.size)
    dense: list[nn.Module] = [nn.Flatten()]
    before = 256 * height * width
    for _ in range(2):
        dense += [nn.Linear(before, 4096), nn.ReLU(), nn.Dropout(blueprint.drop(0.5))]
        before = 4096
    return _with_new_head(backbone, dense, before, 64, blueprint)


@architecture(published="vgg19", dense=True)
def vgg19_r2(blueprint: Blueprint) -> Network:
    """VGG-19's convolutions (Simonyan and Zisserman, ICLR 2015) with R2's head."""
    features = zoo.vgg19().features
    first_convolution(features, "0", blueprint.channels)
    height, width = (side // 32 for side in blueprint.size)
    return _with_new_head(features, [nn.Flatten()], 512 * height * width, 32, blueprint)


def _with_new_head(
    backbone: nn.Module, dense: list[nn.Module], width: int, last: int, blueprint: Blueprint
) -> Network:
    """`dense`, `width` wide at its end, then the two layers of R2, 128 and `last`, between three norms."""
    neck = nn.Sequential(
        *dense,
        nn.BatchNorm1d(width),
        *(nn.Linear(width, 128), nn.ReLU(), nn.Dropout(blueprint.drop(0.25))),
        nn.BatchNorm1d(128),
        *(nn.Linear(128, last), nn.Sigmoid(), nn.Dropout(blueprint.drop(0.2))),
        nn.BatchNorm1d(last),
    )
    return Network(backbone, neck, nn.Linear(last, blueprint.outputs), pooled=False)


def _response_norm() -> nn.LocalResponseNorm:
    """With the constants of the paper, section 3.3; PyTorch divides alpha by the size, the paper does not."""
    return nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2.0)


def _after_alexnet(side: int) -> int:
    """Rows or columns of the last pool's output."""
    side = (side - 11) // 4 + 1
    for _ in range(3):
        side = (side - 3) // 2 + 1
    return side
