"""A model folder's int8 graph: made, measured against the full-precision one, and vouched for by the card."""

import dataclasses
import errno
import multiprocessing
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from screener.engines.openvino import OpenVinoEngine
from screener.engines.scores import probabilities
from screener.engines.spawn import end, start_apart
from screener.errors import ModelError, OutputError, ScreenerError, UsageError
from screener.models.architectures import architecture_named
from screener.models.card import (
    GRAPH,
    INT8_GRAPH,
    WEIGHTS,
    ModelCard,
    Quantised,
    read_card,
    verify,
    write_card,
)
from screener.models.stored import stored_network
from screener.records import Progress, Task
from screener.records.swap import swap_in
from screener.reports.html.model_card import PAGE, card_page
from screener.reports.wording import of_kind
from screener.training import metrics
from screener.training.augment.stress import stress
from screener.training.export.calibrate import calibrate
from screener.training.export.eight_bits import best_graph, sealed
from screener.training.export.own_pictures import own_pictures
from screener.training.labelled.batches import Labelled
from screener.training.labelled.preflight import Prepared
from screener.training.learning.predict import engine_logits

if TYPE_CHECKING:
    from numpy.typing import NDArray

_END_SECONDS = 5.0

_STALE = 7 * 86_400.0
"""Seconds after which a graph that is still being made is what a killed process left."""

_CALIBRATION = 256
"""Training films that the ranges of activations are read from, half of them stressed."""


@dataclass(frozen=True, slots=True)
class QuantiseRequest:
    """What is to be made smaller, and on which films.

    Attributes:
        folder: of the model; it must hold the split.csv and recipe.json of its training.
        data: the films that it was trained and validated on.
        task: of the model.
        cache: the folder of decoded films.
        threads: pictures inferred side by side; 0 for one a core.
    """

    folder: Path
    data: Path
    task: Task
    cache: Path
    threads: int = 0


def quantise_folder(
    request: QuantiseRequest, report: Callable[[Progress], None] = lambda step: None
) -> ModelCard:
    """The model's new card: model.int8.onnx is there, measured, with its own temperature and thresholds.

    See `best_graph`. The page of the card is written anew where there is one.

    Must run in a process that has not opened a model yet; see `engines.precision`.

    Raises:
        UsageError: the folder is not of a training, or the data are not those of its split.
        ModelAltered: a file of the model is not the one that its card vouches for.
        ModelError: it cannot be quantised, or this processor cannot run the result.
        OutputError: the folder, or the one beside it, cannot be written or is full; the model is as it was.
    """
    folder = request.folder
    card = read_card(folder)
    # All of it is sealed anew in the end: what was altered must not be vouched for then. Graph and page are
    # made anew, and an earlier call that was killed may have left them without the card that goes with them.
    verify(card, folder, only=tuple(sorted(set(card.files) - {INT8_GRAPH, PAGE})))
    if architecture_named(card.architecture).grown:
        raise UsageError(f"{folder} is a {card.architecture}: it has no graph in eight bits, and needs none")
    reading = of_kind(request.task.kind, "Reading films")
    data, recipe = own_pictures(
        folder,
        card,
        request.task,
        request.data,
        request.cache,
        lambda done, total: report(Progress(done, total, note=reading)),
    )
    try:
        return _made(request, card, data, recipe.seed, report)
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        way = (
            "make room there, or for temporary files,"
            if full
            else "make it writable, and the folder it is in,"
        )
        raise OutputError(
            f"{folder}: the int8 graph cannot be written ({error.strerror or error}); {way} and run the same "
            "command again"
        ) from error


def _made(
    request: QuantiseRequest, card: ModelCard, data: Prepared, seed: int, report: Callable[[Progress], None]
) -> ModelCard:
    """The card, graph and page in their places. Killed at any moment, the same call makes them whole."""
    folder = request.folder
    _sweep(folder)
    # Made and measured beside the model, which keeps the graph that it may have until the new one is done.
    with tempfile.TemporaryDirectory(prefix=_aside(folder, os.getpid()), dir=folder.parent) as temporary:
        aside = Path(temporary)
        for name in (GRAPH, WEIGHTS):
            shutil.copy(folder / name, aside / name)
        network, pictures = stored_network(folder, card), _calibration(data, seed)
        best_graph(aside, card, network, pictures, request.threads, report)
        report(Progress(0, None, note="Measuring what eight bits change"))
        found = _measured(aside, sealed(card, aside), data, request.threads)
        card = dataclasses.replace(card, int8=found)
        with_page = (folder / PAGE).is_file()
        if with_page:
            (aside / PAGE).write_text(card_page(card, folder), "utf-8")
        swap_in(aside / INT8_GRAPH, folder / INT8_GRAPH)
        if with_page:
            swap_in(aside / PAGE, folder / PAGE)
        return write_card(card, folder)


