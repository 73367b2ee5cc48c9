"""A whole study in seconds: run, stopped, gone on with, failed, shown, read back."""

import csv
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from builders.films import write_pcam
from builders.studies import STUDY, Studier, without
from screener.commands.study import show_study
from screener.errors import (
    DataError,
    MissingExtra,
    OutputError,
    OutputTaken,
    ScreenerError,
    UnknownName,
    UsageError,
)
from screener.models.card import read_card
from screener.training.progress import TrainProgress
from screener.training.request import TrainRequest
from screener.training.studies.compare import lines_of
from screener.training.studies.results import FAILED, FINISHED, StudyResult, validation_figures


def test_every_trial_leaves_a_model_and_its_figures(studied: StudyResult) -> None:
    assert [one.trial.name for one in studied.trials] == ["tiny-adam", "tiny-sgd", "tiny-deep"]
    assert {one.state for one in studied.trials} == {FINISHED}
    assert studied.exit_code == 0
    for one in studied.trials:
        card = read_card(studied.out / "trials" / one.trial.name)
        assert one.validation["accuracy"] == card.measured("accuracy")
        assert one.validation["auc"] == card.measured("auc")
        assert one.validation["f1"] == one.validation["f1.pneumonia"]
        assert one.epochs == len(one.curves["validation_accuracy"]) == len(one.curves["accuracy"]) == 3
        assert one.mean_training_accuracy == pytest.approx(sum(one.curves["accuracy"]) / 3)
    assert studied.trials[1].recipe["optimiser"] == "sgd"
    assert not any(one.test for one in studied.trials)


def test_figures_of_a_card_that_has_no_interval_for_each_are_read_too(studied: StudyResult) -> None:
    card = read_card(studied.out / "trials" / studied.trials[0].trial.name)
    bare = {
        name: card.measured(name) if name.startswith(("precision", "recall", "f1", "log_loss")) else held
        for name, held in card.metrics.items()
    }
    assert bare != card.metrics
    assert validation_figures(replace(card, metrics=bare)) == studied.trials[0].validation


def test_all_trials_are_judged_on_the_same_films(studied: StudyResult) -> None:
    splits = {(studied.out / "trials" / one.trial.name / "split.csv").read_bytes() for one in studied.trials}
    assert len(splits) == 1


def test_without_starting_weights_a_trial_says_so_and_takes_its_other_settings(studied: StudyResult) -> None:
    deep = studied.trials[2]
    assert deep.recipe["batch"] == 16
    assert "began at random" in deep.notes[0]


def test_the_workbook_reads_back(studied: StudyResult) -> None:
    book = openpyxl.load_workbook(studied.out / "study.xlsx")
    assert book.sheetnames == ["Comparison", "Plots", "Trials", "Epochs"]
    rows = list(book["Trials"].values)
    heads = rows[0]
    by_name = {row[0]: dict(zip(heads, row, strict=True)) for row in rows[1:]}
    assert by_name["tiny-sgd"]["recipe: optimiser"] == "sgd"
    assert by_name["tiny-sgd"]["recipe: stages"] == "24x3"
    assert by_name["tiny-sgd"]["recipe: lr"] == 0.01
    assert by_name["tiny-sgd"]["recipe: balanced"] == "True"
    assert by_name["tiny-deep"]["accuracy, validation"] == studied.trials[2].validation["accuracy"]
    assert len(list(book["Epochs"].values)) == 1 + 9
    shown = [cell for row in book["Comparison"].values for cell in row if cell is not None]
    assert 0.6 in shown
    assert "theirs" in shown


def test_page_and_plots_are_there(studied: StudyResult) -> None:
    page = (studied.out / "study.html").read_text("utf-8")
    for words in ("tiny-deep", "theirs", "trials/tiny-adam/card.html", "not for diagnosis", "data:image/png"):
        assert words in page
    for name in ("optimisers.png", "depth.png"):
        assert (studied.out / name).read_bytes().startswith(b"\x89PNG")


def test_shown_again_it_is_the_same(studied: StudyResult) -> None:
    found = show_study(str(studied.out))
    assert isinstance(found, StudyResult)
    assert found == studied
    assert lines_of(found) == lines_of(studied)


def test_films_that_cannot_be_decoded_stop_a_study_unless_they_may_be_left_out(
    studier: Studier, films: Path, tmp_path: Path
) -> None:
    data = tmp_path / "films"
    shutil.copytree(films, data)
    (data / "train" / "NORMAL" / "IM-0900-0001.jpeg").write_bytes(b"no picture")
    stopped = studier(tmp_path / "a", data=data, only=("tiny-sgd",))
    assert "--skip-unreadable" in stopped.trials[0].why
    gone_on = studier(tmp_path / "b", data=data, only=("tiny-sgd",), skip_unreadable=True)
    assert gone_on.trials[0].state == FINISHED


