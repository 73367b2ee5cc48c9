"""Convolutions with fewer multiplications: the same results, only where it pays, for each picture alone."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from screener.engines import openvino as engine
from screener.engines import winograd
from screener.engines.base import Outputs
from screener.engines.processor import wants_winograd
from screener.engines.quiet import import_openvino
from screener.engines.winograd import rewrite
from screener.models.card import read_card

OPENVINO = import_openvino()
SHIPPED = Path(__file__).parents[2] / "weights" / "pneumonia-resnet34"


class Net:
    """A small graph in the making, with random weights."""

    def __init__(self, channels: int, height: int, width: int) -> None:
        self.ops = OPENVINO.opset13
        self.random = np.random.default_rng(3)
        self.input = self.ops.parameter([-1, channels, height, width], np.float32, name="pixels")

    def convolution(
        self, value: Any, outputs: int, kernel: int = 3, step: int = 1, spread: int = 1, pad: int = 1
    ) -> Any:
        channels = value.get_output_partial_shape(0)[1].get_length()
        weights = self.random.normal(size=(outputs, channels, kernel, kernel)) / np.sqrt(9 * channels)
        kept = self.ops.constant(weights.astype(np.float32))
        return self.ops.convolution(value, kept, [step] * 2, [pad] * 2, [pad] * 2, [spread] * 2)

    def bias(self, value: Any) -> Any:
        return self.ops.add(value, self.ops.constant(self._channels(value).reshape(1, -1, 1, 1)))

    def norm(self, value: Any) -> Any:
        gamma, beta, mean = (self._channels(value) for _ in range(3))
        variance = np.abs(self._channels(value)) + 0.5
        return self.ops.batch_norm_inference(value, gamma, beta, mean, variance, epsilon=1e-3)

    def block(self, value: Any, outputs: int) -> Any:
        """Two convolutions and what they are added to, as in a residual network."""
        within = self.ops.relu(self.norm(self.bias(self.convolution(value, outputs))))
        return self.ops.relu(self.ops.add(self.norm(self.convolution(within, outputs)), value))

    def model(self, *values: Any) -> Any:
        return OPENVINO.Model(list(values), [self.input])

    def _channels(self, value: Any) -> Any:
        count = value.get_output_partial_shape(0)[1].get_length()
        return self.random.normal(size=count).astype(np.float32)


def kinds(model: Any) -> list[str]:
    return [node.get_type_name() for node in model.get_ordered_ops()]


def results(model: Any, pictures: np.ndarray) -> list[np.ndarray]:
    wishes = {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": 1}
    compiled = OPENVINO.Core().compile_model(model, "CPU", wishes)
    found = compiled.create_infer_request().infer([pictures])
    return [found[place].copy() for place in range(len(found))]


def pictures_for(model: Any, count: int = 3) -> np.ndarray:
    shape = [side.get_length() for side in list(model.input(0).partial_shape)[1:]]
    return np.random.default_rng(1).normal(size=(count, *shape)).astype(np.float32)


def assert_the_same(model: Any, rewritten: int) -> None:
    """Rewriting that many convolutions changes no result by more than rounding does."""
    pictures = pictures_for(model)
    before = results(model, pictures)
    assert rewrite(OPENVINO, model) == rewritten
    for one, other in zip(before, results(model, pictures), strict=True):
        assert np.abs(one - other).max() < 2e-5 * np.abs(one).max()


@pytest.mark.parametrize("sides", [(8, 8), (7, 7), (5, 8), (13, 10), (16, 6), (9, 15)])
def test_a_convolution_gives_what_it_gave_at_every_place(sides: tuple[int, int]) -> None:
    net = Net(128, *sides)
    model = net.model(net.convolution(net.input, 96))
    assert_the_same(model, rewritten=1)
    assert "Convolution" not in kinds(model)


def test_biases_and_norms_go_into_the_weights() -> None:
    net = Net(64, 8, 8)
    model = net.model(net.block(net.block(net.input, 64), 64))
    assert_the_same(model, rewritten=4)
    assert not {"Convolution", "BatchNormInference"} & set(kinds(model))


def test_what_is_added_to_each_column_is_no_bias(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many columns as channels: by its size alone a constant may be meant for either."""
    monkeypatch.setattr(winograd, "_WORTH", 1)
    net = Net(64, 8, 32)
    columns = net.ops.constant(net.random.normal(size=(1, 1, 1, 32)).astype(np.float32))
    assert_the_same(net.model(net.ops.add(net.convolution(net.input, 32), columns)), rewritten=1)


