"""One trial after the other: its start, its training, its figures."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from screener import __version__
from screener.errors import OutputError, ScreenerError, Stopped, UsageError
from screener.models.card import CARD, read_card
from screener.training.labelled.example import TRAIN, VALIDATION, listing
from screener.training.labelled.labels import find_examples
from screener.training.labelled.splits import SPLIT, names_in
from screener.training.plan import Plan, make_plan
from screener.training.progress import TrainProgress
from screener.training.request import DataOptions, TrainRequest
from screener.training.studies.apart import TrialFailed
from screener.training.studies.pictures import count_by_label
from screener.training.studies.results import (
    FAILED,
    FINISHED,
    TRIALS,
    StudyResult,
    TrialResult,
    result_of,
    write_results,
)
from screener.training.studies.sight import Sight
from screener.training.studies.study import Trial

Report = Callable[[TrainProgress], None]
Train = Callable[[TrainRequest, Path, Report], None]
"""Trains as the request says, or raises a `ScreenerError`; see `apart.train_apart`."""

Measure = Callable[[Path, tuple[Path, str], str, Path, str], Mapping[str, float]]
"""From (model folder, labelled pictures and which of them, task, where to, device) to figures on them."""


_AT_RANDOM = "began at random"
"""How the note begins of a trial that wanted weights to start from and had none."""


@dataclass(frozen=True, slots=True)
class Tools:
    """How a study is run; see `commands.study.StudyRequest`.

    Attributes:
        starts: a folder of weights to start from, or the name of published ones.
        cache: of decoded films.
        device: for training and measuring.
        threads: of the CPU.
        skip_unreadable: whether files that cannot be decoded are left out.
        train: see `Train`.
        measure: see `Measure`.
    """

    starts: Path | None
    cache: Path | None
    device: str
    threads: int
    skip_unreadable: bool
    train: Train
    measure: Measure


class Runner:
    """Does the trials of one study; everything it keeps is on disk."""

    def __init__(self, sight: Sight, trials: tuple[Trial, ...], tools: Tools) -> None:
        self._sight = sight
        self._trials = trials
        self._tools = tools
        for trial in trials:
            self._check(trial)

    def fresh(self) -> StudyResult:
        """The study before its first trial."""
        sight = self._sight
        study = sight.study
        return StudyResult(
            study=study.name,
            title=study.title,
            measure=study.measure,
            source=study.source,
            notes=study.notes,
            quick=sight.quick,
            data=str(sight.data),
            pictures=count_by_label(sight.seen(), sight.task.labels),
            test_pictures=len(sight.tests),
            program=f"screener {__version__}",
            day=date.today().isoformat(),
            device=self._tools.device,
            trials=tuple(TrialResult(trial) for trial in self._trials),
            out=sight.out,
            listing=listing(sight.examples),
        )

    def done(self, result: StudyResult, trial: Trial, report: Report) -> StudyResult:
        """`result` with the trial done, kept on disk; a failure is kept too.

        Raises:
            Stopped: Ctrl-C.
            OutputError: the folder cannot be written.
        """
        write_results(result)
        if result.of(trial.name).state == FINISHED:
            return self._told_of_starts(result, trial)
        try:
            own = self._finished(trial, report)
        except (Stopped, OutputError):
            raise
        except ScreenerError as error:
            own = TrialResult(trial, FAILED, why=str(error))
        result = result.with_trial(own)
        write_results(result)
        return result

    def _told_of_starts(self, result: StudyResult, trial: Trial) -> StudyResult:
        """`result`, and of a finished trial that it began at random, where it now would not."""
        own = result.of(trial.name)
        if not any(note.startswith(_AT_RANDOM) for note in own.notes) or self._beginning(trial)[2]:
            return result
        folder = self._sight.out / TRIALS / trial.name
        told = f"{_AT_RANDOM}, before --starts named its weights; remove {folder} to train it from them"
        notes = tuple(told if note.startswith(_AT_RANDOM) else note for note in own.notes)
        result = result.with_trial(replace(own, notes=notes))
        write_results(result)
        return result

    def _finished(self, trial: Trial, report: Report) -> TrialResult:
        settings, start, note = self._beginning(trial)
        out = self._sight.out / TRIALS / trial.name
        if (out / CARD).is_file():
            self._check_made(trial, settings, out)
        else:
            request = self._request(trial, settings, start)
            split = self._sight.split_of(trial, request, report)
            # The split was checked as it was drawn. Seen at another size, another pair of pictures may look
            # alike, and the trial's notes tell of it; the comparison needs the same pictures for all.
            options = replace(request.options, allow_leakage=True)
            request = replace(request, split=split, options=options)
            out.parent.mkdir(parents=True, exist_ok=True)
            self._tools.train(request, out.with_name(f"{trial.name}.log"), report)
        own = result_of(trial, read_card(out), out)
        if note:
            own = replace(own, notes=(note, *own.notes))
        if not self._sight.tests:
            return own
        report(TrainProgress("measuring on the test pictures"))
        place = out.with_name(f"{trial.name}-on-test")
        tested = self._tools.measure(
            out, self._sight.test_data(), self._sight.study.task, place, self._tools.device
        )
        return replace(own, test=tested)

    def _request(self, trial: Trial, settings: tuple[str, ...], start: Path | None) -> TrainRequest:
        return TrainRequest(
            data=self._sight.data_of(trial),
            task=self._sight.study.task,
            model=trial.model,
            out=self._sight.out / TRIALS / trial.name,
            settings=settings,
            pretrained=start,
            cache=self._tools.cache,
            device=self._tools.device,
            threads=self._tools.threads,
            resume=True,
            options=DataOptions(
                drop_blank=self._sight.study.drop_blank, skip_unreadable=self._tools.skip_unreadable
            ),
        )

    def _beginning(self, trial: Trial) -> tuple[tuple[str, ...], Path | None, str]:
        """The trial's settings, the weights it starts from, and what is to be said of them."""
        if not trial.start:
            return trial.settings, None, ""
        starts = self._tools.starts
        if starts is not None and not starts.is_dir():
            return trial.settings, starts, ""  # torchvision's own, by their name
        for name in (f"{trial.model}.safetensors", f"{trial.model}_features.safetensors"):
            if starts is not None and (starts / name).is_file():
                return trial.settings, starts / name, ""
        said = f"{_AT_RANDOM}: no --starts folder with {trial.model}.safetensors"
        if trial.unstarted:
            said += f"; so with {', '.join(trial.unstarted)}"
        return (*trial.settings, *trial.unstarted), None, said

    def _plan(self, trial: Trial, settings: tuple[str, ...]) -> Plan:
        study, nowhere = self._sight.study, self._sight.out / TRIALS / "no such trial"
        return make_plan(
            TrainRequest(self._sight.data, study.task, model=trial.model, out=nowhere, settings=settings)
        )

    def _check(self, trial: Trial) -> None:
        """Refuse before the first step what would fail when its turn comes.

        Raises:
            UsageError: an architecture that is not there, or a recipe that does not suit it.
        """
        try:
            self._plan(trial, self._beginning(trial)[0])
        except UsageError as error:
            raise UsageError(f"study {self._sight.study.name}, trial {trial.name}: {error}") from error

    def _check_made(self, trial: Trial, settings: tuple[str, ...], out: Path) -> None:
        """Whether the model in `out` is what the trial would make.

        Raises:
            TrialFailed: it is another.
        """
        card = read_card(out)
        fields = json.loads(json.dumps(asdict(self._plan(trial, settings).recipe)))
        made = card.training["recipe"]
        # What the machine may choose is no difference.
        other = [name for name, value in fields.items() if name != "precision" and made.get(name) != value]
        if card.architecture != trial.model or other:
            raise TrialFailed(
                f"{out} was made with another recipe ({', '.join(other) or card.architecture}); remove that "
                "folder to train it again"
            )
        seen = {one.name for one in find_examples(self._sight.data_of(trial), self._sight.task)}
        if not names_in(out / SPLIT, (TRAIN, VALIDATION)) <= seen:
            raise TrialFailed(f"{out} was made on other pictures; remove that folder to train it again")
