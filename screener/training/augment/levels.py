"""How bright things are in a picture: gamma, contrast, tone curves, histogram equalisation, stain."""

import torch
from torch import Tensor

from screener.training.augment.draws import Draws

_LEVELS = 256
_KNOTS = 8


def gamma(pictures: Tensor, draws: Draws) -> Tensor:
    """Raised to a power from 0.5 to 2, most of the time."""
    power = torch.exp(draws.spread(0.7))
    changed = pictures.clamp_min(1e-6) ** power
    return torch.where(draws.chosen(0.8), changed, pictures)


def contrast(pictures: Tensor, draws: Draws) -> Tensor:
    """Stretched or pressed about its own mean by 0.6 to 1.65, then moved up or down by up to 0.15."""
    factor = torch.exp(draws.spread(0.5))
    mean = pictures.mean(dim=(1, 2, 3), keepdim=True)
    changed = (pictures - mean) * factor + mean + draws.spread(0.15)
    return torch.where(draws.chosen(0.8), changed, pictures)


def brightness(pictures: Tensor, draws: Draws) -> Tensor:
    """Times 0.8 to 1.2; then, in a coloured picture, the distance from its grey likewise (saturation)."""
    lit = pictures * (1 + draws.spread(0.2))
    if pictures.shape[1] == 1:
        return lit
    grey = lit.mean(dim=1, keepdim=True)
    return grey + (lit - grey) * (1 + draws.spread(0.2))


def curve(pictures: Tensor, draws: Draws) -> Tensor:
    """Through a random rising tone curve of eight straight pieces, two times in five."""
    steps = torch.exp(0.8 * draws.strength * draws.normal(_KNOTS))
    heights = torch.cumsum(steps, dim=1) / steps.sum(dim=1, keepdim=True)
    heights = torch.cat((torch.zeros_like(heights[:, :1]), heights), dim=1)
    position = pictures.clamp(0, 1) * _KNOTS
    below = position.floor().clamp(0, _KNOTS - 1).long()
    share = position - below
    flat = below.flatten(1)
    low = heights.gather(1, flat).view_as(pictures)
    high = heights.gather(1, flat + 1).view_as(pictures)
    return torch.where(draws.chosen(0.4), low + share * (high - low), pictures)


def equalise(pictures: Tensor, draws: Draws) -> Tensor:
    """Partly histogram-equalised, one time in four, as some scanners and viewers do."""
    count = len(pictures)
    bins = (pictures.clamp(0, 1) * (_LEVELS - 1)).round().long().flatten(1)
    offset = _LEVELS * torch.arange(count, device=pictures.device)[:, None]
    histogram = torch.bincount((bins + offset).flatten(), minlength=count * _LEVELS).view(count, _LEVELS)
    heights = torch.cumsum(histogram, dim=1) / bins.shape[1]
    equal = heights.gather(1, bins).view_as(pictures).to(pictures.dtype)
    share = draws.uniform(0.2, 1.0)
    return torch.where(draws.chosen(0.25), pictures + share * (equal - pictures), pictures)


def stain(pictures: Tensor, draws: Draws) -> Tensor:
    """Each colour's optical density scaled and shifted: another laboratory's dye."""
    density = -torch.log(pictures.clamp(1 / 255, 1))
    channels = pictures.shape[1]
    scale = torch.exp(0.2 * draws.strength * draws.normal(channels, 1, 1))
    shift = 0.05 * draws.strength * draws.normal(channels, 1, 1)
    return torch.where(draws.chosen(0.9), torch.exp(-(density * scale + shift)), pictures)
