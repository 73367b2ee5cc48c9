"""`screener doctor`."""

from __future__ import annotations

from typing import Annotated

import typer

from screener.cli.options import Weights


def doctor(
    weights: Weights = None,
    full: Annotated[
        bool, typer.Option("--full", help="Also try int8 graphs, PyTorch and the GPU; slower.")
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object on stdout, nothing else.")
    ] = False,
) -> None:
    """Check that this machine can scan: engines, decoders, models, folders.

    Every decoder reads a built-in film and every model scores one. Each finding says ok, note or fault, and
    what to do. Nothing is sent anywhere or left behind.

    Exit codes: 0 no fault, 1 a fault.
    """
    from screener.cli.examination import Page, print_examination_json
    from screener.commands.checks.findings import DoctorRequest
    from screener.commands.doctor import doctor as run
    from screener.records.user_folders import state_folder

    request = DoctorRequest(state_folder(), weights, full)
    if json:
        examination = run(request)
        print_examination_json(examination)
    else:
        page = Page()
        examination = run(request, page.show)
        page.close(examination)
    raise typer.Exit(examination.exit_code)
