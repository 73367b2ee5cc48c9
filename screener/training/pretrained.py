"""Weights to start from, fitted into a fresh network by name."""

from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from screener.errors import UsageError
from screener.models.card import WEIGHTS
from screener.models.network import Network


def load_backbone(network: Network, source: Path) -> tuple[str, ...]:
    """Load the backbone's weights from `source`, and say in a note what fitted.

    Args:
        network: its head keeps its random weights.
        source: a safetensors file with torchvision's names or this program's, or a model folder.

    Raises:
        UsageError: it cannot be read, or some of the backbone's weights are not in it; the message names
            the first that is missing and the first that was left over.
    """
    path = source / WEIGHTS if source.is_dir() else source
    try:
        found = load_file(path)
    except (OSError, SafetensorError) as error:
        raise UsageError(f"--pretrained {path} cannot be read: {error}") from error
    wanted = network.backbone.state_dict()
    chosen, used = {}, set()
    for name, own in wanted.items():
        source_name = _match(name, own, found)
        if source_name is not None:
            chosen[name] = found[source_name].to(own.dtype)
            used.add(source_name)
    counters = {name for name in wanted if name.endswith("num_batches_tracked")}
    missing = sorted(set(wanted) - set(chosen) - counters)
    if missing:
        left = sorted(set(found) - used)
        raise UsageError(
            f"--pretrained {path}: {len(missing)} of the network's {len(wanted)} weights are not in it, "
            f"{missing[0]} {tuple(wanted[missing[0]].shape)} first; "
            f"{len(left)} of the file's have no place{f', {left[0]} first' if left else ''}"
        )
    network.backbone.load_state_dict(chosen, strict=False)
    return (f"starts from {path.name}: {len(chosen)} tensors of the backbone",)


def _match(name: str, own: Tensor, found: dict[str, Tensor]) -> str | None:
    """The file's name for the backbone's `name`, of equal shape."""
    for candidate in (f"backbone.{name}", name, f"features.{name}"):
        if candidate in found and found[candidate].shape == own.shape:
            return candidate
    return None
