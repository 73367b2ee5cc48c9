"""What a network is trained on, and in which precision."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import torch

from screener.errors import UnknownName, UsageError

DEVICES = ("auto", "cpu", "cuda", "mps")


@dataclass(frozen=True, slots=True)
class Compute:
    """A device and the precision of its matrix products.

    Attributes:
        device: torch's.
        precision: `bfloat16` (products only; weights and sums stay float32) or `float32`.
    """

    device: torch.device
    precision: str

    def autocast(self) -> AbstractContextManager[Any]:
        """The context that forward passes run in."""
        if self.precision == "bfloat16":
            return torch.autocast(self.device.type, dtype=torch.bfloat16)
        return nullcontext()


def choose_compute(device: str, precision: str) -> Compute:
    """The device that `device` (of `DEVICES`) means here, and `precision` with `auto` decided.

    Raises:
        UnknownName: no such device.
        UsageError: it is not there.
    """
    if device not in DEVICES:
        raise UnknownName("device", device, DEVICES)
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if device == "auto":
        device = next(name for name in ("cuda", "mps", "cpu") if there[name])
    if not there[device]:
        raise UsageError(f"--device {device}: this machine has none that torch can use; try --device cpu")
    if precision == "auto":
        precision = "bfloat16" if _computes_bfloat16(device) else "float32"
    return Compute(torch.device(device), precision)


def _computes_bfloat16(device: str) -> bool:
    if device == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    if device == "cpu":
        able = torch.cpu.get_capabilities()
        return bool(able.get("avx512_bf16") or able.get("amx_bf16"))
    return False
