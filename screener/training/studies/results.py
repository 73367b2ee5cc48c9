"""What a study's trials came to, and how that is kept between runs: results.json."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from screener.errors import OutputError, UsageError
from screener.models.card import CARD, ModelCard
from screener.records.swap import swap_in
from screener.training.learning.history import HISTORY
from screener.training.studies.study import EPOCH, STRESSED, Theirs, Trial

RESULTS = "results.json"
TRIALS = "trials"
_SCHEMA = 1

FINISHED, FAILED, WAITING = "finished", "failed", "waiting"
"""What may have become of a trial."""


@dataclass(frozen=True, slots=True)
class TrialResult:
    """One trial, and what it reached.

    Attributes:
        trial: see `Trial`.
        state: `finished`, `failed` or `waiting`.
        why: it failed, in a line; "" otherwise.
        validation: measure -> value, of the exported model on the pictures kept aside.
        test: the same on the data's test pictures; empty where there are none.
        epochs: done.
        mean_accuracy: of all epochs on validation; None before there is one.
        mean_training_accuracy: of all epochs on training pictures; None where not all epochs have it.
        curves: by measure, a value an epoch.
        recipe: every field of it.
        notes: of its training.
        pictures: learned from and validated on.
        seconds: of its epochs.
    """

    trial: Trial
    state: str = WAITING
    why: str = ""
    validation: Mapping[str, float] = field(default_factory=dict)
    test: Mapping[str, float] = field(default_factory=dict)
    epochs: int = 0
    mean_accuracy: float | None = None
    mean_training_accuracy: float | None = None
    curves: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    recipe: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    pictures: tuple[int, int] = (0, 0)
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class StudyResult:
    """A study's run.

    Attributes:
        study: its name.
        title: see `Study`.
        measure: see `Study`.
        source: see `Study`.
        notes: see `Study`.
        quick: whether it was made small.
        data: the data folder as it was typed.
        pictures: label -> how many could be used.
        test_pictures: how many test pictures the trials were measured on.
        program: "screener 0.1.0".
        day: ISO 8601.
        device: as it was asked for.
        trials: in the order of the study.
        out: the folder.
        listing: of the pictures, from `example.listing`; "" in a run of an earlier version.
    """

    study: str
    title: str
    measure: str
    source: str
    notes: tuple[str, ...]
    quick: bool
    data: str
    pictures: Mapping[str, int]
    test_pictures: int
    program: str
    day: str
    device: str
    trials: tuple[TrialResult, ...]
    out: Path = Path()
    listing: str = ""

    def of(self, name: str) -> TrialResult:
        """The trial called `name`."""
        return next(result for result in self.trials if result.trial.name == name)

    def with_trial(self, own: TrialResult) -> StudyResult:
        """This run with one trial's result in its place."""
        trials = (own if own.trial.name == result.trial.name else result for result in self.trials)
        return replace(self, trials=tuple(trials))

    def with_kept(self, before: StudyResult) -> StudyResult:
        """This run with what an earlier one finished; trials that it does not ask for come last.

        A trial whose model folder was removed is to be trained again.
        """
        kept = {
            one.trial.name: one
            for one in before.trials
            if one.state == FINISHED and (self.out / TRIALS / one.trial.name / CARD).is_file()
        }
        mine = []
        for one in self.trials:
            known = kept.get(one.trial.name)
            mine.append(known if known is not None and known.trial == one.trial else one)
        names = {one.trial.name for one in self.trials}
        return replace(self, trials=(*mine, *(one for name, one in kept.items() if name not in names)))

    @property
    def exit_code(self) -> int:
        """0 every trial is finished, 3 some are not, 1 none is."""
        finished = [result.state == FINISHED for result in self.trials]
        return 0 if all(finished) else 3 if any(finished) else 1

    @property
    def measures(self) -> tuple[str, ...]:
        """Those that a table of this study has: its own, and all that somebody published."""
        said = [name for result in self.trials if result.trial.theirs for name in result.trial.theirs.figures]
        stressed = tuple(STRESSED) if self.measure in STRESSED else ()
        return tuple(dict.fromkeys((self.measure, *said, *stressed, "accuracy", "auc")))


