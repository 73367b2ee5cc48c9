"""Grey films read once by the first layer: the same results, and other graphs left alone."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from screener.engines import grey
from screener.engines import openvino as engine
from screener.engines.grey import read_once
from screener.engines.openvino import OpenVinoEngine
from screener.engines.quiet import import_openvino
from screener.models.card import read_card

OPENVINO = import_openvino()
WEIGHTS = Path(__file__).parents[2] / "weights"

MEAN, STD = (123.7, 116.3, 103.5), (58.4, 57.1, 57.4)


def beginning(
    mean: tuple[float, ...] = MEAN,
    std: tuple[float, ...] = STD,
    *,
    kernel: int = 7,
    step: int = 2,
    pad: int = 3,
    spread: int = 1,
    channels: int = 1,
    norm: bool = False,
) -> Any:
    """The first layer behind `Normalise`, for films of 21 x 18 grey levels."""
    ops, random = OPENVINO.opset13, np.random.default_rng(3)
    pixels = ops.parameter([-1, channels, 21, 18], np.float32, name="pixels")
    joined = ops.concat([pixels] * (len(mean) // channels), 1)
    levels = ops.subtract(joined, ops.constant(np.array(mean, np.float32).reshape(1, -1, 1, 1)))
    shares = ops.divide(levels, ops.constant(np.array(std, np.float32).reshape(1, -1, 1, 1)))
    weights = ops.constant(random.normal(size=(8, len(mean), kernel, kernel)).astype(np.float32))
    found = ops.convolution(shares, weights, [step] * 2, [pad] * 2, [pad] * 2, [spread] * 2)
    if norm:
        gamma, beta, average = (random.normal(size=8).astype(np.float32) for _ in range(3))
        found = ops.add(found, ops.constant(random.normal(size=(1, 8, 1, 1)).astype(np.float32)))
        found = ops.batch_norm_inference(found, gamma, beta, average, np.abs(beta) + 0.5, epsilon=1e-3)
    found.output(0).set_names({"found"})
    return OPENVINO.Model([ops.relu(found), found], [pixels])


def widths(model: Any) -> list[int]:
    """The channels that each convolution reads."""
    convolutions = [node for node in model.get_ordered_ops() if node.get_type_name() == "Convolution"]
    return [node.input_value(1).get_partial_shape()[1].get_length() for node in convolutions]


def results(model: Any, pictures: np.ndarray) -> list[np.ndarray]:
    compiled = OPENVINO.Core().compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    found = compiled.create_infer_request().infer([pictures])
    return [found[place].copy() for place in range(len(found))]


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"norm": True},
        {"norm": True, "mean": (100.0, 100.0, 100.0), "std": (50.0, 50.0, 50.0)},
        {"kernel": 3, "pad": 1},
        {"kernel": 3, "step": 1, "pad": 2, "spread": 3},
        {"kernel": 1, "pad": 0},
        {"mean": (100.0, 100.0, 100.0), "std": (50.0, 50.0, 50.0)},
        {"mean": (0.0, 0.0, 0.0), "std": (255.0, 128.0, 64.0)},
    ],
)
def test_a_grey_film_gives_what_it_gave_at_every_place(
    other: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grey, "_WORTH", 2)
    pictures = np.random.default_rng(1).integers(0, 256, (3, 1, 21, 18)).astype(np.float32)
    model = beginning(**other)
    before = results(model, pictures)
    assert read_once(OPENVINO, model)
    assert widths(model) == [1]
    for one, two in zip(before, results(model, pictures), strict=True):
        assert np.abs(one - two).max() < 2e-6 * np.abs(one).max()
    assert model.outputs[1].get_names() == {"found"}


def test_other_beginnings_stay_as_they_are() -> None:
    coloured = beginning((1.0, 2.0, 3.0, 4.0, 5.0, 6.0), (1.0,) * 6, channels=3)
    assert not read_once(OPENVINO, coloured)
    assert widths(coloured) == [6]
    assert not read_once(OPENVINO, beginning(channels=3))
    ops = OPENVINO.opset13
    bare = ops.parameter([-1, 1, 8, 8], np.float32)
    assert not read_once(OPENVINO, OPENVINO.Model([ops.relu(bare)], [bare]))


def test_a_layer_that_would_gain_nothing_stays_as_it_is() -> None:
    model = beginning(kernel=3, pad=1)
    assert not read_once(OPENVINO, model)
    assert widths(model) == [3]


def outputs(model: str, precision: str) -> np.ndarray:
    card = read_card(WEIGHTS / model)
    shape = (5, card.input.height, card.input.width, card.input.channels)
    pictures = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
    return OpenVinoEngine(WEIGHTS / model, card, 1, precision).infer(pictures).logits


@pytest.mark.parametrize(("precision", "tolerance"), [("fp32", 1e-4), ("int8", 0.1)])
def test_a_shipped_model_says_what_its_graph_says(
    precision: str, tolerance: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed: list[bool] = []
    monkeypatch.setattr(engine, "read_once", lambda *given: changed.append(read_once(*given)))
    ours = outputs("pneumonia-resnet34", precision)
    monkeypatch.setattr(engine, "read_once", lambda *given: False)
    plain = outputs("pneumonia-resnet34", precision)
    assert changed == [True]
    # A value that lies between two of an int8 graph's steps may fall on either side.
    assert np.abs(ours - plain).max() < tolerance


def test_the_light_models_gain_nothing_and_stay_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = outputs("pneumonia-mobilenet_v3_large", "fp32")
    monkeypatch.setattr(engine, "read_once", lambda *given: False)
    assert np.array_equal(ours, outputs("pneumonia-mobilenet_v3_large", "fp32"))
