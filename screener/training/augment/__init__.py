"""Whole batches of pictures, each changed in its own way, so that a network learns what does not matter."""

from collections.abc import Callable

import torch
from torch import Tensor

from screener.training.augment import degrade, geometry, levels
from screener.training.augment.draws import Draws

Change = Callable[[Tensor, Draws], Tensor]
"""From grey levels 0..1, float32 N x C x H x W, to the like."""


def augment(pictures: Tensor, policy: str, strength: float, generator: torch.Generator) -> Tensor:
    """`pictures` under the named policy's changes, each picture with its own draws.

    Args:
        pictures: grey levels 0..255, float32, N x C x H x W.
        policy: a key of `POLICIES`.
        strength: 1 as designed; scales how often and how much.
        generator: of the draws, on the CPU; the same one gives the same pictures on any device.

    Returns:
        As `pictures`.
    """
    draws = Draws(generator, len(pictures), pictures.device, strength)
    result = pictures / 255
    for change in POLICIES[policy] if strength > 0 else ():
        result = change(result, draws).clamp(0, 1)
    return result * 255


_FILM_GEOMETRY: tuple[Change, ...] = (geometry.film,)
# Grey levels are drawn hardest: hospitals differ in window, tube and scanner more than in anatomy.
_FILM_LEVELS: tuple[Change, ...] = (levels.equalise, levels.curve, levels.gamma, levels.contrast)
_FILM_QUALITY: tuple[Change, ...] = (
    degrade.vignette,
    degrade.sharpness,
    degrade.rescale,
    degrade.noise,
    degrade.blocks,
    degrade.erase,
)

POLICIES: dict[str, tuple[Change, ...]] = {
    "none": (),
    "film": (*_FILM_GEOMETRY, *_FILM_LEVELS, *_FILM_QUALITY),
    # A part of it alone, to see what each gives.
    "film-geometry": _FILM_GEOMETRY,
    "film-levels": _FILM_LEVELS,
    "film-quality": _FILM_QUALITY,
    "patch": (
        geometry.patch,
        levels.stain,
        levels.gamma,
        levels.contrast,
        degrade.sharpness,
        degrade.noise,
        degrade.blocks,
    ),
    # As the reference experiments did; how far R0 went for its ResNets is not said.
    "r0-cnn": (geometry.r0_cnn,),
    "r0-resnet": (geometry.r0_resnet, levels.brightness),
    "r3": (geometry.r3,),
}
