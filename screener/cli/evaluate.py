"""`screener evaluate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from screener.cli.options import Device, Gate, ModelName, Precision, TaskName, Weights, Workers, listed


def evaluate(
    data: Annotated[
        Path,
        typer.Argument(
            help="Labelled films: class folders, Kaggle's PCam folder, or a CSV path,label[,patient,...].",
            metavar="FOLDER|CSV",
        ),
    ],
    task: TaskName = "",
    model: ModelName = "best",
    weights: Weights = None,
    predictions: Annotated[
        Path | None,
        typer.Option(help="Evaluate this CSV of id,label instead of a model.", metavar="FILE"),
    ] = None,
    split: Annotated[
        str, typer.Option(help="Films to use: all, train, validation or test.", metavar="NAME")
    ] = "all",
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder for scores and reports. Default: a dated folder beside the data.", metavar="FOLDER"
        ),
    ] = None,
    formats: Annotated[
        str,
        typer.Option(
            "--format",
            help="Reports to write, separated by commas: html, xlsx, json, csv, png.",
            metavar="LIST",
        ),
    ] = "html,xlsx,json,csv",
    worst: Annotated[
        int, typer.Option(help="How many of the worst mistakes to show.", min=0, max=200, metavar="N")
    ] = 12,
    device: Device = "auto",
    precision: Precision = "fp32",
    workers: Workers = 0,
    gate: Gate = True,
    rescan: Annotated[
        bool,
        typer.Option("--rescan", help="Discard the scores of an earlier run into --out; score again."),
    ] = False,
    include_patient_id: Annotated[
        bool,
        typer.Option("--include-patient-id", help="Read the DICOM patient id, to group films by patient."),
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print all figures as one JSON object on stdout.")
    ] = False,
) -> None:
    """Measure a model on labelled films.

    Films are scored as `screener scan` scores them. Every figure comes with its 95 % interval, at 0.5 and
    at the model's operating points, by class and by any further column of the CSV. Needs the extra train.

    Exit codes: 0 every film was scored, 3 some were not, 1 nothing could be done, 2 wrong usage.
    """
    from screener.cli.frozen import need_training

    need_training("evaluate")
    from screener.cli.progress import live_bar
    from screener.cli.result import failure_as_json
    from screener.commands.evaluate import EvaluateRequest
    from screener.commands.evaluate import evaluate as run

    request = EvaluateRequest(
        data=data,
        task=task,
        model=model,
        weights=weights,
        predictions=predictions,
        split=split,
        out=out,
        formats=listed(formats),
        worst=worst,
        device=device,
        precision=precision,
        workers=workers,
        gate=gate,
        rescan=rescan,
        include_patient_id=include_patient_id,
    )
    with failure_as_json(json), live_bar("Scoring", "pictures", quiet=json) as progress:
        result = run(request, progress)
    from screener.cli.evaluation import print_evaluation, print_evaluation_json

    (print_evaluation_json if json else print_evaluation)(result)
    raise typer.Exit(result.exit_code)
