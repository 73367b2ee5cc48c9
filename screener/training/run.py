"""A whole training: from a request to a model folder."""

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

from screener.errors import OutputBusy, OutputError, Stopped
from screener.lock import FolderLock
from screener.models.card import ModelCard, card_hash, read_card
from screener.records import Progress
from screener.training.check import look_at_data, remarks
from screener.training.export.describe import Beginning
from screener.training.export.integers import QuantiseRequest, quantise_apart
from screener.training.finish import finish
from screener.training.labelled.cache import default_folder
from screener.training.labelled.example import TRAIN, listing
from screener.training.labelled.findings import PREFLIGHT, write_preflight
from screener.training.labelled.preflight import Prepared
from screener.training.labelled.splits import SPLIT, names_in, write_split
from screener.training.learning.checkpoint import checkpoints_in, kept_where_full
from screener.training.learning.grow import grow
from screener.training.learning.loop import Fitted, fit
from screener.training.learning.ranks import Ranks, joined
from screener.training.learning.state import Course
from screener.training.learning.teachers import describe_teachers
from screener.training.origins.starts import start_hash
from screener.training.outset import set_out
from screener.training.plan import FIRST, KIND, LOCK, Plan
from screener.training.progress import TrainProgress
from screener.training.recipes.stored import RECIPE, write_recipe
from screener.training.request import TrainRequest, TrainResult
from screener.training.watch import with_tensorboard


def run(request: TrainRequest, report: Callable[[TrainProgress], None]) -> TrainResult:
    """The model folder that `request` asks for, trained, measured and exported.

    Where `torchrun` started several processes, all train and the first does the rest.

    Raises:
        ScreenerError: see `commands.train`.
    """
    with joined() as ranks:
        return _run(request, report if ranks.leads else lambda progress: None, ranks)


def _run(request: TrainRequest, report: Callable[[TrainProgress], None], ranks: Ranks) -> TrainResult:
    started = time.monotonic()
    outset = set_out(request, ranks)
    plan, compute, network, teachers = outset.plan, outset.compute, outset.network, outset.teachers
    request = plan.request
    if request.tensorboard and ranks.leads:
        report = with_tensorboard(report, request.tensorboard, plan.out.name)
    if request.resume and not checkpoints_in(plan.checkpoints):
        remark = f"--resume: there is nothing in {plan.working} to go on with, so this begins anew"
        report(TrainProgress("looking at the data", remark=remark))
    data = ranks.in_turn(lambda: look_at_data(plan, report))
    notes = (*outset.notes, *remarks(data.preflight), *_known_before(request, data))
    course = Course(
        plan.recipe,
        plan.spec,
        data.train,
        data.validation,
        data.stressed,
        compute,
        _identity(plan, data),
        teachers,
        ranks,
    )
    try:
        with alone_in(plan.working) if ranks.leads else nullcontext():
            if ranks.leads and not checkpoints_in(plan.checkpoints):
                _write_first(data, plan)
            if plan.architecture.grown:
                fitted = grow(network, course, report)
            else:
                fitted = fit(network, course, plan.checkpoints, report)
            if not ranks.leads:
                ranks.wait()
                return _result(read_card(plan.out), fitted, data, plan, notes, started)
            epochs = plan.recipe.epochs
            report(TrainProgress("measuring and exporting", epochs, epochs))
            notes = (*notes, *fitted.changes)
            beginning = Beginning(notes, describe_teachers(teachers), compute.described())
            with kept_where_full(plan.working):
                card = finish(fitted.network, fitted.history, data, plan, beginning)
    except KeyboardInterrupt:
        raise Stopped(_what_is_kept(plan, ranks)) from None
    if plan.working.exists():  # a tree leaves nothing there
        shutil.rmtree(plan.working)
    if request.int8:
        cache = request.cache or default_folder()
        wanted = QuantiseRequest(plan.out, request.data, plan.task, cache, request.threads)
        try:
            card = quantise_apart(wanted, lambda step: report(_of_int8(step)))
        except KeyboardInterrupt:
            raise Stopped(
                f"stopped; the model in {plan.out} is whole but for its int8 graph: "
                f"screener models quantise {plan.out} --data {request.data} makes it"
            ) from None
    ranks.wait()
    return _result(card, fitted, data, plan, notes, started)


def _of_int8(step: Progress) -> TrainProgress:
    return TrainProgress(f"int8 graph: {step.note.lower()}", step=step.done, steps=step.total or 0)


@contextmanager
def alone_in(working: Path) -> Iterator[None]:
    """No other training writes into `working` meanwhile; where no step was kept, it is gone afterwards.

    On a drive without locks, which several machines may well share, nothing is locked.

    Raises:
        OutputBusy: another one does.
        OutputError: it cannot be made.
    """
    try:
        working.mkdir(parents=True, exist_ok=True)
        lock = FolderLock(working, KIND)
    except OutputBusy:
        raise
    except OutputError:
        lock = None
    except OSError as error:
        why = error.strerror or error
        raise OutputError(f"{working} cannot be written: {why}; name another --out") from error
    try:
        yield
    finally:
        with suppress(FileNotFoundError):  # somebody removed it
            if FIRST.issuperset(path.name for path in working.iterdir()):
                for name in FIRST - {LOCK}:
                    (working / name).unlink(missing_ok=True)
        if lock:
            lock.release()
        with suppress(OSError):  # there is something in it
            working.rmdir()


def _write_first(data: Prepared, plan: Plan) -> None:
    """Write down what was found, the split and the recipe, to be read while it trains."""
    with kept_where_full(plan.working):
        write_preflight(data.preflight, plan.working / PREFLIGHT)
        write_split(data.lines, plan.task.labels, plan.working / SPLIT)
        write_recipe(plan.recipe, plan.working / RECIPE)


def _result(
    card: ModelCard, fitted: Fitted, data: Prepared, plan: Plan, notes: tuple[str, ...], started: float
) -> TrainResult:
    seconds = time.monotonic() - started
    return TrainResult(plan.out, card, fitted.history, len(data.train), len(data.validation), seconds, notes)


def _what_is_kept(plan: Plan, ranks: Ranks) -> str:
    """Of a training that Ctrl-C ended."""
    if plan.architecture.grown:
        return "stopped; a tree is kept when it is done, so the same command grows it anew"
    done = "what was done" if ranks.count == 1 else "every epoch that was finished"
    if not checkpoints_in(plan.checkpoints):
        return "stopped; nothing is kept yet, and the same command begins anew"
    return f"stopped; {done} is kept in {plan.working}: the same command with --resume continues from there"


def _identity(plan: Plan, data: Prepared) -> str:
    """A sha256 (hex) of what, besides the recipe, decides the weights."""
    start = start_hash(plan.request.pretrained)
    parts = [plan.task.name, plan.architecture.name, start, listing(data.examples)]
    # Their cards seal all that they say: weights, temperature, input.
    parts += [card_hash(folder) for folder in plan.request.teachers]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _known_before(request: TrainRequest, data: Prepared) -> tuple[str, ...]:
    """A warning for each model begun from or learned from that had learned the validation pictures."""
    held = {example.name for example in data.validation_examples}
    folders = (*((request.pretrained,) if request.pretrained else ()), *request.teachers)
    known = {folder: len(held & names_in(folder / SPLIT, (TRAIN,))) for folder in folders if folder.is_dir()}
    return tuple(
        f"{folder.name} had learned {count} of these {len(held)} validation pictures, which flatters every "
        "figure here; use its split: --split FOLDER/split.csv"
        for folder, count in known.items()
        if count
    )
