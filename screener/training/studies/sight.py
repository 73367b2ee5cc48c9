"""What the trials of one run see: their pictures as a path that a training takes, and one split for all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from screener.errors import OutputError
from screener.records import Task
from screener.reports.wording import of_kind
from screener.tasks.load import task_named
from screener.training.evaluation.unpacked import FOLDER as UNPACKED
from screener.training.evaluation.unpacked import as_files
from screener.training.labelled.cache import default_folder
from screener.training.labelled.example import Example
from screener.training.labelled.labels import find_examples
from screener.training.labelled.preflight import prepare_data
from screener.training.labelled.splits import write_split
from screener.training.plan import make_plan
from screener.training.progress import TrainProgress
from screener.training.request import TrainRequest
from screener.training.studies.pictures import few, first, write_table
from screener.training.studies.study import TEST, Study, Trial

_FOLDER = "pictures"
_VALIDATION = 0.15


@dataclass(frozen=True)
class Sight:
    """The labelled pictures of a run.

    Attributes:
        study: whose.
        data: as for `TrainRequest`.
        quick: whether few of them are seen.
        out: the run's folder; tables and splits go below it.
    """

    study: Study
    data: Path
    quick: bool
    out: Path

    @cached_property
    def task(self) -> Task:
        """What is looked for."""
        return task_named(self.study.task)

    @cached_property
    def examples(self) -> tuple[Example, ...]:
        """All of them, test pictures too.

        Raises:
            DataError: see `find_examples`.
        """
        return find_examples(self.data, self.task)

    @cached_property
    def tests(self) -> tuple[Example, ...]:
        """The test pictures that finished trials are measured on."""
        found = tuple(example for example in self.examples if example.split == TEST)
        return few(found, self.study.small.pictures, 1.0) if self.quick and found else found

    def seen(self, limit: int = 0, validation: float = _VALIDATION) -> tuple[Example, ...]:
        """The pictures to learn from and to validate on; see `pictures.first` and `few`."""
        usable = first(self.examples, 0, validation)
        if self.quick:
            return few(usable, self.study.small.pictures, validation)
        return first(usable, limit, validation)

    def data_of(self, trial: Trial) -> Path:
        """The data themselves where the trial sees all of them; else a table of those that it sees.

        Raises:
            DataError: a patch of an HDF5 file cannot be read.
            OutputError: the table cannot be written.
        """
        seen = self.seen(trial.limit, _share(trial))
        if len(seen) == len(self.seen()) and not self.quick:
            return self.data
        return self._table(f"{self._known_as(trial)}.csv", seen)

    def split_of(self, trial: Trial, request: TrainRequest, report: Callable[[TrainProgress], None]) -> Path:
        """The split that all trials on the same pictures with the same seed share; drawn for the first.

        Raises:
            DataError: see `prepare_data`.
            OutputError: see there; or the split cannot be written.
        """
        path = self.out / _FOLDER / f"split-{self._known_as(trial)}-seed-{trial.seed}.csv"
        if not path.is_file():
            plan = make_plan(replace(request, out=self.out / _FOLDER / "nothing"))
            reading = of_kind(plan.task.kind, "reading films")
            cache = request.cache or default_folder()

            def tell(done: int, total: int) -> None:
                report(TrainProgress(reading, step=done, steps=total))

            data = prepare_data(
                request.data, plan.task, plan.spec, plan.recipe, None, cache, tell, request.options
            )
            part = path.with_name(f".{path.name}")
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                write_split(data.lines, plan.task.labels, part)
                part.replace(path)
            except OSError as error:
                raise OutputError(
                    f"{path}: {error.strerror or error}; choose another place with --out"
                ) from error
        return path

    def test_data(self) -> tuple[Path, str]:
        """The test pictures as `EvaluateRequest` takes them: where they are, and which split.

        Those in HDF5 are unpacked once, for all trials.
        """
        if not self.quick and all(one.row is None for one in self.tests):
            return self.data, TEST
        name = "quick-test.csv" if self.quick else "test.csv"
        return self._table(name, [replace(one, split=None) for one in self.tests]), "all"

    def _known_as(self, trial: Trial) -> str:
        """A name of the pictures and of how they are split."""
        size = "quick" if self.quick else f"first-{trial.limit}" if trial.limit else "all"
        return f"{size}-validation-{_share(trial):g}"

    def _table(self, name: str, examples: Sequence[Example]) -> Path:
        path = self.out / _FOLDER / name
        if not path.is_file():
            # A table names files alone.
            files = as_files(examples, self.out / _FOLDER / UNPACKED, lambda done, total: None)
            write_table(files, self.task.labels, path)
        return path


def _share(trial: Trial) -> float:
    return float(trial.setting("validation") or _VALIDATION)
