"""Models on a GPU, by PyTorch."""

from __future__ import annotations

import contextlib
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np

from screener.engines.base import Outputs
from screener.errors import MissingExtra
from screener.models.card import ModelCard

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray

_STEP = 16
"""Pictures a step. A short step is filled up, so that every picture meets the same kernels."""


def available(device: str) -> bool:
    """Whether PyTorch finds `cpu`, `cuda` or `mps` on this machine.

    Raises:
        MissingExtra: PyTorch is not installed.
    """
    torch = _torch(device)
    if device == "cuda":
        return bool(torch.cuda.is_available())
    if device == "mps":
        return bool(torch.backends.mps.is_available())
    return True


class TorchEngine:
    """A model folder's weights in the network that its card names.

    On CUDA it computes in half precision (autocast) and channels-last, elsewhere in fp32. There pictures are
    copied from pinned memory while the steps before them compute, and the host waits once a batch.
    """

    def __init__(self, folder: Path, card: ModelCard, device: str) -> None:
        """Check and load the model.

        Args:
            folder: the model folder.
            card: its card.
            device: `cpu`, `cuda` or `mps`; it must be there.

        Raises:
            MissingExtra: PyTorch is not installed.
            ModelAltered: the weights are not the ones that the card vouches for.
            ModelError: the weights don't fit the network that the card names.
        """
        torch = _torch(device)
        self._torch = torch
        self._device = device
        self._outputs = card.outputs
        self._network = _network(folder, card).to(memory_format=torch.channels_last).to(device)
        name = torch.cuda.get_device_name() if device == "cuda" else device.upper()
        precision = "fp16" if device == "cuda" else "fp32"
        self._description = f"PyTorch {torch.__version__}, {name}, {precision}"

    @property
    def description(self) -> str:
        """See `Engine`."""
        return self._description

    def infer(self, batch: NDArray[np.uint8]) -> Outputs:
        """See `Engine`."""
        steps = [self._step(batch[start : start + _STEP]) for start in range(0, len(batch), _STEP)]
        joined = (self._torch.cat(parts).float().cpu().numpy() for parts in zip(*steps, strict=True))
        found = dict(zip(self._outputs, joined, strict=True))
        return Outputs(found["logits"], found.get("maps"), found.get("features"))

    def close(self) -> None:
        """See `Engine`."""
        del self._network
        if self._device == "cuda":
            self._torch.cuda.empty_cache()

    def _step(self, pictures: NDArray[np.uint8]) -> list[torch.Tensor]:
        """The outputs for at most `_STEP` pictures, on the device, perhaps still being computed."""
        filled = np.zeros((_STEP, *pictures.shape[1:]), np.uint8)
        filled[: len(pictures)] = pictures
        torch = self._torch
        pixels = torch.from_numpy(filled)
        if self._device == "cuda":
            # PyTorch keeps pinned memory from being used again before the copy is done.
            pixels = pixels.pin_memory().to(self._device, non_blocking=True)
        half = torch.autocast("cuda", torch.float16) if self._device == "cuda" else contextlib.nullcontext()
        with torch.inference_mode(), half:
            outputs = self._network(pixels.to(self._device))
        return [output[: len(pictures)] for output in outputs]


def _network(folder: Path, card: ModelCard) -> torch.nn.Module:
    from screener.models.network import Deployed
    from screener.models.stored import stored_network

    return Deployed(stored_network(folder, card), card.input).eval()


def _torch(device: str) -> ModuleType:
    try:
        import torch
    except ModuleNotFoundError as error:
        raise MissingExtra(f"--device {device}", "train") from error
    return torch
