"""A study of a network that learns in seconds."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from screener.training.progress import TrainProgress
from screener.training.request import TrainRequest
from screener.training.studies.results import StudyResult, TrialResult, write_results

STUDY = """
title = "Does a small network learn squares?"
task = "pneumonia"
data = "drawn films"
source = "nobody"
notes = ["Films are drawn."]

[recipe]
stages = "24x3"
batch = 8
lr = 0.01
strength = 0.5
validation = 0.25

[quick]
pictures = 12
side = 16
epochs = 1

[[trials]]
name = "tiny-{optimiser}"
model = "tiny"
group = "optimisers"
grid = { optimiser = ["adam", "sgd"] }

[[trials]]
name = "tiny-deep"
model = "tiny"
start = true
depth = 3
without_start = { batch = 16 }
theirs = { on = "validation", accuracy = 0.6, f1 = { pneumonia = 0.7, normal = 0.5 } }

[[plots]]
name = "optimisers"
kind = "curves"
title = "Optimisers"
group = "optimisers"

[[plots]]
name = "depth"
kind = "line"
title = "Accuracy against depth"
group = "models"
x = "depth"
x_label = "layers"
"""

Studier = Callable[..., StudyResult]
"""The fixture `studier`: from an output folder, a progress callback and fields of `StudyRequest`."""


def train_here(request: TrainRequest, log: Path, report: Callable[[TrainProgress], None]) -> None:
    """Train in this process, which knows the small network."""
    from screener.training.run import run

    run(request, report)


def without(studied: StudyResult, trial: str, out: Path) -> Path:
    """A copy of the study in which one trial was never done."""
    shutil.copytree(studied.out, out)
    shutil.rmtree(out / "trials" / trial)
    left = tuple(one if one.trial.name != trial else TrialResult(one.trial) for one in studied.trials)
    write_results(replace(studied, trials=left, out=out))
    return out
