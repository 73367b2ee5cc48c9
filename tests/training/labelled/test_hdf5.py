"""PatchCamelyon's HDF5 files as they are published."""

import re
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest
from PIL import Image

from builders.films import PCAM_NAME as NAME
from builders.films import write_pcam
from builders.model import build_model, tiny_card
from builders.pictures import patch, tiff
from screener.commands.evaluate import EvaluateRequest, evaluate
from screener.errors import DataError
from screener.records import InputSpec
from screener.tasks.load import load_task
from screener.training.labelled.cache import cached_films, reader_for
from screener.training.labelled.labels import find_examples

TASK = load_task("pcam")


def test_the_official_split_and_the_slides_are_kept(tmp_path: Path) -> None:
    folder = write_pcam(tmp_path, {"train": 12, "valid": 8, "test": 4}, slides=True)
    found = find_examples(folder, TASK)
    assert [sum(e.split == s for e in found) for s in ("train", "validation", "test")] == [12, 8, 4]
    first = next(e for e in found if e.split == "validation")
    assert (first.name, first.label) == ("camelyonpatch_level_2_split_valid_x.h5/000000", 0)
    assert first.patient == "valid_slide_0"


def test_one_file_alone_has_no_split(tmp_path: Path) -> None:
    folder = write_pcam(tmp_path, {"train": 6})
    found = find_examples(folder / NAME.format("train", "x"), TASK)
    assert [(e.row, e.split) for e in found] == [(n, None) for n in range(6)]
    assert found == find_examples(folder, TASK)


def test_a_patch_is_what_a_scan_makes_of_its_lossless_picture(tmp_path: Path) -> None:
    spec = InputSpec(width=48, height=48, colour="rgb")
    examples = find_examples(write_pcam(tmp_path / "data", {"train": 10}), TASK)
    films = cached_films(examples, spec, tmp_path / "cache", reader_for(spec, TASK))
    assert not films.unreadable
    (tmp_path / "seven.tif").write_bytes(tiff(patch(96, seed=7)))
    assert np.array_equal(films.pixels[7], reader_for(spec, TASK)(tmp_path / "seven.tif"))


def test_a_file_cut_short_in_the_middle_names_its_patches(tmp_path: Path) -> None:
    spec = InputSpec(width=32, height=32, colour="rgb")
    folder = write_pcam(tmp_path / "data", {"train": 8})
    examples = find_examples(folder, TASK)
    path = folder / NAME.format("train", "x")
    whole = bytearray(path.read_bytes())
    middle = len(whole) // 2
    whole[middle : middle + 2000] = bytes(2000)  # the compressed patches themselves
    path.write_bytes(whole)
    films = cached_films(examples, spec, tmp_path / "cache", reader_for(spec, TASK))
    assert len(films.unreadable) == 8
    assert "train_x.h5, patch 0" in films.unreadable[0]


def test_a_model_is_evaluated_on_them(tmp_path: Path) -> None:
    card = tiny_card("pcam", ("normal", "tumour"))
    build_model(tmp_path / "model", replace(card, input=InputSpec(width=32, height=32, colour="rgb")))
    splits = tmp_path / "model" / "split.csv"
    splits.write_text(f"path,label,patient,split\n{NAME.format('train', 'x')}/000001,tumour,p,train\n")
    data = write_pcam(tmp_path / "data", {"train": 6, "test": 4})
    request = EvaluateRequest(data, model=str(tmp_path / "model"), out=tmp_path / "out", gate=False)
    result = evaluate(replace(request, formats=("csv",), workers=1), lambda step: None)
    films = {film.name: film for film in result.evaluation.films}
    assert len(films) == 10
    assert films[f"{NAME.format('train', 'x')}/000001"].seen == "train"
    assert films[f"{NAME.format('test', 'x')}/000001"].seen == ""
    unpacked = np.asarray(Image.open(films[f"{NAME.format('test', 'x')}/000002"].example.path))
    assert np.array_equal(unpacked, patch(96, seed=1002))
    again = evaluate(replace(request, formats=("csv",), workers=1), lambda step: None)
    assert [film.score for film in again.evaluation.films] == [film.score for film in films.values()]


def test_what_is_no_such_file_is_one_line(tmp_path: Path) -> None:
    folder = write_pcam(tmp_path / "shape", {"train": 4})
    with h5py.File(folder / NAME.format("train", "x"), "w") as file:
        file["x"] = np.zeros((4, 96, 96), np.uint8)
    with pytest.raises(DataError, match="'x' is 4 x 96 x 96 uint8; patches are"):
        find_examples(folder, TASK)
    folder = write_pcam(tmp_path / "labels", {"train": 4})
    (folder / NAME.format("train", "y")).unlink()
    with pytest.raises(DataError, match=r"the labels of .*_x\.h5, cannot be read"):
        find_examples(folder, TASK)
    (tmp_path / "text").mkdir()
    (tmp_path / "text" / NAME.format("train", "x")).write_text("no HDF5")
    with pytest.raises(DataError, match="not an HDF5 file of patches"):
        find_examples(tmp_path / "text", TASK)
    (tmp_path / "packed").mkdir()
    (tmp_path / "packed" / (NAME.format("train", "x") + ".gz")).write_bytes(b"\x1f\x8b")
    with pytest.raises(DataError, match="is packed; unpack it first: gunzip"):
        find_examples(tmp_path / "packed", TASK)


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (np.array([0, 1, np.nan, 1]), "and holds nan"),
        (np.array([0, 1, np.inf, 1]), "and holds inf"),
        (np.array([0, 0.5, 1, 1]), "and holds 0.5"),
        (np.array([b"no", b"yes", b"no", b"no"]), "b'no' first"),
        (np.array([0, 1, 2, 1]), "'2' is not a label"),
    ],
)
def test_labels_that_are_none_are_one_line(labels: np.ndarray, said: str, tmp_path: Path) -> None:
    folder = write_pcam(tmp_path, {"train": 4})
    path = folder / NAME.format("train", "y")
    path.unlink()
    with h5py.File(path, "w") as file:
        file["y"] = labels.reshape(-1, 1, 1, 1)
    with pytest.raises(DataError, match=rf"train_y\.h5: .*{re.escape(said)}") as caught:
        find_examples(folder, TASK)
    assert "\n" not in str(caught.value)


def test_labels_as_floating_point_numbers_are_taken(tmp_path: Path) -> None:
    folder = write_pcam(tmp_path, {"train": 4})
    path = folder / NAME.format("train", "y")
    path.unlink()
    with h5py.File(path, "w") as file:
        file["y"] = np.array([0.0, 1.0, 1.0, 0.0])
    assert [example.label for example in find_examples(folder, TASK)] == [0, 1, 1, 0]
