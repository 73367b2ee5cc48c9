"""What became of a film, and why."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


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


class Verdict(StrEnum):
    """What a reader thinks of a score."""

    AGREE = "agree"
    DISAGREE = "disagree"
    UNSURE = "unsure"


class Reason(StrEnum):
    """Why a film has no score; each belongs to one `Status` and has one sentence for the reader."""

    NOT_AN_IMAGE = "not-an-image"
    EMPTY_FILE = "empty-file"
    NO_PERMISSION = "no-permission"
    VANISHED = "vanished"
    READ_FAILED = "read-failed"
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
    Reason.READ_FAILED: (Status.UNREADABLE, "the drive or the network failed while it was read"),
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
