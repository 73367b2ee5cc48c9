"""Which engine runs a model on which device."""

from __future__ import annotations

import os
from pathlib import Path

from screener.engines.base import Engine
from screener.errors import UnknownName
from screener.models.card import ModelCard

DEVICES = ("auto", "cpu", "cuda", "mps")
"""What --device may say."""

VARIABLE = "SCREENER_DEVICE"
"""Names the device that `auto` means."""


def check_device(device: str) -> str:
    """The device that is meant: `cpu`, `cuda` or `mps`.

    `auto` is the CPU unless SCREENER_DEVICE names another: looking for a GPU would cost every start the
    seconds that importing PyTorch takes, on the many machines that have none.

    Raises:
        UnknownName: no such device.
    """
    if device not in DEVICES:
        raise UnknownName("device", device, DEVICES)
    if device != "auto":
        return device
    named = os.environ.get(VARIABLE, "auto")
    if named not in DEVICES:
        raise UnknownName(f"device (in {VARIABLE})", named, DEVICES)
    return "cpu" if named == "auto" else named


def open_engine(
    folder: Path, card: ModelCard, device: str, precision: str = "fp32", threads: int = 0
) -> tuple[Engine, tuple[str, ...]]:
    """The engine for `device`, ready, and what the user should be told of the choice.

    Args:
        folder: the model folder.
        card: its card.
        device: `cpu`, `cuda` or `mps`, from `check_device`. Where the machine has no such GPU the CPU is
            used, and a note says so.
        precision: `fp32` or `int8`, from `choose_precision`; a GPU has its own.
        threads: pictures inferred side by side on a CPU; 0 for one a core.

    Raises:
        ModelError: the model cannot be run.
        MissingExtra: a GPU is asked for and PyTorch is not installed.
    """
    if device != "cpu":
        from screener.engines.torch import TorchEngine, available

        if available(device):
            return TorchEngine(folder, card, device), ()
    from screener.engines.openvino import OpenVinoEngine

    notes = () if device == "cpu" else (f"no {device.upper()} device here: scored on the CPU",)
    return OpenVinoEngine(folder, card, threads, precision), notes
