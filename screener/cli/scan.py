"""`screener scan`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from screener.cli.options import (
    Device,
    Gate,
    Inputs,
    ModelName,
    Precision,
    TaskName,
    Weights,
    Workers,
    listed,
)
from screener.errors import UsageError
from screener.records import BANDS, FORMATS, Limits, ScanRequest

_MIB = 1 << 20
_DAY = 86_400
_TEBIBYTE = 1 << 20
"""In MiB."""


def _seconds(value: float) -> float:
    if not value <= _DAY:  # nan too, which is in every range
        raise typer.BadParameter(f"{value} is not a number of seconds up to {_DAY}.")
    return value


def scan(
    inputs: Inputs,
    task: TaskName = "",
    model: ModelName = "best",
    weights: Weights = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder for the store and the reports. Default: a dated folder beside the first INPUT.",
            metavar="FOLDER",
        ),
    ] = None,
    formats: Annotated[
        str,
        typer.Option(
            "--format", help=f"Reports to write, separated by commas: {', '.join(FORMATS)}.", metavar="LIST"
        ),
    ] = "csv,xlsx",
    sample_submission: Annotated[
        Path | None,
        typer.Option(help="Kaggle's sample file: submission.csv gets its ids in its order.", metavar="FILE"),
    ] = None,
    device: Device = "auto",
    precision: Precision = "fp32",
    point: Annotated[
        str,
        typer.Option(
            help="Two bands, cut at one operating point of the model: sensitive, balanced or specific. "
            "bands: three bands, cut at the outer two.",
            metavar="NAME",
        ),
    ] = BANDS,
    workers: Workers = 0,
    threads: Annotated[
        int,
        typer.Option(
            help="Films that a CPU scores at the same time; 0: as for --workers.", min=0, metavar="N"
        ),
    ] = 0,
    batch_size: Annotated[
        int,
        typer.Option(
            help="Films per step and commit; 0: as --tune found, else 16.", min=0, max=1024, metavar="N"
        ),
    ] = 0,
    memory_limit: Annotated[
        int,
        typer.Option(help="Memory that decoding one file may take.", min=64, max=_TEBIBYTE, metavar="MIB"),
    ] = 2048,
    time_limit: Annotated[
        float,
        typer.Option(
            help="Time that decoding one file may take.", min=0.1, metavar="SECONDS", callback=_seconds
        ),
    ] = 30.0,
    gate: Gate = True,
    rescan: Annotated[
        bool,
        typer.Option("--rescan", help="Discard the scores of an earlier scan into --out; scan again."),
    ] = False,
    include_patient_id: Annotated[
        bool, typer.Option("--include-patient-id", help="Read the DICOM patient id and keep it on each row.")
    ] = False,
    deidentify: Annotated[
        bool, typer.Option("--deidentify", help="Hash ids and leave paths out of the store and the reports.")
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print one JSON summary on stdout, nothing else.")
    ] = False,
) -> None:
    """Score every film of a folder and write a worklist.

    Writes scan.sqlite and the reports to --out. If a scan was stopped, the same command continues it and
    scores only what is new.

    Exit codes: 0 every file was scored, 3 some were not (the Problems sheet says why), 1 nothing could be
    done, 2 wrong usage, 130 stopped by Ctrl-C or SIGTERM.
    """
    request = ScanRequest(
        inputs=tuple(inputs),
        task=task,
        model=model,
        weights=weights,
        out=out,
        formats=listed(formats),
        sample_submission=sample_submission,
        device=device,
        precision=precision,
        point=point,
        workers=workers,
        threads=threads,
        batch_size=batch_size,
        limits=Limits(memory=memory_limit * _MIB, seconds=time_limit),
        gate=gate,
        rescan=rescan,
        include_patient_id=include_patient_id,
        deidentify=deidentify,
    )
    from screener.cli.progress import live_bar
    from screener.cli.result import failure_as_json, print_json, print_result, where_reasons_are
    from screener.commands.scan import scan as run

    with failure_as_json(json):
        if include_patient_id and deidentify:
            raise UsageError("--include-patient-id and --deidentify contradict each other; leave one out")
        with live_bar("Scanning", "files", quiet=json) as progress:
            result = run(request, progress)
    (print_json if json else print_result)(result)
    if not result.counts.scored:
        total = result.counts.total
        none = "the one file could not" if total == 1 else f"none of {total} files could"
        typer.echo(f"screener: {none} be scored; {where_reasons_are(result.reports)}", err=True)
    raise typer.Exit(result.exit_code)
