"""The frozen records that flow through the program. Standard library only.

A scan in one line: `Source` (where a film lies) -> `Decoded` or `Refused` (what a decode worker made of
it) -> `Row` (what the store keeps and every report shows).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Status(StrEnum):
    """What became of one film. Only `SCORED` rows have a probability that may be read."""

    SCORED = "scored"
    OUT_OF_SCOPE = "out-of-scope"
    UNREADABLE = "unreadable"
    TOO_LARGE = "too-large"
    TIMED_OUT = "timed-out"
    FAILED = "failed"


class Band(StrEnum):
    """Where a probability lies between the model's operating points."""

    NEGATIVE = "negative"
    UNCERTAIN = "uncertain"
    POSITIVE = "positive"


class Reason(StrEnum):
    """Why a film has no score; each belongs to one `Status` and has one sentence for the reader."""

    NOT_AN_IMAGE = "not-an-image"
    EMPTY_FILE = "empty-file"
    NO_PERMISSION = "no-permission"
    VANISHED = "vanished"
    CORRUPT = "corrupt"
    NO_PIXELS = "no-pixels"
    UNSUPPORTED = "unsupported"
    TOO_MANY_BYTES = "too-many-bytes"
    TOO_MANY_PIXELS = "too-many-pixels"
    OUT_OF_MEMORY = "out-of-memory"
    TIME_LIMIT = "time-limit"
    WORKER_DIED = "worker-died"
    NOT_FINITE = "not-finite"
    INTERNAL = "internal"
    WRONG_MODALITY = "wrong-modality"
    OTHER_BODY_PART = "other-body-part"
    LATERAL = "lateral"
    COLOUR = "colour"
    BLANK = "blank"
    NOISE = "noise"
    INVERTED = "inverted"
    TOO_SMALL = "too-small"
    UNLIKE_TRAINING = "unlike-training"

    @property
    def status(self) -> Status:
        """The status of a row with this reason."""
        return _REASONS[self][0]

    @property
    def sentence(self) -> str:
        """The reason in plain words, without a full stop."""
        return _REASONS[self][1]


_REASONS: Mapping[Reason, tuple[Status, str]] = {
    Reason.NOT_AN_IMAGE: (Status.UNREADABLE, "not a JPEG, PNG, TIFF or DICOM image"),
    Reason.EMPTY_FILE: (Status.UNREADABLE, "the file is empty"),
    Reason.NO_PERMISSION: (Status.UNREADABLE, "no permission to read it"),
    Reason.VANISHED: (Status.UNREADABLE, "it was there when the folder was listed, and is gone"),
    Reason.CORRUPT: (Status.UNREADABLE, "damaged or cut short"),
    Reason.NO_PIXELS: (Status.UNREADABLE, "a DICOM file without a picture"),
    Reason.UNSUPPORTED: (Status.UNREADABLE, "a kind of picture this program cannot decode"),
    Reason.TOO_MANY_BYTES: (Status.TOO_LARGE, "the file is larger than the limit"),
    Reason.TOO_MANY_PIXELS: (Status.TOO_LARGE, "it claims more pixels than the limit"),
    Reason.OUT_OF_MEMORY: (Status.TOO_LARGE, "decoding it needs more memory than a worker may use"),
    Reason.TIME_LIMIT: (Status.TIMED_OUT, "decoding it took longer than the time limit"),
    Reason.WORKER_DIED: (Status.FAILED, "decoding it ended the worker process, twice"),
    Reason.NOT_FINITE: (Status.FAILED, "the model's output was not a number"),
    Reason.INTERNAL: (Status.FAILED, "the program failed on it; the log file has the details"),
    Reason.WRONG_MODALITY: (Status.OUT_OF_SCOPE, "another kind of image than the model reads"),
    Reason.OTHER_BODY_PART: (Status.OUT_OF_SCOPE, "another part of the body"),
    Reason.LATERAL: (Status.OUT_OF_SCOPE, "a lateral view; the model reads frontal films"),
    Reason.COLOUR: (Status.OUT_OF_SCOPE, "a colour picture, not a radiograph"),
    Reason.BLANK: (Status.OUT_OF_SCOPE, "blank, or nearly"),
    Reason.NOISE: (Status.OUT_OF_SCOPE, "noise without a picture in it"),
    Reason.INVERTED: (Status.OUT_OF_SCOPE, "its grey levels look inverted"),
    Reason.TOO_SMALL: (Status.OUT_OF_SCOPE, "too small to judge"),
    Reason.UNLIKE_TRAINING: (Status.OUT_OF_SCOPE, "unlike the pictures the model was trained on"),
}


