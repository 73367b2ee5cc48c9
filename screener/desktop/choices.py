"""From what was chosen in the window to what a scan is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from screener.desktop.settings import Recent, Settings
from screener.records import ScanRequest
from screener.scanning.place import today

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


def new_order(inputs: Sequence[str], task: str, model: str, settings: Settings) -> Order:
    """A scan of `inputs` (absolute paths) with a model, into the place that the settings name.

    The same choice on the same day, or while the scan is unfinished, goes on with the scan that is there.
    """
    request = ScanRequest(
        inputs=tuple(inputs), task=task, model=model, formats=REPORTS, workers=settings.workers
    )
    if not settings.results:
        return Order(request)
    first = Path(inputs[0])
    name = first.name if first.is_dir() else first.parent.name
    return Order(request, (Path(settings.results), f"{name or 'films'}-screener-{today()}"))


def order_again(scan: Recent, settings: Settings) -> Order:
    """The scan that was known as `scan`, to be gone on with where it was."""
    return Order(
        ScanRequest(
            inputs=scan.inputs,
            task=scan.task,
            model=scan.model,
            out=Path(scan.out),
            formats=REPORTS,
            workers=settings.workers,
        )
    )
