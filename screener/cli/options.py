"""Options that several commands have, spelled out once."""

from pathlib import Path
from typing import Annotated

import typer

Inputs = Annotated[
    list[str],
    typer.Argument(
        help="Folders (with all subfolders), films, zip archives or glob patterns.", metavar="INPUT..."
    ),
]
TaskName = Annotated[
    str,
    typer.Option(
        help="pneumonia, pneumonia-type, pcam, or a task TOML. Default: the model's, or pneumonia.",
        metavar="NAME",
    ),
]
ModelName = Annotated[
    str,
    typer.Option(
        help="An architecture, a model's name or folder, or best: the task's best by its card.",
        metavar="NAME",
    ),
]
Weights = Annotated[
    Path | None,
    typer.Option(help="A folder of model folders, searched first. Also SCREENER_WEIGHTS.", metavar="FOLDER"),
]
Device = Annotated[str, typer.Option(help="auto, cpu, cuda or mps.", metavar="NAME")]
Precision = Annotated[
    str,
    typer.Option(
        help="On a CPU: fp32, int8 (faster, scores differ a little), or auto: int8 if the model's card says "
        "that it agrees with fp32.",
        metavar="NAME",
    ),
]
Workers = Annotated[
    int,
    typer.Option(
        help="Decode processes; 0: what screener bench --tune found, else one per core.", min=0, metavar="N"
    ),
]
Cache = Annotated[
    Path | None,
    typer.Option(
        help="Where decoded films are kept, until you delete them. Default: ~/.cache/screener/films.",
        metavar="FOLDER",
    ),
]
Gate = Annotated[
    bool, typer.Option("--gate/--no-gate", help="Refuse pictures that the model was not made for.")
]


def listed(names: str) -> tuple[str, ...]:
    """The names in a list with commas between, in lower case, each once."""
    return tuple(dict.fromkeys(name.strip().lower() for name in names.split(",") if name.strip()))
