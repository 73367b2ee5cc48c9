"""Score every film of a folder and write a worklist."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

from screener.errors import NothingToScan, Stopped, UnknownName, UsageError
from screener.records import FORMATS, PRECISIONS, DecodeSettings, Progress, ScanRequest, ScanResult

if TYPE_CHECKING:
    from pathlib import Path

    from screener.engines.base import Engine
    from screener.images.gate import Gate
    from screener.images.inputs import Input
    from screener.models.card import ModelCard
    from screener.models.catalogue import Installed
    from screener.records import Source, Task
    from screener.scanning.pipeline import Pipeline
    from screener.scanning.pool import DecodePool
    from screener.scanning.store import ScanStore
    from screener.scanning.tuned import Tuning

_TOP = 5


def scan(
    request: ScanRequest,
    progress: Callable[[Progress], None],
    opened: Callable[[Path], None] | None = None,
    films: Sequence[Source] | None = None,
) -> ScanResult:
    """What the scan did; its store and reports are in `ScanResult.out`.

    Args:
        request: what is asked for.
        progress: is told how far the scan has come, some times a second.
        opened: is told the output folder, once its store is there to be read.
        films: the files to score, where the caller knows them; their names are relative to the first input.
            None for all that are found in the inputs.

    Everything that was asked for is checked before anything is written. The same request again goes on
    where a stopped or killed scan was, and scores only what is new or changed.

    Raises:
        UsageError: an input, model, task, device, format or sample submission that is not there.
        NothingToScan: the inputs hold no file.
        ModelError: the model cannot be run, or was altered.
        OutputError: the output folder cannot be written, is full, or holds another scan.
        Stopped: Ctrl-C; what was done is kept.
    """
    from dataclasses import replace
    from itertools import islice
    from time import monotonic

    from screener.engines.choose import check_device, open_engine
    from screener.engines.precision import choose_precision
    from screener.images.inputs import check_inputs
    from screener.models.catalogue import find_model, task_for
    from screener.reports.publish import publish
    from screener.scanning.identity import identity_of, places_of
    from screener.scanning.output import open_output
    from screener.scanning.own_key import own_key
    from screener.scanning.place import today
    from screener.scanning.provenance import provenance_of

    began = monotonic()
    out = None
    try:
        _check_options(request)
        device = check_device(request.device)
        task = task_for(request.task, request.model, request.weights)
        model = find_model(request.model, task.name, request.weights)
        model.card.cut_at(request.point)
        inputs = check_inputs(request.inputs)
        _check_out(request.out, inputs)
        shared, untold = _shared_out(request, model, device)
        workers = _workers_for(request, shared.workers, films)
        with ExitStack() as stack:
            # Workers get ready while the model is checked and compiled.
            pool = stack.enter_context(closing(_start_workers(request, model, task, workers)))
            asked = request.precision if device == "cpu" else "fp32"
            precision, said = choose_precision(asked, model.folder, model.card)
            model = replace(model, card=model.card.at(precision).cut_at(request.point))
            engine, notes = open_engine(model.folder, model.card, device, precision, shared.threads)
            stack.callback(engine.close)
            provenance = provenance_of(request, task, model, inputs, engine.description, today())
            key = own_key() if request.deidentify else b""
            identity = identity_of(provenance, request.inputs, key)
            identity["task"] += _own_rules(task)
            out = request.out.absolute() if request.out else _place(request, inputs, provenance.day, identity)
            places = () if request.deidentify else places_of(request.inputs)
            store = stack.enter_context(open_output(out, identity, provenance, places, rescan=request.rescan))
            store.note((*said, *notes))
            if opened is not None:
                opened(out)
            pipeline = _pipeline(request, shared.batch_size, model.card, engine, store, out)
            try:
                _run(request, progress, pipeline, pool, out, films)
            finally:
                store.note(pool.notes)
            store.finish()
            published = publish(request.formats, store, out, request.sample_submission)
            old = _not_written(out, published.paths)
            seconds, counts = monotonic() - began, store.counts()
            return ScanResult(
                out=out,
                reports=published.paths,
                provenance=store.provenance(),
                counts=counts,
                top=tuple(islice(store.worklist(), _TOP)),
                reused=max(0, counts.total - pipeline.rows),
                seconds=seconds,
                rate=pipeline.rows / seconds,
                missing_ids=published.missing_ids,
                notes=(*untold, *said, *notes, *pool.notes, *published.notes, *old),
            )
    except KeyboardInterrupt:
        raise Stopped(f"stopped; {_what_is_kept(out)}") from None


def _not_written(out: Path, written: Sequence[Path]) -> tuple[str, ...]:
    """A note on the reports that an earlier scan left in `out` and this one did not write anew, if any."""
    from screener.images.leftovers import is_report

    new = {_kind_of(path) for path in written}
    found = sorted(path for path in out.iterdir() if is_report(os.fsencode(path.name)))
    old = [path.name for path in found if _kind_of(path) not in new]
    if not old:
        return ()
    are = "is of an earlier scan and was" if len(old) == 1 else "are of an earlier scan and were"
    return (f"{', '.join(old)} {are} not written anew; --format names the reports to write",)


def _kind_of(report: Path) -> str:
    """What a report is called, whether it is the first of its name or a sibling, `report-2.xlsx`."""
    return report.stem.partition("-")[0] + report.suffix


def _own_rules(task: Task) -> str:
    """Of a task of the user's own, which may be edited between two runs: what of it decides a row."""
    from screener.tasks.load import NAMES, load_task

    if task.name in NAMES and task == load_task(task.name):
        return ""
    return f" {[task.kind, *sorted(task.modalities), str(task.adult_caution)]}"


