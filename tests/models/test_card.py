"""Cards: what is written is read back, and a file that was altered is noticed."""

import json
from pathlib import Path

import pytest

from screener.errors import ModelAltered, ModelError
from screener.models.card import ModelCard, card_hash, read_card, verify, write_card
from screener.records import Band, InputSpec, Interval, OperatingPoint

SHARE = Interval(0.97, 0.95, 0.99)


def _point(name: str, threshold: float) -> OperatingPoint:
    return OperatingPoint(name, threshold, SHARE, SHARE)


CARD = ModelCard(
    name="pneumonia-tiny",
    task="pneumonia",
    task_title="Chest film: pneumonia",
    architecture="tiny",
    labels=("normal", "pneumonia"),
    positive=("pneumonia",),
    input=InputSpec(width=32, height=32),
    temperature=1.5,
    operating_points=(_point("sensitive", 0.2), _point("balanced", 0.5), _point("specific", 0.8)),
    created="2026-01-01",
    program="0",
    limitations=("not tested on adults",),
    training={"films": 12, "recipe": {"epochs": 2}},
    metrics={"auc": SHARE},
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "model.onnx").write_bytes(b"graph")
    (tmp_path / "plots").mkdir()
    (tmp_path / "plots" / "roc.png").write_bytes(b"plot")
    return tmp_path


def test_a_card_is_read_back_as_it_was_written(folder: Path) -> None:
    written = write_card(CARD, folder)
    assert read_card(folder) == written
    assert set(written.files) == {"model.onnx", "plots/roc.png"}
    verify(written, folder)


def test_a_card_that_is_older_than_a_field_of_its_input_still_reads(folder: Path) -> None:
    write_card(CARD, folder)
    fields = json.loads((folder / "card.json").read_text())
    del fields["input"]["centre"]
    (folder / "card.json").write_text(json.dumps(fields))
    assert read_card(folder).input == CARD.input


def test_an_altered_file_is_named(folder: Path) -> None:
    card = write_card(CARD, folder)
    (folder / "model.onnx").write_bytes(b"grapH")
    verify(card, folder, only=("plots/roc.png",))
    with pytest.raises(ModelAltered, match=r"model\.onnx does not match its card"):
        verify(card, folder)


def test_a_missing_or_unvouched_file_is_named(folder: Path) -> None:
    card = write_card(CARD, folder)
    (folder / "model.onnx").unlink()
    with pytest.raises(ModelAltered, match=r"model\.onnx: No such file"):
        verify(card, folder)
    with pytest.raises(ModelAltered, match="not listed in"):
        verify(card, folder, only=("other.onnx",))


def test_the_hash_of_a_card_changes_with_a_file(folder: Path) -> None:
    write_card(CARD, folder)
    before = card_hash(folder)
    (folder / "model.onnx").write_bytes(b"other graph")
    write_card(CARD, folder)
    assert card_hash(folder) != before


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"schema": 99}, "schema"),
        ({"temperature": 0}, "temperature"),
        ({"positive": ["flu"]}, "positive"),
        ({"operating_points": []}, "operating points"),
        ({"surprise": 1}, "surprise"),
        ({"input": {"depth": 3}}, "depth"),
    ],
)
def test_a_card_that_cannot_be_meant_is_refused(
    folder: Path, change: dict[str, object], message: str
) -> None:
    write_card(CARD, folder)
    fields = json.loads((folder / "card.json").read_text())
    (folder / "card.json").write_text(json.dumps(fields | change))
    with pytest.raises(ModelError, match=message):
        read_card(folder)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema": 1}', "null"])
def test_a_broken_card_is_one_clear_error(folder: Path, text: str) -> None:
    (folder / "card.json").write_text(text)
    with pytest.raises(ModelError, match=r"card\.json"):
        read_card(folder)


def test_a_folder_without_a_card_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="is not a model folder"):
        read_card(tmp_path)


@pytest.mark.parametrize(
    ("score", "band"),
    [
        (0.0, Band.NEGATIVE),
        (0.1999, Band.NEGATIVE),
        (0.2, Band.UNCERTAIN),
        (0.79, Band.UNCERTAIN),
        (0.8, Band.POSITIVE),
        (1.0, Band.POSITIVE),
    ],
)
def test_bands_lie_between_the_first_and_the_last_operating_point(score: float, band: Band) -> None:
    assert CARD.band(score) == band


def test_an_operating_point_is_found_by_name() -> None:
    assert CARD.point("balanced").threshold == 0.5
    with pytest.raises(ModelError, match="no operating point 'best'"):
        CARD.point("best")
