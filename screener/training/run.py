"""A whole training: from a request to a model folder."""

import hashlib
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import torch

from screener.errors import OutputError, Stopped, UsageError
from screener.models.architectures import build
from screener.models.card import ModelCard, read_card
from screener.models.network import Network
from screener.training.allocator import keep_freed_memory
from screener.training.cache import default_folder
from screener.training.check import look_at_data, remarks
from screener.training.checkpoint import kept_where_full
from screener.training.defaults import check_stages
from screener.training.describe import Beginning
from screener.training.device import Compute, choose_compute
from screener.training.example import listing
from screener.training.finish import finish
from screener.training.freezing import freeze_parts
from screener.training.grow import grow
from screener.training.initialisers import initialise
from screener.training.integers import QuantiseRequest, quantise_apart
from screener.training.loop import Fitted, fit
from screener.training.origins.starts import start_hash
from screener.training.plan import Plan, make_plan
from screener.training.preflight import Prepared
from screener.training.pretrained import load_start
from screener.training.progress import TrainProgress
from screener.training.published import IMAGENET, published_weights
from screener.training.ranks import Ranks, joined
from screener.training.request import TrainRequest, TrainResult
from screener.training.splits import SPLIT, learned_names
from screener.training.state import Course, precision_before
from screener.training.teachers import Teacher, describe_teachers, load_teachers
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
    plan = _with_start(make_plan(request))
    request = plan.request
    if ranks.leads:
        _check_place(plan)
    if request.tensorboard and ranks.leads:
        report = with_tensorboard(report, request.tensorboard, plan.out.name)
    if request.threads:
        torch.set_num_threads(request.threads)
    checkpoints = plan.working / "checkpoints"
    compute = choose_compute(request.device, plan.recipe.precision, precision_before(checkpoints))
    compute = replace(compute, precision=ranks.told(lambda: compute.precision))
    if compute.device.type == "cpu":
        keep_freed_memory()
    torch.manual_seed(plan.recipe.seed)
    network = build(plan.architecture.name, plan.spec, len(plan.task.labels), plan.recipe.dropout)
    check_stages(network, plan.architecture, plan.recipe)
    initialise(network, plan.recipe.initialiser)
    freeze_parts(network, plan.recipe.freeze)
    notes = _started(network, plan)
    teachers = _taught(plan, compute)
    data = ranks.in_turn(lambda: look_at_data(plan, report))
    if plan.recipe.freeze and not request.pretrained:
        notes = (
            *notes,
            f"freeze={plan.recipe.freeze} without --pretrained: that part stays as it began, random",
        )
    notes = (*notes, *remarks(data.preflight), *_known_before(request, data))
    course = Course(
        plan.recipe,
        plan.spec,
        data.train,
        data.validation,
        data.stressed,
        compute,
        _identity(plan, data, teachers),
        teachers,
        ranks,
    )
    try:
        if plan.architecture.grown:
            fitted = grow(network, course, report)
        else:
            fitted = fit(network, course, checkpoints, report)
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
        raise Stopped(_what_is_kept(plan)) from None
    shutil.rmtree(plan.working)
    if request.int8:
        report(TrainProgress("making the int8 graph", epochs, epochs))
        cache = request.cache or default_folder()
        card = quantise_apart(QuantiseRequest(plan.out, request.data, plan.task, cache, request.threads))
    ranks.wait()
    return _result(card, fitted, data, plan, notes, started)


def _result(
    card: ModelCard, fitted: Fitted, data: Prepared, plan: Plan, notes: tuple[str, ...], started: float
) -> TrainResult:
    seconds = time.monotonic() - started
    return TrainResult(plan.out, card, fitted.history, len(data.train), len(data.validation), seconds, notes)


def _started(network: Network, plan: Plan) -> tuple[str, ...]:
    """Load the weights to start from, if any: notes on what they were.

    Raises:
        UsageError: they are to keep a share, and there are none, or not for the whole network.
    """
    start, share = plan.request.pretrained, plan.recipe.start_share
    if start is not None:
        return load_start(network, start, plan.task.labels, whole=share > 0)
    if share:
        raise UsageError(
            f"--set start_share={share:g}: that is a share of the weights to start from; "
            "name a model folder: --pretrained FOLDER"
        )
    return ()


def _taught(plan: Plan, compute: Compute) -> tuple[Teacher, ...]:
    """The models to learn from, if any.

    Raises:
        UsageError: one cannot teach this task, or there are none whose features the recipe could mean.
        ModelError: see `load_teachers`.
    """
    share = plan.recipe.feature_distillation
    if share and not plan.request.teachers:
        raise UsageError(
            f"--set feature_distillation={share:g}: that likens the network's features to a trained model's; "
            "name its folder: --teacher FOLDER"
        )
    return load_teachers(plan.request.teachers, plan.task, plan.spec, compute)


def _what_is_kept(plan: Plan) -> str:
    """Of a training that Ctrl-C ended."""
    if plan.architecture.grown:
        return "stopped; a tree is kept when it is done, so the same command grows it anew"
    return (
        f"stopped; every epoch that was finished is kept in {plan.working}: the same command "
        "with --resume goes on from there"
    )


def _check_place(plan: Plan) -> None:
    """Raises OutputError where the model folder could not be made, before hours are spent on it."""
    try:
        plan.out.parent.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryDirectory(prefix=".screener-", dir=plan.out.parent).cleanup()
    except OSError as error:
        raise OutputError(
            f"--out {plan.out}: {plan.out.parent} is no folder that can be written to "
            f"({error.strerror or error}); name another"
        ) from error


def _with_start(plan: Plan) -> Plan:
    """The plan, `--pretrained imagenet` replaced by the file that it stands for."""
    named = plan.request.pretrained
    if named is None or str(named) != IMAGENET or named.exists():
        return plan
    return replace(plan, request=replace(plan.request, pretrained=published_weights(plan.architecture)))


def _identity(plan: Plan, data: Prepared, teachers: Sequence[Teacher]) -> str:
    """A sha256 (hex) of what, besides the recipe, decides the weights."""
    start = start_hash(plan.request.pretrained)
    parts = [plan.task.name, plan.architecture.name, start, listing(data.examples)]
    parts += [teacher.sha256 for teacher in teachers]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _known_before(request: TrainRequest, data: Prepared) -> tuple[str, ...]:
    """A warning for each model begun from or learned from that had learned the validation pictures."""
    held = {example.name for example in data.validation_examples}
    folders = (*((request.pretrained,) if request.pretrained else ()), *request.teachers)
    known = {folder: len(held & learned_names(folder / SPLIT)) for folder in folders if folder.is_dir()}
    return tuple(
        f"{folder.name} had learned {count} of these {len(held)} validation pictures, which flatters every "
        "figure here; use its split: --split FOLDER/split.csv"
        for folder, count in known.items()
        if count
    )
