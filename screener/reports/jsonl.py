"""`rows.jsonl`: everything that is known of every file, for programs."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from struct import unpack
from typing import Any

from screener import NOTICE
from screener.records import Band, Counts, Provenance, Row, Status
from screener.reports.base import Remarks, ScanView


class JsonLines:
    """One JSON object a line: first the provenance (`"type": "provenance"`), then a `row` for every file.

    Rows come in key order. The thumbnail stays in the store, and so does the key, which is the store's
    own; `name`, `frame` and `sha256` say which film it is. The heat map is a list of rows of numbers.
    """

    name = "rows.jsonl"

    def write(self, view: ScanView, path: Path) -> Remarks:
        """See `ReportWriter`."""
        # A name with half a surrogate cannot be UTF-8; backslashreplace writes what is a JSON escape.
        with path.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            provenance = view.provenance()
            file.write(_line(_provenance(provenance, view.counts())))
            for row in view.rows():
                file.write(_line(_row(row, provenance.labels)))
        return Remarks()


def _line(fields: dict[str, Any]) -> str:
    return json.dumps(fields, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"


def _provenance(provenance: Provenance, counts: Counts) -> dict[str, Any]:
    return {
        "type": "provenance",
        "notice": NOTICE,
        **asdict(provenance),
        "counts": {
            "total": counts.total,
            "status": {status: counts.status[status] for status in Status if status in counts.status},
            "band": {band: counts.band[band] for band in Band if band in counts.band},
        },
    }


def _row(row: Row, labels: tuple[str, ...]) -> dict[str, Any]:
    return {
        "type": "row",
        "name": row.name,
        "frame": row.frame,
        "image_id": row.image_id,
        "sha256": row.sha256,
        "status": row.status,
        "reason": row.reason,
        "detail": row.detail,
        "cautions": row.cautions,
        "score": row.score,
        "band": row.band,
        "probabilities": None
        if row.probabilities is None
        else dict(zip(labels, row.probabilities, strict=True)),
        "facts": None if row.facts is None else asdict(row.facts),
        "applied": row.applied,
        "heat_map": _heat_map(row),
        "read": row.is_read,
        "verdict": row.verdict,
    }


def _heat_map(row: Row) -> list[list[float]] | None:
    height, width = row.heat_map_shape
    if not row.heat_map:
        return None
    # Four decimals are more than a float16 on 0..1 holds.
    values = [round(value, 4) for value in unpack(f"<{height * width}e", row.heat_map)]
    return [values[start : start + width] for start in range(0, height * width, width)]
