"""What an evaluation is asked for, and what it did."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from screener.training.evaluation.outcome import Evaluation

FORMATS = ("html", "xlsx", "json", "csv", "png")
"""What an evaluation can be written as, by file suffix; the pictures stand in the first two as well."""

PICTURED = frozenset(("html", "xlsx", "png"))
"""Those of them that show pictures."""

SPLITS = ("all", "train", "validation", "test")
"""Which films of the data are evaluated."""


@dataclass(frozen=True, slots=True)
class EvaluateRequest:
    """What `screener evaluate` was asked for.

    Attributes:
        data: labelled films, as `find_examples` takes them.
        task: a task's name, or a task TOML; "" for the model's, or the default where none is named.
        model: see `ScanRequest`.
        weights: see `ScanRequest`.
        predictions: a CSV of `id,label` to be evaluated in the model's place; None for the model.
        split: of `SPLITS`.
        out: the output folder; None for one beside the data.
        formats: of `FORMATS`.
        worst: mistakes that are shown.
        device: see `ScanRequest`. So are the rest.
        precision: see there; thresholds are those of the precision.
        workers: see there.
        gate: see there.
        rescan: see there.
        include_patient_id: see there; the ids then say which films are of one patient, where the data do not.
    """

    data: Path
    task: str = ""
    model: str = "best"
    weights: Path | None = None
    predictions: Path | None = None
    split: str = "all"
    out: Path | None = None
    formats: tuple[str, ...] = FORMATS[:4]
    worst: int = 12
    device: str = "auto"
    precision: str = "fp32"
    workers: int = 0
    gate: bool = True
    rescan: bool = False
    include_patient_id: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class EvaluateResult:
    """What it did.

    Attributes:
        out: the output folder.
        reports: the files written there.
        evaluation: the figures.
        notes: of how the reports were written.
        seconds: wall time.
    """

    out: Path
    reports: tuple[Path, ...]
    evaluation: Evaluation
    notes: tuple[str, ...]
    seconds: float

    @property
    def exit_code(self) -> int:
        """0 every labelled film was scored, 3 some were not."""
        return 3 if self.evaluation.unscored else 0
