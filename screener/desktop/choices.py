"""From what was chosen in the window to what a scan is asked for."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from screener.desktop.settings import Recent, Settings
from screener.models.card import card_hash
from screener.models.catalogue import Installed, called, places
from screener.models.ranking import best
from screener.records import BANDS, Provenance, ScanRequest
from screener.scanning.place import today
from screener.scanning.provenance import settings_of
from screener.tasks.load import NAMES

REPORTS = ("csv", "xlsx", "html")
"""The reports that a scan from the window writes."""


@dataclass(frozen=True, slots=True)
class Order:
    """A scan as the window starts it.

    Attributes:
        request: see `ScanRequest`.
        places: see `control.scan_child.scan_main`.
    """

    request: ScanRequest
    places: tuple[Path, str] | None = None


def in_order(models: Sequence[Installed], weights: Path | None = None) -> list[Installed]:
    """The models as they are offered, the first being chosen where nobody chooses.

    Those of a folder that was named come before those that are shipped, as everywhere in the program; then
    the tasks stand in the program's order, each with its best model first.

    Args:
        models: what is installed.
        weights: the folder that was named, if any.
    """
    folders = places(weights)

    def group(model: Installed) -> tuple[int, int, str]:
        place = next(n for n, one in enumerate(folders) if one in (model.folder, model.folder.parent))
        task = model.card.task
        return place, NAMES.index(task) if task in NAMES else len(NAMES), task

    ordered: list[Installed] = []
    for _, members in groupby(sorted(models, key=group), group):
        of_task = list(members)
        first = best([one.card for one in of_task])
        ordered += sorted(of_task, key=lambda one: (one.card is not first, one.card.name))
    return ordered


def new_order(inputs: Sequence[str], task: str, model: str, settings: Settings) -> Order:
    """A scan of `inputs` (absolute paths) with a model, into the place that the settings name.

    The same choice on the same day, or while the scan is unfinished, goes on with the scan that is there.
    """
    request = ScanRequest(
        inputs=tuple(inputs),
        task=task,
        model=model,
        formats=REPORTS,
        workers=settings.workers,
        point=settings.point,
        precision=settings.precision,
    )
    if not settings.results:
        return Order(request)
    first = Path(inputs[0])
    # Unlike pathlib's, it raises nothing where a share is not to be looked into.
    name = first.name if os.path.isdir(first) else first.parent.name  # noqa: PTH112
    return Order(request, (Path(settings.results), f"{name or 'films'}-screener-{today()}"))


def order_again(scan: Recent, settings: Settings) -> Order:
    """The scan that was known as `scan`, to be gone on with where it was, as it was cut and computed."""
    return Order(
        ScanRequest(
            inputs=scan.inputs,
            task=scan.task,
            model=scan.model,
            out=Path(scan.out),
            formats=REPORTS,
            workers=settings.workers,
            point=scan.point,
            precision=scan.precision,
        )
    )


def scan_in(
    folder: Path, provenance: Provenance, models: Sequence[Installed], places: tuple[str, ...] = ()
) -> Recent:
    """The scan whose results lie in `folder`; without its inputs where it cannot be gone on with from here.

    Args:
        folder: the scan's.
        provenance: the scan's, from its store.
        models: what is installed.
        places: what was scanned, as absolute paths, where its store knows.
    """
    out = Recent(str(folder))
    model = called(provenance.model, models)
    if model is None or card_hash(model.folder) != provenance.model_sha256:
        return out
    inputs = places or provenance.inputs
    if not all(Path(one).is_absolute() for one in inputs):  # typed in a terminal, who knows where
        return out
    scan = Recent(
        str(folder),
        inputs,
        model.card.task,
        str(model.folder),
        provenance.settings.get("operating point", BANDS),
        "int8" if provenance.engine.endswith("int8") else "fp32",
    )
    same = settings_of(order_again(scan, Settings()).request) == provenance.settings
    return scan if same else out
