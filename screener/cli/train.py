"""`screener train`."""

from __future__ import annotations

from os import environ
from pathlib import Path
from typing import Annotated

import typer

from screener.cli.options import Cache, Device

_ORIGIN_HELP = "The data's origin, for the card: a known set's name (kermany-2018) or a TOML."


def _show_fields(asked: bool) -> None:
    """Print the recipe's fields and end, where that was asked for."""
    if asked:
        from screener.cli.frozen import need_training

        need_training("train")
        from screener.cli.training import print_recipe_fields
        from screener.commands.train import recipe_fields

        print_recipe_fields(recipe_fields())
        raise typer.Exit


def train(
    data: Annotated[
        Path,
        typer.Option(
            help="Class folders, PCam as Kaggle's files or HDF5, or a CSV path,label[,patient,split].",
            metavar="PATH",
        ),
    ],
    task: Annotated[
        str,
        typer.Option(
            help="pneumonia, pneumonia-type, pcam, a task TOML, or auto: a task of the labels in the data.",
            metavar="NAME",
        ),
    ] = "pneumonia",
    positive: Annotated[
        list[str] | None,
        typer.Option(help="With --task auto: the label to look for; may be repeated.", metavar="NAME"),
    ] = None,
    kind: Annotated[
        str, typer.Option(help="With --task auto: film, patch, or auto: judged by colour.", metavar="NAME")
    ] = "auto",
    model: Annotated[str, typer.Option(help="The architecture.", metavar="NAME")] = "resnet34",
    out: Annotated[
        Path | None,
        typer.Option(help="The model folder to write. Default: TASK-MODEL in this folder.", metavar="FOLDER"),
    ] = None,
    recipe: Annotated[Path | None, typer.Option(help="A recipe.json to start from.", metavar="FILE")] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help="Change the recipe, e.g. lr=0.001 or stages=112x14,224x4. --recipe-fields lists all fields.",
            metavar="NAME=VALUE",
        ),
    ] = None,
    split: Annotated[Path | None, typer.Option(help="A split.csv to reuse.", metavar="FILE")] = None,
    pretrained: Annotated[
        Path | None,
        typer.Option(
            help="Start from a safetensors file, a model folder, or `imagenet`: torchvision's weights, from "
            "its cache or fetched.",
            metavar="PATH",
        ),
    ] = None,
    teacher: Annotated[
        list[Path] | None,
        typer.Option(help="Also learn from this trained model folder; may be repeated.", metavar="FOLDER"),
    ] = None,
    origin: Annotated[str, typer.Option(help=_ORIGIN_HELP, metavar="NAME")] = "",
    cache: Cache = None,
    device: Device = "auto",
    threads: Annotated[int, typer.Option(help="CPU threads; 0 for all.", min=0, metavar="N")] = 0,
    int8: Annotated[
        bool, typer.Option("--int8", help="Make model.int8.onnx too: faster on CPUs with VNNI or AMX.")
    ] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Continue a training that was stopped.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Check the data, report what was found, and train nothing.")
    ] = False,
    allow_leakage: Annotated[
        bool,
        typer.Option(
            "--allow-leakage",
            help="Train despite patients or pictures on both sides of the split; the card says so.",
        ),
    ] = False,
    skip_unreadable: Annotated[
        bool, typer.Option("--skip-unreadable", help="Leave out files that cannot be decoded.")
    ] = False,
    drop_blank: Annotated[
        bool, typer.Option("--drop-blank", help="Leave out near-white and near-black pictures.")
    ] = False,
    tensorboard: Annotated[
        Path | None, typer.Option(help="Log every epoch to this folder for TensorBoard.", metavar="FOLDER")
    ] = None,
    recipe_fields: Annotated[
        bool,
        typer.Option(
            "--recipe-fields",
            help="Explain every field of a recipe and exit.",
            callback=_show_fields,
            is_eager=True,
        ),
    ] = False,
) -> None:
    """Train a model on labelled films and write a model folder.

    It checks the data first: counts, files that cannot be read, and patients or pictures on both sides of
    the split. The folder holds card.json, model.onnx, model.safetensors, curves, the history and
    training.xlsx, and `screener scan --model FOLDER` uses it as it is. Ctrl-C keeps what was done; the
    same command with --resume continues.
    """
    from screener.cli.frozen import need_training

    need_training("train")
    from screener.cli.training import live_training, print_checked, print_trained
    from screener.commands.train import DataOptions, TrainRequest
    from screener.commands.train import check as look
    from screener.commands.train import train as run

    request = TrainRequest(
        data=data,
        task=task,
        positive=tuple(positive or ()),
        kind=kind,
        model=model,
        out=out,
        recipe=recipe,
        settings=tuple(settings or ()),
        split=split,
        pretrained=pretrained,
        teachers=tuple(teacher or ()),
        origin=origin,
        cache=cache,
        device=device,
        threads=threads,
        int8=int8,
        resume=resume,
        options=DataOptions(allow_leakage, skip_unreadable, drop_blank),
        tensorboard=tensorboard,
    )
    with live_training() as progress:
        if check:
            checked = look(request, progress)
        else:
            trained = run(request, progress)
    if check:
        print_checked(checked)
    elif environ.get("RANK", "0") == "0":  # of the processes that torchrun started, the first speaks
        print_trained(trained)
