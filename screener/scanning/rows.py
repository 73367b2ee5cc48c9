"""What a worker and the model found out, as a row of the worklist. Pure."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from screener.engines.maps import heat_map, on_whole_picture
from screener.models.card import ModelCard
from screener.records import Caution, Decoded, Reason, Refused, Row, Source, Status

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What the model says of one frame.

    Attributes:
        probabilities: float64, K, in the order of the card's labels; NaN where the model's output was.
        maps: float32, K x h x w, in units of a logit; None if the model has none.
    """

    probabilities: NDArray[np.float64]
    maps: NDArray[np.float32] | None


def refused_row(source: Source, frame: int, sha256: str, refused: Refused) -> Row:
    """The row of a frame (0: of a whole file) that gave no picture."""
    return Row(
        key=source.key,
        frame=frame,
        name=source.name,
        image_id=frame_id(source.image_id, frame),
        sha256=sha256,
        status=refused.reason.status,
        reason=refused.reason,
        detail=refused.detail,
        facts=refused.facts,
    )


def unscored_row(
    source: Source, frame: int, sha256: str, decoded: Decoded, reason: Reason, detail: str = ""
) -> Row:
    """The row of a picture that is refused after it was decoded. It has no score, but can be looked at."""
    return dataclasses.replace(
        refused_row(source, frame, sha256, Refused(reason, detail, decoded.facts)),
        cautions=decoded.cautions,
        applied=decoded.applied,
        thumbnail=decoded.thumbnail,
    )


def scored_row(source: Source, frame: int, sha256: str, decoded: Decoded, seen: Seen, card: ModelCard) -> Row:
    """The row of a picture that the model has judged, be it in its scope or not.

    Args:
        source: the file.
        frame: see `Row`.
        sha256: of the file.
        decoded: what the worker made of it.
        seen: what the model says. Where it is not finite the row is a failed one, never a blank that
            looks negative.
        card: the model's.
    """
    finite = np.isfinite(seen.probabilities).all() and (seen.maps is None or np.isfinite(seen.maps).all())
    if not finite:
        return unscored_row(source, frame, sha256, decoded, Reason.NOT_FINITE)
    probabilities = tuple(float(p) for p in seen.probabilities)
    positive = np.array([label in card.positive for label in card.labels])
    score = min(1.0, float(seen.probabilities[positive].sum()))
    shape, heat = (0, 0), b""
    if seen.maps is not None:
        levels = on_whole_picture(heat_map(seen.maps, positive), card.input.centre)
        shape, heat = (levels.shape[0], levels.shape[1]), levels.astype("<f2").tobytes()
    return Row(
        key=source.key,
        frame=frame,
        name=source.name,
        image_id=frame_id(source.image_id, frame),
        sha256=sha256,
        status=Status.SCORED,
        cautions=(*decoded.cautions, *((Caution.GATE_OFF,) if decoded.scope else ())),
        probabilities=probabilities,
        score=score,
        band=card.band(score),
        facts=decoded.facts,
        applied=decoded.applied,
        heat_map=heat,
        heat_map_shape=shape,
        thumbnail=decoded.thumbnail,
    )


def frame_id(image_id: str, frame: int) -> str:
    """Kaggle's id for a frame: the file's for frame 0, else `stem-frame2`."""
    return f"{image_id}-frame{frame}" if frame else image_id


def renamed(row: Row, source: Source) -> Row:
    """`row`, as it is for `source`, a file with the same content."""
    return dataclasses.replace(
        row, key=source.key, name=source.name, image_id=frame_id(source.image_id, row.frame)
    )
