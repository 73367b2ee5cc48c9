"""`screener study`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from screener.cli.frozen import need_training
from screener.cli.options import Cache, Device

app = typer.Typer(
    help="Run published experiments again on your data and compare with the published figures.",
    rich_markup_mode=None,
    no_args_is_help=True,
)


@app.command("list")
def list_() -> None:
    """List the studies, with how many trials and what data each needs."""
    need_training("study")
    from screener.cli.studying import print_studies
    from screener.commands.study import list_studies

    print_studies(list_studies())


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="The folder of a run, a study's name, or a study TOML.")],
) -> None:
    """Show the results of a run, or what a study will do."""
    need_training("study")
    from screener.cli.studying import print_plan, print_study
    from screener.commands.study import StudyResult, show_study

    found = show_study(name)
    if isinstance(found, StudyResult):
        print_study(found)
        raise typer.Exit(found.exit_code)
    print_plan(found)


@app.command()
def run(
    name: Annotated[str, typer.Argument(help="A study's name (see screener study list), or a TOML.")],
    data: Annotated[
        Path,
        typer.Option(
            help="Labelled pictures, as for train; a test folder among them is only used to measure.",
            metavar="PATH",
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for the results. Default: study-NAME in this folder.", metavar="FOLDER"),
    ] = None,
    quick: Annotated[
        bool,
        typer.Option("--quick", help="Few small pictures, few epochs: takes minutes, to see that it works."),
    ] = False,
    only: Annotated[
        list[str] | None,
        typer.Option(help="Only trials whose name matches this (*, ?); may be repeated.", metavar="PATTERN"),
    ] = None,
    seeds: Annotated[
        int,
        typer.Option(
            help="Repeat each trial with this many seeds; 0: as the study says.", min=0, metavar="N"
        ),
    ] = 0,
    starts: Annotated[
        Path | None,
        typer.Option(
            help="Weights to start from: a folder with resnet34.safetensors and so on, or imagenet: "
            "torchvision's, from its cache or the internet.",
            metavar="FOLDER",
        ),
    ] = None,
    cache: Cache = None,
    device: Device = "auto",
    threads: Annotated[int, typer.Option(help="CPU threads; 0 for all.", min=0, metavar="N")] = 0,
    skip_unreadable: Annotated[
        bool, typer.Option("--skip-unreadable", help="Leave out files that cannot be decoded.")
    ] = False,
) -> None:
    """Run a study's trainings in turn and put their figures beside the published ones.

    Writes results.json, study.xlsx, study.html, plots, and under trials/ one model folder per trial.
    Ctrl-C keeps what was done; the same command continues.

    Exit codes: 0 every trial finished, 3 some failed, 1 nothing could be done, 2 wrong usage.
    """
    need_training("study")
    from screener.cli.studying import live_study, print_study
    from screener.commands.study import StudyRequest, run_study

    request = StudyRequest(
        study=name,
        data=data,
        out=out,
        quick=quick,
        only=tuple(only or ()),
        seeds=seeds,
        starts=starts,
        cache=cache,
        device=device,
        threads=threads,
        skip_unreadable=skip_unreadable,
    )
    with live_study() as progress:
        result = run_study(request, progress)
    print_study(result)
    raise typer.Exit(result.exit_code)
