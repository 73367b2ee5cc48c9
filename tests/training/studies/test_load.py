"""Every study that ships can be meant, and one that cannot says where."""

import re
from pathlib import Path

import pytest

from builders.studies import STUDY
from screener.errors import UnknownName, UsageError
from screener.models.architectures import architecture_named
from screener.tasks.load import load_task
from screener.training.studies.load import NAMES, parse_study, study_named
from screener.training.studies.planned import planned


@pytest.mark.parametrize("name", NAMES)
def test_every_study_that_ships_can_be_run(name: str) -> None:
    study = study_named(name)
    labels = load_task(study.task).labels
    for trial in study.trials:
        architecture_named(trial.model)
        for figure in trial.theirs.figures if trial.theirs else ():
            assert figure.partition(".")[2] in ("", *labels)
    published = name.startswith("R")  # the others are our own
    assert study.source.startswith(name[:2]) == published
    assert any(trial.theirs for trial in study.trials) == published
    assert study.plots


@pytest.mark.parametrize(
    ("study", "trial", "figure", "value"),
    [
        ("R0-binary", "decision-tree", "accuracy", 0.73),
        ("R0-binary", "decision-tree", "f1.normal", 0.52),
        ("R0-binary", "cnn5", "f1.pneumonia", 0.93),
        ("R0-binary", "resnet34", "accuracy", 0.94),
        ("R0-binary", "resnet152", "accuracy", 0.88),
        ("R0-types", "decision-tree", "f1.virus", 0.40),
        ("R0-types", "resnet152", "accuracy", 0.78),
        ("R0-types", "resnet34", "f1.bacteria", 0.84),
        ("R1", "cnn4", "accuracy", 0.787),
        ("R1", "resnet34", "loss", 0.109),
        ("R2", "alexnet-sgd-64", "precision", 0.479),
        ("R2", "alexnet-adam-64", "accuracy", 0.923),
        ("R2", "vgg19-adam-32", "f1", 0.857),
        ("R3", "cnn3", "accuracy", 0.793),
        ("R3", "cnn9", "accuracy", 0.863),
        ("R3", "vgg16", "accuracy", 0.911),
        ("R3", "resnet50", "accuracy", 0.602),
        ("R3", "cnn9-all", "auc", 0.9403),
        ("R4", "mobilenet", "f1_weighted", 0.87),
    ],
)
def test_theirs_are_the_published_figures(study: str, trial: str, figure: str, value: float) -> None:
    found = {one.name: one for one in study_named(study).trials}
    theirs = found[trial].theirs
    assert theirs is not None
    assert theirs.figures[figure] == value


def test_curves_are_of_what_every_epoch_has() -> None:
    curves = STUDY.replace('kind = "curves"', 'kind = "curves"\nmeasure = "f1"')
    with pytest.raises(UsageError, match="measure"):
        parse_study("mine", curves)


def test_the_sweeps_of_r3_are_all_there() -> None:
    trials = study_named("R3").trials
    crops = [round(float(one.setting("crop")) * 96) for one in trials if one.group == "crop"]
    assert crops == [96, 84, 72, 60, 48, 32]
    assert [one.setting("batch") for one in trials if one.group == "batch"] == ["10", "32", "64", "128"]
    assert [one.setting("l1") for one in trials if one.group == "L1"] == ["0.0001", "0.001", "0.01"]
    assert {one.setting("optimiser") for one in trials if one.group == "optimisers"} == {
        "sgd",
        "rmsprop",
        "adam",
    }
    assert len([one for one in trials if one.group == "initialiser"]) == 3


