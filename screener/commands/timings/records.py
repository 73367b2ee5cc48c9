"""What a measurement is asked for, and what it found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median

from screener.scanning.tuned import Tuning

REPORTS = ("csv", "xlsx")
"""The reports that are measured: those that a scan writes unless told otherwise."""

PARTS = {
    "read": "reading",
    "decode": "decoding",
    "scope": "decoding",
    "prepare": "decoding",
    "thumbnail": "decoding",
    "model": "the model",
    "store": "writing",
    "report": "writing",
}
"""The steps of a scan in their order, and the part that each belongs to."""


@dataclass(frozen=True, slots=True)
class BenchRequest:
    """Which films and which model are measured.

    Attributes:
        inputs: folders, films, zips or patterns.
        task: see `ScanRequest`. So are the next four.
        model: see there.
        weights: see there.
        device: see there.
        precision: see there.
        limit: the most files that are measured.
        tune: whether other numbers of workers, threads and films a step are tried, and the fastest kept.
    """

    inputs: tuple[str, ...]
    task: str = ""
    model: str = "best"
    weights: Path | None = None
    device: str = "auto"
    precision: str = "fp32"
    limit: int = 500
    tune: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What one step costs one core (or the GPU).

    Attributes:
        name: a key of `PARTS`.
        seconds: of each film, or of each batch divided by its films.
    """

    name: str
    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """Seconds of the film in the middle; 0 if there is none."""
        return median(self.seconds) if self.seconds else 0.0

    @property
    def mean(self) -> float:
        """Seconds a film; 0 if there is none."""
        return fmean(self.seconds) if self.seconds else 0.0


@dataclass(frozen=True, slots=True)
class Rates:
    """Films a second.

    Attributes:
        decode: decode workers on all cores, with nothing else to do.
        model: the model alone, on all cores or on the GPU; infinite where no film is scored.
        limit: what a scan could reach at most; see `verdict.limit_of`.
        scan: what a scan does reach, from its first film to its last report.
    """

    decode: float
    model: float
    limit: float
    scan: float

    @property
    def share(self) -> float:
        """How much of the limit the scan reaches."""
        return self.scan / self.limit


@dataclass(frozen=True, slots=True)
class Trial:
    """One way to share the machine out.

    Attributes:
        way: workers, threads and films a step.
        rates: films a second of each round, reports not counted; one only where that was hopeless.
    """

    way: Tuning
    rates: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Tuned:
    """What came of trying.

    Attributes:
        trials: all ways, the usual one first.
        best: what later scans take: the usual way where none was faster for certain; None where the films
            were too few to tell.
        kept: the file that it was written to, or that another was taken out of; None if nothing changed.
    """

    trials: tuple[Trial, ...]
    best: Tuning | None
    kept: Path | None


@dataclass(frozen=True, slots=True)
class BenchResult:
    """What was measured.

    Attributes:
        films: how many films the scan had.
        unread: how many of them could not be decoded.
        scored: how many of them reached the model.
        kinds: (kind of file, how many decoded), the most frequent first.
        model: its name.
        engine: what ran it.
        cores: processors that could be used.
        steps: in the order of `PARTS`.
        rates: see `Rates`.
        startup: seconds from the command to the first film, once a scan.
        limit: what the limit is, and what would help, a sentence each.
        notes: what keeps the figures from being taken at their word.
        tuned: see `Tuned`, where that was asked for.
        task_kind: what the films are, `film` or `patch`.
    """

    films: int
    unread: int
    scored: int
    kinds: tuple[tuple[str, int], ...]
    model: str
    engine: str
    cores: int
    steps: tuple[Step, ...]
    rates: Rates
    startup: float
    limit: tuple[str, ...]
    notes: tuple[str, ...]
    tuned: Tuned | None = None
    task_kind: str = "film"
