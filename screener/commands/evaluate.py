"""`screener evaluate`: what a model is worth on films whose truth is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

from screener import __version__
from screener.commands.extras import need_training
from screener.errors import ModelError, NothingToScan, OutputError, UnknownName, UsageError
from screener.records import Progress, ScanRequest
from screener.records.real_path import resolved
from screener.reports.wording import of_kind, provenance_lines
from screener.training.evaluation.request import FORMATS, SPLITS, EvaluateRequest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from screener.records import Row, Task
    from screener.training.evaluation.films import Film
    from screener.training.evaluation.outcome import Evaluation, Subject
    from screener.training.evaluation.pictures import Look
    from screener.training.evaluation.request import EvaluateResult
    from screener.training.labelled.example import Example

__all__ = ["EvaluateRequest", "evaluate"]


def evaluate(request: EvaluateRequest, progress: Callable[[Progress], None]) -> EvaluateResult:
    """The figures of a model, or of somebody's predictions, on the labelled films of `request.data`.

    The films are scored as `screener scan` scores them, into a store that the same request goes on with.

    Raises:
        MissingExtra: scikit-learn or matplotlib, parts of the extra `train`, is not installed.
        UsageError: an option, a task, a model or a split that is not there.
        DataError: the labels cannot be used.
        NothingToScan: not one of the films has a score.
        ModelError: the model cannot be run, was altered, or knows other labels than the task.
        OutputError: the output folder cannot be written, is full, or holds another scan or somebody's files.
        Stopped: Ctrl-C; the scores are kept.
    """
    need_training("evaluating", ("sklearn", "matplotlib"))
    from screener.models.catalogue import task_for
    from screener.scanning.place import today
    from screener.training.labelled.labels import find_examples

    began = monotonic()
    _check_options(request)
    task = task_for(request.task, request.model, request.weights)
    found = find_examples(request.data, task, for_training=False)
    examples, taken = _of_split(found, request, task.kind)
    day = today()
    run = _predicted if request.predictions else _scanned
    out, evaluation, look = run(request, task, examples, taken, day, progress)
    return _written(request, evaluation, look, out, began)


def _check_options(request: EvaluateRequest) -> None:
    """Raises UsageError for what can be told from the options alone."""
    if not request.formats:
        raise UsageError(f"--format names no report; known: {', '.join(FORMATS)}")
    for name in request.formats:
        if name not in FORMATS:
            raise UnknownName("report format", name, FORMATS)
    if request.split not in SPLITS:
        raise UnknownName("split", request.split, SPLITS)
    data, out = request.data.absolute(), request.out and request.out.absolute()
    if out and (out == data or out.is_relative_to(data)):
        raise UsageError(f"--out {request.out} is among the films; name another folder for the results")
    theirs = request.predictions
    if out and theirs and resolved(theirs).parent == resolved(out):
        raise UsageError(
            f"--predictions {theirs} lies in --out {request.out}; name another folder for the results"
        )


def _of_split(
    found: tuple[Example, ...], request: EvaluateRequest, kind: str
) -> tuple[tuple[Example, ...], str]:
    """The films to evaluate, and which they are, in words.

    Raises:
        UsageError: the data name no film of that split.
    """
    film, films = of_kind(kind, "film"), of_kind(kind, "films")
    counts = Counter(example.split for example in found)
    said = ", ".join(f"{count:,} {split}" for split, count in counts.items() if split)
    if request.split == "all":
        return found, f"all of them: {said}" if said else "all of them"
    chosen = tuple(example for example in found if example.split == request.split)
    if not chosen:
        have = f"only {said}" if said else "and no other either"
        raise UsageError(
            f"--split {request.split}: {request.data} names no {request.split} {film}, {have}; leave --split "
            f"out for all {films}, or name the folder with those {films}"
        )
    return chosen, f"its {request.split} {films} alone, {len(chosen):,} of {len(found):,}"


def _place(request: EvaluateRequest, name: str, day: str) -> Path:
    """The output folder.

    Raises:
        OutputTaken: it holds what no evaluation wrote and one would replace.
    """
    from screener.training.evaluation.write import check_place

    data = request.data.absolute()
    stem = data.name if data.is_dir() else data.stem
    out = request.out.absolute() if request.out else data.parent / f"{stem}-evaluation-{name}-{day}"
    check_place(out)
    return out


def _scanned(
    request: EvaluateRequest,
    task: Task,
    examples: tuple[Example, ...],
    taken: str,
    day: str,
    progress: Callable[[Progress], None],
) -> tuple[Path, Evaluation, Look]:
    """The output folder, the evaluation of the model, and where its films' pictures are."""
    from screener.commands.scan import scan
    from screener.models.catalogue import find_model
    from screener.scanning.reading import StoredScan
    from screener.scanning.store import STORE
    from screener.training.evaluation.films import from_rows, sources
    from screener.training.evaluation.outcome import Subject
    from screener.training.evaluation.seen import seen_by
    from screener.training.evaluation.unpacked import FOLDER, as_files

    model = find_model(request.model, task.name, request.weights)
    card = model.card
    if set(card.labels) != set(task.labels):
        raise ModelError(
            f"model {card.name} has the labels {', '.join(card.labels)}, task {task.name} has "
            f"{', '.join(task.labels)}; name the task that the model was trained for"
        )
    out = _place(request, card.name, day)
    films_in = as_files(
        examples, out / FOLDER, lambda done, total: progress(Progress(done, total, note="Unpacking"))
    )
    result = scan(_scan_request(request, out), progress, films=sources(films_in))
    progress(Progress(result.counts.total, result.counts.total, note="Measuring"))
    seen = seen_by(model.folder)
    with StoredScan(out / STORE) as store:
        films = from_rows(films_in, store.rows(), seen, task.labels, card.labels)
    provenance = result.provenance
    subject = Subject(
        title=card.task_title,
        task=task.name,
        kind=task.kind,
        classes=card.labels,
        positive=card.positive,
        points=provenance.operating_points,
        data=str(request.data),
        taken=taken,
        facts=(("Labelled films", f"{request.data} ({taken})"), *provenance_lines(provenance)),
        day=provenance.day,
        program=provenance.program,
        model=card.name,
        model_sha256=provenance.model_sha256,
    )

    def look(key: bytes, frame: int) -> Row | None:
        with StoredScan(out / STORE) as store:
            return store.row(key, frame)

    return out, _measured(request, subject, films, result.notes), look


