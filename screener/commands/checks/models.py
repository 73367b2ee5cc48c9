"""The models that are installed: their files are the ones vouched for, and they run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

from screener.commands.checks.findings import DoctorRequest, Finding, Health, first_line, present
from screener.errors import ScreenerError

if TYPE_CHECKING:
    from screener.models.catalogue import Installed

_CLOSE = 1e-3
"""How far a score on a GPU may lie from the CPU's."""


def check_models(request: DoctorRequest) -> Iterator[Finding]:
    """Findings on each model: its seals, and one blank film through the engine that scans use."""
    from screener.commands.models import verify_models

    try:
        verdicts = verify_models((), request.weights)
    except ScreenerError as error:
        yield Finding("Models", Health.FAULT, str(error))
        return
    if not verdicts:
        remedy = "name a folder of model folders with --weights or SCREENER_WEIGHTS"
        yield Finding("Models", Health.FAULT, "none is installed: nothing can be scored", remedy)
    for verdict in verdicts:
        model = verdict.model
        if model is None or verdict.fault:
            yield Finding(verdict.name, Health.FAULT, verdict.fault)
            continue
        files = len(model.card.files)
        yield Finding(verdict.name, Health.OK, f"{files} files, each with the sha256 in its card")
        yield _run(model)
        if request.full:
            yield from _integers(model)
            yield from _gpu(model)


def _run(model: Installed) -> Finding:
    """A finding on one blank film, scored on the CPU."""
    name = f"{model.card.name} runs"
    try:
        run = _score(model, "cpu")
    except ScreenerError as error:
        return Finding(name, Health.FAULT, str(error))
    if not 0 <= run.score <= 1:
        return Finding(name, Health.FAULT, f"a blank film's score is {run.score}, which is not a probability")
    text = f"{run.engine}: loaded in {run.loading:.1f} s, a blank film in {run.scoring * 1e3:.0f} ms"
    return Finding(name, Health.OK, text)


def _integers(model: Installed) -> Iterator[Finding]:
    """A finding on the model's graph in eight-bit integers, where it has one."""
    from screener.engines.precision import runs_int8

    if model.card.int8 is None:
        return
    name = f"{model.card.name} in int8"
    if runs_int8(model.folder, model.card):
        yield Finding(name, Health.OK, "a blank film goes through its graph in eight-bit integers")
    else:
        text = "its graph in eight-bit integers does not run on this machine"
        yield Finding(name, Health.NOTE, text, "scan without --precision int8")


def _gpu(model: Installed) -> Iterator[Finding]:
    """A finding on the same film on the GPU, where there is one."""
    if not present("torch"):
        return
    from screener.engines.torch import available

    for device in ("cuda", "mps"):
        if not available(device):
            continue
        name = f"{model.card.name} on {device}"
        try:
            here, there = _score(model, device), _score(model, "cpu")
        except (ScreenerError, RuntimeError) as error:
            yield Finding(name, Health.NOTE, first_line(error), "scan with --device cpu")
            continue
        apart = abs(here.score - there.score)
        text = f"{here.engine}: a blank film's score lies {apart:.1e} from the CPU's"
        yield Finding(name, Health.OK if apart <= _CLOSE else Health.NOTE, text)


@dataclass(frozen=True, slots=True)
class _Run:
    """A blank film's score, the seconds that loading the model and scoring took, and what ran it."""

    score: float
    loading: float
    scoring: float
    engine: str


def _score(model: Installed, device: str) -> _Run:
    """One blank film on a device.

    Raises:
        ScreenerError: the model cannot be run.
    """
    import numpy as np

    from screener.engines.choose import open_engine
    from screener.engines.scores import probabilities

    card = model.card
    began = perf_counter()
    engine, _ = open_engine(model.folder, card, device)
    loaded = perf_counter() - began
    try:
        spec = card.input
        film = np.zeros((1, spec.height, spec.width, spec.channels), np.uint8)
        began = perf_counter()
        outputs = engine.infer(film)
        scoring = perf_counter() - began
        shares = probabilities(outputs.logits, card.temperature)[0]
        positive = [card.labels.index(label) for label in card.positive]
        return _Run(float(shares[positive].sum()), loaded, scoring, engine.description)
    finally:
        engine.close()
