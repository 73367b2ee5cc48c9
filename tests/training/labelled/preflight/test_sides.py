"""What a look at the data finds of splits and patients, and what stops a training."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from builders.pictures import png
from builders.preflight import Look, change, halves, picture
from screener.tasks.load import load_task
from screener.training.check import remarks
from screener.training.labelled.findings import known_patients
from screener.training.labelled.preflight import Prepared
from screener.training.labelled.splits import write_split


def test_sound_data_are_counted(data: Path, look: Look) -> None:
    prepared, found = look()
    assert isinstance(prepared, Prepared)
    assert {split: sum(counts.values()) for split, counts in found.counts.items()} == {
        "train": 24,
        "validation": 8,
    }
    assert found.patients == {"train": 12, "validation": 4}
    assert (found.split, found.balance, found.leaks, found.pairs) == ("drawn by patient", 1.0, (), ())


TASK = load_task("pneumonia")


def test_patients_whom_nobody_names_are_not_counted(data: Path, look: Look) -> None:
    for line in range(32):
        change(data, line, patient="")
    _, found = look()
    assert found.patients == {"train": None, "validation": None}
    assert (found.unnamed, found.split) == (32, "drawn by picture, for patients are not known")
    for line in range(8):
        change(data, line, patient=f"p{line // 2}")
    prepared, found = look()
    assert isinstance(prepared, Prepared)
    assert (sum(filter(None, found.patients.values())), found.unnamed) == (4, 24)
    assert found.split == "drawn by patient"
    assert known_patients(prepared.examples) == 4


def test_a_patient_in_two_splits_stops_the_run(data: Path, look: Look) -> None:
    halves(data)
    change(data, 25, patient="p0")
    message, found = look()
    assert found.shared == ("p0",)
    assert "patient p0 is both learned from and validated on" in str(message)
    assert "--allow-leakage" in str(message)
    allowed, _ = look(allow_leakage=True)
    assert isinstance(allowed, Prepared)


def test_a_class_that_validation_lacks_is_named(data: Path, look: Look) -> None:
    halves(data)
    for sick in (26, 27):
        change(data, sick, label="normal")
    message, _ = look()
    assert message == "there is no validation picture of pneumonia; every class must be on both sides"


def test_test_pictures_of_a_split_file_are_counted_and_looked_at(
    data: Path, look: Look, tmp_path: Path
) -> None:
    drawn, _ = look()
    assert isinstance(drawn, Prepared)
    away = {"p3", "p6"}  # a patient of each class
    sides = [replace(one, split="test" if one.patient in away else one.split) for one in drawn.examples]
    write_split(sides, TASK.labels, tmp_path / "mine.csv")
    prepared, found = look(tmp_path / "mine.csv")
    assert isinstance(prepared, Prepared)
    assert found.counts["test"] == {"normal": 2, "pneumonia": 2}
    assert (found.left_out, prepared.left_out) == (0, ())
    assert not away & {one.patient for one in prepared.examples}
    # Written anew, the split can be reused once more.
    write_split(prepared.lines, TASK.labels, tmp_path / "again.csv")
    again, _ = look(tmp_path / "again.csv")
    assert isinstance(again, Prepared)
    assert again.digest() == prepared.digest()
    # Half a patient in the test pictures, and a copy of one of them learned from.
    halved = [replace(one, split="test" if one.name == "06.png" else one.split) for one in sides]
    halved = [replace(one, split="train") if one.name == "07.png" else one for one in halved]
    write_split(halved, TASK.labels, tmp_path / "mine.csv")
    message, found = look(tmp_path / "mine.csv")
    assert found.shared_with_test == ("p3",)
    assert "patient p3 is both in the test pictures and in the others" in str(message)


def test_a_named_patient_in_the_test_pictures_stops_it_too(data: Path, look: Look) -> None:
    halves(data)
    change(data, 31, patient="p3")
    message, found = look()
    assert (found.shared, found.shared_with_test, found.named) == ((), ("p3",), True)
    assert "patient p3 is both in the test pictures and in the others" in str(message)
    assert found.counts["test"] == {"normal": 0, "pneumonia": 2}


def test_one_of_anything_is_said_in_the_singular(data: Path, look: Look) -> None:
    halves(data)
    data.with_name("24.png").write_bytes(data.with_name("02.png").read_bytes())
    data.with_name("30.png").write_bytes(png(np.clip(picture(4) * 0.98 + 1, 0, 255).astype(np.uint8)))
    data.with_name("05.png").write_bytes(png(np.full((48, 48), 250, np.uint8)))
    data.with_name("07.png").write_bytes(b"no picture")
    _, found = look(allow_leakage=True, skip_unreadable=True)
    assert found.leaks == (
        "1 pair of pictures that show exactly the same is on both sides of the split (02.png and 24.png)",
    )
    said = remarks(found)
    assert "1 pair of pictures that show the same has one in the test pictures (04.png and 30.png)" in said[1]
    assert "1 pair of pictures shows the same under different labels" in said[2]
    assert "1 file could not be read and was left out" in said
    assert "1 picture is near-white or near-black, and was kept; --drop-blank drops them" in said
