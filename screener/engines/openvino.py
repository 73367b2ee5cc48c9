"""Models on any CPU, by OpenVINO."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from screener.engines.base import Outputs
from screener.engines.cores import cores
from screener.engines.grey import read_once
from screener.engines.processor import wants_winograd
from screener.engines.quiet import import_openvino
from screener.engines.winograd import rewrite
from screener.errors import ModelError
from screener.models.card import GRAPH, INT8_GRAPH, WEIGHTS, ModelCard, verify

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TOGETHER = 8
"""Pictures that share the reading of a graph's weights, where that pays."""

_SMALL = 160 * 160
"""Pixels of a picture up to which it pays for any graph; of larger ones the maps crowd the weights out."""


class OpenVinoEngine:
    """A model folder's graph, each picture on one thread, and as many threads as cores.

    So a picture's score cannot depend on what stands beside it, nor on how many cores there are. A thread
    takes large pictures one at a time, small ones and those of a graph that was rewritten by Winograd's
    algorithm (`engines.winograd`) a few together, whose sums stay as separate.
    """

    def __init__(self, folder: Path, card: ModelCard, threads: int = 0, precision: str = "fp32") -> None:
        """Check and compile the model.

        Args:
            folder: the model folder.
            card: its card.
            threads: pictures inferred side by side, each on one thread; 0 for one a core.
            precision: `fp32`, or `int8` where the model has that graph (see `engines.precision`).

        Raises:
            ModelAltered: a file is not the one that the card vouches for.
            ModelError: OpenVINO cannot compile the graph, or its outputs are not the card's.
        """
        files = (INT8_GRAPH,) if precision == "int8" else (GRAPH, WEIGHTS)
        path = folder / files[0]
        verify(card, folder, only=files)
        threads = threads or cores()
        openvino = import_openvino()
        shape = [card.input.height, card.input.width, card.input.channels]
        try:
            core = openvino.Core()
            graph = core.read_model(path)
            graph.reshape([-1, *shape])
            read_once(openvino, graph)
            rewritten = precision == "fp32" and wants_winograd() and rewrite(openvino, graph)
            small = card.input.height * card.input.width <= _SMALL
            together = _TOGETHER if rewritten or small else 1
            if together == 1:
                graph.reshape([1, *shape])
            # fp32 must be said: on a CPU with bfloat16 units OpenVINO would otherwise use those.
            wishes = {
                "INFERENCE_PRECISION_HINT": "f32",
                "INFERENCE_NUM_THREADS": threads,
                "NUM_STREAMS": threads,
            }
            self._compiled = core.compile_model(graph, "CPU", wishes)
            self._shapes: dict[str, tuple[int, ...]] = {
                name: tuple(side.get_length() for side in list(self._compiled.output(name).partial_shape)[1:])
                for name in ("logits", "maps", "features")
                if name in card.outputs
            }
        except RuntimeError as error:
            raise ModelError(f"{path} cannot be run: {_last_line(error)}") from error
        if self._shapes.get("logits") != (len(card.labels),):
            raise ModelError(f"{path} does not give one logit for each of {', '.join(card.labels)}")
        # Two a thread: one in work, one at hand. No AsyncInferQueue: its callbacks can deadlock at the end.
        self._requests = [self._compiled.create_infer_request() for _ in range(2 * threads)]
        self._threads = threads
        self._together = together
        version = openvino.get_version().split("-")[0]
        self._description = f"OpenVINO {version}, CPU, {precision}" + (", Winograd" if rewritten else "")

    @property
    def description(self) -> str:
        """See `Engine`."""
        return self._description

    def infer(self, batch: NDArray[np.uint8]) -> Outputs:
        """See `Engine`."""
        found: dict[str, NDArray[np.float32]] = {
            name: np.empty((len(batch), *shape), np.float32) for name, shape in self._shapes.items()
        }
        waiting: deque[tuple[slice, Any]] = deque()
        step = min(self._together, -(-len(batch) // self._threads))
        for turn, start in enumerate(range(0, len(batch), step)):
            request = self._requests[turn % len(self._requests)]
            if len(waiting) == len(self._requests):
                _collect(*waiting.popleft(), found)
            rows = slice(start, start + step)
            request.start_async({0: batch[rows]})
            waiting.append((rows, request))
        for rows, request in waiting:
            _collect(rows, request, found)
        return Outputs(found["logits"], found.get("maps"), found.get("features"))

    def close(self) -> None:
        """See `Engine`."""
        self._requests = []
        self._compiled = None


def _collect(rows: slice, request: Any, found: dict[str, NDArray[np.float32]]) -> None:
    request.wait()
    for name, values in found.items():
        values[rows] = request.get_tensor(name).data


def _last_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__
