"""What cannot be evaluated is one clear line, and nothing is written."""

from collections.abc import Callable
from pathlib import Path

import pytest

from builders.labelled import drawn
from screener.errors import (
    DataError,
    MissingExtra,
    NothingToScan,
    OutputTaken,
    ScreenerError,
    UnknownName,
    UsageError,
)
from screener.training.evaluation.request import EvaluateResult

Evaluate = Callable[..., EvaluateResult]


@pytest.mark.parametrize(
    ("fields", "error", "message"),
    [
        ({"data": Path("nowhere")}, UsageError, "no such folder"),
        ({"task": "pneumonai"}, UnknownName, "pneumonia"),
        ({"task": "pneumonia-type", "model": "WEIGHTS"}, UsageError, "is for --task pneumonia"),
        ({"model": "resnet43"}, UnknownName, "unknown model"),
        ({"formats": ("html", "docx")}, UnknownName, "docx"),
        ({"split": "tests"}, UnknownName, "test"),
        ({"precision": "int4"}, UnknownName, "int8"),
        ({"predictions": Path("none.csv")}, DataError, r"none\.csv cannot be read"),
    ],
)
def test_bad_input_is_one_clear_line_and_writes_nothing(
    fields: dict[str, object],
    error: type[ScreenerError],
    message: str,
    run: Evaluate,
    weights: Path,
    labelled: Path,
    tmp_path: Path,
) -> None:
    if fields.get("model") == "WEIGHTS":
        fields = {**fields, "model": str(weights / "pneumonia-tiny")}
        for path in sorted(labelled.rglob("IM-*.png")):
            path.rename(path.with_name(f"x_bacteria_{path.name}"))
    with pytest.raises(error, match=message) as caught:
        run(**fields)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_an_unlabelled_film_is_named(run: Evaluate, labelled: Path) -> None:
    (labelled / "stray.png").write_bytes(drawn(0))
    with pytest.raises(DataError, match=r"stray\.png"):
        run()


def test_films_that_cannot_be_scored_at_all_are_one_line(run: Evaluate, labelled: Path) -> None:
    for path in labelled.rglob("*.png"):
        path.write_bytes(b"no picture")
    with pytest.raises(NothingToScan, match="none of 24 labelled films has a score; of 24: not a JPEG"):
        run()


def test_results_never_lie_among_the_films(run: Evaluate, labelled: Path) -> None:
    with pytest.raises(UsageError, match="among the films"):
        run(out=labelled / "result")


def test_another_evaluation_s_folder_is_left_alone(run: Evaluate) -> None:
    before = (run().out / "evaluation.json").read_bytes()
    with pytest.raises(OutputTaken, match="scope gate"):
        run(gate=False)
    assert (run().out / "evaluation.json").read_bytes() == before


def test_without_scikit_learn_the_extra_is_named(run: Evaluate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"\.\[train\]"):
        run()
