"""`screener study`: the experiments of a study, one training after the other, and what they came to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from screener.commands.extras import need_training
from screener.errors import OutputError, OutputTaken, Stopped, UsageError
from screener.tasks.load import task_named
from screener.training.studies.load import NAMES, study_named
from screener.training.studies.planned import planned
from screener.training.studies.results import RESULTS, StudyResult, are_lost, read_results

if TYPE_CHECKING:
    from screener.training.progress import TrainProgress
    from screener.training.studies.results import TrialResult
    from screener.training.studies.runner import Train
    from screener.training.studies.study import Study

__all__ = ["StudyProgress", "StudyRequest", "StudyResult", "list_studies", "run_study", "show_study"]

IMAGENET = "imagenet"
"""What `--starts` reads for torchvision's published weights, as `screener train --pretrained` does."""


@dataclass(frozen=True, slots=True)
class StudyRequest:
    """What `screener study run` was asked for.

    Attributes:
        study: a study's name, or a TOML.
        data: as for `TrainRequest`; its test pictures, where it has any, only measure finished trials.
        out: the folder of trials and reports; None for one named like the study, here.
        quick: whether it is made small.
        only: patterns of trials' names; none for all.
        seeds: repetitions of each trial; 0 for the study's own.
        starts: a folder of weights to start from, a file named like each architecture; or `imagenet` for
            what torchvision publishes, which is fetched where it is not at hand.
        cache: see `TrainRequest`. So are the rest.
        device: see there.
        threads: see there.
        skip_unreadable: whether files that cannot be decoded are left out.
    """

    study: str
    data: Path
    out: Path | None = None
    quick: bool = False
    only: tuple[str, ...] = ()
    seeds: int = 0
    starts: Path | None = None
    cache: Path | None = None
    device: str = "auto"
    threads: int = 0
    skip_unreadable: bool = False


@dataclass(frozen=True, slots=True)
class StudyProgress:
    """How far a study has come.

    Attributes:
        trial: its name.
        number: of the trial, from 1.
        trials: of the study.
        training: of the trial; None where there is none going on.
        ended: the trial that has just ended, in the one report that tells of it; else None.
    """

    trial: str
    number: int
    trials: int
    training: TrainProgress | None = None
    ended: TrialResult | None = None


def list_studies() -> tuple[Study, ...]:
    """The studies that come with the program."""
    return tuple(study_named(name) for name in NAMES)


def show_study(name: str) -> Study | StudyResult:
    """What came of the run in the folder `name`, or what the study of that name would do.

    Raises:
        UnknownName: it is neither a folder nor a study, or no task or architecture of the study's is known.
        UsageError: a folder or TOML that is no study's.
    """
    if Path(name).is_dir():
        return read_results(Path(name))
    study = study_named(name)
    task_named(study.task)
    if find_spec("torch") is not None:  # without which nobody knows the architectures
        from screener.models.architectures import architecture_named

        for trial in study.trials:
            architecture_named(trial.model)
    return study


def run_study(
    request: StudyRequest, progress: Callable[[StudyProgress], None], train: Train | None = None
) -> StudyResult:
    """What the trials of a study came to; those that are finished already are not done again.

    A trial that fails does not end the study. Reports are written when it ends, in whatever way.

    Args:
        request: see `StudyRequest`.
        progress: told of every trial.
        train: trains one trial; None for a process of its own.

    Raises:
        MissingExtra: a part of the extra `train` is not installed.
        UnknownName: no such study, architecture or device.
        UsageError: a study or an option that cannot be meant.
        OutputTaken: the folder holds another study, or the same on other data.
        OutputError: the folder cannot be written.
        DataError: the data cannot be used.
        Stopped: Ctrl-C; what is finished is kept, and the same command goes on.
    """
    need_training("a study")
    from screener.training.learning.device import choose_compute
    from screener.training.studies.apart import train_apart
    from screener.training.studies.runner import Runner, Tools
    from screener.training.studies.sight import Sight
    from screener.training.studies.write import write_reports

    study = study_named(request.study)
    choose_compute(request.device, "float32")  # else trial after trial would fail for it
    trials = planned(study, quick=request.quick, seeds=request.seeds, only=request.only)
    out = _place(request, study)
    tools = Tools(
        _starts(request.starts),
        request.cache,
        request.device,
        request.threads,
        request.skip_unreadable,
        train or train_apart,
        _tested,
    )
    runner = Runner(Sight(study, request.data, request.quick, out), trials, tools)
    result = _claimed(runner.fresh(), out)
    try:
        for number, trial in enumerate(trials, 1):

            def tell(training: TrainProgress, number: int = number, name: str = trial.name) -> None:
                progress(StudyProgress(name, number, len(trials), training))

            result = runner.done(result, trial, tell)
            progress(StudyProgress(trial.name, number, len(trials), ended=result.of(trial.name)))
    except (Stopped, KeyboardInterrupt):
        write_reports(study, read_results(out))
        raise Stopped(
            f"stopped; finished trials and epochs are kept in {out}: the same command continues from there"
        ) from None
    write_reports(study, result)
    return result


