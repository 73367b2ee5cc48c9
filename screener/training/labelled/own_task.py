"""A user's own task, made from the labels that the data have: no TOML needs to be written."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import numpy as np

from screener.errors import DataError, UnknownName, UsageError
from screener.images.decode import pictures, read_bytes
from screener.records import DecodeSettings, InputSpec, Refused, Source, Task
from screener.tasks.load import NAMES, parse_task
from screener.training.labelled import hdf5, tables
from screener.training.labelled.example import SPLITS
from screener.training.labelled.pictures import pictures_in
from screener.training.request import TrainRequest

AUTO = "auto"
"""The task that stands for the labels that the data have."""

KINDS = (AUTO, "film", "patch")

HEALTHY = frozenset(
    ("0", "benign", "control", "false", "healthy", "negative", "no", "no finding", "none", "normal")
)
"""Labels that, alone of their kind, tell that all others are looked for; in lower case."""

_LOOKED_AT = 16
_COLOURED = 8
"""Grey levels by which a picture's colours must differ, on average, to be called coloured."""


def own_task(request: TrainRequest) -> Task:
    """The task that the data of `request` make: their labels, sorted, under the data folder's name.

    Labels are the folders right below the data folder (or below train, val and test in it), or what the
    column `label` of a CSV holds.

    Raises:
        UnknownName: `positive` names no label, or `kind` no kind.
        UsageError: nothing says which labels are looked for.
        DataError: the data cannot be used, or have fewer than two labels.
    """
    if request.kind not in KINDS:
        raise UnknownName("kind", request.kind, KINDS)
    labels = sorted(_labels(request.data))
    if len(labels) < 2:
        found = f"only {labels[0]}" if labels else "none"
        raise DataError(
            f"--data {request.data}: at least two labels are needed, {found} was found; "
            "sort the pictures into a folder for each, or give a CSV path,label"
        )
    positive = _positive(labels, request.positive)
    name = _name(request.data)
    kind = _kind(request.data) if request.kind == AUTO else request.kind
    return parse_task(
        name,
        {
            "title": f"{name}: {' or '.join(positive)}",
            "kind": kind,
            "labels": labels,
            "positive": positive,
        },
    )


def _labels(data: Path) -> set[str]:
    if hdf5.is_hdf5(data):
        raise UsageError(f"--task {AUTO}: {data} is in PCam's format; name --task pcam, or a task TOML")
    if data.is_file():
        return {row["label"].strip() for _, row in tables.read_rows(data, ("label",))} - {""}
    if not data.is_dir():
        raise UsageError(f"{data}: there is no such folder or CSV file")
    return {parts[0] for path in pictures_in(data) if (parts := _inner(path, data))}


def _inner(path: Path, data: Path) -> tuple[str, ...]:
    """The folders between the split's, if there is one, and the picture."""
    parts = path.relative_to(data).parts[:-1]
    return parts[1:] if parts and parts[0].lower() in SPLITS else parts


def _positive(labels: list[str], named: Iterable[str]) -> list[str]:
    by_key = {label.lower(): label for label in labels}
    if len(by_key) < len(labels):
        raise DataError(f"labels differ only by capitals: {', '.join(labels)}; spell each in one way")
    wanted = [name.strip() for name in named]
    for name in wanted:
        if name.lower() not in by_key:
            raise UnknownName("label", name, labels)
    if wanted:
        return [label for label in labels if label.lower() in {name.lower() for name in wanted}]
    healthy = [label for label in labels if label.lower() in HEALTHY]
    if len(healthy) != 1:
        raise UsageError(
            f"which of the labels {', '.join(labels)} should be looked for? Name it: --positive {labels[-1]}"
        )
    return [label for label in labels if label not in healthy]


def _name(data: Path) -> str:
    inside = data.absolute().parent if data.is_file() else data.absolute()
    name = re.sub(r"[^a-z0-9]+", "-", inside.name.lower()).strip("-") or "own"
    return f"{name}-own" if name in NAMES else name


def _kind(data: Path) -> str:
    """`patch` where most of the first pictures are coloured, else `film`."""
    coloured = [_is_coloured(path) for path in islice(_some(data), _LOOKED_AT)]
    return "patch" if sum(coloured) * 2 > len(coloured) else "film"


def _some(data: Path) -> Iterator[Path]:
    if data.is_dir():
        yield from pictures_in(data)
        return
    for line in tables.read_lines(data):
        yield from line.files.values()


def _is_coloured(path: Path) -> bool:
    settings = DecodeSettings(InputSpec(), _ANY, thumbnail=0, gate=False)
    found = read_bytes(Source(path, path.name, b"", ""), settings.limits)
    picture = None if isinstance(found, Refused) else next(pictures(found, settings), None)
    if picture is None or isinstance(picture, Refused) or picture.pixels.ndim != 3:
        return False
    levels = picture.pixels.astype(np.int16)
    return bool((levels.max(axis=2) - levels.min(axis=2)).mean() > _COLOURED)


_ANY = Task("any", "any picture", "patch", ("no", "yes"), ("yes",))