class Caution(StrEnum):
    """What a reader should know of a film that was scored all the same."""

    ADULT = "adult"
    GATE_OFF = "gate-off"
    NO_WINDOW = "no-window"

    @property
    def sentence(self) -> str:
        """The caution in plain words, without a full stop."""
        return _CAUTIONS[self]


_CAUTIONS: Mapping[Caution, str] = {
    Caution.ADULT: "an adult's film; the model was trained on children's",
    Caution.GATE_OFF: "scored though it looks out of scope (--no-gate)",
    Caution.NO_WINDOW: "the file names no window; one was chosen from its grey levels",
}


@dataclass(frozen=True, slots=True)
class Task:
    """What is looked for in which kind of picture; read from `screener/tasks/NAME.toml`.

    Attributes:
        name: `pneumonia`, for example.
        title: in a reader's words, "Chest film: pneumonia".
        kind: `film` (grey) or `patch` (colour).
        labels: the classes in the order of the model's outputs.
        positive: the labels whose summed probability is the score of a row.
        modalities: DICOM modalities (0008,0060) in scope; empty where any will do.
        aliases: from a folder name or a label in a CSV, in lower case, to a label.
        name_patterns: (regular expression, label) pairs tried on a file's name before its folder's.
        group_pattern: a regular expression on a file's stem whose first group names the patient.
        adult_caution: whether an adult's film deserves a caution.
    """

    name: str
    title: str
    kind: str
    labels: tuple[str, ...]
    positive: tuple[str, ...]
    modalities: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    name_patterns: tuple[tuple[str, str], ...] = ()
    group_pattern: str = ""
    adult_caution: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """One file to be scanned; a multi-frame file becomes one row a frame later.

    Attributes:
        path: the file on disk; for a member of a zip, the zip.
        name: how rows name it: relative to the folder that was asked for, "/" between parts, the bytes
            that are no printable text escaped. For a zip's member `archive.zip/inner/film.dcm`.
        key: bytes that no other source of this scan has, in the file system's own encoding; rows are
            ordered by it.
        image_id: the file name without its last suffix (Kaggle's id).
        member: the member's name inside the zip, or None.
    """

    path: Path
    name: str
    key: bytes
    image_id: str
    member: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a film besides its pixels; never anything that names a patient.

    Attributes:
        kind: `jpeg`, `png`, `tiff`, `bmp`, `webp` or `dicom`.
        width: columns of the stored picture.
        height: rows of the stored picture.
        bits: bits that a stored sample uses.
        frames: pictures in the file.
        codec: the DICOM transfer syntax's UID; "" for other kinds.
        modality: DICOM (0008,0060), "" if absent. So are the next two.
        body_part: DICOM (0018,0015).
        view: DICOM (0018,5101).
        age_band: `child` (under 18), `adult`, or "" when the file does not say.
        animal: whether the DICOM header names a kind of animal.
        patient: patient id, only when asked for by --include-patient-id; else "".
    """

    kind: str
    width: int
    height: int
    bits: int = 8
    frames: int = 1
    codec: str = ""
    modality: str = ""
    body_part: str = ""
    view: str = ""
    age_band: str = ""
    animal: bool = False
    patient: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """Decoded pixels, ready for `prepare`.

    Attributes:
        pixels: uint8, H x W (grey, bright = dense, as a film on a light box) or H x W x 3 (RGB).
        facts: see `Facts`.
        applied: what was done to the stored values, in order, such as
            ("modality rescale x1 -1024", "window 40/400 LINEAR", "inverted"). Empty for an 8-bit JPEG.
        cautions: what the reader should know.
    """

    pixels: NDArray[np.uint8]
    facts: Facts
    applied: tuple[str, ...] = ()
    cautions: tuple[Caution, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a file gave no picture. Bad bytes become this, never an exception that ends a scan.

    Attributes:
        reason: see `Reason`.
        detail: more about this file, without patient data; may be "".
        facts: what was known before the refusal, if anything.
    """

    reason: Reason
    detail: str = ""
    facts: Facts | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """What a decode worker sends back for one frame: small enough to cross a process boundary.

    Attributes:
        model_input: uint8, H x W x C of the model's input spec, from `prepare`.
        thumbnail: the film as a small JPEG, at most 192 px on its longer side; b"" if not wanted.
        facts: see `Facts`.
        applied: see `Picture`.
        cautions: see `Picture`.
        scope: a reason to refuse the film that its tags or grey levels give, before any model; or None.
    """

    model_input: NDArray[np.uint8]
    thumbnail: bytes
    facts: Facts
    applied: tuple[str, ...] = ()
    cautions: tuple[Caution, ...] = ()
    scope: Reason | None = None
    scope_detail: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One film's line in the worklist: a score, or the reason why there is none.

    Attributes:
        key: the source's key; with `frame` the primary key.
        frame: 0 for a single picture, else its number from 1.
        name: see `Source`; printable.
        image_id: Kaggle's id; for a frame `stem-frame2`.
        sha256: of the file's bytes (a zip member's own), hex; "" when they could not be read.
        status: see `Status`.
        reason: why there is no score; None for a scored row.
        detail: more about the reason.
        cautions: see `Caution`.
        probabilities: by label, in the task's order; None unless scored.
        score: the summed probability of the task's positive labels; None unless scored.
        band: where the score lies between the operating points; None unless scored.
        facts: see `Facts`; None when nothing was known.
        applied: see `Picture`.
        heat_map: for the positive labels, float16, h x w, little-endian bytes, 1 = most suspicious
            place of this film; b"" when the model gives none.
        heat_map_shape: (h, w).
        thumbnail: JPEG bytes, b"" when there is none.
    """

    key: bytes
    name: str
    image_id: str
    status: Status
    frame: int = 0
    sha256: str = ""
    reason: Reason | None = None
    detail: str = ""
    cautions: tuple[Caution, ...] = ()
    probabilities: tuple[float, ...] | None = None
    score: float | None = None
    band: Band | None = None
    facts: Facts | None = None
    applied: tuple[str, ...] = ()
    heat_map: bytes = b""
    heat_map_shape: tuple[int, int] = (0, 0)
    thumbnail: bytes = b""


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
class InputSpec:
    """How a picture becomes a model's input; stands in the model's card, so it can't drift from the weights.

    Attributes:
        width: columns of the input.
        height: rows of the input.
        colour: `grey` (one channel) or `rgb` (three).
        fit: `squash` (both sides to size, the shape lost), `pad` (longer side to size, black around) or
            `crop` (shorter side to size, the centre kept).
        interpolation: `bilinear` or `bicubic`, both antialiased (Pillow's).
        mean: by channel of the network, on 0..1; applied inside the network's graph, here to be read.
        std: likewise.
        percentiles: the grey levels that become black and white where a film of more than 8 bits names
            no window.
    """

    width: int = 224
    height: int = 224
    colour: str = "grey"
    fit: str = "squash"
    interpolation: str = "bilinear"
    mean: tuple[float, ...] = (0.485, 0.456, 0.406)
    std: tuple[float, ...] = (0.229, 0.224, 0.225)
    percentiles: tuple[float, float] = (0.5, 99.5)

    @property
    def channels(self) -> int:
        """Channels of the uint8 input: 1 or 3."""
        return 1 if self.colour == "grey" else 3


@dataclass(frozen=True, slots=True)
class Interval:
    """A measured share and its 95 % interval, all on 0..1."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """A threshold with a name, and what it does on validation films.

    Attributes:
        name: `sensitive`, `balanced` or `specific`.
        threshold: a score at or above it is called positive.
        sensitivity: the share of positives called positive.
        specificity: the share of negatives called negative.
    """

    name: str
    threshold: float
    sensitivity: Interval
    specificity: Interval


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
        done: films, or steps, behind us.
        total: all of them, or None while they are still being counted.
        rate: a second, over the last moments.
        seconds_left: None while there is no saying.
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


FORMATS = ("csv", "xlsx", "html", "jsonl")
"""The report formats, by file suffix."""


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """What `screener scan` was asked for.

    Attributes:
        inputs: folders, files, zips or glob patterns, as typed.
        task: a task's name.
        model: an architecture of the task, a model's name, or a model folder.
        weights: a folder of model folders to look in first.
        out: the output folder; None for a dated folder beside the first input.
        formats: of `FORMATS`.
        sample_submission: Kaggle's own file, whose ids and order submission.csv takes.
        device: `auto`, `cpu`, `cuda` or `mps`.
        workers: decode processes; 0 to choose from the machine.
        batch_size: films per step of the engine and per transaction.
        limits: what one file may cost.
        gate: whether films out of scope are refused.
        rescan: whether rows of an earlier run are thrown away.
        include_patient_id: whether the patient id of a DICOM film is kept on its row.
        deidentify: whether ids are hashed and paths dropped from rows and reports.
    """

    inputs: tuple[str, ...]
    task: str = "pneumonia"
    model: str = "resnet34"
    weights: Path | None = None
    out: Path | None = None
    formats: tuple[str, ...] = ("csv", "xlsx")
    sample_submission: Path | None = None
    device: str = "auto"
    workers: int = 0
    batch_size: int = 16
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
