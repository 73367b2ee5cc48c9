"""What a training works with, what changes in it, and how that is kept and taken up again."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from torch import Tensor
from torch.amp.grad_scaler import GradScaler
from torch.optim import Optimizer

from screener.errors import UsageError
from screener.models.network import Network
from screener.records import InputSpec
from screener.reports.wording import counted
from screener.training.labelled.batches import Labelled, spans
from screener.training.learning.averaging import Averaged
from screener.training.learning.checkpoint import (
    Checkpoint,
    forget_partway,
    read_checkpoint,
    under_prefix,
    with_prefix,
)
from screener.training.learning.device import Compute
from screener.training.learning.freezing import freeze_parts
from screener.training.learning.optimisers import make_optimiser
from screener.training.learning.partway import Partway
from screener.training.learning.ranks import ALONE, Ranks
from screener.training.learning.standing import Standing
from screener.training.learning.teachers import Teacher
from screener.training.progress import EpochResult
from screener.training.recipes.fields import typed
from screener.training.recipes.recipe import RATES, TrainRecipe, goes_on


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """All that a training works with and does not change.

    Attributes:
        recipe: see `TrainRecipe`.
        spec: the model's input.
        train: pictures to learn from.
        validation: pictures to judge by, unchanged.
        stressed: the validation pictures, stressed.
        compute: device and precision.
        identity: of data, split, architecture, starting weights and teachers; a checkpoint of another is
            left alone.
        teachers: models to learn from besides the labels; none most often.
        ranks: which of the processes that train this network this one is; most often the only one.
    """

    recipe: TrainRecipe
    spec: InputSpec
    train: Labelled
    validation: Labelled
    stressed: Labelled
    compute: Compute
    identity: str
    teachers: tuple[Teacher, ...] = ()
    ranks: Ranks = ALONE

    @property
    def steps(self) -> int:
        """Steps of an epoch."""
        return len(spans(len(self.train), self.recipe.batch))

    def sides(self, epoch: int) -> tuple[int, int]:
        """(rows, columns) of the pictures in `epoch`, from 0, in the shape of the model's input."""
        share = self.recipe.side_at(epoch) / self.recipe.side
        return round(self.spec.height * share), round(self.spec.width * share)


@dataclass(slots=True, eq=False)
class State:
    """What changes while a network learns.

    Attributes:
        network: with the latest weights.
        averaged: with the averaged ones.
        optimiser: over what learns.
        scaler: of gradients in float16; does nothing in another precision.
        parts: that a batch is done in.
        epoch: epochs behind us.
        partway: how far the next has come.
        draws: the states of the generators that its next step draws from; empty before the first.
        best: the best averaged weights so far; empty before there are any.
        best_score: theirs.
        history: of the epochs behind us.
        changes: how the recipe was changed on the way, in words.
    """

    network: Network
    averaged: Averaged
    optimiser: Optimizer
    scaler: GradScaler
    parts: int
    epoch: int = 0
    partway: Partway = field(default_factory=Partway)
    draws: Mapping[str, Tensor] = field(default_factory=dict)
    best: dict[str, Tensor] = field(default_factory=dict)
    best_score: float = -math.inf
    history: list[EpochResult] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)


def fresh(network: Network, course: Course) -> State:
    """The state of `network` before the first step; what the recipe freezes is frozen in place."""
    recipe, compute = course.recipe, course.compute
    freeze_parts(network, recipe.freeze)
    return State(
        network,
        Averaged(network, recipe.ema, recipe.start_share),
        make_optimiser(network, recipe),
        GradScaler(compute.device.type, enabled=compute.precision == "float16"),
        recipe.accumulate,
    )


