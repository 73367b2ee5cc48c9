"""A trained model folder small enough to build in a test: two convolutions of known weights."""

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

from screener.models.card import GRAPH, WEIGHTS, ModelCard, write_card
from screener.records import InputSpec, Interval, OperatingPoint

_UNKNOWN = Interval(0.9, 0.8, 1.0)


def tiny_card(task: str = "pneumonia", labels: tuple[str, ...] = ("normal", "pneumonia")) -> ModelCard:
    """The card of a model that reads 32 x 32 grey pictures."""
    return ModelCard(
        name=f"{task}-tiny",
        task=task,
        task_title="Chest film: pneumonia",
        architecture="tiny",
        labels=labels,
        positive=labels[1:],
        input=InputSpec(width=32, height=32, mean=(0.5,), std=(0.25,)),
        temperature=1.5,
        operating_points=(
            OperatingPoint("sensitive", 0.3, _UNKNOWN, _UNKNOWN),
            OperatingPoint("balanced", 0.5, _UNKNOWN, _UNKNOWN),
            OperatingPoint("specific", 0.7, _UNKNOWN, _UNKNOWN),
        ),
        created="2026-01-01",
        program="0.1.0",
        outputs=("logits", "maps", "features"),
    )


def build_model(folder: Path, card: ModelCard | None = None, *, poison: bool = False) -> ModelCard:
    """Write card.json, model.onnx and model.safetensors into `folder`; the sealed card.

    With `poison` a picture whose first pixel is white gives NaN.
    """
    card = card or tiny_card()
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(7)
    channels, width = card.input.channels, 8
    weights = {
        "conv.weight": random.normal(0, 0.02, (width, channels, 5, 5)).astype(np.float32),
        "conv.bias": random.normal(0, 0.1, width).astype(np.float32),
        "head.weight": random.normal(0, 1.0, (len(card.labels), width)).astype(np.float32),
        "head.bias": random.normal(0, 0.1, len(card.labels)).astype(np.float32),
    }
    offsets = _write_safetensors(weights, folder / WEIGHTS)
    initializers = [_external(name, array, *offsets[name]) for name, array in weights.items()]
    initializers.append(helper.make_tensor("axes", TensorProto.INT64, [2], [2, 3]))
    nodes = [
        helper.make_node("Cast", ["pixels"], ["levels"], to=TensorProto.FLOAT),
        helper.make_node("Transpose", ["levels"], ["planes"], perm=[0, 3, 1, 2]),
        helper.make_node("Conv", ["planes", "conv.weight", "conv.bias"], ["seen"], strides=[4, 4]),
        helper.make_node("Relu", ["seen"], ["active"]),
        helper.make_node("ReduceMean", ["active", "axes"], ["features"], keepdims=0),
        helper.make_node("Unsqueeze", ["head.weight", "axes"], ["head.kernel"]),
        helper.make_node("Conv", ["active", "head.kernel"], ["maps"]),
    ]
    if poison:
        nodes += _poisoned()
        initializers += [
            helper.make_tensor("first", TensorProto.INT64, [1], [0]),
            helper.make_tensor("flat", TensorProto.INT64, [2], [0, -1]),
            helper.make_tensor("white", TensorProto.FLOAT, [1], [255.0]),
        ]
    clean = "clean" if poison else "logits"
    nodes.insert(5, helper.make_node("Gemm", ["features", "head.weight", "head.bias"], [clean], transB=1))
    graph = helper.make_graph(
        nodes,
        "tiny",
        [
            helper.make_tensor_value_info(
                "pixels", TensorProto.UINT8, ["N", card.input.height, card.input.width, channels]
            )
        ],
        [
            helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", len(card.labels)]),
            helper.make_tensor_value_info("maps", TensorProto.FLOAT, ["N", len(card.labels), None, None]),
            helper.make_tensor_value_info("features", TensorProto.FLOAT, ["N", width]),
        ],
        initializers,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    (folder / GRAPH).write_bytes(model.SerializeToString())
    return write_card(card, folder)


def _poisoned() -> list[onnx.NodeProto]:
    """logits = clean + log(255 - first pixel) * 0, which is NaN where the first pixel is white."""
    return [
        helper.make_node("Reshape", ["levels", "flat"], ["row"]),
        helper.make_node("Gather", ["row", "first"], ["corner"], axis=1),
        helper.make_node("Sub", ["white", "corner"], ["gap"]),
        helper.make_node("Div", ["gap", "gap"], ["one"]),
        helper.make_node("Mul", ["clean", "one"], ["logits"]),
    ]


def _external(name: str, array: np.ndarray, offset: int, length: int) -> onnx.TensorProto:
    tensor = TensorProto(
        name=name, data_type=TensorProto.FLOAT, dims=array.shape, data_location=TensorProto.EXTERNAL
    )
    for key, value in (("location", WEIGHTS), ("offset", str(offset)), ("length", str(length))):
        tensor.external_data.add(key=key, value=value)
    return tensor


def _write_safetensors(weights: dict[str, np.ndarray], path: Path) -> dict[str, tuple[int, int]]:
    """Where each array's bytes lie in the file: offset and length."""
    header, at = {}, 0
    for name, array in weights.items():
        header[name] = {"dtype": "F32", "shape": array.shape, "data_offsets": [at, at + array.nbytes]}
        at += array.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    start = 8 + len(text)
    path.write_bytes(len(text).to_bytes(8, "little") + text + b"".join(a.tobytes() for a in weights.values()))
    return {
        name: (start + fields["data_offsets"][0], weights[name].nbytes) for name, fields in header.items()
    }
