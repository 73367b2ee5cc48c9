"""A training without files: a network of two convolutions and pictures that it can learn."""

from dataclasses import replace

import numpy as np
import torch
from torch import nn

from screener.models.network import Network
from screener.records import InputSpec
from screener.training.labelled.batches import Labelled
from screener.training.learning.device import Compute
from screener.training.learning.state import Course
from screener.training.recipes.recipe import TrainRecipe

SPEC = InputSpec(width=16, height=16, mean=(0.5,), std=(0.25,))
PLAIN = TrainRecipe(
    stages=((16, 3),), batch=8, lr=0.01, augmentation="none", label_smoothing=0.0, dropout=0.0, ema=0.5
)


def small_network(*, norm: bool = True, dropout: float = 0.0) -> Network:
    """Two convolutions with batch norm where `norm`, and a hidden layer; the same weights every time."""
    torch.manual_seed(1)
    backbone = nn.Sequential(
        nn.Conv2d(1, 4, 3, stride=2, padding=1),
        nn.BatchNorm2d(4) if norm else nn.Identity(),
        nn.ReLU(),
        nn.Conv2d(4, 6, 3, stride=2, padding=1),
        nn.BatchNorm2d(6) if norm else nn.Identity(),
        nn.ReLU(),
    )
    neck = nn.Sequential(
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(6, 8), nn.ReLU(), nn.Dropout(dropout)
    )
    return Network(backbone, neck, nn.Linear(8, 2), pooled=False)


def small_course(**fields: object) -> Course:
    """Forty pictures, the bright half sick; ten more to validate on. `fields` change the recipe `PLAIN`."""
    random = np.random.default_rng(3)
    labels = np.arange(50) % 2
    pixels = (random.normal(100, 20, (50, 16, 16, 1)) + 40 * labels[:, None, None, None]).clip(0, 255)
    pixels = pixels.astype(np.uint8)
    train, held = (Labelled(pixels, labels, rows) for rows in (np.arange(40), np.arange(40, 50)))
    recipe = replace(PLAIN, **fields)
    compute = Compute(torch.device("cpu"), "float32")
    return Course(recipe, SPEC, train, held, held, compute, "these")
