"""Trained models that a network learns from besides the labels (Hinton et al., 2015)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from screener.errors import ModelError, UsageError
from screener.models.card import WEIGHTS, ModelCard, read_card, seal
from screener.models.network import Network, Normalise
from screener.models.stored import stored_network
from screener.records import InputSpec, Task
from screener.reports.wording import of_kind
from screener.training.learning.device import Compute

_LUMA = (0.299, 0.587, 0.114)
"""Grey from red, green and blue: ITU-R BT.601, as Pillow converts."""


@dataclass(frozen=True, slots=True, eq=False)
class Teacher:
    """A trained model that says what it sees.

    Attributes:
        card: its card.
        sha256: of its weights.
        network: in evaluation mode, on the training's device.
        normalise: its own.
        sums: K' x K of 0 and 1: which of its K' classes make up each of the task's K.
    """

    card: ModelCard
    sha256: str
    network: Network
    normalise: Normalise
    sums: Tensor

    def look(self, levels: Tensor, compute: Compute) -> tuple[Tensor, Tensor]:
        """Calibrated log-probabilities of the task's classes, float32 N x K, and the last feature map.

        Args:
            levels: grey levels 0..255, N x 1 or 3 x H x W, of any size.
            compute: precision of the matrix products.
        """
        own = _resized(_coloured(levels, self.card.input.channels), self.card.input)
        with compute.autocast():
            activations = self.network.backbone(self.normalise(own).to(memory_format=torch.channels_last))
            logits = self.network.head(self.network.neck(activations))
        shares = functional.softmax(logits.float() / self.card.temperature, dim=1) @ self.sums
        return shares.clamp_min(1e-7).log(), activations


def load_teachers(
    folders: Sequence[Path], task: Task, spec: InputSpec, compute: Compute
) -> tuple[Teacher, ...]:
    """The models in `folders`, ready to teach `task` to a network that reads `spec`.

    Raises:
        UsageError: a model's classes are not the task's and do not sum to them, or it reads another shape.
        ModelError: a folder holds no model that can be used; `ModelAltered` where a file is not its own.
    """
    return tuple(_load(folder, task, spec, compute) for folder in folders)


@torch.no_grad()
def teachers_say(
    teachers: Sequence[Teacher], levels: Tensor, compute: Compute
) -> tuple[Tensor, list[Tensor]]:
    """The mean of the teachers' log-probabilities, made to sum to 1 again, float32 N x K; their last maps.

    Args:
        teachers: one or more.
        levels: grey levels 0..255, N x 1 or 3 x H x W: the very pictures that the network learns from.
        compute: precision of the matrix products.
    """
    each, maps = zip(*(teacher.look(levels, compute) for teacher in teachers), strict=True)
    return functional.log_softmax(torch.stack(each).mean(dim=0), dim=1), list(maps)


def describe_teachers(teachers: Sequence[Teacher]) -> list[Mapping[str, Any]]:
    """What a card says of the models that its own learned from."""
    said: list[Mapping[str, Any]] = []
    for teacher in teachers:
        data = teacher.card.training.get("data", {})
        said.append(
            {
                "name": teacher.card.name,
                "sha256": teacher.sha256,
                "architecture": teacher.card.architecture,
                "trained_on": data.get("title", "not stated"),
                "licence": data.get("licence", ""),
                "start": teacher.card.training.get("start", "not stated"),
            }
        )
    return said


def class_sums(card: ModelCard, task: Task) -> Tensor:
    """Which of the model's classes make up each of the task's, float32 K' x K of 0 and 1.

    Classes are matched by name, then by the task's aliases: to the task pneumonia, a model's bacteria and
    virus together are pneumonia.

    Raises:
        UsageError: a class of either has no counterpart.
    """
    places = [
        task.labels.index(name) if (name := task.aliases.get(label.lower(), label)) in task.labels else -1
        for label in card.labels
    ]
    if set(places) != set(range(len(task.labels))):
        raise UsageError(
            f"--teacher {card.name} has the labels {', '.join(card.labels)}, task {task.name} has "
            f"{', '.join(task.labels)}; name a model with the task's labels"
        )
    return functional.one_hot(torch.tensor(places), len(task.labels)).float()


def _load(folder: Path, task: Task, spec: InputSpec, compute: Compute) -> Teacher:
    try:
        card = read_card(folder)
        sums = class_sums(card, task)
        network = stored_network(folder, card)
    except ModelError as error:
        raise ModelError(f"--teacher {folder}: {error}") from error
    if (card.input.fit, card.input.centre) != (spec.fit, spec.centre):
        raise UsageError(
            f"--teacher {folder} reads {of_kind(task.kind, 'films')} by '{card.input.fit}', "
            f"{card.input.centre:.0%} of a side, but the new model by '{spec.fit}', {spec.centre:.0%}; "
            "they would not see the same picture"
        )
    device = compute.device
    return Teacher(
        card,
        seal(folder / WEIGHTS).sha256,
        network.requires_grad_(False).to(device).to(memory_format=torch.channels_last),
        Normalise(card.input).to(device),
        sums.to(device),
    )


def _coloured(levels: Tensor, channels: int) -> Tensor:
    if levels.shape[1] == channels:
        return levels
    if channels == 3:
        return levels.expand(-1, 3, -1, -1)
    weights = torch.tensor(_LUMA, device=levels.device).view(1, 3, 1, 1)
    return (levels * weights).sum(dim=1, keepdim=True)


def _resized(levels: Tensor, spec: InputSpec) -> Tensor:
    if tuple(levels.shape[-2:]) == (spec.height, spec.width):
        return levels
    return functional.interpolate(levels, size=(spec.height, spec.width), mode="bilinear", antialias=True)
