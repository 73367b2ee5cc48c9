"""Where a scan of these films spends its time, how near it comes to its limit, and what would help."""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from screener.commands.timings.records import PARTS, BenchRequest, BenchResult, Rates, Step
from screener.commands.timings.verdict import limit_of, limit_sentences, notes
from screener.errors import NothingToScan, UnknownName
from screener.records import PRECISIONS, DecodeSettings, Progress, Source

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from screener.models.catalogue import Installed

TUNING = "other ways to share the machine out"
STAGES = ("reading", "decode workers", "step by step", "the model alone", "a whole scan")


def bench(request: BenchRequest, progress: Callable[[Progress], None]) -> BenchResult:
    """What was measured; nothing is written but into the temporary folder, and that is taken away again.

    Where `request.tune` asks for it, what was fastest is kept in the user's state folder besides.

    Args:
        request: which films and which model.
        progress: is told which of the stages begins.

    Raises:
        UsageError: an input, model, task, device or precision that is not there.
        NothingToScan: the inputs hold no file, or none that can be decoded.
        ModelError: the model cannot be run, or was altered.
        OutputError: the temporary folder cannot be written.
    """
    from screener.commands.timings.steps import decode_steps, read_step
    from screener.commands.timings.tuning import tune
    from screener.commands.timings.whole import whole_scan
    from screener.commands.timings.workers import decoding
    from screener.engines.choose import check_device
    from screener.engines.cores import cores
    from screener.images.judging.gate import read_gate
    from screener.models.catalogue import find_model, task_for
    from screener.reports.wording import of_kind

    stages = (*STAGES, TUNING) if request.tune else STAGES

    def begin(stage: int, detail: str = "") -> None:
        note = f"Measuring {stages[stage]}" + f": {detail}" * bool(detail)
        progress(Progress(stage, len(stages), note=note))

    begin(0)
    if request.precision not in PRECISIONS:
        raise UnknownName("precision", request.precision, PRECISIONS)
    busy = _load() / cores()
    device = check_device(request.device)
    task = task_for(request.task, request.model, request.weights)
    model = find_model(request.model, task.name, request.weights)
    said = partial(of_kind, task.kind)
    settings = DecodeSettings(model.card.input, task)
    read, sources = read_step(_listed(request), settings.limits)
    begin(1)
    decoded = decoding(sources, settings, cores())
    if not decoded.inputs:
        film = said("film")
        raise NothingToScan(
            f"no {film} in {', '.join(request.inputs)} can be decoded; screener scan says why"
        )
    begin(2)
    steps = [read, *decode_steps(decoded.sound, settings, read_gate(model.folder))]
    begin(3)
    engine, engine_notes, batches = _model_alone(model, device, request.precision, decoded.inputs)
    begin(4)
    whole = whole_scan(request, sources)
    shared = "CPU" in engine
    tuned = None
    if request.tune:
        tuned = tune(request, model, device, sources, lambda way: begin(5, way), shared=shared)

    reached = whole.scored / whole.rows
    one_core = tuple(seconds * reached * (cores() if shared else 1) for seconds in batches)
    steps = _in_order([*steps, Step("model", one_core), *whole.steps])
    alone = len(batches) / sum(batches) / reached if reached else math.inf
    limit = limit_of(decoded.rate, alone, shared=shared)
    rates = Rates(decoded.rate, alone, limit, whole.rows / (whole.seconds + whole.report))
    return BenchResult(
        films=whole.rows,
        unread=decoded.unread,
        scored=whole.scored,
        kinds=tuple(Counter(decoded.kinds).most_common()),
        model=model.card.name,
        engine=engine,
        cores=cores(),
        steps=tuple(steps),
        rates=rates,
        startup=whole.startup,
        limit=tuple(map(said, limit_sentences(steps, rates, cores(), shared=shared))),
        notes=(*engine_notes, *map(said, notes(whole.rows, decoded.unread, rates, busy))),
        tuned=tuned,
        task_kind=task.kind,
    )


def _load() -> float:
    """Programs that ran or waited to, over the last minute; 0 where the system does not say (Windows)."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0


def _listed(request: BenchRequest) -> list[Source]:
    from screener.images.finding.find import find

    found = (source for source, refused in find(request.inputs) if refused is None)
    sources = list(islice(found, request.limit))
    if not sources:
        raise NothingToScan(f"no file in {', '.join(request.inputs)}")
    return sources


def _model_alone(
    model: Installed, device: str, asked: str, inputs: list[NDArray[np.uint8]]
) -> tuple[str, tuple[str, ...], tuple[float, ...]]:
    """What runs the model, what is to be said of it, and the seconds a film of each batch."""
    from screener.commands.timings.steps import model_seconds
    from screener.engines.choose import open_engine
    from screener.engines.precision import choose_precision

    asked = asked if device == "cpu" else "fp32"
    precision, said = choose_precision(asked, model.folder, model.card)
    engine, engine_notes = open_engine(model.folder, model.card, device, precision)
    try:
        return engine.description, (*said, *engine_notes), model_seconds(engine, inputs)
    finally:
        engine.close()


def _in_order(steps: list[Step]) -> list[Step]:
    order = list(PARTS)
    return sorted(steps, key=lambda step: order.index(step.name))
