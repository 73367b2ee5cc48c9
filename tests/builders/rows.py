"""Rows of every kind, and a scan view that holds them in memory."""

import hashlib
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from PIL import Image

from screener.records import (
    Band,
    Caution,
    Counts,
    Facts,
    Interval,
    OperatingPoint,
    Provenance,
    Reason,
    Row,
    Status,
)

POINTS = (
    OperatingPoint("sensitive", 0.21, Interval(0.99, 0.981, 0.995), Interval(0.9, 0.87, 0.925)),
    OperatingPoint("balanced", 0.5, Interval(0.972, 0.96, 0.981), Interval(0.961, 0.94, 0.976)),
    OperatingPoint("specific", 0.83, Interval(0.93, 0.912, 0.945), Interval(0.99, 0.978, 0.996)),
)

NASTY_NAMES = (
    "=1+1.jpg",
    "+cmd|' /C calc'!A0.png",
    "@SUM(A1).jpg",
    "-2+3.jpg",
    "#N/A.jpg",
    "<script>alert(1)</script>.png",
    "<img src=x onerror=alert(1)>.png",
    "a\"b'c & <b>d</b>.png",
    "]]>--><!--.jpg",
    "javascript:alert(1).jpg",
    "caf\u00e9.jpg",
    "cafe\u0301.jpg",
    "n" * 246 + ".jpg",
    "\u80ba" * 250,
    r"bad\xff\xfe.jpg",
    'comma, and "quotes".jpg',
    r"line\nbreak.jpg",
    "\U0001fac1 lungs \u2764\ufe0f.jpg",
    "\u05e8\u05d9\u05d0\u05d5\u05ea.jpg",
    "_x0041_.jpg",
    " leading and trailing .jpg ",
    "100% #1 ?.jpg",
    "007.jpg",
    "1e5.jpg",
    "archive.zip/inner/film.dcm",
)


def a_thumbnail(seed: int, width: int = 192, height: int = 160) -> bytes:
    """A JPEG that looks a little like a chest film: two dark lungs, bright middle, some grain."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    body = 200 - 60 * (x**2 + 0.5 * y**2)
    for side in (-0.42, 0.42):
        lung = np.exp(-(((x - side) / 0.28) ** 4) - (((y + 0.05) / 0.62) ** 4))
        body -= lung * (120 + 10 * rng.standard_normal())
    spot = np.exp(-(((x - rng.uniform(-0.5, 0.5)) / 0.16) ** 2) - (((y - rng.uniform(-0.4, 0.4)) / 0.2) ** 2))
    pixels = body + 60 * spot + rng.standard_normal((height, width)) * 5
    out = BytesIO()
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(out, "JPEG", quality=80)
    return out.getvalue()


def a_heat_map(seed: int) -> bytes:
    """A 7 x 7 float16 map with one warm place."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:7, 0:7]
    values = np.exp(-((x - rng.uniform(1, 5)) ** 2 + (y - rng.uniform(1, 5)) ** 2) / 3)
    return (values / values.max()).astype("<f2").tobytes()


def a_scored_row(index: int, name: str, score: float, thumbnail: bytes = b"", **changes: object) -> Row:
    """A scored film; frame, cautions and facts can be given."""
    band = (Band.NEGATIVE, Band.UNCERTAIN, Band.POSITIVE)[(score >= 0.21) + (score >= 0.83)]
    fields: dict[str, object] = {
        "key": f"{index:06}".encode(),
        "name": name,
        "image_id": name.rsplit("/", 1)[-1].rsplit(".", 1)[0],
        "status": Status.SCORED,
        "sha256": hashlib.sha256(f"{index}".encode()).hexdigest(),
        "probabilities": (1 - score, score),
        "score": score,
        "band": band,
        "facts": Facts("jpeg", 1024, 768),
        "heat_map": a_heat_map(index),
        "heat_map_shape": (7, 7),
        "thumbnail": thumbnail,
    }
    return Row(**(fields | changes))  # type: ignore[arg-type]


