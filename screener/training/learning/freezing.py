"""Which parts of a backbone stay as they began, and how they are kept so."""

from torch import nn

from screener.errors import UnknownName, UsageError
from screener.models.network import Network, Stages


def stages(backbone: nn.Module) -> list[list[tuple[str, nn.Module]]]:
    """The backbone's stages from the input on, each the named layers that it is made of.

    A stage begins at every child of the backbone that is a convolution or holds one; norms, activations and
    pools belong to the one before. Each block of a `Stages` counts as a child of its own.
    """
    found: list[list[tuple[str, nn.Module]]] = []
    for name, layer in _children(backbone):
        if not found or any(isinstance(part, nn.Conv2d) for part in layer.modules()):
            found.append([])
        found[-1].append((name, layer))
    return found


def frozen_parts(network: Network, freeze: str) -> list[nn.Module]:
    """The layers of the backbone that `freeze` (see `TrainRecipe`) names.

    Raises:
        UsageError: the backbone has fewer stages.
        UnknownName: it has no part of that name.
    """
    backbone = network.backbone
    if freeze == "all":
        return [backbone]
    if not freeze:
        return []
    found = stages(backbone)
    if freeze.isdigit():
        if int(freeze) > len(found):
            raise UsageError(f"recipe: freeze={freeze}, but this network's backbone has {len(found)} stages")
        return [layer for stage in found[: int(freeze)] for _, layer in stage]
    parts = dict(backbone.named_modules())
    for name in freeze.split(","):
        if name not in parts:
            raise UnknownName("part of the backbone", name, [known for known, _ in _children(backbone)])
    return [parts[name] for name in freeze.split(",")]


def freeze_parts(network: Network, freeze: str) -> None:
    """Let nothing of what `freeze` names learn; whatever lies before the first that learns costs no gradient.

    Raises:
        UsageError: see `frozen_parts`.
    """
    for part in frozen_parts(network, freeze):
        part.requires_grad_(False)


def set_learning(network: Network, freeze: str) -> None:
    """Put `network` into training mode but for its frozen parts, whose batch norms must not move either."""
    network.train()
    for part in frozen_parts(network, freeze):
        part.eval()


def _children(backbone: nn.Module) -> list[tuple[str, nn.Module]]:
    found: list[tuple[str, nn.Module]] = []
    for name, layer in backbone.named_children():
        if isinstance(layer, Stages):
            found += [(f"{name}.{inner}", block) for inner, block in layer.named_children()]
        else:
            found.append((name, layer))
    return found
