import warnings

import pytest
import torch
from torch import nn
from torch.nn import functional
from torchvision import models as zoo

from screener.errors import UnknownName, UsageError
from screener.models.architectures import architecture_named, build, names
from screener.models.architectures.registry import Blueprint
from screener.models.network import Deployed, Network, Normalise
from screener.records import InputSpec
from screener.tasks.load import load_task
from screener.training.recipes.defaults import check_stages, default_recipe, input_spec

SMALLEST = {
    "alexnet": 96,
    "alexnet_lrn": 83,
    "cnn3": 48,
    "cnn4": 32,
    "cnn5": 40,
    "cnn9": 64,
    "vgg16": 32,
    "vgg19": 32,
    "vgg19_r2": 32,
}
TRAINED = [name for name in names() if not architecture_named(name).grown]
PUBLISHED = {
    "alexnet": 61_100_840,
    "densenet121": 7_978_856,
    "efficientnet_b0": 5_288_548,
    "mobilenet_v2": 3_504_872,
    "resnet18": 11_689_512,
    "resnet34": 21_797_672,
    "resnet50": 25_557_032,
    "resnet152": 60_192_808,
    "vgg16": 138_357_544,
    "vgg19": 143_667_240,
}
"""torchvision's own counts, for 1,000 classes at 224 px."""


def _spec(name: str, side: int) -> InputSpec:
    found = architecture_named(name)
    return InputSpec(width=side, height=side, mean=found.mean, std=found.std)


def _counts(name: str, outputs: int) -> tuple[int, int]:
    """(trained, all) parameters at the architecture's own size, batch norm's counters aside."""
    network = build(name, _spec(name, architecture_named(name).size), outputs)
    trained = sum(parameter.numel() for parameter in network.parameters())
    fixed = sum(tensor.numel() for tensor in network.buffers() if tensor.is_floating_point())
    return trained, trained + fixed


@pytest.mark.parametrize("name", TRAINED)
def test_learns_from_a_batch(name: str) -> None:
    torch.manual_seed(0)
    spec = _spec(name, SMALLEST.get(name, 64))
    network = build(name, spec, 3)
    pictures = Normalise(spec)(torch.rand(2, 1, spec.height, spec.width) * 255)
    loss = functional.cross_entropy(network(pictures), torch.tensor([0, 2]))
    loss.backward()
    assert torch.isfinite(loss)
    without = [name for name, p in network.named_parameters() if p.grad is None]
    assert not without
    assert any(p.grad.abs().sum() > 0 for p in network.backbone.parameters())


def test_cnn5_has_the_parameters_of_r0() -> None:
    assert _counts("cnn5", 1) == (1_245_313, 1_246_401)


def test_cnn3_has_the_parameters_of_r3() -> None:
    assert _counts("cnn3", 1) == (3_370_561, 3_370_561)


def test_cnn4_flattens_to_512_by_14_by_14() -> None:
    network = build("cnn4", _spec("cnn4", 224), 2)
    assert network.neck[1].in_features == 512 * 14 * 14


def _shape(name: str, outputs: int, side: int = 224) -> Network:
    """The network without storage."""
    with torch.device("meta"):
        return architecture_named(name).build(Blueprint(outputs, size=(side, side)))


