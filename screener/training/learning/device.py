"""What a network is trained on, and in which precision."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import torch

from screener.errors import UnknownName, UsageError
from screener.training.learning.bfloat16 import try_bfloat16

DEVICES = ("auto", "cpu", "cuda", "mps")


@dataclass(frozen=True, slots=True)
class Compute:
    """A device and the precision of its matrix products.

    Attributes:
        device: torch's.
        precision: `bfloat16` or `float16` (products only; weights and sums stay float32), or `float32`.
        reason: why that precision, where `auto` chose it; else "".
    """

    device: torch.device
    precision: str
    reason: str = ""

    def autocast(self) -> AbstractContextManager[Any]:
        """The context that forward passes run in."""
        if self.precision == "float32":
            return nullcontext()
        return torch.autocast(self.device.type, dtype=getattr(torch, self.precision))

    def described(self) -> Mapping[str, str | int]:
        """What a card says of it."""
        name = torch.cuda.get_device_name(self.device) if self.device.type == "cuda" else self.device.type
        said: dict[str, str | int] = {"device": name, "precision": self.precision}
        if self.reason:
            said["reason"] = self.reason
        if self.device.type == "cpu":
            said["threads"] = torch.get_num_threads()
        return said


def choose_compute(device: str, precision: str, before: str | None = None) -> Compute:
    """The device that `device` (of `DEVICES`) means here, and `precision` with `auto` decided.

    Args:
        device: of `DEVICES`.
        precision: of the recipe's `PRECISIONS`.
        before: the precision of the training that is gone on with, which `auto` keeps; None for a fresh one.

    Raises:
        UnknownName: no such device.
        UsageError: it is not there, or does not compute in that precision.
    """
    if device not in DEVICES:
        raise UnknownName("device", device, DEVICES)
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if device == "auto":
        device = next(name for name in ("cuda", "mps", "cpu") if there[name])
    if not there[device]:
        raise UsageError(f"--device {device}: this machine has none that torch can use; try --device cpu")
    chosen = torch.device(device)
    if precision == "auto" and before is None:
        return Compute(chosen, *_best_precision(device))
    wanted = before if before and precision == "auto" else precision
    why = _cannot(device, wanted)
    if why and wanted == before:
        raise UsageError(
            f"the training to resume was in {wanted}: {why}; resume it where it began, or with "
            "--set precision=float32"
        )
    if why:
        raise UsageError(f"precision={wanted}: {why}; set precision=auto")
    return Compute(chosen, wanted, "as the training began" if precision == "auto" else "")


def is_out_of_memory(error: RuntimeError) -> bool:
    """Whether PyTorch raised this because the device's memory is full."""
    # The last is what cuBLAS and cuDNN say where no room is left for their own work.
    return any(said in str(error) for said in ("out of memory", "can't allocate memory", "ALLOC_FAILED"))


def _cannot(device: str, precision: str) -> str:
    """Why the device does not compute in `precision`; "" where it does."""
    if precision == "float16" and device != "cuda":
        return f"that is for NVIDIA's GPUs, not {device}"
    if precision == "bfloat16" and device == "cpu":
        trial = try_bfloat16(torch.get_num_threads())
        return "" if trial.runs else trial.reason
    return ""


def _best_precision(device: str) -> tuple[str, str]:
    """The faster precision that works, and why."""
    if device == "cuda":
        able = bool(torch.cuda.is_bf16_supported(including_emulation=False))
        return ("bfloat16", "the GPU computes in it") if able else ("float32", "the GPU has no bfloat16")
    if device == "cpu":
        trial = try_bfloat16(torch.get_num_threads())
        return "bfloat16" if trial.pays else "float32", trial.reason
    return "float32", "the device's own"