def test_a_quick_run_is_small_in_everything() -> None:
    study = study_named("R0-binary")
    trials = planned(study, quick=True)
    stages = {one.name: one.setting("stages") for one in trials}
    assert stages["resnet152"] == f"{study.small.side}x{study.small.epochs}"
    assert "resnet152-ours" not in stages
    assert len(planned(study, quick=False, seeds=3)) == 3 * len(study.trials)
    assert [one.name for one in planned(study, quick=True, only=("resnet1*",))] == ["resnet18", "resnet152"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('title = "Does', 'name = "Does', "study squares: missing field title"),
        ("lr = 0.01", "learning = 0.01", "trial tiny-adam: unknown recipe field 'learning'"),
        ("lr = 0.01", "lr = 1000", "trial tiny-adam: recipe: lr is 1000"),
        ("strength = 0.5", 'strength = "much"', "setting 'strength=much'"),
        ("{optimiser}", "{optimizer}", "contains {optimizer}, which is not in its grid"),
        ("tiny-{optimiser}", "tiny", "two trials are called tiny"),
        ('name = "tiny-deep"', 'name = "../deep"', "must be letters, digits"),
        ("depth = 3", "dept = 3", "trial tiny-deep: unknown field dept; known: depth"),
        ("depth = 3", "depth = -3", "depth is -3; it must be 0 or more"),
        ("start = true", 'start = "yes"', "start must be true or false"),
        ("accuracy = 0.6, ", 'accuracy = "good", ', "trial tiny-deep, theirs: accuracy must be a number"),
        ('on = "validation"', 'on = "training"', "unknown on in study squares, trial tiny-deep, theirs"),
        ('["adam", "sgd"]', '"adam"', "grid.optimiser must be a list of values"),
        ('group = "models"', 'group = "modles"', "plot depth: no trial is of group 'modles'"),
        ('x = "depth"', "", "plot depth: missing field x"),
        (
            'x = "depth"',
            'x = "freeze"',
            "unknown x in study squares, plot depth 'freeze'. Known: accumulate,",
        ),
        ('x = "depth"', 'x = "dept"', "plot depth 'dept'. Did you mean depth"),
        ('name = "depth"', 'name = "optimisers"', "study squares: two plots are called optimisers"),
        ("accuracy = 0.6, ", "accuracy = nan, ", "trial tiny-deep, theirs: accuracy is nan; leave it out"),
        ("normal = 0.5", "normal = inf", "theirs.f1: normal is inf"),
        ('task = "p', 'seeds = [1, 0, 1]\ntask = "p', "study squares: seeds holds 1 twice; give each once"),
        (
            "batch = 8",
            "batch = 8\nseed = 5",
            "trial tiny-{optimiser}: seed in its recipe or grid would have",
        ),
        ('["adam", "sgd"]', '["adam", "sgd"], seed = [1]', "use the study's own seeds = [0, 1]"),
        ("pictures = 12", "pictures = 1", "study squares, quick: pictures is 1; it must be 4 or more"),
        ("[recipe]", "[recipe", "study squares: not a TOML"),
        ("[[trials]]", "[[tests]]", r"study squares: there is no \[\[trials\]\]"),
    ],
)
def test_an_error_names_trial_and_field(old: str, new: str, message: str) -> None:
    assert old in STUDY
    message = message if "\\" in message else re.escape(message)
    with pytest.raises(UsageError, match=message) as caught:
        parse_study("squares", STUDY.replace(old, new))
    assert "\n" not in str(caught.value)


def test_an_unknown_study_names_the_near_ones() -> None:
    with pytest.raises(UnknownName, match="Did you mean R0-binary"):
        study_named("R0-binry")


def test_an_entry_may_leave_the_shared_recipe_aside() -> None:
    text = STUDY.replace('name = "tiny-deep"', 'name = "tiny-deep"\nshared = false')
    trials = {one.name: one for one in parse_study("squares", text).trials}
    assert trials["tiny-deep"].settings == ()
    assert trials["tiny-sgd"].setting("lr") == "0.01"


def test_a_plot_that_names_no_group_is_of_the_trials_that_name_none() -> None:
    study = parse_study("squares", STUDY.replace('group = "models"\n', ""))
    assert study.plots[1].group == study.trials[2].group == "models"


def test_the_document_counts_the_trials_of_every_study_that_ships() -> None:
    document = Path(__file__).parents[3] / "docs" / "studies.md"
    rows = re.findall(r"^\| `([\w-]+)` \|.*\| (\d+) \|.*\|$", document.read_text("utf-8"), re.MULTILINE)
    assert {name: int(count) for name, count in rows} == {
        name: len(study_named(name).trials) for name in NAMES
    }
