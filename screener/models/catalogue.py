"""Which trained models are here, and which one a name means."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from screener.errors import ModelError, UnknownName, UsageError
from screener.models.card import CARD, ModelCard, read_card, verify
from screener.models.ranking import best
from screener.records import Task
from screener.records.real_path import resolved
from screener.tasks.load import NAMES, load_task, read_task, task_named

BEST = "best"
"""Stands for a task's best model, by its card."""

VARIABLE = "SCREENER_WEIGHTS"
"""Names a folder of model folders, read before the installed ones."""

TASK = "task.toml"
"""What a model folder calls its task, where that is the user's own."""

DEFAULT = NAMES[0]
"""The task where neither it nor a model is named."""


@dataclass(frozen=True, slots=True)
class Installed:
    """A model folder and its card."""

    folder: Path
    card: ModelCard


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A model folder whose card cannot be read, and why."""

    folder: Path
    error: ModelError


def shipped() -> Path:
    """The folder of the models that come with the program: inside the package, or the checkout's weights/."""
    package = resolved(Path(__file__)).parent.parent
    inside = package / "_weights"
    return inside if inside.is_dir() else package.parent / "weights"


def places(weights: Path | None = None) -> tuple[Path, ...]:
    """The folders that models are looked for in, first come first served.

    Raises:
        UsageError: `weights`, or the folder that SCREENER_WEIGHTS names, does not exist.
    """
    named = os.environ.get(VARIABLE)
    found = [(weights, "--weights"), (Path(named) if named else None, VARIABLE)]
    for folder, origin in found:
        if folder is not None and not folder.is_dir():
            raise UsageError(f"{origin} names {folder}, which is not a folder")
    return (*(folder for folder, _ in found if folder is not None), shipped())


def installed(weights: Path | None = None) -> list[Installed]:
    """Every model that can be found, sorted by name; of two with one name the first of `places`.

    Raises:
        ModelError: a card cannot be read, and its model might be the one that is wanted.
    """
    models, unreadable = sorted_out(weights)
    for one in unreadable:
        raise one.error
    return models


def sorted_out(weights: Path | None = None) -> tuple[list[Installed], list[Unreadable]]:
    """The models of `installed`, and the model folders that cannot be read."""
    found: dict[str, Installed] = {}
    unreadable = []
    for root in places(weights):
        for card_path in (root / CARD, *sorted(root.glob(f"*/{CARD}"))):
            folder = card_path.parent
            try:
                card = read_card(folder) if card_path.is_file() else None
            except ModelError as error:
                unreadable.append(Unreadable(folder, error))
                continue
            if card is not None:
                found.setdefault(card.name, Installed(folder, card))
    return [found[name] for name in sorted(found)], unreadable


def task_for(task: str, model: str, weights: Path | None = None) -> Task:
    """The task that is meant where a task and a model are named.

    Args:
        task: a task's name or TOML; "" for the model's, and where none is named for `DEFAULT`.
        model: see `find_model`.
        weights: see `places`.

    A model folder of a task of the user's own has that task in it, so that nobody needs its TOML.

    Raises:
        UnknownName: no such task.
        DataError: a task's TOML cannot be read, or is no task.
        ModelError: the model folder's card cannot be read, or its task was altered.
    """
    named = _named(model, weights)
    if named is None or task not in ("", named.card.task):
        return task_named(task or DEFAULT)
    if TASK not in named.card.files:
        return load_task(named.card.task)
    verify(named.card, named.folder, only=(TASK,))
    return read_task(named.folder / TASK, named.card.task)


def kind_of(model: Installed) -> str:
    """What a model reads, `film` or `patch`, by its task; `film` where that is not known."""
    own = model.folder / TASK
    if own.is_file():
        return read_task(own, model.card.task).kind
    return load_task(model.card.task).kind if model.card.task in NAMES else "film"


def _named(model: str, weights: Path | None) -> Installed | None:
    """The model that `model` means by itself, a folder or a full name; else None."""
    folder = Path(model)
    if (folder / CARD).is_file():
        return Installed(folder, read_card(folder))
    if model == BEST:
        return None
    return called(model, installed(weights))


def called(name: str, models: Iterable[Installed]) -> Installed | None:
    """The one of `models` whose card, or else whose folder, is called `name`."""
    models = tuple(models)
    by_card = (model for model in models if model.card.name == name)
    return next(by_card, None) or next((model for model in models if model.folder.name == name), None)


def find_model(name: str, task: str, weights: Path | None = None) -> Installed:
    """The model that `name` means: an architecture of the task, a model's full name, or a model folder.

    `best` is the task's best by its card (`ranking`), of the first of `places` that has any for the task: a
    folder named by the user goes before the models that come with the program.

    Raises:
        UnknownName: none of these; the message gives the near matches.
        UsageError: a model was found, but for another task, or there is none for the task.
    """
    if (Path(name) / CARD).is_file():
        folder = resolved(Path(name))
        return _of_task(Installed(folder, read_card(folder)), task)
    models = installed(weights)
    if name == BEST:
        return _best_of(models, task, weights)
    for model in models:
        if name == model.card.architecture and task == model.card.task:
            return model
    if (found := called(name, models)) is not None:
        return _of_task(found, task)
    others = sorted({m.card.task for m in models if m.card.architecture == name})
    if others:
        raise UsageError(f"there is no {name} for the task '{task}', only for {', '.join(others)}")
    if "/" in name or os.sep in name:
        raise ModelError(f"{name} is not a model folder: it has no {CARD}")
    raise UnknownName("model", name, {m.card.architecture for m in models} | {m.card.name for m in models})


def _best_of(models: list[Installed], task: str, weights: Path | None) -> Installed:
    fitting = [model for model in models if model.card.task == task]
    for root in places(weights):
        here = [model for model in fitting if root in (model.folder, model.folder.parent)]
        if here:
            chosen = best([model.card for model in here])
            return next(model for model in here if model.card is chosen)
    others = sorted({model.card.task for model in models})
    known = f"; there are some for {', '.join(others)}" if others else ""
    raise UsageError(f"no model is installed for the task '{task}'{known}. Name a folder with --weights")


def _of_task(model: Installed, task: str) -> Installed:
    if model.card.task != task:
        raise UsageError(f"model {model.card.name} is for --task {model.card.task}, not {task}")
    return model
