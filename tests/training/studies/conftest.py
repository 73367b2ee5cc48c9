"""A study of a network that learns in seconds, and a way to run it without a process a trial."""

from collections.abc import Callable
from pathlib import Path

import pytest

from builders.studies import STUDY, Studier, train_here
from screener.commands.study import StudyProgress, StudyRequest, run_study
from screener.training.studies.results import StudyResult


@pytest.fixture(scope="session")
def study_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study as a TOML."""
    path = tmp_path_factory.mktemp("study") / "squares.toml"
    path.write_text(STUDY)
    return path


@pytest.fixture(scope="session")
def studier(
    study_file: Path, films: Path, tiny_network: str, tmp_path_factory: pytest.TempPathFactory
) -> Studier:
    """Runs the study into the folder that is named."""
    cache = tmp_path_factory.mktemp("cache")

    def study(
        out: Path, progress: Callable[[StudyProgress], None] = lambda seen: None, **fields: object
    ) -> StudyResult:
        known = {"study": str(study_file), "data": films, "cache": cache, "device": "cpu", "threads": 1}
        train = fields.pop("train", train_here)
        return run_study(StudyRequest(out=out, **{**known, **fields}), progress, train)  # type: ignore[arg-type]

    return study


@pytest.fixture(scope="session")
def studied(studier: Studier, tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    """The study, run."""
    return studier(tmp_path_factory.mktemp("studied") / "out")
