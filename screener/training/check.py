"""The data looked at for a training: told, written down, and where they cannot be used, refused."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from screener.errors import DataError, OutputError
from screener.reports.wording import counted, of_kind
from screener.training.labelled.cache import default_folder
from screener.training.labelled.example import VALIDATION
from screener.training.labelled.findings import PREFLIGHT, Preflight, alike, write_preflight
from screener.training.labelled.preflight import Prepared, prepare_data
from screener.training.labelled.splits import SPLIT, write_split
from screener.training.outset import set_out
from screener.training.plan import Plan
from screener.training.progress import TrainProgress
from screener.training.request import CheckResult, TrainRequest

_LOPSIDED = 0.1

_FEWEST = 40
"""Validation pictures of a class: of fewer, one is more than the 2.5 % that an operating point may miss."""


def check(request: TrainRequest, report: Callable[[TrainProgress], None]) -> CheckResult:
    """What a look at the data of `request` finds; nothing is trained.

    Raises:
        ScreenerError: see `commands.train`; as for a training, data that cannot be used end it.
    """
    began = time.monotonic()
    plan = set_out(request).plan
    data = look_at_data(plan, report)
    _write(data.preflight, plan)
    with _writing(plan):
        write_split(data.lines, plan.task.labels, plan.checked / SPLIT)
    return CheckResult(data.preflight, remarks(data.preflight), plan.checked, time.monotonic() - began)


def look_at_data(plan: Plan, report: Callable[[TrainProgress], None]) -> Prepared:
    """The data of `plan`, ready to be trained on; `report` is told what was found.

    Raises:
        DataError: they cannot be used; what was found is written to `plan.checked`.
    """
    request = plan.request
    seen: list[Preflight] = []

    def found(preflight: Preflight) -> None:
        seen.append(preflight)
        report(TrainProgress("looking at the data", found=preflight))

    reading = of_kind(plan.task.kind, "reading films")
    try:
        return prepare_data(
            request.data,
            plan.task,
            plan.spec,
            plan.recipe,
            request.split,
            request.cache or default_folder(),
            lambda done, total: report(TrainProgress(reading, step=done, steps=total)),
            request.options,
            found,
        )
    except DataError as error:
        if not seen:
            raise
        _write(seen[-1], plan)
        raise DataError(f"{error}. All findings are in {plan.checked / PREFLIGHT}") from error


def remarks(found: Preflight) -> tuple[str, ...]:
    """What a reader of the model's card must know of the data, a sentence each."""
    said = [f"--allow-leakage: {leak}; figures here are too good" for leak in found.leaks]
    if found.shared_with_test and not found.named:
        patients = len(found.shared_with_test)
        said.append(
            f"by their file names, {counted(patients, 'patient')} {_are(patients)} in the test pictures too"
        )
    if found.pairs_with_test:
        pair = found.pairs_with_test[0]
        have = "has" if len(found.pairs_with_test) == 1 else "have"
        said.append(
            f"{alike(found.pairs_with_test)} {have} one in the test pictures "
            f"({pair.first} and {pair.second}): figures there will be too good"
        )
    if found.conflicts:
        pair = found.conflicts[0]
        said.append(
            f"{counted(len(found.conflicts), 'pair')} of pictures "
            f"{'shows' if len(found.conflicts) == 1 else 'show'} the same under different labels "
            f"({pair.first} is called {pair.labels[0]}, {pair.second} {pair.labels[1]})"
        )
    if found.unreadable:
        files = len(found.unreadable)
        said.append(f"{counted(files, 'file')} could not be read and {_were(files)} left out")
    used = found.blank_used
    if blank := len(found.near_white) + len(found.near_black):
        some = f"{used:,} of them {_were(used)}" if 0 < used < blank else _were(blank)
        became = f"{some} kept; --drop-blank drops them" if used else f"{_were(blank)} left out"
        said.append(f"{counted(blank, 'picture')} {_are(blank)} near-white or near-black, and {became}")
    if found.balance < _LOPSIDED:
        said.append(
            f"the rarest class has {found.balance:.1%} of the training pictures that the commonest has"
        )
    few = {name: n for name, n in found.counts.get(VALIDATION, {}).items() if n < _FEWEST}
    if few:
        which = " and ".join(f"{name} ({count})" for name, count in few.items())
        said.append(
            f"fewer than {_FEWEST} validation pictures are {which}: operating points and figures rest on "
            "single pictures, so read them by their intervals"
        )
    return tuple(said)


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


def _write(found: Preflight, plan: Plan) -> None:
    with _writing(plan):
        write_preflight(found, plan.checked / PREFLIGHT)


@contextmanager
def _writing(plan: Plan) -> Iterator[None]:
    """Raises OutputError where what is done within cannot write."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"{plan.checked}: {error.strerror}; choose another --out") from error