def _parameters(network: nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


@pytest.mark.parametrize("name", sorted(PUBLISHED))
def test_published_networks_have_the_published_parameters(name: str) -> None:
    assert _parameters(_shape(name, 1000)) == PUBLISHED[name]


@pytest.mark.parametrize(("name", "width"), [("mobilenet_v3_small", 576), ("mobilenet_v3_large", 960)])
def test_mobilenet_v3_has_the_head_of_r4(name: str, width: int) -> None:
    """Average pool, dropout, linear: torchvision's two dense layers are gone."""
    network = _shape(name, 2)
    assert _parameters(network.backbone) == _parameters(getattr(zoo, name)().features)
    assert [type(layer) for layer in network.neck] == [nn.AdaptiveAvgPool2d, nn.Flatten, nn.Dropout]
    assert network.head.in_features == width


def test_alexnet_lrn_is_laid_out_as_in_2012() -> None:
    network = _shape("alexnet_lrn", 1, 227)
    convolutions = [layer for layer in network.backbone if isinstance(layer, nn.Conv2d)]
    assert [layer.out_channels for layer in convolutions] == [96, 256, 384, 384, 256]
    assert [layer.kernel_size[0] for layer in convolutions] == [11, 5, 3, 3, 3]
    kinds = [type(layer).__name__ for layer in network.backbone][:4]
    assert kinds == ["Conv2d", "ReLU", "MaxPool2d", "LocalResponseNorm"]
    assert network.neck[1].in_features == 256 * 6 * 6
    assert _head_of_r2(network) == [(4096, "BatchNorm1d"), (128, "BatchNorm1d"), (64, "BatchNorm1d")]


def test_local_response_norm_has_the_papers_constants() -> None:
    norm = next(
        layer for layer in _shape("alexnet_lrn", 1).backbone if isinstance(layer, nn.LocalResponseNorm)
    )
    values = torch.rand(1, 9, 1, 1, generator=torch.Generator().manual_seed(0)) * 100
    around = values[0, 2:7, 0, 0].square().sum()
    assert float(norm(values)[0, 4]) == pytest.approx(
        float(values[0, 4] / (2 + 1e-4 * around) ** 0.75), rel=1e-5
    )


def test_vgg19_r2_has_vggs_convolutions_and_its_own_head() -> None:
    network = _shape("vgg19_r2", 1)
    assert _parameters(network.backbone) == 20_024_384  # the convolutions of torchvision's vgg19
    assert _head_of_r2(network) == [(25088, "BatchNorm1d"), (128, "BatchNorm1d"), (32, "BatchNorm1d")]
    activations = [type(layer) for layer in network.neck if isinstance(layer, nn.ReLU | nn.Sigmoid)]
    assert activations == [nn.ReLU, nn.Sigmoid]


def _head_of_r2(network: Network) -> list[tuple[int, str]]:
    norms = [layer for layer in network.neck if isinstance(layer, nn.BatchNorm1d)]
    return [(layer.num_features, type(layer).__name__) for layer in norms]


def test_efficientnet_lite0_has_the_published_parameters_and_names() -> None:
    assert _counts("efficientnet_lite0", 1000)[0] == 4_652_008  # timm's count of tf_efficientnet_lite0
    state = build("efficientnet_lite0", _spec("efficientnet_lite0", 64), 2).backbone.state_dict()
    assert state["_blocks.3._depthwise_conv.weight"].shape == (144, 1, 5, 5)
    assert state["_conv_head.weight"].shape == (1280, 320, 1, 1)


@pytest.mark.parametrize(("side", "before"), [(224, 0), (225, 1), (64, 0), (33, 1)])
def test_efficientnet_lite0_pads_as_tensorflow_does(side: int, before: int) -> None:
    """By TensorFlow's rule a 3 x 3 stride 2 pads an even side behind only, an odd one on both sides."""
    stem = build("efficientnet_lite0", _spec("efficientnet_lite0", side), 2).backbone[0]
    with torch.no_grad():
        stem.weight.zero_()
        stem.weight[0, 0, 1, 1] = 1  # picks the middle of its window
        found = stem(
            torch.arange(side * side, dtype=torch.float32).view(1, 1, side, side).expand(1, 3, -1, -1)
        )
    assert found.shape[-1] == -(-side // 2)
    first = 1 - before
    assert found[0, 0, 0, 0] == first * side + first


def test_maps_average_to_the_logit() -> None:
    network = build("mobilenet_v3_small", _spec("mobilenet_v3_small", 64), 2).eval()
    seen = network.see(torch.randn(3, 3, 64, 64))
    assert seen.maps is not None
    again = seen.maps.mean(dim=(2, 3)) + network.head.bias
    torch.testing.assert_close(again, seen.logits, rtol=1e-4, atol=1e-5)


def test_a_dense_head_gives_no_map() -> None:
    spec = _spec("cnn3", 48)
    deployed = Deployed(build("cnn3", spec, 2).eval(), spec)
    assert deployed.outputs == ("logits", "features")
    assert len(deployed(torch.zeros(1, 48, 48, 1, dtype=torch.uint8))) == 2


def test_a_grey_input_is_repeated_and_normalised() -> None:
    spec = InputSpec(width=2, height=2)
    levels = torch.full((1, 1, 2, 2), 255.0)
    found = Normalise(spec)(levels)[0, :, 0, 0]
    wanted = [(1 - mean) / std for mean, std in zip(spec.mean, spec.std, strict=True)]
    assert found.tolist() == pytest.approx(wanted, rel=1e-6)


def test_an_unknown_name_gives_near_matches() -> None:
    with pytest.raises(UnknownName, match="resnet34"):
        architecture_named("resnet43")


def test_a_name_may_be_typed_with_hyphens() -> None:
    assert architecture_named("decision-tree") is architecture_named("decision_tree")


def test_too_small_an_input_is_refused() -> None:
    with pytest.raises(UsageError, match="cnn9 cannot take 16 x 16 pixels: too few; its own size is 96 x 96"):
        build("cnn9", InputSpec(width=16, height=16), 2)


def test_an_input_that_leaves_a_dense_layer_nothing_is_refused_without_a_warning_of_pytorchs() -> None:
    spec = InputSpec(width=48, height=48, mean=(0.5,) * 3, std=(0.5,) * 3)
    with warnings.catch_warnings(record=True) as told, pytest.raises(UsageError, match="too few"):
        warnings.simplefilter("always")
        build("cnn9", spec, 2)
    assert not told


def test_every_architecture_says_what_it_is() -> None:
    for name in names():
        assert architecture_named(name).summary
        assert isinstance(architecture_named(name).size, int)
    assert isinstance(build("cnn3", _spec("cnn3", 32), 2), Network)


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("task", ["pneumonia", "pcam"])
def test_every_architecture_can_be_trained_without_a_setting(name: str, task: str) -> None:
    architecture = architecture_named(name)
    if architecture.grown:
        return
    recipe = default_recipe(load_task(task), architecture)
    with torch.device("meta"):
        network = build(name, input_spec(load_task(task), architecture, recipe), 2)
    check_stages(network, architecture, recipe)
    assert network.pooled != architecture.dense
