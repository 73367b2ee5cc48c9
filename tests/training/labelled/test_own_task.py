"""A task from the labels that the data have."""

from pathlib import Path

import pytest

from builders.pictures import film, patch, png
from screener.errors import DataError, ScreenerError, UnknownName, UsageError
from screener.tasks.load import NAMES, load_task, read_task, write_task
from screener.training.labelled.labels import find_examples
from screener.training.labelled.own_task import own_task
from screener.training.request import TrainRequest


def _folder(place: Path, *names: str, colour: bool = False) -> Path:
    for number, name in enumerate(names):
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png(patch(24, seed=number) if colour else film(24, 24, seed=number)))
    return place


def test_folders_are_the_labels_and_the_healthy_one_is_known(tmp_path: Path) -> None:
    data = _folder(
        tmp_path / "Wrist films", "train/Normal/a.png", "train/fracture/b.png", "val/luxation/c/d.png"
    )
    task = own_task(TrainRequest(data, task="auto"))
    assert (task.name, task.kind) == ("wrist-films", "film")
    assert task.labels == ("Normal", "fracture", "luxation")
    assert task.positive == ("fracture", "luxation")
    assert [task.labels[e.label] for e in find_examples(data, task)] == ["Normal", "fracture", "luxation"]


def test_coloured_pictures_make_patches(tmp_path: Path) -> None:
    data = _folder(tmp_path / "pcam", "cats/a.png", "dogs/b.png", colour=True)
    task = own_task(TrainRequest(data, task="auto", positive=("Dogs",)))
    assert (task.name, task.kind, task.positive) == ("pcam-own", "patch", ("dogs",))
    assert own_task(TrainRequest(data, task="auto", positive=("dogs",), kind="film")).kind == "film"


def test_a_folder_below_a_label_that_is_named_like_another_is_refused_not_guessed(tmp_path: Path) -> None:
    data = _folder(tmp_path, "0/1/a.png", "0/7/b.png", "1/0/c.png", "1/9/d.png")
    task = own_task(TrainRequest(data, task="auto", positive=("1",)))
    with pytest.raises(DataError, match="two labels, 0 and 1; rename one of them, or give a CSV"):
        find_examples(data, task)
    same = _folder(tmp_path / "same", "0/0/a.png", "1/b.png")
    assert [e.label for e in find_examples(same, task)] == [0, 1]


def test_a_csv_s_labels_make_a_task(tmp_path: Path) -> None:
    _folder(tmp_path, "a.png", "b.png")
    table = tmp_path / "labels.csv"
    table.write_text("path,label\na.png,0\nb.png,1\n")
    task = own_task(TrainRequest(table, task="auto"))
    assert (task.labels, task.positive) == (("0", "1"), ("1",))
    assert [e.label for e in find_examples(table, task)] == [0, 1]


@pytest.mark.parametrize(
    ("names", "fields", "error", "message"),
    [
        (("cats/a.png", "dogs/b.png"), {}, UsageError, "which of the labels cats, dogs should be looked for"),
        (("cats/a.png", "dogs/b.png"), {"positive": ("dog",)}, UnknownName, "Did you mean dogs"),
        (("cats/a.png", "dogs/b.png"), {"positive": ("dogs", "cats")}, DataError, "and not all"),
        (("cats/a.png", "dogs/b.png"), {"kind": "photo"}, UnknownName, "patch"),
        (("cats/a.png", "Cats/b.png"), {}, DataError, "differ only by capitals"),
        (("cats/a.png",), {}, DataError, "only cats was found"),
        (("a.png",), {}, DataError, "none was found"),
    ],
)
def test_what_makes_no_task_is_one_line(
    tmp_path: Path,
    names: tuple[str, ...],
    fields: dict[str, object],
    error: type[ScreenerError],
    message: str,
) -> None:
    data = _folder(tmp_path / "data", *names)
    with pytest.raises(error, match=message) as caught:
        own_task(TrainRequest(data, task="auto", **fields))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", NAMES)
def test_a_task_is_written_and_read_back(name: str, tmp_path: Path) -> None:
    task = load_task(name)
    write_task(task, tmp_path / "task.toml")
    assert read_task(tmp_path / "task.toml", name) == task