def quantise_apart(
    request: QuantiseRequest, report: Callable[[Progress], None] = lambda step: None
) -> ModelCard:
    """As `quantise_folder`, in a process of its own: for one that has opened a model already.

    Raises:
        ModelError: it failed.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_quantise_silently, args=(request, theirs))
    start_apart(child)
    theirs.close()
    try:
        while isinstance(why := ours.recv(), Progress):
            report(why)
        child.join()
    except EOFError:
        why = "its process died"
    finally:
        end(child, _END_SECONDS)  # what Ctrl-C stops here it does not stop there
        if child.exitcode:
            _tidy_up(request.folder, child.pid)
    if why:
        raise ModelError(
            f"the int8 graph could not be made ({why}); the model in {request.folder} is complete without "
            "it. Make it with screener models quantise"
        )
    return read_card(request.folder)


def _tidy_up(folder: Path, process: int | None) -> None:
    """Remove what a process that was ended while it quantised has left beside the model folder."""
    for path in folder.parent.iterdir():
        if path.name.startswith(_aside(folder, process)):
            shutil.rmtree(path, ignore_errors=True)


def _sweep(folder: Path) -> None:
    """Remove what killed processes left beside the model folder, once no other can be at work there."""
    for path in folder.parent.iterdir():
        if path.name.startswith(_aside(folder, "")) and time.time() - path.stat().st_mtime > _STALE:
            shutil.rmtree(path)


def _aside(folder: Path, process: int | str | None) -> str:
    """How the folder begins in which a process makes and measures a graph; of any, where it is ""."""
    return f".{folder.name}.int8-{process}{'-' if process else ''}"


def _quantise_silently(request: QuantiseRequest, end: Connection) -> None:
    """Says how far it has come, and in the end why it failed, or ""."""
    try:
        quantise_folder(request, end.send)
    except ScreenerError as error:
        end.send(str(error))
    else:
        end.send("")


def _calibration(data: Prepared, seed: int) -> "NDArray[np.uint8]":
    rows = np.random.default_rng(seed).permutation(data.train.rows)[:_CALIBRATION]
    pictures = np.stack([data.train.pixels[row] for row in np.sort(rows)])
    half = len(pictures) // 2
    return np.concatenate((pictures[:half], stress(pictures[half:], seed + 1)))


def _logits(
    folder: Path, card: ModelCard, parts: Sequence[Labelled], threads: int
) -> list[list["NDArray[np.float32]"]]:
    """The logits of each of `parts` in full precision, and in int8."""
    found = []
    for precision in ("fp32", "int8"):
        with closing(OpenVinoEngine(folder, card, threads, precision)) as engine:
            found.append([engine_logits(engine, part) for part in parts])
    return found


def _measured(folder: Path, card: ModelCard, data: Prepared, threads: int) -> Quantised:
    fulls, smalls = _logits(folder, card, [data.validation, data.stressed], threads)
    labels = data.validation.own_labels
    temperature, points = calibrate(card, data, *smalls)
    figures: dict[str, float] = {"pictures": len(labels)}
    for side, full, small in zip(("", "stress_"), fulls, smalls, strict=True):
        shares = probabilities(full, card.temperature), probabilities(small, temperature)
        figures |= _changes(side, data.validation, *shares)
    return Quantised(temperature, points, figures)


def _changes(
    side: str, data: Labelled, full: "NDArray[np.float64]", small: "NDArray[np.float64]"
) -> Mapping[str, float]:
    """How far probabilities moved, largest of each picture's classes, and the mean one-against-rest AUC."""
    moved = np.abs(full - small).max(axis=1)
    labels = data.own_labels
    before, after = metrics.mean_auc(labels, full), metrics.mean_auc(labels, small)
    return {
        f"{side}mean_change": float(moved.mean()),
        f"{side}p99_change": float(np.quantile(moved, 0.99)),
        f"{side}max_change": float(moved.max()),
        f"{side}auc": after,
        f"{side}auc_change": after - before,
        f"{side}accuracy": metrics.accuracy(labels, small),
        f"{side}accuracy_change": metrics.accuracy(labels, small) - metrics.accuracy(labels, full),
    }
