"""`screener models`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from screener.cli.options import Cache, Weights
from screener.cli.plain import plain

app = typer.Typer(
    help="List, show and verify the installed models.",
    rich_markup_mode=None,
    invoke_without_command=True,
)


@app.callback()
def _list_by_default(context: typer.Context, weights: Weights = None) -> None:
    if context.invoked_subcommand is None:
        list_(context, weights)


@app.command("list")
def list_(context: typer.Context, weights: Weights = None) -> None:
    """List the installed models."""
    from screener.cli.cards import print_models, print_verdicts
    from screener.commands.models import list_models

    models, unreadable = list_models(_weights(context, weights))
    print_models(models)
    if unreadable:
        print_verdicts(unreadable)
        raise typer.Exit(1)


def _weights(context: typer.Context, weights: Path | None) -> Path | None:
    """--weights, whether it stood before the verb or after it."""
    before = context.parent.params.get("weights") if context.parent else None
    return weights or (Path(before) if before else None)


@app.command()
def show(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A model's name or folder.")],
    weights: Weights = None,
    html: Annotated[
        Path | None,
        typer.Option(help="Write the card to this file as a web page with plots instead.", metavar="FILE"),
    ] = None,
) -> None:
    """Show a model's card: its purpose, limits, figures and training."""
    from screener.commands.models import show_model, write_page

    model = show_model(name, _weights(context, weights))
    if html is not None:
        write_page(model, html)
        typer.echo(f"wrote {plain(str(html))}", err=True)
        return
    from screener.cli.cards import print_card

    print_card(model)


@app.command()
def quantise(
    folder: Annotated[Path, typer.Argument(help="A model folder written by screener train.")],
    data: Annotated[Path, typer.Option(help="The films that the model was trained on.", metavar="PATH")],
    task: Annotated[
        str, typer.Option(help="A task TOML, if the task is not one of the program's own.", metavar="FILE")
    ] = "",
    cache: Cache = None,
    threads: Annotated[int, typer.Option(help="CPU threads; 0 for all.", min=0, metavar="N")] = 0,
) -> None:
    """Add an eight-bit graph to a model, for --precision int8, and report how far its scores move."""
    from screener.cli.frozen import need_training

    need_training("models quantise")
    from screener.cli.cards import print_quantised
    from screener.cli.progress import live_bar
    from screener.commands.quantise import quantise as run

    with live_bar("Quantising", "steps") as progress:
        card = run(folder, data, task, cache, threads, progress)
    print_quantised(card)


@app.command()
def verify(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(help="Models to check; all by default.")] = None,
    weights: Weights = None,
) -> None:
    """Check every file of a model against the sha256 in its card. Exit code 1 if one differs."""
    from screener.cli.cards import print_verdicts
    from screener.commands.models import verify_models

    verdicts = verify_models(tuple(names or ()), _weights(context, weights))
    print_verdicts(verdicts)
    raise typer.Exit(1 if not verdicts or any(v.fault for v in verdicts) else 0)
