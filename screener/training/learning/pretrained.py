"""Weights to start from, fitted into a fresh network by name."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from screener.errors import UsageError
from screener.models.card import WEIGHTS, read_card, verify
from screener.models.network import Network
from screener.training.learning.published import SUFFIX, read_published


def load_start(
    network: Network, source: Path, labels: Sequence[str], *, whole: bool = False
) -> tuple[str, ...]:
    """Load what fits of `source` into `network`, and say in a note what that was.

    Args:
        network: its backbone must be filled whole; neck and head are where `source` is a model folder with
            the same classes and layers of the same shapes, and keep their random weights otherwise.
        source: a safetensors file with torchvision's names or this program's, one of torchvision's own files,
            or a model folder.
        labels: the classes of the new model.
        whole: nothing may begin at random.

    Raises:
        UsageError: it cannot be read, the head would begin at random though nothing may, or some of the
            backbone's weights are not in it; the message names the first that is missing and the first that
            was left over.
        ModelError: a model folder whose card cannot be read, or whose weights are not its own.
    """
    found = _read(source)
    chosen = _backbone(network, found, source)
    network.backbone.load_state_dict(chosen, strict=False)
    note = f"starts from {source.name}: {len(chosen)} tensors of the backbone"
    rest = {name: own for name, own in network.state_dict().items() if not name.startswith("backbone.")}
    if reason := _other_head(rest, found, source, labels):
        if whole:
            raise UsageError(f"--set start_share with --pretrained {source}: {reason}; leave start_share out")
        return (f"{note}; {reason}",)
    network.load_state_dict({name: found[name].to(own.dtype) for name, own in rest.items()}, strict=False)
    return (f"{note} and {len(rest)} of the head, whose classes are the same",)


def _other_head(
    rest: Mapping[str, Tensor], found: Mapping[str, Tensor], source: Path, labels: Sequence[str]
) -> str:
    """Why what lies behind the backbone, `rest`, begins at random; "" where `found` has it."""
    if not source.is_dir():
        return "the head begins at random"
    theirs = read_card(source).labels
    if theirs != tuple(labels):
        return f"the head begins at random, for that model tells {', '.join(theirs)} apart"
    if any(name not in found or found[name].shape != own.shape for name, own in rest.items()):
        return "the head begins at random, for that model's has other layers"
    return ""


def _read(source: Path) -> dict[str, Tensor]:
    if source.is_dir():
        verify(read_card(source), source, only=(WEIGHTS,))
    path = source / WEIGHTS if source.is_dir() else source
    if path.suffix == SUFFIX and path.is_file():
        return read_published(path)
    try:
        found: dict[str, Tensor] = load_file(path)
    except (OSError, SafetensorError) as error:
        raise UsageError(f"--pretrained {path} cannot be read: {error}") from error
    return found


def _backbone(network: Network, found: dict[str, Tensor], source: Path) -> dict[str, Tensor]:
    """The backbone's weights, under its own names."""
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
        holds = f" holds a {read_card(source).architecture}" if source.is_dir() else ""
        raise UsageError(
            f"--pretrained {source}{holds}: {len(missing)} of the network's {len(wanted)} weights are not in "
            f"it (first: {missing[0]} {tuple(wanted[missing[0]].shape)}); "
            f"{len(left)} of the file's have no place{f' (first: {left[0]})' if left else ''}; "
            "name weights of the architecture that --model names"
        )
    return chosen


def _match(name: str, own: Tensor, found: dict[str, Tensor]) -> str | None:
    """The file's name for the backbone's `name`, of equal shape."""
    for candidate in (f"backbone.{name}", name, f"features.{name}"):
        if candidate in found and found[candidate].shape == own.shape:
            return candidate
    return None
