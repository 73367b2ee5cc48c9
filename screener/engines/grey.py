"""The first layer of a network that was made for colours, where films are grey: a rewriting of its graph.

A grey film reaches such a network as channels that are alike but for their mean and deviation, and those are
constants. So the first convolution needs to read only one channel, with weights summed over the channels;
what the channels differ by is the same for every film, and is added to the result.
"""

from __future__ import annotations

import math
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from screener.engines.graph import Constants, put, shape_of

if TYPE_CHECKING:
    from numpy.typing import NDArray


_WORTH = 64
"""Multiplications that must be saved for each result, to make up for one addition: 7 x 7 weights a channel
save more, 3 x 3 too few."""

_AFFINE = ("Add", "BatchNormInference")
"""What stands between a convolution and its activation."""


class _First(NamedTuple):
    """A graph's beginning, as `models.network.Normalise` and a convolution make it.

    Attributes:
        convolution: the node.
        grey: the output that is repeated as its channels.
        mean: of each channel.
        std: likewise.
        weights: outputs x channels x height x width.
        end: the last node behind the convolution that does no more than scale and shift each channel.
        scale: what all of those nodes multiply each channel of the convolution by.
        shift: what they add to it then.
    """

    convolution: Any
    grey: Any
    mean: NDArray[np.float64]
    std: NDArray[np.float64]
    weights: NDArray[np.float64]
    end: Any
    scale: NDArray[np.float64]
    shift: NDArray[np.float64]


def read_once(openvino: ModuleType, graph: Any) -> bool:
    """Make the first convolution of `graph` read a grey film once instead of once for each channel.

    Args:
        openvino: from `import_openvino`.
        graph: an `openvino.Model` with one input, of known shape but for the batch. Changed in place:
            results differ by rounding alone, and inputs and outputs are the same.

    Returns:
        Whether there was anything to change.
    """
    first = _first(openvino, graph)
    if first is None:
        return False
    ops, told = openvino.opset13, first.convolution.get_attributes()
    mean, std = (np.full((1, 1, 1, 1), values[0], np.float32) for values in (first.mean, first.std))
    channel = ops.divide(ops.subtract(first.grey, ops.constant(mean)), ops.constant(std))
    # Every other channel is the first one times a number near 1, plus one near 0.
    times, plus = first.std[0] / first.std, (first.mean[0] - first.mean) / first.std
    summed = np.einsum("ochw,c,o->ohw", first.weights, times, first.scale)[:, None]
    added = first.shift[:, None, None]
    if plus.any():
        added = added + first.scale[:, None, None] * _of_constants(first, plus)
    found = ops.convolution(
        channel,
        ops.constant(summed.astype(np.float32)),
        told["strides"],
        told["pads_begin"],
        told["pads_end"],
        told["dilations"],
    )
    put(first.end, ops.add(found, ops.constant(added[None].astype(np.float32))))
    return True


def _of_constants(first: _First, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """What the convolution makes of channels that are the same everywhere, outputs x height x width.

    At the edges some of its weights lie on the padding, which is 0.
    """
    told = first.convolution.get_attributes()
    sides, results = (shape_of(output)[1:] for output in (first.grey, first.convolution.output(0)))
    inside = []
    for axis, (side, count) in enumerate(zip(sides, results, strict=True)):
        starts = np.arange(count) * told["strides"][axis] - told["pads_begin"][axis]
        positions = starts[:, None] + np.arange(first.weights.shape[2 + axis]) * told["dilations"][axis]
        inside.append(((positions >= 0) & (positions < side)).astype(np.float64))
    weights = np.einsum("ockl,c->okl", first.weights, values)
    result: NDArray[np.float64] = np.einsum("okl,hk,wl->ohw", weights, *inside)
    return result


def _first(openvino: ModuleType, graph: Any) -> _First | None:
    """The graph's beginning, where its first convolution reads one grey channel several times over."""
    convolution = next(
        (node for node in graph.get_ordered_ops() if node.get_type_name() == "Convolution"), None
    )
    if convolution is None or convolution.get_attributes()["auto_pad"] not in ("explicit", "notset"):
        return None
    chain = [convolution]
    for kind in ("Divide", "Subtract", "Concat"):
        chain.append(chain[-1].input_value(0).get_node())
        if chain[-1].get_type_name() != kind:
            return None
    _, divide, subtract, join = chain
    joined = {(value.get_node().get_name(), value.get_index()) for value in join.input_values()}
    spared = (join.get_input_size() - 1) * math.prod(shape_of(convolution.input_value(1))[1:])
    one_channel = len(joined) == shape_of(join.input_value(0))[0] == join.get_attributes()["axis"] == 1
    if spared < _WORTH or not one_channel:
        return None
    end = convolution
    while len(readers := list(end.output(0).get_target_inputs())) == 1:
        if readers[0].get_node().get_type_name() not in _AFFINE:
            break
        end = readers[0].get_node()
    constants = Constants(openvino, graph, end)
    mean, std, weights = (constants.of(node, 1) for node in (subtract, divide, convolution))
    channels = join.get_input_size()
    if mean is None or std is None or weights is None or not mean.size == std.size == channels:
        return None
    behind = constants.affine(convolution)
    return _First(convolution, join.input_value(0), mean.ravel(), std.ravel(), weights, *behind)
