"""Which films a model has met: by content, by path, by name, and never a test film by its name alone."""

from pathlib import Path

import pytest

from screener.errors import ModelError
from screener.training.evaluation.seen import Seen, seen_by
from screener.training.labelled.example import TEST, Example

LINES = (
    {"path": "train/NORMAL/IM-1.jpeg", "split": "train"},
    {"path": "train/NORMAL/IM-2.jpeg", "split": "validation"},
    {"path": "test/NORMAL/IM-9.jpeg", "split": "test"},
)


def example(path: str, split: str | None = None) -> Example:
    return Example(Path("films") / path, path, 0, path, split)


@pytest.mark.parametrize(
    ("path", "split", "side"),
    [
        ("train/NORMAL/IM-1.jpeg", None, "train"),
        ("train/NORMAL/IM-2.jpeg", None, "validation"),
        ("copied/IM-1.jpeg", None, "train"),
        ("test/NORMAL/IM-1.jpeg", TEST, ""),
        ("test/NORMAL/IM-9.jpeg", TEST, ""),
        ("train/NORMAL/IM-3.jpeg", None, ""),
    ],
)
def test_a_film_is_known_by_its_path_or_name(path: str, split: str | None, side: str) -> None:
    assert Seen(LINES).side(example(path, split)) == side


def test_content_decides_where_the_list_knows_it() -> None:
    seen = Seen([{**LINES[0], "sha256": "aa"}, {**LINES[1], "sha256": "bb"}])
    assert seen.side(example("elsewhere/renamed.jpeg"), "aa") == "train"
    assert seen.side(example("train/NORMAL/IM-1.jpeg"), "cc") == ""
    assert seen.side(example("train/NORMAL/IM-1.jpeg")) == "train"


def test_a_model_without_a_list_has_met_nothing_that_is_known(tmp_path: Path) -> None:
    assert seen_by(tmp_path).side(example("train/NORMAL/IM-1.jpeg")) == ""


def test_a_list_that_is_none_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "split.csv").write_text("name,split\na,train\n")
    with pytest.raises(ModelError, match=r"split\.csv cannot be read"):
        seen_by(tmp_path)