def _place(request: StudyRequest, study: Study) -> Path:
    """The folder of trials and reports.

    Raises:
        UsageError: it lies among the pictures, and would be learned from the next time.
    """
    named = request.out or Path(f"study-{study.name}{'-quick' if request.quick else ''}")
    out, data = named.absolute(), request.data.absolute()
    if data.is_dir() and out.is_relative_to(data):
        raise UsageError(f"--out {named} lies among the pictures of --data; name a folder elsewhere")
    return out


def _starts(folder: Path | None) -> Path | None:
    if folder is not None and not folder.is_dir() and str(folder) != IMAGENET:
        raise UsageError(f"--starts {folder}: there is no such folder; name one, or {IMAGENET}")
    return folder


def _claimed(fresh: StudyResult, out: Path) -> StudyResult:
    """`fresh` with what is kept in `out` already.

    Where the models of a study are there without the results, these are made again, from the models.

    Raises:
        OutputTaken: the folder holds something else.
        OutputError: it cannot be made.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"--out {out}: {error.strerror}; name another folder") from error
    if are_lost(out):
        return fresh
    if not (out / RESULTS).is_file():
        if any(out.iterdir()):
            raise OutputTaken(f"--out {out} holds something that is no study; name another folder")
        return fresh
    before = read_results(out)
    for what, old, new in (
        ("study", before.study, fresh.study),
        ("size", _size(before.quick), _size(fresh.quick)),
        ("data", before.pictures, fresh.pictures),
    ):
        if old != new:
            raise OutputTaken(f"--out {out} holds a study with another {what} ({old}); name another folder")
    if before.listing and before.listing != fresh.listing:
        raise OutputTaken(f"--out {out} holds a study on other data ({before.data}); name another folder")
    return fresh.with_kept(before)


def _size(quick: bool) -> str:
    return "quick" if quick else "full"


def _tested(model: Path, films: tuple[Path, str], task: str, out: Path, device: str) -> Mapping[str, float]:
    """Measure -> value of a trained model on labelled test pictures, measured as `screener evaluate` does."""
    from screener.commands.evaluate import EvaluateRequest, evaluate

    data, split = films
    request = EvaluateRequest(
        data=data, task=task, model=str(model), split=split, out=out, device=device, gate=False, rescan=True
    )
    found = evaluate(request, lambda step: None).evaluation
    classes: Sequence[str] = found.subject.classes
    binary = found.is_binary
    figures = {
        "accuracy": found.figure("all", "", "accuracy"),
        "f1_weighted": found.figure("all", "", "f1_weighted"),
        "auc": found.figure("score", "", "auc") if binary else found.figure("all", "", "auc_one_vs_rest"),
        **{f"f1.{name}": found.figure("class", name, "f1") for name in classes},
    }
    if binary:
        positive = found.subject.positive[0]
        figures |= {name: found.figure("class", positive, name) for name in ("precision", "recall", "f1")}
    return {name: figure.value for name, figure in figures.items() if figure is not None}
