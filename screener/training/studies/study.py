"""What a study is. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

TEST, VALIDATION, ELSEWHERE = "test", "validation", "elsewhere"
"""The pictures that a figure may be measured on; the last are theirs alone, without a verdict on ours."""

STRESSED = {"stressed_accuracy": "accuracy under stress", "stressed_auc": "AUC under stress"}
"""Figures on the validation pictures under stress (`training.stress`), and their names for a reader."""

MEASURES = {
    "accuracy": "accuracy",
    "recall": "recall",
    "precision": "precision",
    "f1": "F1",
    "f1_weighted": "weighted F1",
    "auc": "AUC",
    "loss": "loss",
    **STRESSED,
}
"""Figures of a trial, in the order of a table, and their names; a class's own F1 is called `f1.CLASS`."""

EPOCH = {
    "loss": "Loss, training",
    "accuracy": "Accuracy, training",
    "validation_loss": "Loss, validation",
    "validation_accuracy": "Accuracy, validation",
    "validation_auc": "AUC, validation",
}
"""Figures of an epoch, as a history calls them, and their names for a reader."""

CURVES = {"accuracy": "validation_accuracy", "auc": "validation_auc", "loss": "validation_loss"}
"""The measures that every epoch has, and which of `EPOCH` they are."""

DEPTH = "depth"
"""What a plot calls the layers of its trials; any other `x` is a field of the recipe that is a number."""

GROUP = "models"
"""The group of a trial, and of a plot, that names none."""

LOWER_IS_BETTER = frozenset(("loss",))


@dataclass(frozen=True, slots=True)
class Theirs:
    """What somebody published for a trial.

    Attributes:
        on: `test` or `validation`.
        pictures: which those were, in words.
        figures: measure -> value, the one that counts first.
    """

    on: str
    pictures: str
    figures: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Small:
    """How a quick run is made small.

    Attributes:
        pictures: of each class, the same ones for every trial.
        side: pixels on a side; a trial may have its own, where its network needs more.
        epochs: of each trial.
        settings: further changes of the recipe.
    """

    pictures: int = 40
    side: int = 64
    epochs: int = 2
    settings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """One training of a study.

    Attributes:
        name: unique in the study, and a folder's name.
        base: the name without its seed: trials of one base are repetitions.
        model: an architecture.
        group: of the trials that it is compared with.
        settings: `NAME=VALUE` changes of the recipe.
        start: whether it begins from weights that were trained on photographs.
        unstarted: further settings where there are no such weights at hand.
        limit: pictures it may use, the first by name; 0 for all.
        depth: layers with weights; 0 where that says nothing.
        small_side: pixels on a side in a quick run; 0 for the study's.
        quick: whether a quick run has it.
        theirs: the published figures; None where there are none.
        note: what a reader should know.
        seed: of split, weights and draws.
    """

    name: str
    base: str
    model: str
    group: str
    settings: tuple[str, ...]
    start: bool = False
    unstarted: tuple[str, ...] = ()
    limit: int = 0
    depth: int = 0
    small_side: int = 0
    quick: bool = True
    theirs: Theirs | None = None
    note: str = ""
    seed: int = 0

    def setting(self, field: str) -> str:
        """The value that a recipe's field has here; "" where the trial does not say."""
        said = [text.partition("=")[2] for text in self.settings if text.partition("=")[0] == field]
        return said[-1] if said else ""


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture of a study.

    Attributes:
        name: the file's, without a suffix.
        kind: `curves`, a line a trial over its epochs, or `line`, a point a trial.
        title: above it.
        group: of the trials shown.
        measure: of `MEASURES`, upwards.
        x: for `line`: `depth`, or a field of the recipe whose value is a number.
        x_label: what that is.
        times: the value is multiplied by it.
    """

    name: str
    kind: str
    title: str
    group: str
    measure: str = "accuracy"
    x: str = ""
    x_label: str = ""
    times: float = 1.0


@dataclass(frozen=True, slots=True)
class Study:
    """Experiments of one question.

    Attributes:
        name: `R0-binary`.
        title: the question, for a reader.
        task: a task's name, or the path of a task TOML.
        data: which data it is for, in words.
        source: who did it first.
        notes: what differs from theirs, one sentence or two each.
        measure: of `MEASURES`: by which the best of a group is told.
        seeds: of the repetitions.
        trials: see `Trial`, seed 0.
        small: see `Small`.
        plots: see `Plot`.
        drop_blank: whether near-white and near-black pictures are left out.
    """

    name: str
    title: str
    task: str
    data: str
    source: str
    notes: tuple[str, ...]
    measure: str
    seeds: tuple[int, ...]
    trials: tuple[Trial, ...]
    small: Small
    plots: tuple[Plot, ...] = ()
    drop_blank: bool = False

    @property
    def groups(self) -> tuple[str, ...]:
        """In the order of their first trials."""
        return tuple(dict.fromkeys(trial.group for trial in self.trials))
