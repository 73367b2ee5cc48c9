"""`screener demo`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def demo(
    out: Annotated[Path, typer.Option(help="Folder for the reports.", metavar="FOLDER")] = Path(
        "screener-demo"
    ),
    open_report: Annotated[
        bool, typer.Option("--open/--no-open", help="Show the report in the web browser.")
    ] = False,
) -> None:
    """Scan one real chest film, to see what a scan gives.

    The film is RG1 of the package pydicom-data, which the extra `demo` installs.
    """
    from screener.cli.progress import live_bar
    from screener.cli.result import print_result
    from screener.commands.demo import demo as run

    with live_bar("Scanning", "films") as progress:
        result = run(out, progress)
    print_result(result)
    if open_report:
        typer.launch(result.reports[0].resolve().as_uri())
    raise typer.Exit(result.exit_code)
