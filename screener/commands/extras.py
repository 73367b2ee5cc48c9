"""The optional parts that a verb cannot do without. Standard library only."""

import importlib.util

from screener.errors import MissingExtra

TRAINING = (
    "torch",
    "torchvision",
    "onnx",
    "onnxscript",
    "safetensors",
    "matplotlib",
    "onnxruntime",
    "sklearn",
)
"""The modules of the extra `train` that a training takes, from its first film to its model folder."""


def need_training(what: str, modules: tuple[str, ...] = TRAINING) -> None:
    """Make sure, without importing them, that `modules` of the extra `train` are installed.

    Raises:
        MissingExtra: one of them is not, and `what` needs it.
    """
    if any(importlib.util.find_spec(name) is None for name in modules):
        raise MissingExtra(what, "train")
