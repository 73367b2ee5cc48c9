"""A film on its way from a file to a row of the worklist."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from screener.records.status import Band, Caution, Reason, Status, Verdict

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


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
        thumbnail: the film as a small JPEG, see `DecodeSettings`; b"" if not wanted.
        facts: see `Facts`.
        applied: see `Picture`.
        cautions: see `Picture`.
        scope: why the film is out of scope by its tags, its grey levels or the model's gate; None where
            it is in scope, or was not judged.
        scope_detail: more about that reason, without patient data; may be "".
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
            part of this film; b"" when the model gives none.
        heat_map_shape: (h, w).
        thumbnail: JPEG bytes, b"" when there is none.
        is_read: whether a reader marked the film as read, these very bytes.
        verdict: what that reader thinks of the score; None where nothing was said.
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
    is_read: bool = False
    verdict: Verdict | None = None
