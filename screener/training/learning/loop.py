"""The training loop: epochs of steps, averaged weights, validation, and checkpoints."""

import copy
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from screener.models.network import Network, Normalise
from screener.reports.wording import counted
from screener.training.augment import augment
from screener.training.labelled.batches import batches, epoch_order, to_levels
from screener.training.learning.checkpoint import forget_partway, kept_where_full, write_checkpoint
from screener.training.learning.diverged import Diverged, check_numbers
from screener.training.learning.freezing import set_learning
from screener.training.learning.history import HISTORY, write_history
from screener.training.learning.judge import judged
from screener.training.learning.losses import class_weights
from screener.training.learning.mixing import mixed
from screener.training.learning.optimisers import set_rate
from screener.training.learning.partway import Partway, draw_on, draws_of, held_back
from screener.training.learning.ranks import check_together
from screener.training.learning.schedules import learning_rate
from screener.training.learning.state import Course, State, checkpoint_of, fresh, go_on
from screener.training.learning.step import Taken, take_step
from screener.training.progress import EpochResult, TrainProgress
from screener.training.recipes.recipe import TrainRecipe

Report = Callable[[TrainProgress], None]

_EVERY = 600.0
"""Seconds of steps after which an epoch that is not over is kept too: a crash shall not cost hours."""


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """What a training reached.

    Attributes:
        network: with the best averaged weights, in evaluation mode.
        history: of all epochs.
        changes: how the recipe was changed on the way, in words.
    """

    network: Network
    history: tuple[EpochResult, ...]
    changes: tuple[str, ...]


def fit(network: Network, course: Course, folder: Path, report: Report) -> Fitted:
    """`network`, trained as `course` says.

    Args:
        network: fresh; trained in place.
        course: see there.
        folder: of checkpoints; the newest there is continued from.
        report: told of every step.

    Ctrl-C, or one that `report` raises, ends it between two steps, and what was done is kept; where several
    processes train, after the last epoch only.

    Raises:
        Diverged: the loss is no longer a number; the last whole epoch is kept.
        UsageError: the checkpoints there are of another training.
        OutputError: a checkpoint could not be written.
    """
    network.to(course.compute.device).to(memory_format=torch.channels_last)
    normalise = Normalise(course.spec).to(course.compute.device)
    state = fresh(network, course)
    for note in go_on(state, course, folder):
        report(replace(_progress("going on", state, course), remark=note))
    check_together(course.ranks, state.epoch, course.recipe.batch)
    course.ranks.begin_alike(network)
    while state.epoch < course.recipe.epochs and not stalled(state.history, course.recipe):
        started = time.monotonic() - state.partway.seconds
        try:
            learned, rate = _train_epoch(state, course, normalise, folder, report)
            result = _judged_once(state, course, normalise, learned, rate, started)
            check_numbers(state.epoch, _weights_in(state), result)
        except Diverged:
            forget_partway(folder)
            raise Diverged(state.epoch, folder.parent) from None
        state.epoch, state.partway, state.draws = state.epoch + 1, Partway(), {}
        state.history.append(result)
        if course.ranks.leads:
            _keep(state, course, folder)
            with kept_where_full(folder.parent):
                write_history(state.history, folder.parent / HISTORY)
        report(_progress("trained", state, course, finished=result))
    if state.epoch < course.recipe.epochs:
        state.changes.append(
            f"ended after epoch {state.epoch} of {course.recipe.epochs}: no better score in "
            f"{counted(course.recipe.patience, 'epoch')}"
        )
    if course.ranks.leads:
        network.load_state_dict(state.best)
    return Fitted(network.eval(), tuple(state.history), tuple(state.changes))


def stalled(history: Sequence[EpochResult], recipe: TrainRecipe) -> bool:
    """Whether the last `patience` epochs at the model's own size brought no better score."""
    own = [result.kept for result in history if result.side == recipe.side]
    return 0 < recipe.patience <= len(own) and not any(own[-recipe.patience :])