def checkpoint_of(state: State, course: Course) -> Checkpoint:
    """What `go_on` needs to take up `state` again."""
    tensors = {
        **with_prefix("network", state.network.state_dict()),
        **with_prefix("averaged", state.averaged.network.state_dict()),
        **with_prefix("best", state.best),
        **with_prefix("draws", state.draws),
    }
    for index, values in state.optimiser.state_dict()["state"].items():
        kept = {name: value for name, value in values.items() if isinstance(value, Tensor)}
        tensors.update(with_prefix(f"optimiser.{index}", kept))
    standing = Standing(
        epoch=state.epoch,
        identity=course.identity,
        recipe=course.recipe,
        precision=course.compute.precision,
        steps=state.averaged.steps,
        best_score=state.best_score if state.best else None,
        history=tuple(state.history),
        changes=tuple(state.changes),
        scaler=state.scaler.state_dict(),
        parts=state.parts,
        partway=state.partway,
    )
    return Checkpoint(standing, tensors)


def precision_before(folder: Path) -> str | None:
    """The precision that the newest checkpoint in `folder` was reached in; None where there is none."""
    checkpoint, _ = read_checkpoint(folder)
    return None if checkpoint is None else checkpoint.standing.precision


def go_on(state: State, course: Course, folder: Path) -> tuple[str, ...]:
    """Bring a fresh `state` to the newest checkpoint in `folder`, if any; notes on damaged ones.

    Raises:
        UsageError: the checkpoint is of another training.
    """
    checkpoint, notes = read_checkpoint(folder)
    if checkpoint is None:
        return notes
    before, tensors = checkpoint.standing, checkpoint.tensors
    if before.identity != course.identity or not goes_on(before.recipe, course.recipe, before.epoch):
        raise UsageError(
            f"the unfinished training in {folder.parent} had other data, another split, model or recipe; "
            "go back to them, or remove that folder to start again"
        )
    if before.partway.steps and not goes_on(before.recipe, course.recipe, before.epoch + 1):
        # The recipe no longer has the epoch that is under way, but still has those before it.
        forget_partway(folder)
        return go_on(state, course, folder)
    state.network.load_state_dict(under_prefix("network", tensors))
    state.averaged.network.load_state_dict(under_prefix("averaged", tensors))
    state.averaged.steps = before.steps
    state.best = under_prefix("best", tensors)
    state.best_score = -math.inf if before.best_score is None else before.best_score
    state.history = list(before.history)
    state.epoch, state.partway, state.draws = before.epoch, before.partway, under_prefix("draws", tensors)
    state.parts = before.parts
    if before.scaler:
        state.scaler.load_state_dict(dict(before.scaler))
    if before.recipe.side != course.recipe.side:
        _judge_anew(state, course)
    state.changes = [*before.changes, *notes, *_changes(before, course)]
    moments = state.optimiser.state_dict()
    for name, tensor in under_prefix("optimiser", tensors).items():
        index, key = name.split(".", 1)
        moments["state"].setdefault(int(index), {})[key] = tensor
    state.optimiser.load_state_dict(moments)
    return notes


def _changes(before: Standing, course: Course) -> Iterator[str]:
    """What `course` does otherwise than the training did up to `before`, in words."""
    so_far = counted(before.epoch, "epoch")
    if before.partway.steps:
        so_far += f" and {counted(before.partway.steps, 'step')}"
    was, now = before.recipe, course.recipe
    yield from (
        f"{what} {old} for {so_far}, then {new}"
        for what, old, new in (
            ("stages were", typed(was.stages), typed(now.stages)),
            *((f"{name} was", getattr(was, name), getattr(now, name)) for name in RATES),
            ("precision was", before.precision, course.compute.precision),
        )
        if old != new
    )


def _judge_anew(state: State, course: Course) -> None:
    """Forget the best weights, which were for another input size; the latest may be for this one."""
    state.best, state.best_score = {}, -math.inf
    state.history = [replace(result, kept=False) for result in state.history]
    last = state.history[-1] if state.history else None
    if last and last.side == course.recipe.side:
        state.best = {name: tensor.clone() for name, tensor in state.averaged.kept().state_dict().items()}
        state.best_score = last.score(course.recipe.judged_on)
        state.history[-1] = replace(last, kept=True)
