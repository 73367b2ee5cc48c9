"""A study run again: stopped, gone on with, on other pictures, and into a folder of something else."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from builders.studies import Studier, without
from screener.commands.study import StudyProgress, show_study
from screener.errors import OutputTaken, Stopped, UsageError
from screener.models.card import read_card
from screener.training.progress import TrainProgress
from screener.training.request import TrainRequest
from screener.training.studies.results import FINISHED, StudyResult, read_results


def test_what_is_finished_is_not_done_again(studied: StudyResult, studier: Studier, tmp_path: Path) -> None:
    out = tmp_path / "again"
    shutil.copytree(studied.out, out)

    def never(request: TrainRequest, log: Path, report: Callable[[TrainProgress], None]) -> None:
        raise AssertionError("it is finished")

    result = studier(out, train=never)
    assert [one.validation for one in result.trials] == [one.validation for one in studied.trials]
    # A model that was made, and whose figures were not written down any more, is measured and no more.
    (out / "results.json").write_text((out / "results.json").read_text().replace('"finished"', '"waiting"'))
    assert studier(out, train=never).trials == result.trials


def test_a_trial_that_would_now_begin_with_weights_says_so(
    studied: StudyResult, studier: Studier, tmp_path: Path
) -> None:
    out, starts = tmp_path / "again", tmp_path / "starts"
    shutil.copytree(studied.out, out)
    starts.mkdir()
    (starts / f"{studied.trials[2].trial.model}.safetensors").write_bytes(b"not opened")
    for result in (studier(out, starts=starts), read_results(out)):
        (said,) = (note for note in result.trials[2].notes if note.startswith("began at random"))
        assert "before --starts named its weights" in said
        assert f"remove {out / 'trials' / 'tiny-deep'} to train it from them" in said
    kept = studied.trials[2].notes
    assert studier(out).trials[2].notes[1:] == kept[1:]


def test_a_trial_whose_folder_was_removed_is_trained_again(
    studied: StudyResult, studier: Studier, tmp_path: Path
) -> None:
    out = tmp_path / "again"
    shutil.copytree(studied.out, out)
    shutil.rmtree(out / "trials" / "tiny-sgd")
    result = studier(out)
    assert read_card(out / "trials" / "tiny-sgd").name == "tiny-sgd"
    assert [one.state for one in result.trials] == [FINISHED] * 3


def test_a_stopped_study_goes_on(studied: StudyResult, studier: Studier, tmp_path: Path) -> None:
    out = without(studied, "tiny-sgd", tmp_path / "stopped")
    (out / "study.xlsx").unlink()

    def stop(seen: StudyProgress) -> None:
        if seen.training is not None and seen.training.epoch == 3:
            raise KeyboardInterrupt

    with pytest.raises(Stopped, match="the same command continues"):
        studier(out, stop)
    before = read_results(out)
    assert [one.state for one in before.trials] == [FINISHED, "waiting", FINISHED]
    assert before.exit_code == 3
    assert (out / "study.xlsx").is_file()
    trained: list[tuple[str, int]] = []

    def note(seen: StudyProgress) -> None:
        if seen.training is not None and seen.training.note == "training":
            trained.append((seen.trial, seen.training.epoch))

    result = studier(out, note)
    assert set(trained) == {("tiny-sgd", 3)}
    assert [one.validation for one in result.trials] == [one.validation for one in studied.trials]


def test_another_folder_is_never_written_over(studied: StudyResult, studier: Studier, tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("mine")
    with pytest.raises(OutputTaken, match="no study"):
        studier(tmp_path)
    assert json.loads((studied.out / "results.json").read_text())["study"] == "squares"
    with pytest.raises(UsageError, match="holds no study"):
        show_study(str(tmp_path))


def test_a_run_on_other_pictures_of_the_same_number_is_another_run(
    studied: StudyResult, studier: Studier, films: Path, tmp_path: Path
) -> None:
    out, other = tmp_path / "out", tmp_path / "other"
    shutil.copytree(studied.out, out)
    shutil.copytree(films, other)
    assert studier(out, data=other).trials == studied.trials  # a copy elsewhere is the same data
    film = min(other.rglob("*.jpeg"))
    film.write_bytes(film.read_bytes() + b"changed")
    with pytest.raises(OutputTaken, match="on other data"):
        studier(out, data=other)


def test_a_model_of_another_recipe_is_not_taken_for_the_trials(
    studied: StudyResult, studier: Studier, tmp_path: Path, study_file: Path
) -> None:
    out = tmp_path / "out"
    shutil.copytree(studied.out, out)
    changed = tmp_path / study_file.name
    changed.write_text(study_file.read_text().replace("lr = 0.01", "lr = 0.02"))
    result = studier(out, study=str(changed), only=("tiny-adam",))
    assert "another recipe (lr)" in result.of("tiny-adam").why
    assert read_card(out / "trials" / "tiny-adam") == read_card(studied.out / "trials" / "tiny-adam")


@pytest.mark.parametrize("lost", ["removed", "cut short"])
def test_lost_results_are_made_again_from_the_models(
    lost: str, studied: StudyResult, studier: Studier, films: Path, tmp_path: Path
) -> None:
    out = tmp_path / "again"
    shutil.copytree(studied.out, out)
    results = out / "results.json"
    text = results.read_text()
    results.unlink() if lost == "removed" else results.write_text(text[: len(text) // 2])

    def never(request: TrainRequest, log: Path, report: Callable[[TrainProgress], None]) -> None:
        raise AssertionError("it is finished")

    result = studier(out, train=never)
    assert [one.validation for one in result.trials] == [one.validation for one in studied.trials]
    assert read_results(out).trials == result.trials
    # Whose pictures a model has learned is not taken on trust, though.
    results.unlink()
    other = tmp_path / "other"
    shutil.copytree(films, other)
    for film in sorted(other.rglob("*.jpeg"))[::2]:
        film.rename(film.with_name(f"{film.stem}-other.jpeg"))
    result = studier(out, train=never, data=other, only=("tiny-sgd",))
    assert "made on other pictures; remove that folder" in result.of("tiny-sgd").why


def test_results_of_another_version_are_refused(studied: StudyResult, tmp_path: Path) -> None:
    fields = json.loads((studied.out / "results.json").read_text())
    (tmp_path / "results.json").write_text(json.dumps({**fields, "schema": 99}))
    with pytest.raises(UsageError, match="not a study result that this version can read"):
        read_results(tmp_path)
    assert replace(read_results(studied.out), out=Path()) == replace(studied, out=Path())
