"""`screener desktop`."""

from __future__ import annotations

from typing import Annotated

import typer

from screener.cli.box import has_screen, tell_in_a_box
from screener.cli.options import Weights
from screener.errors import MissingExtra, ScreenerError


def desktop(
    inputs: Annotated[
        list[str] | None,
        typer.Argument(help="Folders, zips or films to choose at the start.", metavar="INPUT..."),
    ] = None,
    weights: Weights = None,
) -> None:
    """Open the window: drop films on it, watch the worklist fill, look at each film.

    Nothing is scanned before Start is pressed.
    """
    from importlib.util import find_spec

    if find_spec("PySide6") is None:
        raise MissingExtra("screener desktop", "desktop")
    if not has_screen():
        raise ScreenerError("there is no screen to open a window on (DISPLAY is not set); use screener scan")
    try:
        from screener.desktop.app import run
    except ImportError as error:
        # Qt's own libraries come with it, those of the system do not.
        raise ScreenerError(
            f"the window cannot be opened: {error}; install that library, or use screener scan"
        ) from error

    from screener.cli.crash import note_faults

    with note_faults(tell_in_a_box):
        code = run(weights, tuple(inputs or ()))
    raise typer.Exit(code)
