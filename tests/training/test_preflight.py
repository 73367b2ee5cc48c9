"""What a look at the data finds, what it lets pass, and what stops a training."""

import csv
import json
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from builders import png
from builders_films import Trainer
from PIL import Image

from screener.commands.train import check
from screener.errors import DataError, OutputError
from screener.records import InputSpec
from screener.tasks.load import load_task
from screener.training.check import remarks
from screener.training.findings import Preflight
from screener.training.preflight import Prepared, prepare_data
from screener.training.progress import TrainProgress
from screener.training.recipe import TrainRecipe
from screener.training.request import DataOptions, TrainRequest
from screener.training.splits import write_split

TASK = load_task("pneumonia")
SPEC = InputSpec(width=24, height=24)

Look = Callable[..., tuple[Prepared | str, Preflight]]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A CSV of 32 films of 16 patients, half of them sick, without a split."""
    rows = []
    for number in range(32):
        (tmp_path / f"{number:02}.png").write_bytes(png(picture(number)))
        rows.append((f"{number:02}.png", str(number // 2 % 2), f"p{number // 2}", ""))
    return write(tmp_path / "labels.csv", rows)


def picture(seed: int) -> np.ndarray:
    """A picture like no other, 48 x 48 grey."""
    return np.kron(np.random.default_rng(seed).integers(20, 230, (12, 12)), np.ones((4, 4))).astype(np.uint8)


def write(table: Path, rows: list[tuple[str, ...]]) -> Path:
    with table.open("w", newline="") as file:
        csv.writer(file).writerows([("path", "label", "patient", "split"), *rows])
    return table


def read(table: Path) -> list[tuple[str, ...]]:
    with table.open(newline="") as file:
        return [tuple(row) for row in csv.reader(file)][1:]


def change(table: Path, number: int, **fields: str) -> None:
    """Change a line of the CSV, from 0."""
    names = ("path", "label", "patient", "split")
    rows = read(table)
    rows[number] = tuple(fields.get(name, value) for name, value in zip(names, rows[number], strict=True))
    write(table, rows)


def halves(table: Path) -> None:
    """The first 24 lines train, the next 6 validation, the last 2 test."""
    rows = read(table)
    sides = ["train"] * 24 + ["val"] * 6 + ["test"] * 2
    write(table, [(*row[:3], side) for row, side in zip(rows, sides, strict=True)])


@pytest.fixture
def look(data: Path, tmp_path: Path) -> Look:
    """Prepare the data; what came of it, or the message that stopped it, and what was found."""

    def run(split: Path | None = None, **options: bool) -> tuple[Prepared | str, Preflight]:
        seen: list[Preflight] = []
        recipe = replace(TrainRecipe(), validation=0.25)
        try:
            prepared: Prepared | str = prepare_data(
                data,
                TASK,
                SPEC,
                recipe,
                split,
                tmp_path / "cache",
                lambda done, total: None,
                DataOptions(**options),
                seen.append,
            )
        except DataError as error:
            prepared = str(error)
        return prepared, seen[-1]

    return run


def test_sound_data_are_counted(data: Path, look: Look) -> None:
    prepared, found = look()
    assert isinstance(prepared, Prepared)
    assert {split: sum(counts.values()) for split, counts in found.counts.items()} == {
        "train": 24,
        "validation": 8,
    }
    assert found.patients == {"train": 12, "validation": 4}
    assert (found.split, found.balance, found.leaks, found.pairs) == ("drawn by patient", 1.0, (), ())
    assert prepared.counts(TASK.labels) == found.counts


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


def test_a_double_across_the_given_split_stops_the_run(data: Path, look: Look) -> None:
    halves(data)
    shutil.copyfile(data.with_name("01.png"), data.with_name("25.png"))
    brighter = np.asarray(Image.open(data.with_name("02.png"))) * 0.9 + 9
    Image.fromarray(brighter.astype(np.uint8)).save(data.with_name("27.png"))
    message, found = look()
    assert [(p.first, p.second, p.exact) for p in found.crossing] == [
        ("01.png", "25.png", True),
        ("02.png", "27.png", False),
    ]
    assert "2 pairs of pictures that show the same (1 of them exactly) are on both sides" in str(message)


def test_a_double_among_the_test_pictures_is_told_and_stops_nothing(data: Path, look: Look) -> None:
    halves(data)
    clean, found = look()
    assert isinstance(clean, Prepared)
    assert found.pairs_with_test == ()
    shutil.copyfile(data.with_name("01.png"), data.with_name("30.png"))
    fainter = np.asarray(Image.open(data.with_name("27.png"))) * 0.9 + 9
    Image.fromarray(fainter.astype(np.uint8)).save(data.with_name("31.png"))
    prepared, found = look()
    assert isinstance(prepared, Prepared)
    assert [(p.first, p.second, p.exact, p.splits) for p in found.pairs_with_test] == [
        ("01.png", "30.png", True, ("train", "test")),
        ("27.png", "31.png", False, ("validation", "test")),
    ]
    assert found.pairs == ()
    (said,) = (one for one in remarks(found) if "test pictures" in one)
    assert said == (
        "2 pairs of pictures that show the same (1 of them exactly) have one in the test pictures "
        "(01.png and 30.png): figures there will be too good"
    )


def test_a_test_picture_that_cannot_be_read_is_no_double_and_stops_nothing(data: Path, look: Look) -> None:
    halves(data)
    for number in (30, 31):
        data.with_name(f"{number}.png").write_bytes(b"no picture")
    prepared, found = look()
    assert isinstance(prepared, Prepared)
    assert (found.pairs_with_test, found.unreadable) == ((), ())


def test_a_drawn_split_keeps_doubles_together(data: Path, look: Look) -> None:
    for number in (10, 14, 18):
        shutil.copyfile(data.with_name("01.png"), data.with_name(f"{number}.png"))
    prepared, found = look()
    assert isinstance(prepared, Prepared)
    assert len(found.pairs) == 3
    assert not found.crossing


def test_the_same_picture_under_two_labels_is_told(data: Path, look: Look) -> None:
    shutil.copyfile(data.with_name("01.png"), data.with_name("02.png"))
    prepared, found = look()
    assert isinstance(prepared, Prepared)
    (conflict,) = found.conflicts
    assert (conflict.first, conflict.second, conflict.labels) == ("01.png", "02.png", ("normal", "pneumonia"))


def test_unreadable_files_are_all_listed_and_can_be_left_out(data: Path, look: Look, tmp_path: Path) -> None:
    for number in (3, 9, 20):
        data.with_name(f"{number:02}.png").write_bytes(b"no picture")
    message, found = look()
    assert str(message).startswith("3 of 32 files cannot be read, the first: ")
    assert "03.png" in str(message)
    assert "--skip-unreadable" in str(message)
    assert [name for name, _ in found.unreadable] == ["03.png", "09.png", "20.png"]
    prepared, found = look(skip_unreadable=True)
    assert isinstance(prepared, Prepared)
    assert (len(prepared.examples), len(prepared.left_out), found.left_out) == (29, 3, 3)
    for example, place in zip(prepared.examples, prepared.places, strict=True):
        assert prepared.train.labels[place] == example.label
        assert prepared.train.pixels[place].any()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems hold names as text")
def test_a_file_name_that_is_no_text_is_named_before_anything_is_decoded(tmp_path: Path) -> None:
    for label in ("NORMAL", "PNEUMONIA"):
        (tmp_path / label).mkdir()
        (tmp_path / label / "a.png").write_bytes(b"never read")
    (tmp_path / "NORMAL" / os.fsdecode(b"r\xf6ntgen.png")).write_bytes(b"never read")
    task, recipe = load_task("pneumonia"), TrainRecipe()
    with pytest.raises(DataError, match=r"r.udcf6ntgen.png' is a file name that is not UTF-8; rename"):
        prepare_data(tmp_path, task, InputSpec(), recipe, None, tmp_path / "c", lambda done, total: None)


def test_blank_pictures_are_told_and_can_be_dropped(data: Path, look: Look) -> None:
    halves(data)
    for number, level in ((1, 250), (5, 250), (26, 250), (7, 3)):
        data.with_name(f"{number:02}.png").write_bytes(png(np.full((48, 48), level, np.uint8)))
    prepared, found = look()
    assert found.near_white == ("01.png", "05.png", "26.png")
    assert found.near_black == ("07.png",)
    assert not found.pairs  # all blank pictures are alike, and no doubles of each other
    assert isinstance(prepared, Prepared)
    assert len(prepared.examples) == 30
    assert (found.blank_used, blank_remark(found)) == (4, "were kept; --drop-blank drops them")
    dropped, found = look(drop_blank=True)
    assert isinstance(dropped, Prepared)
    assert len(dropped.examples) == 26
    assert (found.blank_used, blank_remark(found)) == (0, "were left out")


def blank_remark(found: Preflight) -> str:
    """What a card says became of blank pictures."""
    (said,) = (one for one in remarks(found) if "near-white" in one)
    return said.partition("near-black, and ")[2]


def test_a_reused_split_leaves_out_what_was_left_out(
    data: Path, look: Look, tmp_path: Path, tiny_network: str
) -> None:
    data.with_name("07.png").write_bytes(png(np.full((48, 48), 255, np.uint8)))
    settings = ("stages=32x1", "validation=0.25")
    request = TrainRequest(
        data, model=tiny_network, out=tmp_path / "m", settings=settings, cache=tmp_path / "c"
    )
    request = replace(request, options=DataOptions(drop_blank=True), device="cpu")
    seen: list[TrainProgress] = []
    result = check(request, seen.append)
    assert [p.found for p in seen if p.found] == [result.found]
    assert not (tmp_path / "m").exists()
    split = result.folder / "split.csv"
    assert ("07.png", "pneumonia", "p3", "left out") in read(split)
    again, found = look(split=split)
    assert isinstance(again, Prepared)
    assert (len(again.examples), found.split) == (31, "reused from split.csv")
    assert (found.left_out, blank_remark(found)) == (1, "was left out")
    # What a split leaves out for another reason does not make a blank picture left out.
    data.with_name("08.png").write_bytes(png(np.full((48, 48), 255, np.uint8)))
    _, found = look(split=split)
    assert (found.left_out, found.blank_used) == (1, 1)
    assert blank_remark(found) == "1 of them was kept; --drop-blank drops them"
    assert json.loads((result.folder / "preflight.json").read_text())["near_white"] == ["07.png"]


def test_what_stops_a_training_is_written_down_and_leaves_no_model(
    data: Path, tiny_network: str, tmp_path: Path
) -> None:
    halves(data)
    change(data, 25, patient="p0")
    request = TrainRequest(data, model=tiny_network, out=tmp_path / "m", cache=tmp_path / "c", device="cpu")
    with pytest.raises(DataError, match=r"All that was found is in .*m\.check/preflight\.json") as caught:
        check(replace(request, settings=("stages=32x1",)), lambda seen: None)
    assert "\n" not in str(caught.value)
    assert json.loads((tmp_path / "m.check" / "preflight.json").read_text())["shared"] == ["p0"]
    assert not (tmp_path / "m").exists()
    assert not (tmp_path / "m.training").exists()


def test_allowed_leakage_stands_on_the_card(data: Path, trainer: Trainer, tmp_path: Path) -> None:
    halves(data)
    change(data, 25, patient="p0")
    settings = ("stages=32x1", "batch=8", "precision=float32")
    options = DataOptions(allow_leakage=True)
    result = trainer(tmp_path / "m", data=data, settings=settings, options=options)
    note, few = result.card.training["notes"]
    assert few.startswith("fewer than 40 validation pictures are ")
    assert note.startswith("--allow-leakage: patient p0 is both learned from and validated on")
    assert result.notes == (note, few)


def test_a_full_disk_is_one_line_where_the_split_is_written(
    data: Path, tiny_network: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("screener.training.check.write_split", full)
    request = TrainRequest(data, model=tiny_network, out=tmp_path / "m", cache=tmp_path / "c", device="cpu")
    with pytest.raises(OutputError, match=r"m\.check: No space left on device; choose another --out"):
        check(replace(request, settings=("stages=32x1",)), lambda seen: None)
