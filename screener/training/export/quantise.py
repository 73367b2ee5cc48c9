"""A trained network in eight-bit integers: post-training quantisation, calibrated on training films."""

import logging
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import onnx
import torch
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from screener.models.network import Deployed, Network
from screener.records import InputSpec
from screener.training.export.graphs import forget_the_machine, graph_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

_IN_FULL = frozenset(("logits", "maps", "features"))
"""The last layers stay in full precision: they cost nothing, and their rounding would show in every score."""

_IN_EIGHT_BITS = ("Conv", "Add", "Gemm")

_POOLS = frozenset(("ReduceMean", "GlobalAveragePool"))
_BETWEEN = frozenset(("Conv", "Relu", "HardSigmoid", "Sigmoid", "Reshape", "Gather", "Clip"))


def fold(network: Network, spec: InputSpec, path: Path) -> list[str]:
    """Write `network` in full precision, its batch norm folded into its convolutions, its weights inside.

    Args:
        network: trained, with the weights that are stored; on the CPU, in evaluation mode.
        spec: the model's input.
        path: of the graph.

    Returns:
        The names of the nodes that may be in eight bits, see `quantisable`.
    """
    deployed = Deployed(network.to(memory_format=torch.contiguous_format), spec).eval()
    with tempfile.TemporaryDirectory() as place:
        full = Path(place) / "full"
        onnx.save(graph_of(deployed, spec, optimise=True), full)
        # Symbolic shapes would need another library, and say nothing that the plain ones do not.
        quant_pre_process(full, path, skip_symbolic_shape=True)
    return quantisable(onnx.load(path))


def quantise_graph(
    folded: Path,
    nodes: Sequence[str],
    pictures: "NDArray[np.uint8]",
    path: Path,
    *,
    averaged: bool = False,
) -> None:
    """Write a graph that OpenVINO and ONNX Runtime run in int8, with its weights, to `path`.

    Weights are int8 with a scale a channel, activations uint8 between the least and the greatest value that
    `pictures` gave.

    Args:
        folded: what `fold` wrote.
        nodes: names of those in eight bits, at least one; all others stay in full precision.
        pictures: to calibrate on, uint8 N x H x W x C as `prepare` makes them; of the training's alone.
        path: of the graph; it takes uint8 and gives the outputs of the full-precision graph.
        averaged: whether a range is from the mean of the pictures' least values to the mean of their
            greatest: finer steps for most pictures, and the greatest values of some cut off.
    """
    with tempfile.TemporaryDirectory() as place:
        quantised = Path(place) / "quantised"
        _quietly_quantise(folded, quantised, _Pictures(pictures), nodes, averaged=averaged)
        graph = onnx.load(quantised)
    forget_the_machine(graph)
    path.write_bytes(graph.SerializeToString(deterministic=True))


def quantisable(graph: onnx.ModelProto) -> list[str]:
    """Names of the nodes of a folded graph that may be in eight bits, in its order.

    The first layer, whose rounding all others see, the last ones and squeeze-and-excitation, whose values
    spread over orders of magnitude, are not among them.
    """
    makers = {output: node for node in graph.graph.node for output in node.output}
    first = next(node for node in graph.graph.node if node.op_type == "Conv")
    return [
        node.name
        for node in graph.graph.node
        if node.op_type in _IN_EIGHT_BITS
        and node is not first
        and not _IN_FULL & set(node.output)
        and not (node.op_type == "Conv" and _squeezes(node, makers))
    ]


class _Pictures(CalibrationDataReader):  # type: ignore[misc]
    """Hands the pictures to the calibration one by one."""

    def __init__(self, pictures: "NDArray[np.uint8]") -> None:
        self._waiting: Iterator[NDArray[np.uint8]] = iter(pictures)

    def get_next(self) -> dict[str, "NDArray[np.uint8]"] | None:
        picture = next(self._waiting, None)
        return None if picture is None else {"pixels": picture[None]}


def _quietly_quantise(
    source: Path, target: Path, pictures: _Pictures, nodes: Sequence[str], *, averaged: bool
) -> None:
    logger = logging.getLogger()
    level = logger.level
    logger.setLevel(logging.ERROR)  # the library advises on standard error
    try:
        quantize_static(
            source,
            target,
            pictures,
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=list(_IN_EIGHT_BITS),
            nodes_to_quantize=list(nodes),
            extra_options={"CalibMovingAverage": averaged},
        )
    finally:
        logger.setLevel(level)


def _squeezes(node: onnx.NodeProto, makers: dict[str, onnx.NodeProto]) -> bool:
    """Whether a convolution works on pooled features: one of a squeeze-and-excitation block's two."""
    for _ in range(4):
        maker = makers.get(node.input[0])
        if maker is None or maker.op_type not in _POOLS | _BETWEEN:
            return False
        if maker.op_type in _POOLS:
            return True
        node = maker
    return False
