"""A whole scan as `screener scan` does it, into a folder that is taken away again."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from screener.commands.timings.records import REPORTS, BenchRequest, Step
from screener.records import ScanRequest, ScanResult, Source
from screener.scanning.tuned import Tuning

_UNTOLD = Tuning(0, 0, 0)
"""Leaves everything to the scan."""


@dataclass(frozen=True, slots=True)
class Whole:
    """What the scan did.

    Attributes:
        rows: films.
        scored: how many of them were scored.
        startup: seconds until its store was open: workers started, model loaded.
        seconds: from then until the last row was committed.
        steps: what the store and the reports cost a film.
    """

    rows: int
    scored: int
    startup: float
    seconds: float
    steps: tuple[Step, ...]

    @property
    def report(self) -> float:
        """Seconds that all reports took."""
        return self.rows * self.steps[-1].mean


def timed_scan(
    request: BenchRequest, way: Tuning, sources: Sequence[Source], out: Path
) -> tuple[float, float, ScanResult]:
    """A scan of the sources' files into `out` without reports: seconds to its store, from there on, result.

    Raises:
        ScreenerError: whatever `scan` raises.
    """
    from screener.commands.scan import scan

    asked = ScanRequest(
        inputs=tuple(dict.fromkeys(str(source.path) for source in sources)),
        task=request.task,
        model=request.model,
        weights=request.weights,
        out=out,
        formats=(),
        device=request.device,
        precision=request.precision,
        workers=way.workers,
        threads=way.threads,
        batch_size=way.batch_size,
    )
    began = opened = perf_counter()

    def mark(folder: Path) -> None:
        nonlocal opened
        opened = perf_counter()

    result = scan(asked, lambda step: None, mark, sources)
    return opened - began, perf_counter() - opened, result


def whole_scan(request: BenchRequest, sources: Sequence[Source]) -> Whole:
    """What a scan of the sources' files took, and the writing of its rows and reports again, for themselves.

    Raises:
        ScreenerError: whatever `scan` raises.
    """
    from screener.commands.timings.steps import store_step
    from screener.reports.publish import publish
    from screener.scanning.reading import StoredScan
    from screener.scanning.store import STORE

    with tempfile.TemporaryDirectory(prefix="screener-bench-") as temporary:
        out = Path(temporary) / "scan"
        (Path(temporary) / "again").mkdir()
        startup, seconds, _ = timed_scan(request, _UNTOLD, sources, out)
        with StoredScan(out / STORE) as view:
            counts = view.counts()
            store = store_step(list(view.rows()), view, Path(temporary) / "again")
            publish(REPORTS, view, out)  # what is imported the first time costs no film anything
            began = perf_counter()
            publish(REPORTS, view, out)
            report = perf_counter() - began
        steps = (store, Step("report", (report / counts.total,)))
        return Whole(counts.total, counts.scored, startup, seconds, steps)
