"""What rewritings of a model's graph share: its constants, and the replacement of one node by another."""

from __future__ import annotations

from collections import Counter
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Constants:
    """The values in a graph that are the same for every picture, those computed from other constants too."""

    def __init__(self, openvino: ModuleType, graph: Any, end: Any = None) -> None:
        """Fold them, in a copy of the graph.

        Args:
            openvino: from `import_openvino`.
            graph: an `openvino.Model` with one input, of known shape but for the batch; left as it is.
            end: a node behind which no constants will be asked for, which saves time and memory.
        """
        import openvino.passes as passes

        # With a batch of 1, what is computed from shapes, such as a bias, is constant too.
        single = graph.clone()
        single.reshape([1, *list(single.input(0).partial_shape)[1:]])
        if end is not None:
            twins = (node for node in single.get_ops() if node.get_friendly_name() == end.get_friendly_name())
            single = openvino.Model([next(twins).output(0)], single.get_parameters(), "beginning")
        manager = passes.Manager()
        manager.register_pass(passes.ConstantFolding())
        manager.run_passes(single)
        nodes = single.get_ordered_ops()
        names = Counter(node.get_friendly_name() for node in nodes)
        self._twins = {name: node for node in nodes if names[name := node.get_friendly_name()] == 1}

    def of(self, node: Any, index: int) -> NDArray[np.float64] | None:
        """The values of a node's input, by its index, float64; None where they depend on the picture."""
        twin = self._twins.get(node.get_friendly_name())
        source = None if twin is None else twin.input_value(index).get_node()
        if source is not None and source.get_type_name() == "Convert":
            source = source.input_value(0).get_node()
        if source is None or source.get_type_name() != "Constant" or source.data.dtype.kind != "f":
            return None
        values: NDArray[np.float64] = source.data.astype(np.float64)
        return values

    def affine(self, convolution: Any) -> tuple[Any, NDArray[np.float64], NDArray[np.float64]]:
        """The last of the biases and batch norms behind a convolution, and what all of them do to a channel.

        Returns:
            That node, and a scale and a shift for each of the convolution's channels.
        """
        outputs = shape_of(convolution.output(0))[0]
        scale, shift, end = np.ones(outputs), np.zeros(outputs), convolution
        while len(readers := list(end.output(0).get_target_inputs())) == 1:
            node = readers[0].get_node()
            kind = node.get_type_name()
            bias = self.of(node, 1) if kind == "Add" else None
            if bias is not None and bias.shape[-3:] == (outputs, 1, 1) and bias.size == outputs:
                shift = shift + bias.reshape(-1)
            elif kind == "BatchNormInference":
                gamma, beta, mean, variance = (self.of(node, index) for index in range(1, 5))
                if gamma is None or beta is None or mean is None or variance is None:
                    break
                factor = gamma / np.sqrt(variance + node.get_attributes()["epsilon"])
                scale, shift = scale * factor, (shift - mean) * factor + beta
            else:
                break
            end = node
        return end, scale, shift


def put(node: Any, stand_in: Any) -> None:
    """Let all readers of `node`, which has one output, read `stand_in` instead, under the same names."""
    names = node.output(0).get_names()
    node.output(0).set_names(set())
    stand_in.output(0).set_names(names)
    for reader in list(node.output(0).get_target_inputs()):
        reader.replace_source_output(stand_in.output(0))


def shape_of(output: Any) -> tuple[int, ...]:
    """The shape of an output without its first axis, the batch; all other sides must be known."""
    return tuple(side.get_length() for side in list(output.get_partial_shape())[1:])
