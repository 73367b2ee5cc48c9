"""The trainings that a run of a study is: all of it, or made small, repeated, or only some."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from screener.errors import UsageError
from screener.training.studies.study import Study, Trial


def planned(study: Study, *, quick: bool, seeds: int = 0, only: Sequence[str] = ()) -> tuple[Trial, ...]:
    """The trials to run, in their order, repetitions of one side by side.

    Args:
        study: whose.
        quick: whether they are made small.
        seeds: repetitions, of the seeds 0, 1 and so on; 0 for the study's own, of which a quick run
            takes one.
        only: patterns (`*`, `?`) of names, with or without the seed; none for all.

    Raises:
        UsageError: a pattern that no trial's name is like.
    """
    chosen = tuple(range(seeds)) if seeds else study.seeds[: 1 if quick else None]
    trials = [_small(trial, study) if quick else trial for trial in study.trials if trial.quick or not quick]
    repeated = [_seeded(trial, seed, len(chosen) > 1) for trial in trials for seed in chosen]
    for pattern in only:
        if not any(_like(trial, pattern) for trial in repeated):
            names = ", ".join(trial.name for trial in repeated)
            raise UsageError(f"--only {pattern}: study {study.name} has no such trial; it has {names}")
    return tuple(trial for trial in repeated if not only or any(_like(trial, pattern) for pattern in only))


def _like(trial: Trial, pattern: str) -> bool:
    return fnmatchcase(trial.name, pattern) or fnmatchcase(trial.base, pattern)


def _small(trial: Trial, study: Study) -> Trial:
    small = study.small
    kept = (setting for setting in trial.settings if not setting.startswith("patience="))
    stages = f"stages={trial.small_side or small.side}x{small.epochs}"
    # Trying which precision is faster takes longer than such a training.
    return replace(trial, settings=(*kept, stages, "precision=float32", *small.settings))


def _seeded(trial: Trial, seed: int, told: bool) -> Trial:
    name = f"{trial.base}-seed{seed}" if told else trial.base
    return replace(trial, name=name, seed=seed, settings=(*trial.settings, f"seed={seed}"))
