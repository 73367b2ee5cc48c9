import copy

import pytest
import torch

from builders.training import SPEC, small_course, small_network
from screener.errors import UnknownName, UsageError
from screener.models.architectures import architecture_named, names
from screener.models.architectures.registry import Blueprint
from screener.models.network import Network, Normalise
from screener.training.learning.freezing import freeze_parts, set_learning, stages
from screener.training.learning.state import fresh
from screener.training.learning.step import take_step

STAGES = {
    "alexnet": 5,
    "alexnet_lrn": 5,
    "cnn3": 3,
    "cnn4": 4,
    "cnn5": 5,
    "cnn9": 9,
    "decision_tree": 0,
    "densenet121": 8,
    "efficientnet_b0": 9,
    "efficientnet_lite0": 18,
    "mobilenet_v2": 19,
    "mobilenet_v3_large": 17,
    "mobilenet_v3_small": 13,
    "resnet18": 5,
    "resnet34": 5,
    "resnet50": 5,
    "resnet152": 5,
    "vgg16": 13,
    "vgg19": 16,
    "vgg19_r2": 16,
}


def _meta(name: str) -> Network:
    """The network without storage: only its shape is looked at."""
    with torch.device("meta"):
        return architecture_named(name).build(Blueprint(2))


@pytest.mark.parametrize("name", names())
def test_every_backbone_is_cut_into_stages(name: str) -> None:
    network = _meta(name)
    found = stages(network.backbone)
    assert len(found) == STAGES[name]
    parts = [p for stage in found for _, layer in stage for p in layer.parameters()]
    assert len(parts) == len(list(network.backbone.parameters()))


def _frozen(network: Network) -> set[str]:
    return {name for name, p in network.named_parameters() if not p.requires_grad}


def test_r4_freezes_all_but_the_last_block_and_convolution() -> None:
    network = _meta("mobilenet_v3_small")
    freeze_parts(network, "11")
    learning = {
        name.split(".")[1]
        for name, p in network.backbone.named_parameters(prefix="backbone")
        if p.requires_grad
    }
    assert learning == {"11", "12"}
    assert not any(name.startswith("head") for name in _frozen(network))


def test_parts_are_frozen_by_name() -> None:
    network = _meta("resnet18")
    freeze_parts(network, "conv1,bn1,layer2.0")
    assert {".".join(name.split(".")[1:3]) for name in _frozen(network)} == {
        "conv1.weight",
        "bn1.weight",
        "bn1.bias",
        "layer2.0",
    }


@pytest.mark.parametrize(
    ("freeze", "error", "message"),
    [("9", UsageError, "freeze=9, but .* has 2 stages"), ("layer9", UnknownName, "part of the backbone")],
)
def test_what_is_not_there_cannot_be_frozen(freeze: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        freeze_parts(small_network(), freeze)


@pytest.mark.parametrize("freeze", ["1", "0,1", "all"])
def test_frozen_weights_and_norms_do_not_move(freeze: str) -> None:
    network = small_network()
    before = copy.deepcopy(network.state_dict())
    course = small_course(freeze=freeze, optimiser="adamw", weight_decay=0.5)
    state = fresh(network, course)
    for _ in range(3):
        set_learning(network, freeze)
        levels, labels = torch.rand(8, 1, 16, 16) * 255, torch.arange(8) % 2
        take_step(state, course, Normalise(SPEC), levels, labels, None)
    moved = {name for name, now in network.state_dict().items() if not torch.equal(before[name], now)}
    still = ("backbone.",) if freeze == "all" else ("backbone.0.", "backbone.1.")
    assert not {name for name in moved if name.startswith(still)}
    assert "head.weight" in moved
    assert ("backbone.3.weight" in moved) == (freeze != "all")
    averaged = state.averaged.network.state_dict()
    assert all(torch.equal(averaged[name], before[name]) for name in before if name.startswith(still))


def test_nothing_is_kept_for_a_backward_pass_through_frozen_parts() -> None:
    network = small_network()
    freeze_parts(network, "all")
    set_learning(network, "all")
    assert not network.backbone(torch.rand(2, 1, 16, 16)).requires_grad
    assert not network.backbone.training
    assert network.neck.training
