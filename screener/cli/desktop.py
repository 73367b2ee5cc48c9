"""`screener desktop`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from screener.errors import MissingExtra


def desktop(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(help="Folders, zips or films that are chosen from the start.", metavar="INPUT..."),
    ] = None,
    weights: Annotated[
        Path | None,
        typer.Option(
            help="A folder of model folders, looked in first. Also SCREENER_WEIGHTS.", metavar="FOLDER"
        ),
    ] = None,
) -> None:
    """Open the window: drop films on it, watch the worklist fill, look at each film."""
    from importlib.util import find_spec

    if find_spec("PySide6") is None:
        raise MissingExtra("screener desktop", "desktop")
    from screener.desktop.app import run

    raise typer.Exit(run(weights, tuple(inputs or ())))
