"""Files that cannot be used, what is left out for them, and what is written down."""

import json
import os
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from builders.films import Trainer
from builders.pictures import png
from builders.preflight import Look, change, halves, read
from screener.commands.train import check
from screener.errors import DataError, OutputError
from screener.records import InputSpec
from screener.tasks.load import load_task
from screener.training.check import remarks
from screener.training.labelled.findings import Preflight
from screener.training.labelled.preflight import Prepared, prepare_data
from screener.training.progress import TrainProgress
from screener.training.recipes.recipe import TrainRecipe
from screener.training.request import DataOptions, TrainRequest


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
    with pytest.raises(DataError, match=r"All findings are in .*m\.check/preflight\.json") as caught:
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
