"""What a scan is asked for, what it may cost, and what it did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from screener.records.film import Row
from screener.records.model import InputSpec, OperatingPoint, Task
from screener.records.status import Band, Status


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost, enforced by the decode pool.

    Attributes:
        memory: bytes of address space a worker may take above what it needs to start.
        seconds: wall time for one file.
        file_bytes: the largest file that is read.
        pixels: the most pixels (rows x columns x samples) one frame may claim.
        frames: the most frames one file may claim.
    """

    memory: int = 2 << 30
    seconds: float = 30.0
    file_bytes: int = 1 << 30
    pixels: int = 200_000_000
    frames: int = 10_000


@dataclass(frozen=True, slots=True)
class DecodeSettings:
    """All that a decode worker is told, besides the file: with the bytes it decides the outcome.

    Attributes:
        input: the model's.
        task: the task that the film is judged in scope for.
        limits: what one file may cost.
        thumbnail: pixels on the thumbnail's longer side; 0 for none.
        gate: whether tags and grey levels may refuse a film.
        patient_id: whether the patient id may be read into `Facts.patient`.
    """

    input: InputSpec
    task: Task
    limits: Limits = field(default_factory=Limits)
    thumbnail: int = 192
    gate: bool = True
    patient_id: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long command has come.

    Attributes:
        done: films, or steps, done so far.
        total: all of them, or None while they are still being counted.
        rate: films or steps per second, lately.
        seconds_left: None while it cannot be estimated.
        note: what is being done, for a reader.
    """

    done: int
    total: int | None
    rate: float = 0.0
    seconds_left: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a scan's scores come from: stands in every report.

    Attributes:
        program: "screener 0.1.0".
        model: the model's name.
        model_sha256: of its card, which seals its files.
        task: the task's name.
        task_title: the task in a reader's words.
        labels: the model's labels, in the order of a row's probabilities.
        positive: the labels whose sum is the score.
        operating_points: the model's, thresholds rising.
        engine: what ran the model: name, version, device, precision.
        settings: the options that can change a score or a status, name -> value, for people.
        inputs: what was scanned, as it was typed.
        root: the folder that names are relative to; "" where there were several.
        day: when the scan began, ISO 8601 date.
        until: when it was last brought up to date, likewise; "" where that was on the same day.
        notes: how the scan's runs went, one sentence each: a GPU that was not there, a drive that did not
            answer.
        kind: the task's, `film` or `patch`; stores written before this field existed lack it.
    """

    program: str
    model: str
    model_sha256: str
    task: str
    task_title: str
    labels: tuple[str, ...]
    positive: tuple[str, ...]
    operating_points: tuple[OperatingPoint, ...]
    engine: str
    settings: Mapping[str, str]
    inputs: tuple[str, ...]
    root: str
    day: str
    until: str = ""
    notes: tuple[str, ...] = ()
    kind: str = "film"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows of each kind a scan holds; kinds without rows are absent."""

    status: Mapping[Status, int]
    band: Mapping[Band, int]

    @property
    def total(self) -> int:
        """All rows."""
        return sum(self.status.values())

    @property
    def scored(self) -> int:
        """Rows with a score."""
        return self.status.get(Status.SCORED, 0)


FORMATS = ("csv", "xlsx", "html", "worklist", "jsonl")
"""The report formats, by file suffix; `worklist` is worklist.csv."""

PRECISIONS = ("fp32", "int8", "auto")
"""What a model may be run in on a CPU; `auto` is int8 where its card says that it agrees, and it pays."""


BANDS = "bands"
"""Stands for no operating point: the outer two cut a list into three bands."""


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """What `screener scan` was asked for.

    Attributes:
        inputs: folders, files, zips or glob patterns, as typed.
        task: a task's name or TOML; "" for the model's, or the default where none is named.
        model: an architecture of the task, a model's name, a model folder, or `best`.
        weights: a folder of model folders to look in first.
        out: the output folder; None for a dated folder beside the first input.
        formats: of `FORMATS`.
        sample_submission: Kaggle's own file, whose ids and order submission.csv takes.
        device: `auto`, `cpu`, `cuda` or `mps`.
        precision: of `PRECISIONS`; of the CPU.
        point: an operating point of the model, which alone cuts the list in two, or `BANDS`.
        workers: decode processes; 0 for what `bench` found here, or to choose from the machine.
        threads: films that the model scores side by side on a CPU; 0 likewise.
        batch_size: films per step of the engine and per transaction; 0 likewise.
        limits: what one file may cost.
        gate: whether films out of scope are refused.
        rescan: whether rows of an earlier run are thrown away.
        include_patient_id: whether the patient id of a DICOM film is kept on its row.
        deidentify: whether ids are hashed and paths dropped from rows and reports.
    """

    inputs: tuple[str, ...]
    task: str = ""
    model: str = "best"
    weights: Path | None = None
    out: Path | None = None
    formats: tuple[str, ...] = ("csv", "xlsx")
    sample_submission: Path | None = None
    device: str = "auto"
    precision: str = "fp32"
    point: str = BANDS
    workers: int = 0
    threads: int = 0
    batch_size: int = 0
    limits: Limits = field(default_factory=Limits)
    gate: bool = True
    rescan: bool = False
    include_patient_id: bool = False
    deidentify: bool = False


@dataclass(frozen=True, slots=True)
class ScanResult:
    """What a scan did.

    Attributes:
        out: the output folder.
        reports: the files written there, in the order of the formats asked for.
        provenance: see `Provenance`.
        counts: of all rows, those of earlier runs included.
        top: the most suspicious rows, highest score first.
        reused: rows that an earlier run had already scored or refused.
        seconds: wall time of this run.
        rate: films a second of this run.
        missing_ids: ids of the sample submission that no film gave.
        notes: what the user should know: duplicate ids, a report written beside a locked one.
    """

    out: Path
    reports: tuple[Path, ...]
    provenance: Provenance
    counts: Counts
    top: tuple[Row, ...]
    reused: int
    seconds: float
    rate: float
    missing_ids: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 every film scored, 3 some not, 1 none."""
        if self.counts.scored == self.counts.total and self.counts.total:
            return 0
        return 3 if self.counts.scored else 1
