"""Somebody else's scores, measured like ours."""

from collections.abc import Callable
from pathlib import Path

import pytest

from screener.errors import (
    DataError,
)
from screener.training.evaluation.request import EvaluateResult

Evaluate = Callable[..., EvaluateResult]


def test_predictions_of_somebody_else_are_measured_alike(run: Evaluate, tmp_path: Path) -> None:
    ours = run()
    table = tmp_path / "theirs.csv"
    lines = [f"{Path(one.name).stem},{one.score!r}" for one in ours.evaluation.films[1:]]
    table.write_text("\n".join(["id,label", *lines, "stranger,0.5"]) + "\n")
    theirs = run(predictions=table, out=tmp_path / "theirs")
    assert theirs.exit_code == 3
    assert [one.why for one in theirs.evaluation.unscored] == ["no prediction for it"]
    assert any("1 of 24 predictions are of no labelled film" in note for note in theirs.evaluation.notes)
    scores = {one.name: one.score for one in theirs.evaluation.films}
    assert scores == {one.name: one.score for one in ours.evaluation.films[1:]}
    assert list(theirs.evaluation.thresholds) == ["0.5"]


def test_plots_are_files_of_their_own_where_asked_for_and_a_page_needs_no_films(
    run: Evaluate, tmp_path: Path, labelled: Path
) -> None:
    table = tmp_path / "guesses.csv"
    stems = [path.stem for path in sorted(labelled.rglob("*.png"))]
    table.write_text("id,label\n" + "".join(f"{stem},0.{n % 10}\n" for n, stem in enumerate(stems)))
    result = run(predictions=table, formats=("png", "html"))
    names = {"confusion.png", "roc.png", "precision-recall.png", "thresholds.png", "reliability.png"}
    assert {path.name for path in result.reports} == {*names, "evaluation.html"}
    assert (result.out / "roc.png").read_bytes().startswith(b"\x89PNG")
    assert "data:image/jpeg" not in (result.out / "evaluation.html").read_text()


@pytest.mark.parametrize(
    ("line", "message"),
    [("a,1.5", "not a probability"), ("a,x", "not a probability"), ("a,0.1\na,0.2", "occurs twice")],
)
def test_predictions_that_are_none_are_named_by_line(
    line: str, message: str, run: Evaluate, tmp_path: Path
) -> None:
    table = tmp_path / "bad.csv"
    table.write_text(f"id,label\n{line}\n")
    with pytest.raises(DataError, match=rf"bad\.csv, line \d: .*{message}"):
        run(predictions=table)


def test_reports_of_an_evaluation_that_was_there_go_where_they_are_not_written_anew(
    run: Evaluate, tmp_path: Path, labelled: Path
) -> None:
    stems = [path.stem for path in sorted(labelled.rglob("*.png"))]
    tables = [tmp_path / "first.csv", tmp_path / "second.csv"]
    for turn, table in enumerate(tables):
        table.write_text("id,label\n" + "".join(f"{s},0.{(n + turn) % 10}\n" for n, s in enumerate(stems)))
    out = tmp_path / "out"
    run(predictions=tables[0], out=out, formats=("html", "json", "csv", "png"))
    (out / "notes.txt").write_text("the user's own")
    run(predictions=tables[1], out=out, formats=("json",))
    assert {path.name for path in out.iterdir()} == {"evaluation.json", "notes.txt"}
