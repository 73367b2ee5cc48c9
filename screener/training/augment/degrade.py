"""What copying, compressing and photographing do to a picture."""

import math

import torch
from torch import Tensor
from torch.nn import functional

from screener.training.augment.draws import Draws

_REFERENCE_SIDE = 224
"""The strengths below are meant for pictures of this side, and shrink with it."""

_BLOCK = 8


def sharpness(pictures: Tensor, draws: Draws) -> Tensor:
    """Blurred (sigma up to 2 px) or sharpened by an unsharp mask, half the time."""
    scale = pictures.shape[-1] / _REFERENCE_SIDE
    sigma = draws.uniform(0.3, 2.0) * scale + 0.1
    blurred = blur(pictures, sigma)
    amount = draws.uniform(-1.0, 1.5).clamp(max=1.0)
    return torch.where(draws.chosen(0.5), pictures + amount * (blurred - pictures), pictures)


def blur(pictures: Tensor, sigma: Tensor) -> Tensor:
    """Each picture under its own Gaussian of `sigma` pixels (N x 1 x 1 x 1), cut off at 5."""
    count, channels, height, width = pictures.shape
    reach = torch.arange(-5, 6, device=pictures.device, dtype=pictures.dtype)
    kernel = torch.exp(-(reach**2) / (2 * sigma.view(-1, 1) ** 2))
    kernel = (kernel / kernel.sum(dim=1, keepdim=True)).repeat_interleave(channels, dim=0)
    flat = pictures.reshape(1, count * channels, height, width)
    padded = functional.pad(flat, (5, 5, 5, 5), mode="replicate")
    rows = functional.conv2d(padded, kernel[:, None, None, :], groups=count * channels)
    both = functional.conv2d(rows, kernel[:, None, :, None], groups=count * channels)
    return both.view_as(pictures)


def rescale(pictures: Tensor, draws: Draws) -> Tensor:
    """Shrunk by up to three times and enlarged again, three times in ten."""
    chosen = draws.chosen(0.3).flatten()
    # One factor serves a quarter of the chosen films: a resize takes a batch of one size.
    lot = draws.uniform(0, 4).flatten().floor()
    factors = 1 - draws.strength * draws.uniform(0.1, 0.66).flatten()
    result = pictures.clone()
    for number in range(4):
        members = torch.nonzero(chosen & (lot == number)).flatten()
        if not len(members):
            continue
        factor = max(0.1, float(factors[members[0]]))
        size = [max(4, round(side * factor)) for side in pictures.shape[-2:]]
        small = functional.interpolate(pictures[members], size=size, mode="bilinear", antialias=True)
        result[members] = functional.interpolate(small, size=pictures.shape[-2:], mode="bilinear")
    return result


def noise(pictures: Tensor, draws: Draws) -> Tensor:
    """Gaussian noise of up to 0.06, four times in ten."""
    amount = draws.strength * draws.uniform(0.0, 0.06)
    changed = pictures + amount * draws.normal(*pictures.shape[1:])
    return torch.where(draws.chosen(0.4), changed, pictures)


def vignette(pictures: Tensor, draws: Draws) -> Tensor:
    """Darker or brighter away from a point near the centre, three times in ten."""
    rows = torch.linspace(-1, 1, pictures.shape[-2], device=pictures.device).view(1, 1, -1, 1)
    columns = torch.linspace(-1, 1, pictures.shape[-1], device=pictures.device).view(1, 1, 1, -1)
    distance = (rows - draws.uniform(-0.5, 0.5)) ** 2 + (columns - draws.uniform(-0.5, 0.5)) ** 2
    changed = pictures * (1 + draws.spread(0.35) * distance)
    return torch.where(draws.chosen(0.3), changed, pictures)


def blocks(pictures: Tensor, draws: Draws) -> Tensor:
    """Rounded in 8 x 8 cosine blocks as a JPEG is, coarsely at times, three times in ten."""
    count, channels, height, width = pictures.shape
    down, right = -height % _BLOCK, -width % _BLOCK
    padded = functional.pad(pictures, (0, right, 0, down), mode="replicate")
    tall, wide = padded.shape[-2] // _BLOCK, padded.shape[-1] // _BLOCK
    tiles = padded.reshape(count, channels, tall, _BLOCK, wide, _BLOCK).transpose(3, 4)
    cosine = _cosine_matrix(pictures.device)
    # The step grows with the frequency, as in the tables of ITU-T T.81, annex K.
    frequency = torch.arange(_BLOCK, device=pictures.device, dtype=torch.float32)
    growth = 1 + 0.5 * (frequency[:, None] + frequency[None, :])
    coarse = draws.strength * draws.uniform(0.005, 0.12).view(-1, 1, 1, 1, 1, 1)
    step = coarse * growth
    rounded = torch.round((cosine @ tiles @ cosine.T) / step) * step
    restored = (cosine.T @ rounded @ cosine).transpose(3, 4).reshape(padded.shape)
    return torch.where(draws.chosen(0.3), restored[..., :height, :width], pictures)


def erase(pictures: Tensor, draws: Draws) -> Tensor:
    """A rectangle of a tenth to two fifths of each side filled with one grey level, one time in four."""
    rows = torch.linspace(0, 1, pictures.shape[-2], device=pictures.device).view(1, 1, -1, 1)
    columns = torch.linspace(0, 1, pictures.shape[-1], device=pictures.device).view(1, 1, 1, -1)
    top, left = draws.uniform(-0.1, 0.9), draws.uniform(-0.1, 0.9)
    inside = (rows >= top) & (rows < top + draws.uniform(0.1, 0.4))
    inside = inside & (columns >= left) & (columns < left + draws.uniform(0.1, 0.4))
    return torch.where(inside & draws.chosen(0.25), draws.uniform(0, 1), pictures)


def _cosine_matrix(device: torch.device) -> Tensor:
    """The orthonormal 8 x 8 DCT-II matrix, frequencies by row."""
    places = torch.arange(_BLOCK, device=device, dtype=torch.float32)
    matrix = torch.cos(math.pi / _BLOCK * (places[None, :] + 0.5) * places[:, None]) * math.sqrt(2 / _BLOCK)
    matrix[0] /= math.sqrt(2)
    return matrix
