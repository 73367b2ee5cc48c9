"""Rows and provenance as SQLite keeps them, and back, to the last bit."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from screener.records import (
    Band,
    Caution,
    Facts,
    OperatingPoint,
    Provenance,
    Reason,
    Row,
    Status,
    Verdict,
)

COLUMNS = (
    "key",
    "frame",
    "name",
    "image_id",
    "sha256",
    "status",
    "reason",
    "detail",
    "cautions",
    "probabilities",
    "score",
    "band",
    "facts",
    "applied",
    "heat_map",
    "heat_map_height",
    "heat_map_width",
)
"""The columns of the table `rows`. The thumbnail has a table of its own, so that sorting need not read it."""


def to_columns(row: Row) -> tuple[Any, ...]:
    """The values of `COLUMNS` for `row`."""
    return (
        row.key,
        row.frame,
        row.name,
        row.image_id,
        row.sha256,
        row.status,
        row.reason,
        row.detail,
        json.dumps(row.cautions),
        None if row.probabilities is None else json.dumps(row.probabilities, allow_nan=False),
        row.score,
        row.band,
        None if row.facts is None else json.dumps(dataclasses.asdict(row.facts)),
        json.dumps(row.applied),
        row.heat_map,
        *row.heat_map_shape,
    )


def from_columns(
    values: tuple[Any, ...], thumbnail: bytes | None, is_read: object = 0, verdict: str | None = None
) -> Row:
    """The row whose `COLUMNS` are `values`, with what other tables know of it."""
    fields = dict(zip(COLUMNS, values, strict=True))
    shape = (fields.pop("heat_map_height"), fields.pop("heat_map_width"))
    fields["status"] = Status(fields["status"])
    fields["reason"] = None if fields["reason"] is None else Reason(fields["reason"])
    fields["band"] = None if fields["band"] is None else Band(fields["band"])
    fields["cautions"] = tuple(Caution(c) for c in json.loads(fields["cautions"]))
    if fields["probabilities"] is not None:
        fields["probabilities"] = tuple(json.loads(fields["probabilities"]))
    if fields["facts"] is not None:
        fields["facts"] = Facts(**json.loads(fields["facts"]))
    fields["applied"] = tuple(json.loads(fields["applied"]))
    return Row(
        **fields,
        heat_map_shape=shape,
        thumbnail=thumbnail or b"",
        is_read=bool(is_read),
        verdict=None if verdict is None else Verdict(verdict),
    )


def provenance_to_text(provenance: Provenance) -> str:
    """`provenance` as JSON, without its notes and last day, which come later and are kept apart."""
    fields = dataclasses.asdict(provenance)
    del fields["notes"], fields["until"]
    return json.dumps(fields)


def provenance_from_text(text: str) -> Provenance:
    """The provenance that `provenance_to_text` wrote.

    Raises:
        ValueError, KeyError, TypeError: it is none.
    """
    fields = json.loads(text)
    points = tuple(map(OperatingPoint.of_fields, fields.pop("operating_points")))
    for name in ("labels", "positive", "inputs"):
        fields[name] = tuple(fields[name])
    return Provenance(operating_points=points, **fields)
