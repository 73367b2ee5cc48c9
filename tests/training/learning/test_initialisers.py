import math

import pytest
import torch
from torch import nn

from screener.training.learning import initialisers
from screener.training.learning.initialisers import initialise
from screener.training.recipes.choices import INITIALISERS

VARIANCES = {
    "glorot-normal": 2 / (64 * 9 + 128 * 9),
    "glorot-uniform": 2 / (64 * 9 + 128 * 9),
    "lecun-normal": 1 / (64 * 9),
    "lecun-uniform": 1 / (64 * 9),
    "kaiming-normal": 2 / (64 * 9),
    "kaiming-uniform": 2 / (64 * 9),
}
"""Of a 3 x 3 convolution from 64 to 128 channels."""


def test_the_registry_is_the_recipes_list() -> None:
    assert initialisers.names() == INITIALISERS
    assert set(VARIANCES) == set(INITIALISERS) - {"default"}


@pytest.mark.parametrize("name", sorted(VARIANCES))
def test_weights_have_the_variance_of_the_closed_form(name: str) -> None:
    torch.manual_seed(0)
    layers = nn.Sequential(nn.Conv2d(64, 128, 3), nn.BatchNorm2d(128), nn.Linear(512, 512))
    with torch.no_grad():
        layers[1].weight.fill_(0.7)
    initialise(layers, name)
    weight = layers[0].weight.detach()
    assert float(weight.var()) == pytest.approx(VARIANCES[name], rel=0.02)
    assert not layers[0].bias.any()
    assert (layers[1].weight == 0.7).all()
    if name.endswith("uniform"):
        assert float(weight.abs().max()) <= math.sqrt(3 * VARIANCES[name])
    else:
        assert float(weight.abs().max()) > math.sqrt(3 * VARIANCES[name])


def test_default_changes_nothing() -> None:
    layer = nn.Linear(3, 3)
    before = layer.weight.clone()
    initialise(layer, "default")
    assert torch.equal(layer.weight, before)