def test_two_layers_of_one_name_are_not_taken_for_each_other() -> None:
    net = Net(64, 8, 8)
    layers = [net.convolution(net.input, 64), net.convolution(net.input, 64)]
    for layer in layers:
        layer.set_friendly_name("layer")
    assert_the_same(net.model(net.ops.relu(net.ops.add(*layers))), rewritten=0)


def test_what_is_read_twice_is_right_for_both_and_outputs_keep_their_names() -> None:
    net = Net(64, 8, 8)
    inner = net.convolution(net.input, 64)
    inner.output(0).set_names({"inner"})
    outer = net.convolution(net.ops.relu(net.norm(inner)), 32, kernel=1, pad=0)
    outer.output(0).set_names({"outer"})
    model = net.model(inner, outer)
    assert_the_same(model, rewritten=1)
    assert [sorted(output.get_names()) for output in model.outputs] == [["inner"], ["outer"]]


def test_layers_of_other_kinds_stand_between() -> None:
    net = Net(64, 16, 16)
    half = net.convolution(net.ops.relu(net.convolution(net.input, 96)), 64, step=2)
    model = net.model(net.ops.add(net.convolution(half, 64), net.convolution(half, 64, kernel=1, pad=0)))
    assert_the_same(model, rewritten=2)


@pytest.mark.parametrize(
    "other",
    [
        {"outputs": 64, "step": 2},
        {"outputs": 64, "spread": 2},
        {"outputs": 64, "pad": 0},
        {"outputs": 64, "kernel": 5},
        {"outputs": 64, "kernel": 1},
        {"outputs": 4},
    ],
)
def test_other_convolutions_stay_as_they_are(other: dict[str, int]) -> None:
    net = Net(48, 12, 12)
    model = net.model(net.convolution(net.input, **other))
    before = kinds(model)
    assert rewrite(OPENVINO, model) == 0
    assert kinds(model) == before


@pytest.mark.parametrize("side", [4, 56])
def test_maps_that_are_too_small_or_too_large_stay_as_they_are(side: int) -> None:
    net = Net(64, side, side)
    assert rewrite(OPENVINO, net.model(net.convolution(net.input, 64))) == 0


def test_weights_that_find_no_room_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(winograd, "_ROOM", 36 * 64 * 64 * 4 * 2)
    net = Net(64, 8, 8)
    model = net.model(net.block(net.block(net.input, 64), 64))
    assert_the_same(model, rewritten=2)
    assert kinds(model).count("Convolution") == 2


def test_weights_that_are_no_constants_stay_as_they_are() -> None:
    net = Net(48, 8, 8)
    mean = net.ops.reduce_mean(net.input, net.ops.constant(np.arange(4)), True)
    weights = net.ops.multiply(mean, net.ops.constant(np.ones((64, 48, 3, 3), np.float32)))
    convolution = net.ops.convolution(net.input, weights, [1, 1], [1, 1], [1, 1], [1, 1])
    assert_the_same(net.model(convolution), rewritten=0)


needed = pytest.mark.skipif(
    not wants_winograd(), reason="on other processors than x86 nobody has measured whether it pays"
)


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    spec = read_card(SHIPPED).input
    shape = (11, spec.height, spec.width, spec.channels)
    return np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)


@pytest.fixture(scope="module")
def outputs(pictures: np.ndarray) -> Outputs:
    opened = engine.OpenVinoEngine(SHIPPED, read_card(SHIPPED), 1)
    assert opened.description.endswith("fp32, Winograd")
    return opened.infer(pictures)


@needed
def test_a_shipped_model_says_what_its_graph_says(
    pictures: np.ndarray, outputs: Outputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "wants_winograd", lambda: False)
    plain = engine.OpenVinoEngine(SHIPPED, read_card(SHIPPED), 1)
    assert plain.description.endswith("fp32")
    told = plain.infer(pictures)
    for name in ("logits", "maps", "features"):
        one, other = getattr(told, name), getattr(outputs, name)
        assert np.abs(one - other).max() < 2e-5 * np.abs(one).max()


@needed
def test_an_int8_graph_stays_as_it_is() -> None:
    opened = engine.OpenVinoEngine(SHIPPED, read_card(SHIPPED), 1, "int8")
    assert opened.description.endswith("int8")
