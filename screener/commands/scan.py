"""Score every film of a folder and write a worklist."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from screener.engines.choose import check_device, open_engine
from screener.engines.precision import choose_precision
from screener.errors import NothingToScan, Stopped, UnknownName, UsageError
from screener.images.finding.inputs import check_inputs
from screener.models.card import ModelCard, card_hash, verify
from screener.models.catalogue import Installed, find_model, task_for
from screener.records import (
    FORMATS,
    PRECISIONS,
    DecodeSettings,
    Progress,
    ScanRequest,
    ScanResult,
    Source,
    Task,
)
from screener.reports.csv import read_sample
from screener.reports.publish import publish
from screener.scanning.identity import identity_of, places_of
from screener.scanning.output import not_written_anew, open_output
from screener.scanning.own_key import own_key
from screener.scanning.place import check_place, default_place, today
from screener.scanning.provenance import provenance_of
from screener.scanning.store import STORE, ScanStore
from screener.scanning.tuned import Tuning, filled, key_of

# What needs numpy is imported where it is needed: a wrong option is told of sooner.
if TYPE_CHECKING:
    from screener.engines.base import Engine
    from screener.images.judging.gate import Gate
    from screener.scanning.pipeline import Pipeline
    from screener.scanning.pool import DecodePool

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
    began = monotonic()
    out = None
    try:
        _check_options(request)
        device = check_device(request.device)
        task = task_for(request.task, request.model, request.weights)
        model = find_model(request.model, task.name, request.weights)
        model.card.cut_at(request.point)
        inputs = check_inputs(request.inputs)
        check_place(request.out, inputs)
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
            identity = identity_of(provenance, task, request.inputs, key)
            out = request.out or default_place(inputs, provenance.day, identity, nameless=request.deidentify)
            out = out.absolute()
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
            old = not_written_anew(out, published.paths)
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
    read_sample(request.sample_submission)


def _what_is_kept(out: Path | None) -> str:
    if out is None or not (out / STORE).exists():
        return "nothing was written"
    return f"what was done is kept in {out}. The same command continues from there"


def _shared_out(request: ScanRequest, model: Installed, device: str) -> tuple[Tuning, tuple[str, ...]]:
    """How the scan shares the machine out, and what the user should be told of it."""
    key = key_of(model.card.name, card_hash(model.folder), device, request.precision)
    return filled(Tuning(request.workers, request.threads, request.batch_size), key)


def _workers_for(request: ScanRequest, most: int, films: Sequence[Source] | None) -> int:
    """How many decode workers to start: `most`, but no more than there are files.

    Raises:
        NothingToScan: there is no file.
    """
    from screener.images.finding.find import find

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


def _gate(model: Installed) -> Gate | None:
    """The model's own judge of scope, if it has one.

    Raises:
        ModelAltered: its file is not the one that the card vouches for.
    """
    from screener.images.judging.gate import FILE, read_gate

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
    from screener.images.finding.find import find
    from screener.scanning.pace import BackgroundCount, Pace

    pace = Pace(progress)
    counted = BackgroundCount(request.inputs, exclude=out) if films is None else None

    def total() -> int | None:
        return counted.value if counted else len(films or ())

    try:
        found = find(request.inputs, exclude=out) if films is None else ((film, None) for film in films)
        pipeline.run(found, pool, lambda done: pace.note(done, total()))
        pace.note(pipeline.done, pipeline.done, last=True)
    except KeyboardInterrupt:
        kept = f"files done: {pipeline.done} of {total() or 'all'}, kept in {out}"
        raise Stopped(f"stopped; {kept}. The same command continues from there") from None