def result_of(trial: Trial, card: ModelCard, folder: Path) -> TrialResult:
    """What the model folder of a finished trial says of it, test pictures apart."""
    with (folder / HISTORY).open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    curves = {
        name: tuple(float(row[name]) for row in rows) for name in EPOCH if all(row.get(name) for row in rows)
    }
    split = card.training["data"]["pictures"]
    return TrialResult(
        trial=trial,
        state=FINISHED,
        validation=validation_figures(card),
        epochs=len(rows),
        mean_accuracy=_mean(curves.get("validation_accuracy")),
        mean_training_accuracy=_mean(curves.get("accuracy")),
        curves=curves,
        recipe=card.training["recipe"],
        notes=tuple(card.training["notes"]),
        pictures=(sum(split["train"].values()), sum(split["validation"].values())),
        seconds=float(card.training["seconds"]),
    )


def _mean(values: tuple[float, ...] | None) -> float | None:
    return sum(values) / len(values) if values else None


def validation_figures(card: ModelCard) -> dict[str, float]:
    """Measure -> value of the card's validation figures; precision, recall and F1 of the positive class."""
    metrics = {name: value for name in card.metrics if (value := card.measured(name)) is not None}
    support = card.training["data"]["pictures"]["validation"]
    f1 = {label: metrics[f"f1_{label}"] for label in card.labels}
    multiple = len(card.labels) > 2
    found = {
        "accuracy": metrics["accuracy"],
        "auc": metrics["mean_auc" if multiple else "auc"],
        "loss": metrics["log_loss"],
        "f1_weighted": sum(f1[label] * support[label] for label in f1) / sum(support.values()),
        "stressed_accuracy": metrics["stress_accuracy"],
        "stressed_auc": metrics["stress_mean_auc" if multiple else "stress_auc"],
    }
    if not multiple:
        found |= {name: metrics[f"{name}_{card.positive[0]}"] for name in ("precision", "recall", "f1")}
    found |= {f"f1.{label}": value for label, value in f1.items()}
    return {name: float(value) for name, value in found.items()}


def write_results(result: StudyResult) -> None:
    """Write results.json, whole or not at all.

    Raises:
        OutputError: it cannot be written.
    """
    path = result.out / RESULTS
    fields = {"schema": _SCHEMA, **asdict(replace(result, out=Path()))}
    del fields["out"]
    part = path.with_name(f".{path.name}")
    try:
        part.write_text(json.dumps(fields, indent=1, ensure_ascii=False) + "\n", "utf-8")
        swap_in(part, path)
    except OSError as error:
        raise OutputError(f"{path}: {error.strerror or error}; choose another place with --out") from error


def are_lost(out: Path) -> bool:
    """Whether the folder `out` has a study's models, but no results.json, or one that was cut short."""
    if not (out / TRIALS).is_dir():
        return False
    try:
        json.loads((out / RESULTS).read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return True
    except OSError:  # it is there, and `read_results` tells what is wrong with it
        return False
    return False


def read_results(out: Path) -> StudyResult:
    """The run that `write_results` kept in the folder `out`.

    Raises:
        UsageError: there is none, or not one that this version can read.
    """
    path = out / RESULTS
    try:
        fields = json.loads(path.read_text("utf-8"))
        if fields.pop("schema") != _SCHEMA:
            raise ValueError(f"its schema is not {_SCHEMA}")
        trials = tuple(_trial_result(found) for found in fields.pop("trials"))
        fields["notes"] = tuple(fields["notes"])
        return StudyResult(**fields, trials=trials, out=out)
    except OSError as error:
        raise UsageError(f"{out} holds no study: {RESULTS}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{path} is not a study result that this version can read ({error!r})") from error


def _trial_result(found: dict[str, Any]) -> TrialResult:
    trial = found.pop("trial")
    theirs = trial.pop("theirs")
    for name in ("settings", "unstarted"):
        trial[name] = tuple(trial[name])
    found["notes"], found["pictures"] = tuple(found["notes"]), tuple(found["pictures"])
    found["curves"] = {name: tuple(values) for name, values in found["curves"].items()}
    return TrialResult(trial=Trial(**trial, theirs=Theirs(**theirs) if theirs else None), **found)
