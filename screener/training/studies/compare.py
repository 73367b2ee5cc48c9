"""Theirs beside ours: the lines of a study's one table, the same in the terminal, in Excel and on a page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from screener.training.studies.results import FAILED, FINISHED, WAITING, StudyResult, TrialResult
from screener.training.studies.study import ELSEWHERE, LOWER_IS_BETTER, MEASURES, TEST, VALIDATION

QUICK = (
    "A quick run: few small pictures and a handful of steps, to see that everything works. Its figures say "
    "nothing of the models and are not to be compared with anybody's."
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table.

    Attributes:
        group: of the trial.
        trial: its base name, on its first line; the same on the others.
        model: its architecture.
        whose: `theirs` or `ours`.
        on: `test` or `validation`, and in theirs on which pictures; in ours how many repetitions.
        figures: measure -> value.
        best: whether it is the best of ours in its group, by the study's measure.
        verdict: in ours, whether the published figure was reached; "" where that cannot be said.
        state: `finished`, `failed` or `waiting`.
        why: it failed.
    """

    group: str
    trial: str
    model: str
    whose: str
    on: str
    figures: Mapping[str, float]
    best: bool = False
    verdict: str = ""
    state: str = FINISHED
    why: str = ""


def measure_name(measure: str) -> str:
    """A measure as a reader knows it: `F1 of virus`."""
    kind, _, label = measure.partition(".")
    return f"{MEASURES[kind]} of {label}" if label else MEASURES[measure]


def lines_of(result: StudyResult) -> tuple[Line, ...]:
    """The table: of each trial theirs, ours on validation, and ours on test where it was measured."""
    repeated: dict[str, list[TrialResult]] = defaultdict(list)
    for one in result.trials:
        repeated[one.trial.base].append(one)
    best = _best(result, repeated)
    lines: list[Line] = []
    for base, runs in repeated.items():
        lines += _of_trial(result, base, runs, best.get(runs[0].trial.group) == base)
    order = list(dict.fromkeys(line.group for line in lines))
    return tuple(sorted(lines, key=lambda line: order.index(line.group)))


def verdicts(result: StudyResult) -> tuple[str, ...]:
    """What can be said of the published figures, a sentence a trial that has one; none of a quick run."""
    return tuple(f"{line.trial}: {line.verdict}" for line in lines_of(result) if line.verdict)


def cautions(result: StudyResult) -> tuple[str, ...]:
    """What a reader must know of the run before its figures, one sentence or two each."""
    found = [QUICK] if result.quick else []
    for state, words in ((FAILED, "failed"), (WAITING, "not done yet")):
        if number := sum(one.state == state for one in result.trials):
            found.append(f"{number} of {len(result.trials)} trials {words}")
    if not result.test_pictures:
        found.append(
            "No labelled test pictures were measured on: ours are on pictures kept aside from the same "
            "source, which is kinder than a test"
        )
    return tuple(found)


def _of_trial(result: StudyResult, base: str, runs: Sequence[TrialResult], best: bool) -> list[Line]:
    trial = runs[0].trial
    lines = []
    if trial.theirs:
        on = f"{trial.theirs.on}, {trial.theirs.pictures}" if trial.theirs.pictures else trial.theirs.on
        lines.append(Line(trial.group, base, trial.model, "theirs", on, trial.theirs.figures))
    finished = [one for one in runs if one.state == FINISHED]
    if not finished:
        state = FAILED if any(one.state == FAILED for one in runs) else runs[0].state
        why = next((one.why for one in runs if one.why), "")
        return [*lines, Line(trial.group, base, trial.model, "ours", "", {}, state=state, why=why)]
    sides = {VALIDATION: [one.validation for one in finished], TEST: [one.test for one in finished]}
    for side, figures in sides.items():
        if not all(figures):
            continue
        times = f", mean of {len(figures)} seeds" if len(figures) > 1 else ""
        mean = _mean(figures)
        verdict = "" if result.quick else _verdict(trial.theirs.figures if trial.theirs else {}, mean)
        said = _qualified(verdict, trial.theirs.on if trial.theirs else side, side, bool(sides[TEST][0]))
        lines.append(
            Line(
                trial.group,
                base,
                trial.model,
                "ours",
                f"{side}{times}",
                mean,
                best,
                said,
                why=_failures(runs),
            )
        )
    return lines


def _failures(runs: Sequence[TrialResult]) -> str:
    failed = [one for one in runs if one.state == FAILED]
    return f"{len(failed)} of {len(runs)} seeds failed: {failed[0].why}" if failed else ""


def _mean(figures: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Of the figures that every repetition has: a precision is not defined where nothing was called so."""
    known = [name for name in figures[0] if all(name in one for one in figures)]
    return {name: sum(one[name] for one in figures) / len(figures) for name in known}


def _verdict(theirs: Mapping[str, float], ours: Mapping[str, float]) -> str:
    """Whether ours reach theirs in the first of their figures that we have."""
    for name, value in theirs.items():
        if name in ours:
            reached = ours[name] <= value if name in LOWER_IS_BETTER else ours[name] >= value
            said = f"{measure_name(name)} {ours[name]:.3f} against {value:.3f}"
            return f"{'reached' if reached else 'not reached'}, {said}"
    return ""


def _qualified(verdict: str, theirs_on: str, ours_on: str, tested: bool) -> str:
    """The verdict where both were measured on the same kind of pictures; else what it is worth."""
    if theirs_on == ELSEWHERE:
        return ""
    if not verdict or theirs_on == ours_on:
        return verdict
    if theirs_on == TEST and not tested:
        return f"{verdict}, but ours on validation and theirs on test, which is harder"
    return ""


def _best(result: StudyResult, repeated: Mapping[str, Sequence[TrialResult]]) -> dict[str, str]:
    """By group: the trial whose validation figure is the best."""
    sign = -1.0 if result.measure in LOWER_IS_BETTER else 1.0
    found: dict[str, tuple[float, str]] = {}
    for base, runs in repeated.items():
        figures = [one.validation for one in runs if one.state == FINISHED]
        if not figures or result.measure not in figures[0]:
            continue
        value = sign * _mean(figures)[result.measure]
        group = runs[0].trial.group
        if group not in found or value > found[group][0]:
            found[group] = (value, base)
    return {group: base for group, (_, base) in found.items()}