def _scan_request(request: EvaluateRequest, out: Path) -> ScanRequest:
    return ScanRequest(
        inputs=(str(request.data),),
        task=request.task,
        model=request.model,
        weights=request.weights,
        out=out,
        formats=(),
        device=request.device,
        precision=request.precision,
        workers=request.workers,
        gate=request.gate,
        rescan=request.rescan,
        include_patient_id=request.include_patient_id,
    )


def _predicted(
    request: EvaluateRequest,
    task: Task,
    examples: tuple[Example, ...],
    taken: str,
    day: str,
    progress: Callable[[Progress], None],
) -> tuple[Path, Evaluation, Look]:
    """The output folder, the evaluation of somebody's predictions, and that there are no pictures.

    Raises:
        UsageError: the task has more than two classes, which one probability cannot tell apart.
    """
    from screener.training.evaluation.films import from_predictions
    from screener.training.evaluation.outcome import Subject
    from screener.training.evaluation.predictions import read_predictions

    assert request.predictions is not None
    film = of_kind(task.kind, "film")
    if len(task.labels) != 2:
        raise UsageError(
            f"--predictions holds one probability a {film}; task {task.name} has {len(task.labels)} classes"
        )
    out = _place(request, request.predictions.stem, day)
    scores = read_predictions(request.predictions)
    progress(Progress(len(examples), len(examples), note="Measuring"))
    films = from_predictions(examples, scores, task.labels.index(task.positive[0]))
    facts = (
        ("Labelled films", f"{request.data} ({taken})"),
        ("Predictions", str(request.predictions)),
        ("Score", f"probability of {task.positive[0]}"),
        ("Program", f"screener {__version__}"),
        ("Day", day),
    )
    subject = Subject(
        title=task.title,
        task=task.name,
        kind=task.kind,
        classes=task.labels,
        positive=task.positive,
        points=(),
        data=str(request.data),
        taken=taken,
        facts=facts,
        day=day,
        program=f"screener {__version__}",
    )
    stray = len(scores) - sum(film.score is not None for film in films)
    notes = (f"{stray:,} of {len(scores):,} predictions are of no labelled {film}",) if stray else ()
    return out, _measured(request, subject, films, notes), lambda key, frame: None


def _measured(
    request: EvaluateRequest, subject: Subject, films: Sequence[Film], notes: Sequence[str]
) -> Evaluation:
    """The evaluation of `films`.

    Raises:
        NothingToScan: none of them has a score.
    """
    from screener.training.evaluation.outcome import evaluate_films
    from screener.training.evaluation.subgroups import read_columns
    from screener.training.labelled.hdf5 import is_hdf5

    if all(film.score is None for film in films):
        why, count = Counter(film.why for film in films).most_common(1)[0]
        said = of_kind(subject.kind, f"none of {len(films):,} labelled films has a score")
        raise NothingToScan(f"{said}; of {count:,}: {why}")
    table = request.data.is_file() and not is_hdf5(request.data)
    columns = read_columns(request.data) if table else {}
    return evaluate_films(subject, films, columns, notes)


def _written(
    request: EvaluateRequest, evaluation: Evaluation, look: Look, out: Path, began: float
) -> EvaluateResult:
    """The result, its reports written.

    Raises:
        OutputError: the folder cannot be written.
    """
    from screener.training.evaluation.pictures import illustrate
    from screener.training.evaluation.request import PICTURED, EvaluateResult
    from screener.training.evaluation.write import write_reports

    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{out} cannot be made: {error.strerror}; choose another with --out") from error
    illustrated = illustrate(evaluation, look, request.worst, drawn=not PICTURED.isdisjoint(request.formats))
    published = write_reports(illustrated, request.formats, out)
    return EvaluateResult(out, published.paths, evaluation, published.notes, monotonic() - began)
