"""Where things lie in a picture: turned, shifted, stretched, mirrored. Black comes in from outside."""

import math

import torch
from torch import Tensor
from torch.nn import functional

from screener.training.augment.draws import Draws


def film(pictures: Tensor, draws: Draws) -> Tensor:
    """Turned by up to 15 degrees, zoomed by 0.75 to 1.25, shifted by up to 10 %, stretched, mirrored."""
    angle = draws.spread(math.radians(15))
    zoom = 1 + draws.spread(0.25)
    return _warped(pictures, draws, angle, zoom)


def patch(pictures: Tensor, draws: Draws) -> Tensor:
    """Turned by a right angle, mirrored, zoomed by 0.9 to 1.1: tissue has no up and down.

    The shift is small: the label of a patch speaks of its centre.
    """
    quarter = torch.floor(draws.uniform(0, 4)) * (math.pi / 2)
    zoom = 1 + draws.spread(0.1)
    return _warped(pictures, draws, quarter, zoom, shift=0.04, stretch=0.0)


def r0_cnn(pictures: Tensor, draws: Draws) -> Tensor:
    """Turned by up to 30 degrees, zoomed by 0.8 to 1.2, shifted by up to 10 %, mirrored: R0, for its CNN."""
    angle = draws.spread(math.radians(30))
    zoom = 1 + draws.spread(0.2)
    return _warped(pictures, draws, angle, zoom, stretch=0.0)


def r0_resnet(pictures: Tensor, draws: Draws) -> Tensor:
    """Turned by up to 30 degrees and mirrored: R0, for ResNet."""
    angle = draws.spread(math.radians(30))
    return _warped(pictures, draws, angle, torch.ones_like(angle), shift=0.0, stretch=0.0)


def r3(pictures: Tensor, draws: Draws) -> Tensor:
    """Turned by up to 40 degrees, mirrored from left to right and from top to bottom: R3, to fine-tune."""
    # Upside down is mirrored and turned by half a turn.
    upside_down = torch.where(draws.uniform(0, 1) < 0.5, math.pi, 0.0)
    angle = upside_down + draws.spread(math.radians(40))
    return _warped(pictures, draws, angle, torch.ones_like(angle), shift=0.0, stretch=0.0)


def _warped(
    pictures: Tensor,
    draws: Draws,
    angle: Tensor,
    zoom: Tensor,
    shift: float = 0.2,
    stretch: float = 0.12,
) -> Tensor:
    """The pictures under one affine map each, half of them mirrored.

    `shift` is in half-sides, the grid's own unit.
    """
    mirror = torch.where(draws.uniform(0, 1) < 0.5, -1.0, 1.0)
    wide = torch.exp(draws.spread(stretch)) / zoom
    high = torch.exp(draws.spread(stretch)) / zoom
    rows = (
        torch.cat((torch.cos(angle) * wide * mirror, -torch.sin(angle) * high, draws.spread(shift)), dim=3),
        torch.cat((torch.sin(angle) * wide * mirror, torch.cos(angle) * high, draws.spread(shift)), dim=3),
    )
    maps = torch.cat(rows, dim=2).squeeze(1)
    grid = functional.affine_grid(maps, list(pictures.shape), align_corners=False)
    return functional.grid_sample(pictures, grid, mode="bilinear", padding_mode="zeros", align_corners=False)
