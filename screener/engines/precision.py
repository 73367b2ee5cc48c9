"""Which arithmetic a model is run in on a CPU: full precision, or eight-bit integers where it can be had."""

from __future__ import annotations

import multiprocessing
import os
import signal
from pathlib import Path

from screener.engines.processor import has_integer_units
from screener.engines.quiet import import_openvino
from screener.engines.spawn import crash_quietly, end, start_apart
from screener.errors import NoPrecision
from screener.models.card import INT8_GRAPH, ModelCard, verify

NARROWER = ("ONEDNN_MAX_CPU_ISA", "AVX512_CORE_VNNI")
"""An environment variable of OpenVINO's kernels, and its value for integer instructions without AMX."""

_SECONDS = 60.0


def choose_precision(asked: str, folder: Path, card: ModelCard) -> tuple[str, tuple[str, ...]]:
    """The precision, `fp32` or `int8`, to open the model in, and what the user should be told.

    Args:
        asked: `fp32`, `int8`, or `auto`: int8 where the card says that it agrees and the processor has
            instructions for it, so that it pays.
        folder: the model folder.
        card: its card.

    Must be called before the first model of the process is opened: where the processor's widest integer
    instructions turn out to be unusable, it has OpenVINO keep to narrower ones, which holds for the process.

    Raises:
        ModelAltered: the int8 graph is not the one that the card vouches for.
        NoPrecision: int8 was asked for, and the model has no such graph or the processor cannot run it.
    """
    if asked == "fp32":
        return "fp32", ()
    if asked == "int8":
        card.at("int8")
        verify(card, folder, only=(INT8_GRAPH,))
        if runs_int8(folder, card):
            return "int8", ()
        raise NoPrecision("--precision int8: this processor cannot run the model in int8; use fp32")
    if card.int8 is None or not card.int8.agrees or not has_integer_units(import_openvino().Core()):
        return "fp32", ()
    verify(card, folder, only=(INT8_GRAPH,))
    if runs_int8(folder, card):
        return "int8", ()
    return "fp32", ("this processor fails at int8: scored in fp32",)


def runs_int8(folder: Path, card: ModelCard) -> bool:
    """Whether this processor runs the int8 graph, tried in a process of its own.

    Some virtual machines announce AMX instructions that end a program when they are used. Then narrower
    ones are tried, and kept to for the life of this process.
    """
    if _survives(folder, card, None):
        return True
    name, value = NARROWER
    if name in os.environ or not _survives(folder, card, value):
        return False
    os.environ[name] = value
    return True


def _survives(folder: Path, card: ModelCard, narrow: str | None) -> bool:
    trial = multiprocessing.get_context("spawn").Process(
        target=_try,
        args=(str(folder / INT8_GRAPH), card.input.height, card.input.width, card.input.channels, narrow),
        daemon=True,
    )
    start_apart(trial)
    try:
        trial.join(_SECONDS)
    finally:
        end(trial, _SECONDS)
    return trial.exitcode == 0


def _try(graph: str, height: int, width: int, channels: int, narrow: str | None) -> None:
    """Infer one blank picture; the process's end tells how it went."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the scan's to handle
    crash_quietly()
    if narrow is not None:
        os.environ[NARROWER[0]] = narrow
    import numpy as np

    openvino = import_openvino()
    core = openvino.Core()
    model = core.read_model(graph)
    model.reshape([1, height, width, channels])
    request = core.compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"}).create_infer_request()
    request.infer({0: np.zeros((1, height, width, channels), np.uint8)})
