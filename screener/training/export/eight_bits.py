"""Which ranges and which layers make a network's int8 graph move its training films least."""

from __future__ import annotations

import dataclasses
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from screener.engines.openvino import OpenVinoEngine
from screener.engines.precision import runs_int8
from screener.engines.scores import probabilities
from screener.errors import ModelError
from screener.models.card import INT8_GRAPH, MOST_CHANGE, ModelCard, seal
from screener.models.network import Network
from screener.records import Progress
from screener.training.export.quantise import fold, quantise_graph
from screener.training.labelled.batches import Labelled
from screener.training.learning.predict import engine_logits

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

_FOLDED = "folded.onnx"

_LOUD = (0.003, 0.0015)
"""A layer that alone in eight bits moves a probability by more than this on average stays in full; the second
where the first is not enough."""

_FEW = 64
"""Pictures that a layer alone is tried on."""


def best_graph(
    folder: Path,
    card: ModelCard,
    network: Network,
    pictures: NDArray[np.uint8],
    threads: int,
    report: Callable[[Progress], None],
) -> None:
    """Leave model.int8.onnx in `folder`, which has the full-precision graph of `network`.

    It is made with both kinds of ranges that `quantise_graph` knows. Where even the better one moves pictures
    further than `--precision auto` allows, each layer is tried alone, and those that are loud stay in full:
    the loudest, and where that is not enough, the next louder ones too. Of all these graphs that one is kept
    that moves 99 in 100 pictures least.

    Args:
        folder: apart from the model's own; graphs are written there, and the last one stays.
        card: the model's.
        network: trained, with the weights that are stored; on the CPU, in evaluation mode.
        pictures: to calibrate and to measure on, uint8 N x H x W x C; of the training's alone.
        threads: pictures inferred side by side; 0 for one a core.
        report: called before each graph that is made, and after each layer that was tried alone.

    Raises:
        ModelError: the network has no layer for it, or this processor cannot run the result.
    """
    nodes = fold(network, card.input, folder / _FOLDED)
    if not nodes:
        raise ModelError("the network has no layer that can be run in eight bits")
    trial = _Trial(folder, card, pictures, threads)
    made: list[tuple[float, bytes, bool]] = []
    for averaged in (False, True):
        report(Progress(len(made), 2, note="Rounding the whole network to eight bits"))
        made.append((*trial.whole(nodes, averaged=averaged), averaged))
    moved, _, averaged = min(made)
    if moved > MOST_CHANGE:
        moves = trial.alone(nodes, report, averaged=averaged)
        for loud in _LOUD:
            quiet = [node for node in nodes if moves[node] <= loud]
            if not quiet or min(made)[0] <= MOST_CHANGE:
                break
            report(Progress(0, None, note="Rounding the quiet layers to eight bits"))
            made.append((*trial.whole(quiet, averaged=averaged), averaged))
    (folder / INT8_GRAPH).write_bytes(min(made)[1])


def sealed(card: ModelCard, folder: Path) -> ModelCard:
    """The card, vouching for the int8 graph in `folder`: no engine opens a file that none vouches for."""
    return dataclasses.replace(card, files={**card.files, INT8_GRAPH: seal(folder / INT8_GRAPH)})


@dataclasses.dataclass(frozen=True)
class _Trial:
    folder: Path
    card: ModelCard
    pictures: NDArray[np.uint8]
    threads: int

    def whole(self, nodes: Sequence[str], *, averaged: bool) -> tuple[float, bytes]:
        """How far 99 in 100 pictures move at most with `nodes` in eight bits, and that graph.

        Raises:
            ModelError: this processor cannot run it.
        """
        graph = self.folder / INT8_GRAPH
        quantise_graph(self.folder / _FOLDED, nodes, self.pictures, graph, averaged=averaged)
        if not runs_int8(self.folder, sealed(self.card, self.folder)):
            raise ModelError("this processor cannot run int8 graphs, so none could be measured or made")
        return float(np.quantile(self._moves(step=1), 0.99)), graph.read_bytes()

    def alone(
        self, nodes: Sequence[str], report: Callable[[Progress], None], *, averaged: bool
    ) -> dict[str, float]:
        """How far each of `nodes` moves a probability, on average, when it alone is in eight bits."""
        step = max(1, len(self.pictures) // _FEW)
        found = {}
        for done, node in enumerate(nodes, 1):
            folded, graph = self.folder / _FOLDED, self.folder / INT8_GRAPH
            quantise_graph(folded, [node], self.pictures[::step], graph, averaged=averaged)
            found[node] = float(self._moves(step).mean())
            report(Progress(done, len(nodes), note="Trying layers in eight bits"))
        return found

    def _moves(self, step: int) -> NDArray[np.float64]:
        """The largest change of a probability of every so manieth picture."""
        card = sealed(self.card, self.folder)
        small = _shares(self.folder, card, self.pictures[::step], self.threads, "int8")
        moves: NDArray[np.float64] = np.abs(self._full[::step] - small).max(axis=1)
        return moves

    @cached_property
    def _full(self) -> NDArray[np.float64]:
        """Of all pictures in full precision. No model may be opened before `runs_int8` was asked once."""
        return _shares(self.folder, self.card, self.pictures, self.threads, "fp32")


def _shares(
    folder: Path, card: ModelCard, pictures: NDArray[np.uint8], threads: int, precision: str
) -> NDArray[np.float64]:
    part = Labelled(pictures, np.zeros(len(pictures), np.int64), np.arange(len(pictures)))
    with closing(OpenVinoEngine(folder, card, threads, precision)) as engine:
        return probabilities(engine_logits(engine, part), card.temperature)
