"""The gate in a whole scan: what a tag or a picture says, on the row, with the gate and without it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from builders.dicom import dicom
from builders.pictures import film, patch, png
from screener.commands.scan import scan
from screener.images.decode import decode
from screener.images.judging.gate import read_gate
from screener.models.catalogue import find_model
from screener.records import Decoded, DecodeSettings, ScanRequest
from screener.tasks.load import load_task

DOUBTED = {
    "lateral.dcm": ("lateral", dicom(film(), ViewPosition="LL")),
    "hand.dcm": ("other-body-part", dicom(film(), BodyPartExamined="HAND")),
    "ct.dcm": ("wrong-modality", dicom(film(), Modality="CT")),
    "dog.dcm": ("unlike-training", dicom(film(), PatientSpeciesDescription="CANINE")),
    "small.png": ("too-small", png(film(50, 90))),
    "blank.png": ("blank", png(np.full((200, 200), 90, np.uint8))),
    "noise.png": ("noise", png(np.random.default_rng(0).integers(0, 255, (200, 200), np.uint8))),
    "stain.png": ("colour", png(patch())),
    "negative.png": ("inverted", png(255 - film())),
}
"""Pictures out of scope, and why."""


def rows_of(inputs: Path, out: Path, **changes: Any) -> dict[str, dict[str, Any]]:
    scan(ScanRequest((str(inputs),), out=out, formats=("jsonl",), **changes), lambda progress: None)
    return {
        row["name"]: row for row in map(json.loads, (out / "rows.jsonl").read_text("utf-8").splitlines()[1:])
    }


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    folder = tmp_path / "mixed"
    folder.mkdir()
    for name, (_, data) in DOUBTED.items():
        (folder / name).write_bytes(data)
    (folder / "adult.dcm").write_bytes(dicom(film(), PatientAge="045Y", ViewPosition="PA"))
    (folder / "child.dcm").write_bytes(dicom(film(), PatientAge="004Y", BodyPartExamined="CHEST"))
    return folder


def test_the_gate_says_in_which_way_a_picture_is_out_of_scope(
    mixed: Path, weights: Path, tmp_path: Path
) -> None:
    rows = rows_of(mixed, tmp_path / "out", model="tiny", weights=weights)
    for name, (reason, _) in DOUBTED.items():
        assert (rows[name]["status"], rows[name]["reason"]) == ("out-of-scope", reason), name
        assert rows[name]["score"] is None
    assert (rows["adult.dcm"]["status"], rows["adult.dcm"]["cautions"]) == ("scored", ["adult"])
    assert (rows["child.dcm"]["status"], rows["child.dcm"]["cautions"]) == ("scored", [])


def test_without_the_gate_all_are_scored_and_those_in_doubt_are_flagged(
    mixed: Path, weights: Path, tmp_path: Path
) -> None:
    rows = rows_of(mixed, tmp_path / "out", model="tiny", weights=weights, gate=False)
    assert {row["status"] for row in rows.values()} == {"scored"}
    assert {name for name, row in rows.items() if "gate-off" in row["cautions"]} == set(DOUBTED)


@pytest.mark.shared
def test_a_scan_refuses_what_the_published_rates_count(shared_data: Path, tmp_path: Path) -> None:
    """`tests/benchmarks/scope_gate.py` calls the parts one by one; a scan must come to the same verdicts."""
    model = find_model("resnet34", "pneumonia", None)
    gate = read_gate(model.folder)
    assert gate is not None
    settings = DecodeSettings(model.card.input, load_task("pneumonia"))
    folder = tmp_path / "pictures"
    folder.mkdir()
    pictures = [
        *sorted((shared_data / "cxr" / "val").glob("*/*")),
        *sorted((shared_data / "pcam" / "valid").glob("*"))[:40],
        *sorted((shared_data / "dicom").glob("*/*.dcm")),
    ]
    expected: dict[str, str | None] = {}
    for place, path in enumerate(pictures):
        data = path.read_bytes()
        (folder / f"{place:02}").write_bytes(data)
        outcome = next(decode(data, settings))
        assert isinstance(outcome, Decoded), path
        expected[f"{place:02}"] = outcome.scope or (gate.judge(outcome.model_input) or (None,))[0]
    rows = rows_of(folder, tmp_path / "out")
    assert {name: row["reason"] for name, row in rows.items()} == expected
    assert list(expected.values()).count(None) == 16 + 1