def _check_options(request: ScanRequest) -> None:
    """Raises UsageError for what can be told from the options alone."""
    for name in request.formats:
        if name not in FORMATS:
            raise UnknownName("report format", name, FORMATS)
    if request.precision not in PRECISIONS:
        raise UnknownName("precision", request.precision, PRECISIONS)
    if request.sample_submission is None:
        return
    if request.deidentify:
        raise UsageError("--sample-submission names films by the ids that --deidentify hashes; leave one out")
    if "csv" not in request.formats:
        raise UsageError("--sample-submission orders submission.csv; add csv to --format")
    from screener.reports.csv import read_sample

    read_sample(request.sample_submission)


def _what_is_kept(out: Path | None) -> str:
    from screener.scanning.store import STORE

    if out is None or not (out / STORE).exists():
        return "nothing was written"
    return f"what was done is kept in {out}. The same command continues from there"


def _check_out(out: Path | None, inputs: list[Input]) -> None:
    """Raises UsageError where the results would lie right among the films, which are never written to."""
    import os
    from pathlib import Path

    from screener.images.walk import place_of

    place = place_of(os.fsencode(out)) if out else None
    for one in inputs:
        root = Path(one.root)
        folder = root if one.pattern or root.is_dir() else root.parent
        if place and place == place_of(os.fsencode(folder)):
            raise UsageError(f"--out {out} is where the films are; name another folder for the results")


def _shared_out(request: ScanRequest, model: Installed, device: str) -> tuple[Tuning, tuple[str, ...]]:
    """How the scan shares the machine out, and what the user should be told of it."""
    from screener.models.card import card_hash
    from screener.scanning.tuned import Tuning, filled, key_of

    key = key_of(model.card.name, card_hash(model.folder), device, request.precision)
    return filled(Tuning(request.workers, request.threads, request.batch_size), key)


def _workers_for(request: ScanRequest, most: int, films: Sequence[Source] | None) -> int:
    """How many decode workers to start: `most`, but no more than there are files.

    Raises:
        NothingToScan: there is no file.
    """
    from itertools import islice

    from screener.images.find import find

    listed = find(request.inputs, exclude=request.out) if films is None else films
    files = sum(1 for _ in islice(listed, most))
    if not files:
        raise NothingToScan(f"no file in {', '.join(request.inputs)}")
    return files


def _start_workers(request: ScanRequest, model: Installed, task: Task, workers: int) -> DecodePool:
    """Workers that decode for `model` and judge by its gate.

    Raises:
        ModelAltered: the gate is not the one that the card vouches for.
    """
    from screener.images.decode import decode, read_bytes
    from screener.scanning.messages import Decoder, Setup
    from screener.scanning.pool import DecodePool

    # The gate is not told that it may be off: a film that it doubts is to be flagged in any case.
    settings = DecodeSettings(model.card.input, task, request.limits, patient_id=request.include_patient_id)
    return DecodePool(Setup(settings, Decoder(read_bytes, decode), _gate(model)), workers)


def _place(request: ScanRequest, inputs: list[Input], day: str, identity: dict[str, str]) -> Path:
    from pathlib import Path

    from screener.scanning.place import default_place

    trees = [Path(one.root) for one in inputs if one.pattern or Path(one.root).is_dir()]
    first = Path(inputs[0].root)
    anchor = first if first in trees else first.parent
    return default_place(anchor, trees, day, identity, nameless=request.deidentify)


def _gate(model: Installed) -> Gate | None:
    """The model's own judge of scope, if it has one.

    Raises:
        ModelAltered: its file is not the one that the card vouches for.
    """
    from screener.images.gate import FILE, read_gate
    from screener.models.card import verify

    if FILE in model.card.files or (model.folder / FILE).exists():
        verify(model.card, model.folder, only=(FILE,))
    return read_gate(model.folder)


def _pipeline(
    request: ScanRequest,
    batch_size: int,
    card: ModelCard,
    engine: Engine,
    store: ScanStore,
    out: Path,
) -> Pipeline:
    from screener.scanning.log import Log
    from screener.scanning.naming import ByContent, by_path
    from screener.scanning.pipeline import Pipeline, Rules

    naming = ByContent(store.copy_number) if request.deidentify else by_path
    rules = Rules(card, batch_size, request.gate, naming, Log(out))
    return Pipeline(rules, engine, store)


def _run(
    request: ScanRequest,
    progress: Callable[[Progress], None],
    pipeline: Pipeline,
    pool: DecodePool,
    out: Path,
    films: Sequence[Source] | None,
) -> None:
    """Run the pipeline to its end.

    Raises:
        Stopped: Ctrl-C; the message says how far it came.
    """
    from screener.images.find import find
    from screener.scanning.pace import BackgroundCount, Pace

    pace = Pace(progress)
    counted = BackgroundCount(request.inputs, exclude=out) if films is None else None

    def total() -> int | None:
        return counted.value if counted else len(films or ())

    try:
        found = find(request.inputs, exclude=out) if films is None else ((film, None) for film in films)
        pipeline.run(iter(found), pool, lambda done: pace.note(done, total()))
        pace.note(pipeline.done, pipeline.done, last=True)
    except KeyboardInterrupt:
        kept = f"files done: {pipeline.done} of {total() or 'all'}, kept in {out}"
        raise Stopped(f"stopped; {kept}. The same command continues from there") from None
