"""One step of a training: gradients of a batch, in parts where it must be, and what is done with them."""

import gc
import math
from dataclasses import dataclass

import torch
from torch import Tensor

from screener.errors import UsageError
from screener.models.network import Normalise
from screener.training.labelled.batches import even_spans
from screener.training.learning.device import is_out_of_memory
from screener.training.learning.diverged import Diverged
from screener.training.learning.losses import cka_distance, distilled, l1_norm, loss_of, total_weight
from screener.training.learning.state import Course, State
from screener.training.learning.teachers import teachers_say


@dataclass(frozen=True, slots=True)
class Taken:
    """What a step saw of its batch, by the weights before it.

    Attributes:
        loss: the mean.
        accuracy: how often the class with the largest share was called, 0..1.
    """

    loss: float
    accuracy: float


def take_step(
    state: State,
    course: Course,
    normalise: Normalise,
    levels: Tensor,
    targets: Tensor,
    weights: Tensor | None,
) -> Taken:
    """One step of the optimiser and of the averaged weights.

    A batch that does not fit into the device's memory is done in twice as many parts, from there on.

    Args:
        state: changed.
        course: see there.
        normalise: the network's.
        levels: grey levels, float32 N x C x H x W, on the device.
        targets: see `loss_of`.
        weights: see `loss_of`.

    Raises:
        Diverged: the loss is no longer a number; the weights are as they were.
        UsageError: not even two pictures at a time fit into memory, or not the optimiser's own numbers.
    """
    found = None
    while found is None:
        try:
            found = _gradients(state, course, normalise, levels, targets, weights)
        except RuntimeError as error:
            if not is_out_of_memory(error):
                raise
        if found is None:  # here, for the error holds on to what filled the memory
            _halve(state, course)
    weight = float(total_weight(targets, weights))
    loss, accuracy = course.ranks.mean(state.network, found, weight)
    if not math.isfinite(loss):
        raise Diverged(state.epoch)
    try:
        _move(state, course)
    except RuntimeError as error:
        if not is_out_of_memory(error):
            raise
        # A smaller batch would free nothing: what grows with it is freed by now.
        raise UsageError(
            f"out of memory for what optimiser={course.recipe.optimiser} keeps of each weight; "
            "set optimiser=sgd or a smaller model, or let nothing else use the device"
        ) from error
    return Taken(loss, accuracy)


def _move(state: State, course: Course) -> None:
    """Move the weights, and their averages, by the gradients that stand in the network."""
    state.scaler.unscale_(state.optimiser)
    if course.recipe.clip:
        torch.nn.utils.clip_grad_norm_(state.network.parameters(), course.recipe.clip)
    state.scaler.step(state.optimiser)
    state.scaler.update()
    state.averaged.update(state.network)


def _gradients(
    state: State,
    course: Course,
    normalise: Normalise,
    levels: Tensor,
    targets: Tensor,
    weights: Tensor | None,
) -> tuple[float, float]:
    """Leave the gradients of the batch's mean loss in the network; that loss, and the accuracy."""
    recipe = course.recipe
    state.optimiser.zero_grad(set_to_none=True)
    total = total_weight(targets, weights)
    classes = targets if targets.ndim == 1 else targets.argmax(dim=1)
    whole = torch.zeros(2, device=levels.device)
    for part in even_spans(len(levels), max(2, -(-recipe.batch // (state.parts * course.ranks.count)))):
        share = (part.stop - part.start) / len(levels)
        with course.compute.autocast():
            inputs = normalise(levels[part]).to(memory_format=torch.channels_last)
            activations = state.network.backbone(inputs)
            logits = state.network.head(state.network.neck(activations))
        loss = loss_of(logits, targets[part], recipe, weights, total)
        if course.teachers:
            said, maps = teachers_say(course.teachers, levels[part], course.compute)
            loss = distilled(loss, logits, said, recipe, share)
            if recipe.feature_distillation:
                apart = torch.stack([cka_distance(activations, theirs) for theirs in maps]).mean()
                loss = loss + recipe.feature_distillation * share * apart
        if recipe.l1:
            loss = loss + recipe.l1 * share * l1_norm(state.network.parameters())
        state.scaler.scale(loss).backward()  # type: ignore[no-untyped-call]
        right = (logits.detach().argmax(dim=1) == classes[part]).sum() / len(levels)
        whole += torch.stack((loss.detach(), right))
    loss_sum, share_right = whole.tolist()
    return loss_sum, share_right


def _halve(state: State, course: Course) -> None:
    """Do every batch in twice as many parts from now on.

    Raises:
        UsageError: a part has two pictures already.
    """
    parts = 2 * state.parts
    if course.recipe.batch < 2 * parts:
        raise UsageError(
            f"out of memory with {-(-course.recipe.batch // state.parts)} pictures of "
            f"{course.recipe.side_at(state.epoch)} pixels at a time; set smaller stages or a smaller model"
        )
    state.parts = parts
    state.changes.append(
        f"out of memory in epoch {state.epoch + 1}: from there on the batch of {course.recipe.batch} "
        f"was done in {parts} parts"
    )
    state.optimiser.zero_grad(set_to_none=True)
    gc.collect()
    if course.compute.device.type == "cuda":
        torch.cuda.empty_cache()
