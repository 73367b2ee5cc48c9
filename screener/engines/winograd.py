"""Convolutions of 3 x 3 with fewer multiplications, as a rewriting of a model's graph.

Winograd's minimal filtering F(4x4, 3x3) (Lavin and Gray, CVPR 2016) takes a map in overlapping tiles of
6 x 6, transforms tiles and weights, multiplies the two at each of the 36 positions as matrices over the
channels, and transforms the products into 4 x 4 results: 36 multiplications where a convolution has 144.
OpenVINO lists it as a capability with AVX-512 but does not use it in full precision. Here it is written in
operations that OpenVINO runs well everywhere: the transforms are products with banded matrices over whole
columns and rows, edges included.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from screener.engines.graph import Constants, put, shape_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

_OF_TILE = np.array(
    [
        [4, 0, -5, 0, 1, 0],
        [0, -4, -4, 1, 1, 0],
        [0, 4, -4, -1, 1, 0],
        [0, -2, -1, 2, 1, 0],
        [0, 2, -1, -2, 1, 0],
        [0, 4, 0, -5, 0, 1],
    ]
)
"""B transposed: what becomes of six neighbours, along one axis."""

_OF_WEIGHTS = np.array([[6, 0, 0], [-4, -4, -4], [-4, 4, -4], [1, 2, 4], [1, -2, 4], [0, 0, 24]]) / 24
"""G: what becomes of three weights."""

_OF_PRODUCTS = np.array([[1, 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 0], [0, 1, 1, 4, 4, 0], [0, 1, -1, 8, -8, 1]])
"""A transposed: four results of six products."""

_TILE, _STEP = 6, 4

_WORTH = 1.8
"""Times fewer multiplications, transforms counted, from which it pays: at 2.3 it takes 0.65 of the time."""

_LEAST_TILES = 4
"""A map of fewer tiles reads more weights than it saves multiplications."""

_ROOM = 320 * 2**20
"""Bytes of transformed weights, four times as many as of the weights themselves, that a model may take."""


def rewrite(openvino: ModuleType, graph: Any) -> int:
    """Replace the convolutions of `graph` that Winograd's algorithm pays for; how many there were.

    Args:
        openvino: from `import_openvino`.
        graph: a float32 `openvino.Model` with one input, of known shape but for the batch. Changed in
            place: results differ by rounding alone, and inputs and outputs are the same.
    """
    nodes = graph.get_ordered_ops()
    if not any(map(_pays, nodes)):
        return 0
    return _Rewriting(openvino.opset13, Constants(openvino, graph)).of(nodes)


class _Rewriting:
    """Goes through a graph in order, and keeps what it makes with channels last, from one layer to the next.

    Such a map is held as N x H x (W C), for with four axes OpenVINO would choose a layout of its own.
    """

    def __init__(self, ops: Any, constants: Constants) -> None:
        self._ops = ops
        self._constants = constants
        self._flat: dict[str, Any] = {}
        self._room = _ROOM

    def of(self, nodes: Iterable[Any]) -> int:
        count = 0
        for node in nodes:
            kind = node.get_type_name()
            if _pays(node):
                weights = self._constants.of(node, 1)
                if weights is None:
                    continue
                held = weights.size * 4 * _TILE**2 // 9
                if held > self._room:
                    continue
                self._room -= held
                self._convolve(node, weights)
                count += 1
            elif kind == "Relu" and self._is_flat(node.input_value(0)):
                self._put(node, self._ops.relu(self._flattened(node.input_value(0))))
            elif kind == "Add":
                sides = [node.input_value(0), node.input_value(1)]
                alike = sides[0].get_partial_shape() == sides[1].get_partial_shape()
                if alike and any(map(self._is_flat, sides)):
                    self._put(node, self._ops.add(*map(self._flattened, sides)))
        return count

    def _convolve(self, node: Any, weights: NDArray[np.float64]) -> None:
        ops, (outputs, channels) = self._ops, weights.shape[:2]
        _, height, width = shape_of(node.output(0))
        end, scale, shift = self._constants.affine(node)
        down, across = _tiles(height), _tiles(width)
        both_axes = np.kron(_OF_WEIGHTS, _OF_WEIGHTS).astype(np.float32)
        scaled = (weights * scale[:, None, None, None]).reshape(outputs, channels, 9)
        by_place = np.ascontiguousarray(scaled.transpose(2, 1, 0), np.float32)
        factors = (both_axes @ by_place.reshape(9, -1)).reshape(-1, channels, outputs)
        tall, wide = _banded(height), _banded(width)

        def shaped(value: Any, *shape: int) -> Any:
            return ops.reshape(value, ops.constant(np.array(shape)), False)

        def turned(value: Any, *axes: int) -> Any:
            return ops.transpose(value, ops.constant(np.array(axes)))

        def times(left: NDArray[np.float64], value: Any) -> Any:
            return ops.matmul(ops.constant(left[None].astype(np.float32)), value, False, False)

        value = times(tall[0], self._flattened(node.input_value(0)))
        value = times(wide[0], shaped(value, -1, width, channels))
        tiles = turned(shaped(value, -1, _TILE, down, _TILE, across, channels), 1, 3, 0, 2, 4, 5)
        held = ops.constant(factors, shared_memory=True)  # hundreds of MiB, not copied; it keeps the array
        products = ops.matmul(shaped(tiles, _TILE**2, -1, channels), held, False, False)
        value = turned(shaped(products, _TILE, _TILE, -1, down, across, outputs), 2, 0, 3, 1, 4, 5)
        value = times(wide[1], shaped(value, -1, _TILE * across, outputs))
        value = times(tall[1], shaped(value, -1, _TILE * down, width * outputs))
        if shift.any():
            value = ops.add(value, ops.constant(np.tile(shift, width)[None, None].astype(np.float32)))
        self._put(end, value)

    def _is_flat(self, output: Any) -> bool:
        return _key(output) in self._flat

    def _flattened(self, output: Any) -> Any:
        if self._is_flat(output):
            return self._flat[_key(output)]
        channels, height, width = shape_of(output)
        last = self._ops.transpose(output, self._ops.constant(np.array([0, 2, 3, 1])))
        return self._ops.reshape(last, self._ops.constant(np.array([-1, height, width * channels])), False)

    def _put(self, node: Any, flat: Any) -> None:
        """Let all readers of `node` read `flat`, channels first again; later rewritings read it as it is."""
        channels, height, width = shape_of(node.output(0))
        last = self._ops.reshape(flat, self._ops.constant(np.array([-1, height, width, channels])), False)
        first = self._ops.transpose(last, self._ops.constant(np.array([0, 3, 1, 2])))
        put(node, first)
        self._flat[_key(first.output(0))] = flat.output(0)


def _pays(node: Any) -> bool:
    """Whether a node is a 3 x 3 convolution for which the algorithm pays."""
    if node.get_type_name() != "Convolution":
        return False
    told = node.get_attributes()
    channels, *kernel = shape_of(node.input_value(1))
    if kernel != [3, 3] or told["auto_pad"] not in ("explicit", "notset"):
        return False
    if any(list(told[name]) != [1, 1] for name in ("strides", "dilations", "pads_begin", "pads_end")):
        return False
    outputs, height, width = shape_of(node.output(0))
    down, across = _tiles(height), _tiles(width)
    plain = 9 * height * width * channels * outputs
    columns = _TILE * down * height * width
    rows = _TILE * down * _TILE * across * width
    ours = (columns + rows) * (channels + outputs) + _TILE**2 * down * across * channels * outputs
    return down * across >= _LEAST_TILES and plain >= _WORTH * ours


def _banded(side: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The transforms of a whole row of `side` positions: into its tiles, 6 t x side, and back, side x 6 t."""
    tiles = _tiles(side)
    into, back = np.zeros((_TILE, tiles, side)), np.zeros((side, _TILE, tiles))
    for tile in range(tiles):
        for position in range(_TILE):
            at = _STEP * tile + position - 1  # a tile begins one before its results: the padding
            if 0 <= at < side:
                into[:, tile, at] = _OF_TILE[:, position]
        rows = min(_STEP, side - _STEP * tile)
        back[_STEP * tile : _STEP * tile + rows, :, tile] = _OF_PRODUCTS[:rows]
    return into.reshape(-1, side), back.reshape(side, -1)


def _tiles(side: int) -> int:
    return -(-side // _STEP)


def _key(output: Any) -> str:
    return f"{output.get_node().get_name()}:{output.get_index()}"
