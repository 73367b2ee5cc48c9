"""An evaluation replaces and removes reports of evaluations, and nothing else."""

from collections.abc import Callable
from pathlib import Path

import pytest

from screener.errors import OutputError, OutputTaken, UsageError
from screener.training.evaluation.request import EvaluateResult

Evaluate = Callable[..., EvaluateResult]


def _guesses(folder: Path, labelled: Path, name: str = "guesses.csv") -> Path:
    folder.mkdir(exist_ok=True)
    stems = [path.stem for path in sorted(labelled.rglob("*.png"))]
    table = folder / name
    table.write_text("id,label\n" + "".join(f"{stem},0.{n % 10}\n" for n, stem in enumerate(stems)))
    return table


def _bytes_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_predictions_are_not_replaced_by_the_reports_on_them(
    run: Evaluate, labelled: Path, tmp_path: Path
) -> None:
    table = _guesses(tmp_path / "theirs", labelled, "predictions.csv")
    before = _bytes_in(table.parent)
    with pytest.raises(UsageError, match=r"--predictions .*predictions\.csv lies in --out"):
        run(predictions=table, out=table.parent)
    assert _bytes_in(table.parent) == before


def test_a_model_folder_stays_as_its_card_says(run: Evaluate, weights: Path, tmp_path: Path) -> None:
    model = tmp_path / "model"
    model.mkdir()
    for path in (weights / "pneumonia-tiny").iterdir():
        (model / path.name).write_bytes(path.read_bytes())
    (model / "roc.png").write_bytes(b"a plot of the training")
    before = _bytes_in(model)
    with pytest.raises(OutputTaken, match=r"holds a model.*--out"):
        run(model=str(model), out=model)
    assert _bytes_in(model) == before


@pytest.mark.parametrize("name", ["roc.png", "evaluation.xlsx", "predictions.csv", "evaluation.json"])
def test_a_stranger_s_file_is_neither_replaced_nor_removed(
    name: str, run: Evaluate, labelled: Path, tmp_path: Path
) -> None:
    table = _guesses(tmp_path, labelled)
    out = tmp_path / "out"
    out.mkdir()
    (out / name).write_text("{}")
    with pytest.raises(OutputTaken, match=rf"{name} would be replaced.*choose another folder with --out"):
        run(predictions=table, out=out, formats=("json",))
    with pytest.raises(OutputTaken, match=name):
        run(out=out)
    assert _bytes_in(out) == {name: b"{}"}


def test_an_evaluation_without_json_among_its_reports_can_be_made_anew(
    run: Evaluate, labelled: Path, tmp_path: Path
) -> None:
    table = _guesses(tmp_path, labelled)
    first = run(predictions=table, formats=("csv",))
    second = run(predictions=table, formats=("html",))
    assert [path.name for path in (*first.reports, *second.reports)] == ["predictions.csv", "evaluation.html"]
    assert {path.name for path in second.out.iterdir()} == {"evaluation.html", "evaluation.json"}


def test_a_report_that_cannot_be_removed_is_one_line(
    run: Evaluate, labelled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = _guesses(tmp_path, labelled)
    run(predictions=table)
    unlink = Path.unlink

    def held(path: Path, missing_ok: bool = False) -> None:
        if path.name == "predictions.csv":
            raise PermissionError(13, "it is open elsewhere")
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", held)
    with pytest.raises(OutputError, match=r"predictions\.csv.*cannot be removed"):
        run(predictions=table, formats=("json",))
