"""`screener bench`."""

from __future__ import annotations

from typing import Annotated

import typer

from screener.cli.options import Device, Inputs, ModelName, Precision, TaskName, Weights


def bench(
    inputs: Inputs,
    task: TaskName = "",
    model: ModelName = "best",
    weights: Weights = None,
    device: Device = "auto",
    precision: Precision = "fp32",
    limit: Annotated[int, typer.Option(help="Measure at most this many files.", min=1, metavar="N")] = 500,
    tune: Annotated[
        bool,
        typer.Option(
            "--tune",
            help="Also try other numbers of workers, threads and films per step, and let later scans of "
            "this model on this machine use the fastest.",
        ),
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object on stdout, nothing else.")
    ] = False,
) -> None:
    """Measure where a scan of these films spends its time, and what would make it faster.

    Each step is timed by itself, then decode workers alone, the model alone, and a whole scan. The scan's
    results go to the temporary folder and are removed again. (If this command is killed, its folder
    screener-bench-*, which only you can read, stays there.) Only --tune keeps something: what was fastest,
    in the user's state folder (screener doctor shows it).
    """
    from screener.cli.benching import fields, print_bench
    from screener.cli.progress import live_bar
    from screener.cli.result import dump, failure_as_json
    from screener.commands.bench import bench as run
    from screener.commands.timings.records import BenchRequest

    request = BenchRequest(tuple(inputs), task, model, weights, device, precision, limit, tune)
    with failure_as_json(json), live_bar("Measuring", "stages", quiet=json) as progress:
        result = run(request, progress)
    if json:
        dump(fields(result))
    else:
        print_bench(result)
