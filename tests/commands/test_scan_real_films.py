"""Real films and the model that ships: a film's score is its own, in any file, order and company."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from builders.dicom import LOSSLESS, SYNTAXES, dicom
from builders.pictures import png
from screener.commands.scan import scan
from screener.records import ScanRequest

pytestmark = pytest.mark.shared

FILMS = 20
LOSSY_TOLERANCE, NEAR_TOLERANCE = 0.03, 0.06
"""How far a score may move after a lossy codec such as clinics use, and after JPEG-LS with an error of two
grey levels: 0.025 and 0.052 were measured on 60 films (`tests/benchmarks/lossy_codecs.py`)."""

TWIN_MEAN, TWIN_MOST = 0.005, 0.06
"""How far the scores of a full-size film and of its 224-pixel twin may lie apart; no band may change."""


def rows_of(inputs: Path, out: Path, **changes: Any) -> dict[str, dict[str, Any]]:
    """The rows that the shipped model gives, by image id."""
    scan(ScanRequest((str(inputs),), out=out, formats=("jsonl",), **changes), lambda progress: None)
    lines = (out / "rows.jsonl").read_text("utf-8").splitlines()
    return {row["image_id"]: row for row in map(json.loads, lines[1:])}


def grey(path: Path) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(path.read_bytes())).convert("L"))


def test_order_batches_workers_and_company_change_no_bit_of_a_score(
    shared_data: Path, tmp_path: Path
) -> None:
    films = sorted((shared_data / "cxr" / "val").glob("*/*"))
    films += sorted((shared_data / "cxr-original").glob("*/*"))[:: 60 // (FILMS - len(films))]
    assert len(films) >= FILMS
    found = []
    for reverse, changes in (
        (False, {"workers": 1, "batch_size": 1}),
        (True, {"workers": 2, "batch_size": 16}),
        (False, {"workers": 3, "batch_size": 7, "gate": False}),
    ):
        folder = tmp_path / f"films{len(found)}"
        folder.mkdir()
        for place, film in enumerate(reversed(films) if reverse else films):
            (folder / f"{place:02}{film.suffix}").symlink_to(film)
        rows = rows_of(folder, tmp_path / f"out{len(found)}", **changes)
        found.append({row["sha256"]: (row["probabilities"], row["heat_map"]) for row in rows.values()})
    company = rows_of(films[3], tmp_path / "alone")
    assert len(found[0]) == len(films)
    assert found[0] == found[1] == found[2]
    for row in company.values():
        assert (row["probabilities"], row["heat_map"]) == found[0][row["sha256"]]


def test_a_film_has_one_score_in_every_file_that_can_hold_it(shared_data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "films"
    folder.mkdir()
    originals = sorted((shared_data / "cxr-original").glob("*/*"))
    plain = rows_of(originals[0].parents[1], tmp_path / "plain")
    # Those whose scores lie nearest to 0.5, and so move most easily.
    originals.sort(key=lambda film: abs(plain[film.stem]["score"] - 0.5))
    for number, film in enumerate(originals[:3]):
        pixels = grey(film)
        deep = pixels.astype(np.uint16) << 4
        window = {"WindowCenter": 2048, "WindowWidth": 4096, "VOILUTFunction": "LINEAR_EXACT"}
        files = {"png": png(pixels), "deep-png": png(deep)}
        for name in SYNTAXES:
            if name not in ("jpeg", "jpeg-extended"):
                files[name] = dicom(pixels, name)
                files[f"{name}-inverse"] = dicom(255 - pixels, name, photometric="MONOCHROME1")
            if name != "jpeg":
                files[f"{name}-deep"] = dicom(deep, name, bits=12, **window)
        files["jpeg"] = dicom(pixels, "jpeg")
        for name, data in files.items():
            (folder / f"{number}-{name}").write_bytes(data)
    rows = rows_of(folder, tmp_path / "out")
    moved: dict[str, float] = {}
    for name, row in rows.items():
        number, _, kind = name.partition("-")
        assert row["status"] == "scored", (name, row["reason"])
        distance = abs(row["score"] - rows[f"{number}-explicit"]["score"])
        codec = kind.removesuffix("-inverse").removesuffix("-deep")
        if codec in LOSSLESS or kind == "png":
            # 12 bits hold the same film on another scale: its window rounds to other grey levels.
            assert kind.endswith("deep") or distance <= 1e-6, name
        elif kind != "deep-png":
            moved[codec] = max(moved.get(codec, 0.0), distance)
    deep_rows = {name: row["score"] for name, row in rows.items() if name.endswith("-deep")}
    for name, score in deep_rows.items():
        if name.partition("-")[2].removesuffix("-deep") in LOSSLESS:
            assert abs(score - deep_rows[f"{name[0]}-explicit-deep"]) <= 1e-6, name
    assert len(moved) == 5
    assert moved.pop("jpeg-ls-near") <= NEAR_TOLERANCE
    assert max(moved.values()) <= LOSSY_TOLERANCE, moved


def test_full_size_films_score_as_their_small_twins(shared_data: Path, tmp_path: Path) -> None:
    originals = sorted((shared_data / "cxr-original").glob("*/*"))
    for name in ("full", "twin"):
        (tmp_path / name).mkdir()
    for film in originals:
        (tmp_path / "full" / film.name).symlink_to(film)
        small = shared_data / "cxr" / "train" / film.parent.name / film.name
        (tmp_path / "twin" / film.name).symlink_to(small)
    full = rows_of(tmp_path / "full", tmp_path / "full-out")
    twin = rows_of(tmp_path / "twin", tmp_path / "twin-out")
    assert len(full) == len(originals) == 60
    apart = np.array([abs(full[name]["score"] - twin[name]["score"]) for name in full])
    assert apart.mean() < TWIN_MEAN
    assert apart.max() < TWIN_MOST
    assert [name for name in full if full[name]["band"] != twin[name]["band"]] == []