def test_a_full_disk_ends_a_study_in_one_line(
    studier: Studier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("screener.training.studies.sight.write_split", full)
    with pytest.raises(OutputError, match=r"split-.*\.csv: No space left .*--out"):
        studier(tmp_path / "a", only=("tiny-sgd",))


def test_one_failed_trial_does_not_end_the_study(
    studied: StudyResult, studier: Studier, tmp_path: Path
) -> None:
    out = without(studied, "tiny-sgd", tmp_path / "failed")

    def fail(request: TrainRequest, log: Path, report: Callable[[TrainProgress], None]) -> None:
        raise DataError("the loss is no longer a number in epoch 1; lower the recipe's lr")

    result = studier(out, train=fail)
    assert [one.state for one in result.trials] == [FINISHED, FAILED, FINISHED]
    assert result.exit_code == 3
    assert "no longer a number" in result.trials[1].why
    assert "no longer a number" in (result.out / "study.html").read_text("utf-8")
    failed = [line for line in lines_of(result) if line.state == FAILED]
    assert [(line.trial, line.figures) for line in failed] == [("tiny-sgd", {})]
    tried: list[Path] = []
    with pytest.raises(StopIteration):  # it is tried again
        studier(out, train=lambda request, log, report: next(iter(tried)))


def test_quick_is_small_and_says_so(studier: Studier, tmp_path: Path) -> None:
    result = studier(tmp_path / "quick", quick=True, only=("tiny-adam",))
    one = result.trials[0]
    assert (one.recipe["stages"], one.epochs) == ([[16, 1]], 1)
    assert result.pictures == {"normal": 12, "pneumonia": 12}
    assert sum(one.pictures) == 24
    assert not any(line.verdict for line in lines_of(result))
    assert "not to be compared" in (result.out / "study.html").read_text("utf-8")
    book = openpyxl.load_workbook(result.out / "study.xlsx")
    assert any("quick run" in str(cell) for row in book["Comparison"].values for cell in row)
    with pytest.raises(OutputTaken, match="another size"):
        studier(tmp_path / "quick")


def test_test_pictures_measure_and_are_never_learned_from(
    films: Path, studier: Studier, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    shutil.copytree(films / "train", data / "train")
    for place in (data / "train").iterdir():
        (data / "test" / place.name).mkdir(parents=True)
        for path in sorted(place.iterdir())[:6]:
            path.rename(data / "test" / place.name / path.name)
    result = studier(tmp_path / "out", data=data, only=("tiny-deep",))
    one = result.trials[0]
    assert result.test_pictures == 12
    assert {"accuracy", "auc", "recall", "f1_weighted"} <= set(one.test)
    with (result.out / "trials" / "tiny-deep" / "split.csv").open() as file:
        names = [row["path"] for row in csv.DictReader(file)]
    assert len(names) == 68
    assert not [name for name in names if name.startswith("test/")]
    assert [line.on for line in lines_of(result) if line.trial == "tiny-deep"] == [
        "validation",
        "validation",
        "test",
    ]


@pytest.mark.parametrize("quick", [False, True])
def test_test_patches_in_hdf5_measure_as_those_in_folders_do(
    quick: bool, studier: Studier, tmp_path: Path
) -> None:
    study = tmp_path / "patches.toml"
    of_patches = STUDY.replace('task = "pneumonia"', 'task = "pcam"')
    study.write_text(of_patches.replace("{ pneumonia = 0.7, normal = 0.5 }", "{ tumour = 0.7 }"))
    data = write_pcam(tmp_path / "data", {"train": 40, "valid": 24, "test": 8})
    result = studier(tmp_path / "out", study=str(study), data=data, only=("tiny-adam",), quick=quick)
    one = result.trials[0]
    assert one.why == ""
    assert result.test_pictures == 8
    assert {"accuracy", "auc", "recall", "f1_weighted"} <= set(one.test)
    with (result.out / "trials" / "tiny-adam" / "split.csv").open() as file:
        assert not [row["path"] for row in csv.DictReader(file) if "_test_x" in row["path"]]


@pytest.mark.parametrize(
    ("fields", "error", "message"),
    [
        ({"study": "R9"}, UnknownName, "R0-binary"),
        ({"study": "none.toml"}, UsageError, r"none\.toml cannot be read"),
        ({"only": ("resnet*",)}, UsageError, "has no such trial; it has tiny-adam"),
        ({"starts": Path("nowhere")}, UsageError, "no such folder"),
        ({"device": "gpu"}, UnknownName, "unknown device 'gpu'"),
        ({"data": Path("nowhere")}, UsageError, "nowhere"),
    ],
)
def test_bad_input_is_one_clear_line(
    fields: dict[str, object], error: type[ScreenerError], message: str, studier: Studier, tmp_path: Path
) -> None:
    with pytest.raises(error, match=message) as caught:
        studier(tmp_path / "out", **fields)
    assert "\n" not in str(caught.value)


def test_a_device_that_is_not_there_is_told_at_once(
    studier: Studier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    with pytest.raises(UsageError, match=r"--device cuda: this machine has none .* try --device cpu"):
        studier(tmp_path / "out", device="cuda")
    assert not (tmp_path / "out").exists()


def test_without_its_extra_it_says_which(
    studier: Studier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"\.\[train\]"):
        studier(tmp_path / "out")


def test_a_plan_is_shown_only_of_what_can_be_run(tmp_path: Path) -> None:
    path = tmp_path / "squares.toml"
    path.write_text(STUDY.replace('task = "pneumonia"', 'task = "pneumona"'))
    with pytest.raises(UnknownName, match=r"unknown task 'pneumona'\. Did you mean pneumonia"):
        show_study(str(path))
    path.write_text(STUDY.replace('model = "tiny"', 'model = "resnet43"'))
    with pytest.raises(UnknownName, match=r"unknown model 'resnet43'\. Did you mean resnet34"):
        show_study(str(path))
    path.write_text(STUDY.replace('model = "tiny"', 'model = "resnet34"'))
    assert len(show_study(str(path)).trials) == 3
