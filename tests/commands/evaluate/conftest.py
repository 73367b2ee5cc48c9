"""The tiny model evaluated: as a test asks for it, and once with every report."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from builders.labelled import write_films, write_table
from screener.commands.evaluate import EvaluateRequest, evaluate
from screener.training.evaluation.request import EvaluateResult

Evaluate = Callable[..., EvaluateResult]


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """The films, for a test to change."""
    return write_films(tmp_path)


@pytest.fixture(scope="module")
def whole(weights: Path, tmp_path_factory: pytest.TempPathFactory) -> EvaluateResult:
    """One evaluation with every report, of a CSV with a column that would be markup; for tests that look."""
    folder = tmp_path_factory.mktemp("whole")
    films = write_films(folder)
    lines = [
        {"path": path.relative_to(films).as_posix(), "label": path.parent.name, "ward": ward}
        for path, ward in zip(sorted(films.rglob("*.png")), ["<b>A&E</b>", "B"] * 12, strict=True)
    ]
    table = write_table(films, lines)
    request = EvaluateRequest(table, model="tiny", weights=weights, out=folder / "out", workers=1, worst=3)
    return evaluate(request, lambda step: None)


@pytest.fixture
def run(labelled: Path, weights: Path, tmp_path: Path) -> Evaluate:
    """Evaluate the tiny model on the labelled films; keywords change the request."""
    request = EvaluateRequest(labelled, model="tiny", weights=weights, out=tmp_path / "out", workers=1)
    request = replace(request, formats=("json", "csv"))

    def run(**changes: object) -> EvaluateResult:
        return evaluate(replace(request, **changes), lambda step: None)

    return run