def a_problem_row(index: int, name: str, reason: Reason, detail: str = "", **changes: object) -> Row:
    """A film without a score."""
    fields: dict[str, object] = {
        "key": f"{index:06}".encode(),
        "name": name,
        "image_id": name.rsplit(".", 1)[0],
        "status": reason.status,
        "sha256": "" if reason is Reason.NO_PERMISSION else hashlib.sha256(f"{index}".encode()).hexdigest(),
        "reason": reason,
        "detail": detail,
    }
    return Row(**(fields | changes))  # type: ignore[arg-type]


def a_provenance(**changes: object) -> Provenance:
    """The provenance of a scan of two folders' worth of films."""
    fields: dict[str, object] = {
        "program": "screener 0.1.0",
        "model": "pneumonia-resnet34",
        "model_sha256": hashlib.sha256(b"card").hexdigest(),
        "task": "pneumonia",
        "task_title": "Chest film: pneumonia",
        "labels": ("normal", "pneumonia"),
        "positive": ("pneumonia",),
        "operating_points": POINTS,
        "engine": "OpenVINO 2025.4, CPU, float32",
        "settings": {"gate": "on", "thumbnail": "192 px"},
        "inputs": ("films", "=more & <more>"),
        "root": "/archive/films",
        "day": "2025-03-14",
    }
    return Provenance(**(fields | changes))  # type: ignore[arg-type]


@dataclass(frozen=True)
class MemoryView:
    """A `ScanView` of rows in memory, in key order."""

    all_rows: tuple[Row, ...]
    origin: Provenance

    def provenance(self) -> Provenance:
        return self.origin

    def counts(self) -> Counts:
        bands = Counter(row.band for row in self.all_rows if row.band is not None)
        return Counts(Counter(row.status for row in self.all_rows), bands)

    def rows(self) -> Iterator[Row]:
        return iter(self.all_rows)

    def worklist(self) -> Iterator[Row]:
        scored = (row for row in self.all_rows if row.score is not None)
        return iter(sorted(scored, key=lambda row: (-(row.score or 0.0), row.key, row.frame)))

    def problems(self) -> Iterator[Row]:
        return (row for row in self.all_rows if row.score is None)


def a_view(ordinary: int = 40) -> MemoryView:
    """A scan with every kind of row in it: ordinary films, nasty names, frames, cautions, each reason."""
    rows: list[Row] = []
    for i in range(ordinary):
        score = 0.5 + 0.5 * math.tanh(3 * math.sin(i * 2.3999))
        rows.append(a_scored_row(len(rows), f"ward {i % 3}/film-{i:03}.jpeg", score, a_thumbnail(i)))
    for name in NASTY_NAMES:
        rows.append(a_scored_row(len(rows), name, (len(rows) * 0.137) % 1, a_thumbnail(len(rows), 120, 192)))
    dicom = Facts("dicom", 2022, 2022, 12, 2, "1.2.840.10008.1.2.4.70", "DX", "CHEST", "PA", "adult")
    applied = ("modality rescale x1 -1024", "window 40/400 LINEAR", "inverted")
    for frame in (1, 2):
        rows.append(
            a_scored_row(
                len(rows),
                "two-frames.dcm",
                0.9,
                a_thumbnail(7),
                frame=frame,
                image_id=f"two-frames-frame{frame}",
                facts=dicom,
                applied=applied,
                cautions=(Caution.ADULT, Caution.NO_WINDOW),
            )
        )
    rows.append(a_scored_row(len(rows), "no-picture.png", 0.30000000000000004, heat_map=b""))
    rows.append(a_scored_row(len(rows), "certain.png", 1.0, facts=None, cautions=(Caution.GATE_OFF,)))
    rows.append(a_scored_row(len(rows), "sure-not.png", 0.0))
    for reason in Reason:
        rows.append(a_problem_row(len(rows), f"problem {reason}.bin", reason, "at byte 1,024"))
    for name in NASTY_NAMES:
        rows.append(a_problem_row(len(rows), f"bad/{name}", Reason.CORRUPT, "<i>=detail()</i>\x07\ud800"))
    return MemoryView(tuple(rows), a_provenance())