def _train_epoch(
    state: State, course: Course, normalise: Normalise, folder: Path, report: Report
) -> tuple[Taken, float]:
    """One pass over the training pictures: the means of its steps, and the learning rate of the last."""
    recipe, epoch, begun = course.recipe, state.epoch, state.partway
    device, steps = course.compute.device, course.steps
    # Every epoch draws from its own seed, so that a resumed run draws what an unbroken one does.
    seed = course.ranks.seed(recipe.seed * 100_003 + epoch)
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    draw_on(state.draws, generator, device)
    order = epoch_order(
        course.train.own_labels,
        balanced=recipe.balanced,
        generator=np.random.default_rng((recipe.seed, epoch)),
    )
    weights = _weights(course)
    set_learning(state.network, recipe.freeze)
    loss, accuracy, began = begun.loss, begun.accuracy, time.monotonic()
    alone, kept = course.ranks.count == 1, began  # several would have to stop at the same step
    feed = batches(course.train, order, recipe.batch, course.ranks.share, begun.steps)
    with held_back() if alone else nullcontext(lambda: False) as asked:
        for step, (pixels, labels) in enumerate(feed, begun.steps):
            set_rate(state.optimiser, learning_rate(recipe, epoch * steps + step, recipe.epochs * steps))
            levels = to_levels(pixels, course.sides(epoch), device)
            levels = augment(levels, recipe.augmentation, recipe.strength, generator)
            levels, targets = mixed(levels, labels.to(device), recipe, state.network.head.out_features)
            parts = state.parts
            taken = take_step(state, course, normalise, levels, targets, weights)
            loss, accuracy = loss + taken.loss, accuracy + taken.accuracy
            now = time.monotonic()
            state.partway = Partway(step + 1, loss, accuracy, begun.seconds + now - began)
            state.draws = draws_of(generator, device)
            with _kept_if_stopped(state, course, folder):
                if state.parts != parts:
                    report(replace(_progress("training", state, course), remark=state.changes[-1]))
                speed = (step + 1 - begun.steps) * recipe.batch / (now - began)
                report(_progress("training", state, course, step + 1, loss / (step + 1), speed))
                if asked():
                    raise KeyboardInterrupt
            if alone and now - kept >= _EVERY:
                check_numbers(epoch, _weights_in(state))
                _keep(state, course, folder)
                kept = now
    rate = learning_rate(recipe, (epoch + 1) * steps - 1, recipe.epochs * steps)
    return Taken(loss / steps, accuracy / steps), rate


@contextmanager
def _kept_if_stopped(state: State, course: Course, folder: Path) -> Iterator[None]:
    """Between two steps: what is done is kept where Ctrl-C ends the training here."""
    try:
        yield
    except KeyboardInterrupt:
        if course.ranks.count == 1:
            _keep(state, course, folder)
        raise


def _weights_in(state: State) -> Iterator[Tensor]:
    yield from state.network.state_dict().values()
    yield from state.averaged.network.state_dict().values()


def _keep(state: State, course: Course, folder: Path) -> None:
    with kept_where_full(folder.parent):
        write_checkpoint(checkpoint_of(state, course), folder)


def _weights(course: Course) -> Tensor | None:
    if not course.recipe.class_weights:
        return None
    counts = torch.bincount(torch.from_numpy(course.train.own_labels))
    return class_weights(counts.float()).to(course.compute.device)


def _judged_once(
    state: State, course: Course, normalise: Normalise, learned: Taken, rate: float, started: float
) -> EpochResult:
    """As `_judge` in the first process; the others are told."""
    told = course.ranks.told(lambda: asdict(_judge(state, course, normalise, learned, rate, started)))
    return EpochResult(**told)


def _judge(
    state: State, course: Course, normalise: Normalise, learned: Taken, rate: float, started: float
) -> EpochResult:
    """The epoch's figures on validation; keeps the averaged weights if they are the best so far."""
    network = state.averaged.kept()
    result = judged(
        network,
        course,
        normalise,
        epoch=state.epoch + 1,
        learned=learned,
        rate=rate,
        started=started,
    )
    score = result.score(course.recipe.judged_on)
    if result.side != course.recipe.side or (state.best and score <= state.best_score):
        return result
    state.best, state.best_score = copy.deepcopy(network.state_dict()), score
    return replace(result, kept=True)


def _progress(
    note: str,
    state: State,
    course: Course,
    step: int = 0,
    loss: float | None = None,
    rate: float = 0.0,
    finished: EpochResult | None = None,
) -> TrainProgress:
    left = _seconds_left(state, course, step, rate)
    epoch = min(state.epoch + (finished is None), course.recipe.epochs)
    return TrainProgress(note, epoch, course.recipe.epochs, step, course.steps, rate, loss, left, finished)


def _seconds_left(state: State, course: Course, step: int, rate: float) -> float | None:
    """Reckoned from this epoch's rate: a picture costs what its pixels cost."""
    if not rate:
        return None
    recipe = course.recipe
    now = recipe.side_at(state.epoch) ** 2
    ahead = sum(recipe.side_at(epoch) ** 2 for epoch in range(state.epoch, recipe.epochs)) / now
    return (ahead - step / course.steps) * len(course.train) / rate
